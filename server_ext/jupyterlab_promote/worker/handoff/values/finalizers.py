"""Objects of classes that say what is done when one is gone (`__del__`): a copy would do it as well."""

from typing import Any

from jupyterlab_promote.worker.handoff.problems import NotPicklable


def has_one(kind: type) -> bool:
    """Whether a class of the notebook says so; what libraries and Python itself say does no harm."""
    if not hasattr(kind, "__del__"):
        return False
    return any(base.__module__ == "__main__" and "__del__" in vars(base) for base in kind.__mro__)


def refuse(obj: Any) -> Any:
    """Raises NotPicklable."""
    raise NotPicklable(f"`{type(obj).__name__}.__del__` would run in each kernel that has it")

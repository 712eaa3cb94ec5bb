"""The namespace of the notebook in whose kernel this runs, and what stands for it in a stream."""

import sys
from typing import Any


def user_namespace() -> dict[str, Any]:
    """The namespace of this notebook: the kernel's, or `__main__` in a plain interpreter."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None:
        return vars(sys.modules["__main__"])
    namespace: dict[str, Any] = shell.user_ns
    return namespace


def hidden_names() -> dict[str, Any]:
    """What the kernel itself put into the namespace, as `%pylab` does: every kernel has it without being sent it."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    hidden: dict[str, Any] = {} if shell is None else shell.user_ns_hidden
    return hidden


def executed_cells() -> list[str]:
    """The cells that ran in this kernel, as Python reads them."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return [] if shell is None else list(shell.history_manager.input_hist_parsed)


class _Namespace:
    """Stands in a stream for the namespace of whoever loads it."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (user_namespace, ())


NAMESPACE = _Namespace()
"""What stands for it."""

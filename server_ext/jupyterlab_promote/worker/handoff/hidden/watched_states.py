"""Hidden state that a step was taken to leave alone: at its end it must be what it was when the values were loaded.

Random generators are left out, which libraries draw from without being asked, and what imports change by themselves.
"""

from collections.abc import Collection
from pathlib import Path
from typing import Any

from jupyterlab_promote.worker.handoff.hidden import state
from jupyterlab_promote.worker.handoff.problems import ChangedUnseen

_WATCHED = {
    "options:pandas": "The options of pandas",
    "options:numpy": "The options of numpy",
    "options:matplotlib": "The options of matplotlib",
    "options:sklearn": "The options of scikit-learn",
    "options:polars": "The options of polars",
    "options:decimal": "The context of `decimal`",
    "options:locale": "The locale",
    "sys:limits": "A limit of the interpreter",
    "os:cwd": "The working directory",
}
_began: dict[str, Any] = {}


def note(workdir: Path) -> None:
    """Take down what there is before the step's own cells; a later call counts."""
    _began.clear()
    _began.update({name: state.get_state(name, workdir) for name in _WATCHED})


def check(written: Collection[str], workdir: Path) -> None:
    """Compare what the step does not leave as hidden state.

    Raises:
        ChangedUnseen: some of it has changed.
    """
    for name, was in _began.items():
        if name in written or was is None:
            continue
        now = state.get_state(name, workdir)
        if _is_same(was, now):
            continue
        raise ChangedUnseen(
            f"{_WATCHED[name]} changed in this step{_where(was, now)}, which the analysis did not see: "
            f"later steps would not have it.",
            kind="changes",
            names=(name,),
            hint="Set it in a cell of this step itself, by its usual call, or merge the steps that need it.",
        )


def _is_same(was: Any, now: Any) -> bool:
    if isinstance(was, dict) and isinstance(now, dict):
        return was.keys() == now.keys() and all(_is_same(was[key], now[key]) for key in was)
    try:
        return was is now or bool(was == now)
    except ValueError:
        # Arrays: no option is one by default, and the same one is the same object.
        return False


def _where(was: Any, now: Any) -> str:
    if not (isinstance(was, dict) and isinstance(now, dict)):
        return ""
    keys = [key for key in (*was, *now) if not _is_same(was.get(key), now.get(key))]
    return f" ({keys[0]})" if keys else ""

"""Environment variables, the current folder and the mask for new files, as far as the notebook changed them."""

import os
import time
from pathlib import Path
from typing import Any

from jupyterlab_promote.worker.handoff.hidden import matplotlib_options

_KERNEL_SETS = frozenset(
    {
        "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "FORCE_COLOR", "GIT_PAGER", "IPYTHONDIR",
        "JPY_INTERRUPT_EVENT",
        "JPY_PARENT_PID", "JPY_SESSION_NAME", "KMP_DUPLICATE_LIB_OK", "KMP_INIT_AT_FORK", "LINES",
        "PAGER", "PROMOTE_STEP_CONTEXT", "PYDEVD_USE_FRAME_EVAL", "TERM",
    }
)  # fmt: skip
"""Variables that ipykernel, IPython and libraries set by themselves."""


_began: dict[str, str] = {}
_secrets: set[str] = set()


def keep_secret(names: frozenset[str]) -> None:
    """Variables that must not travel, whoever set them."""
    _secrets.update(names)


def begin() -> None:
    """Note the variables that the notebook starts with: only what differs at the end was set by it."""
    _began.clear()
    _began.update(os.environ)


def get_variables() -> Any:
    """(name -> value of those that the notebook set, those that it deleted, the time zone)."""
    before = _started_with()
    ours = {
        name: value
        for name, value in os.environ.items()
        if before.get(name) != value and name not in _KERNEL_SETS and name not in _secrets
    }
    if matplotlib_options.is_inline(ours.get("MPLBACKEND", "")):
        # ipykernel sets it in each kernel.
        del ours["MPLBACKEND"]
    gone = [name for name in before if name not in os.environ and name not in _KERNEL_SETS]
    return {"set": ours, "deleted": gone, "zone": time.tzname}


def set_variables(value: Any) -> None:
    """Set and delete them."""
    if not _began:
        begin()
    for name in value["deleted"]:
        os.environ.pop(name, None)
    os.environ.update(value["set"])
    if value.get("zone") and tuple(value["zone"]) != time.tzname:
        time.tzset()


def get_umask() -> Any:
    """The mask for new files."""
    # There is no other way to ask.
    mask = os.umask(0)
    os.umask(mask)
    return mask


def set_umask(value: Any) -> None:
    """Set it."""
    os.umask(value)


def get_folder(workdir: Path) -> Any:
    """The current folder, told relative to the working directory where it lies in it."""
    here = Path.cwd()
    base = workdir.resolve()
    if here.resolve().is_relative_to(base):
        return {"inside": here.resolve().relative_to(base).as_posix()}
    return {"absolute": str(here)}


def set_folder(value: Any, workdir: Path) -> None:
    """Go there."""
    if "inside" in value:
        folder = workdir / value["inside"]
        folder.mkdir(parents=True, exist_ok=True)
        os.chdir(folder)
    else:
        os.chdir(value["absolute"])


def _started_with() -> dict[str, str]:
    if _began:
        return _began
    try:
        raw = Path("/proc/self/environ").read_bytes()
    except OSError:
        return dict(os.environ)
    pairs = (os.fsdecode(pair).partition("=") for pair in raw.split(b"\0") if pair)
    return {name: value for name, _, value in pairs}

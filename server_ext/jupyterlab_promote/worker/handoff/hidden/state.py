"""Hidden state of an interpreter that travels like a value: generators, options, environment, folder.

A module that the notebook has not imported has no state to travel; it is never imported for the question.
"""

import os
import re
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyterlab_promote.worker.handoff.hidden import (
    matplotlib_options,
    numbering,
    own_modules,
    process_states,
    search_path,
    torch_random,
)
from jupyterlab_promote.worker.handoff.values import log_handlers

Get = Callable[[Path], Any]
Set = Callable[[Any, Path], None]

_KERNEL_SETS = frozenset(
    {
        "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "FORCE_COLOR", "GIT_PAGER", "IPYTHONDIR",
        "JPY_INTERRUPT_EVENT",
        "JPY_PARENT_PID", "JPY_SESSION_NAME", "KMP_DUPLICATE_LIB_OK", "KMP_INIT_AT_FORK", "LINES",
        "PAGER", "PROMOTE_STEP_CONTEXT", "PYDEVD_USE_FRAME_EVAL", "TERM",
    }
)  # fmt: skip
"""Variables that ipykernel, IPython and libraries set by themselves."""


def is_state(name: str) -> bool:
    """Whether a name stands for hidden state and not for a variable."""
    return name in _STATES or own_modules.is_state(name)


def get_state(name: str, workdir: Path) -> Any:
    """The state to hand over; None when there is none."""
    if own_modules.is_state(name):
        return own_modules.get(name, workdir)
    return _STATES[name][0](workdir)


def set_state(name: str, value: Any, workdir: Path) -> None:
    """Take a state over; None leaves the kernel as it is."""
    if value is not None and own_modules.is_state(name):
        own_modules.set_(value)
    elif value is not None:
        _STATES[name][1](value, workdir)


_began: dict[str, str] = {}
_secrets: set[str] = set()


def keep_secret(names: frozenset[str]) -> None:
    """Variables that must not travel, whoever set them."""
    _secrets.update(names)


def begin() -> None:
    """Note the environment and the search path that the notebook starts with.

    The worker calls it before the first cell. Only what differs at the end was set by the notebook.
    """
    _began.clear()
    _began.update(os.environ)
    search_path.begin()
    log_handlers.begin()


def _started_with() -> dict[str, str]:
    if _began:
        return _began
    try:
        raw = Path("/proc/self/environ").read_bytes()
    except OSError:
        return dict(os.environ)
    pairs = (os.fsdecode(pair).partition("=") for pair in raw.split(b"\0") if pair)
    return {name: value for name, _, value in pairs}


def _get_environ(workdir: Path) -> Any:
    del workdir
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


def _set_environ(value: Any, workdir: Path) -> None:
    del workdir
    if not _began:
        begin()
    for name in value["deleted"]:
        os.environ.pop(name, None)
    os.environ.update(value["set"])
    if value.get("zone") and tuple(value["zone"]) != time.tzname:
        time.tzset()


def _get_umask(workdir: Path) -> Any:
    del workdir
    # There is no other way to ask.
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _set_umask(value: Any, workdir: Path) -> None:
    del workdir
    os.umask(value)


def _get_sklearn_options(workdir: Path) -> Any:
    del workdir
    sklearn = sys.modules.get("sklearn")
    return None if sklearn is None else sklearn.get_config()


def _set_sklearn_options(value: Any, workdir: Path) -> None:
    del workdir
    import sklearn

    sklearn.set_config(**value)


def _get_polars_options(workdir: Path) -> Any:
    del workdir
    polars = sys.modules.get("polars")
    return None if polars is None else polars.Config.save()


def _set_polars_options(value: Any, workdir: Path) -> None:
    del workdir
    import polars as pl

    pl.Config.restore_defaults()
    pl.Config.load(value)


def _get_cwd(workdir: Path) -> Any:
    here = Path.cwd()
    base = workdir.resolve()
    if here.resolve().is_relative_to(base):
        return {"inside": here.resolve().relative_to(base).as_posix()}
    return {"absolute": str(here)}


def _set_cwd(value: Any, workdir: Path) -> None:
    if "inside" in value:
        folder = workdir / value["inside"]
        folder.mkdir(parents=True, exist_ok=True)
        os.chdir(folder)
    else:
        os.chdir(value["absolute"])


def _get_random(workdir: Path) -> Any:
    del workdir
    module = sys.modules.get("random")
    return None if module is None else module.getstate()


def _set_random(value: Any, workdir: Path) -> None:
    del workdir
    import random

    random.setstate(value)


def _get_numpy_random(workdir: Path) -> Any:
    del workdir
    module = sys.modules.get("numpy.random")
    return None if module is None else module.get_state()


def _set_numpy_random(value: Any, workdir: Path) -> None:
    del workdir
    import numpy as np

    np.random.set_state(value)


def _get_numpy_options(workdir: Path) -> Any:
    del workdir
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return None
    return {"print": numpy.get_printoptions(), "errors": numpy.geterr()}


def _set_numpy_options(value: Any, workdir: Path) -> None:
    del workdir
    import numpy as np

    shown = {
        key: option for key, option in value["print"].items() if key != "override_repr" or option
    }
    np.set_printoptions(**shown)
    np.seterr(**value["errors"])


def _get_pandas_options(workdir: Path) -> Any:
    del workdir
    if "pandas" not in sys.modules:
        return None
    config = sys.modules["pandas._config.config"]
    registered = config._registered_options
    known = {key: option.defval for key, option in registered.items()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        values = {key: config.get_option(key) for key in known}
    return {
        key: value
        for key, value in values.items()
        if value is not known[key] and value != known[key]
    }


def _set_pandas_options(value: Any, workdir: Path) -> None:
    import pandas as pd

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # What was set back to the default may have been set here by a line that runs again.
        for key in _get_pandas_options(workdir).keys() - value.keys():
            pd.reset_option(f"^{re.escape(key)}$")
        for key, option in value.items():
            pd.set_option(key, option)


def _get_warnings(workdir: Path) -> Any:
    del workdir
    return list(warnings.filters)


def _set_warnings(value: Any, workdir: Path) -> None:
    del workdir
    warnings.resetwarnings()
    for action, message, category, module, line in reversed(value):
        warnings.filters.insert(0, (action, message, category, module, line))  # type: ignore[attr-defined]
    with warnings.catch_warnings():
        # Entering and leaving tells the warnings module that its filters changed.
        warnings.simplefilter("default")


_STATES: dict[str, tuple[Get, Set]] = {
    "rng:numpy": (_get_numpy_random, _set_numpy_random),
    "rng:random": (_get_random, _set_random),
    "rng:torch": (torch_random.get, torch_random.set_),
    "os:environ": (_get_environ, _set_environ),
    "os:cwd": (_get_cwd, _set_cwd),
    "sys:path": (search_path.get, search_path.set_),
    "options:pandas": (_get_pandas_options, _set_pandas_options),
    "options:numpy": (_get_numpy_options, _set_numpy_options),
    "options:matplotlib": (matplotlib_options.get, matplotlib_options.set_),
    "options:pictures": (matplotlib_options.get_pictures, matplotlib_options.set_pictures),
    "options:sklearn": (_get_sklearn_options, _set_sklearn_options),
    "options:polars": (_get_polars_options, _set_polars_options),
    "options:decimal": (process_states.get_decimal, process_states.set_decimal),
    "options:locale": (process_states.get_locale, process_states.set_locale),
    "options:logging": (process_states.get_log_levels, process_states.set_log_levels),
    "options:handlers": (log_handlers.get, log_handlers.set_),
    "options:xarray": (process_states.get_xarray_options, process_states.set_xarray_options),
    "options:plotly": (process_states.get_plotly_options, process_states.set_plotly_options),
    "sys:limits": (process_states.get_limits, process_states.set_limits),
    "os:umask": (_get_umask, _set_umask),
    "numbers:libraries": (numbering.get, numbering.set_),
    "options:warnings": (_get_warnings, _set_warnings),
}


def all_states() -> list[str]:
    """Every kind of hidden state, for code that nobody could look into."""
    return list(_STATES)

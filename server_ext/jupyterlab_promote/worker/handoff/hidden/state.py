"""Hidden state of an interpreter that travels like a value: generators, options, environment, folder.

A module that the notebook has not imported has no state to travel; it is never imported for the question.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyterlab_promote.worker.handoff.hidden import (
    environment,
    generators,
    library_options,
    matplotlib_options,
    numbering,
    own_modules,
    process_states,
    search_path,
)
from jupyterlab_promote.worker.handoff.values import log_handlers


def is_state(name: str) -> bool:
    """Whether a name stands for hidden state and not for a variable."""
    return name in all_states() or own_modules.is_state(name)


def get_state(name: str, workdir: Path) -> Any:
    """The state to hand over; None when there is none."""
    if own_modules.is_state(name):
        return own_modules.get(name, workdir)
    if name in _PLACES:
        return _PLACES[name][0](workdir)
    return _STATES[name][0]()


def set_state(name: str, value: Any, workdir: Path) -> None:
    """Take a state over; None leaves the kernel as it is."""
    if value is None:
        return
    if own_modules.is_state(name):
        own_modules.set_(value)
    elif name in _PLACES:
        _PLACES[name][1](value, workdir)
    else:
        _STATES[name][1](value)


def begin() -> None:
    """Note what the notebook starts with: only what differs at the end was set by it.

    The worker calls it before the first cell.
    """
    environment.begin()
    search_path.begin()
    log_handlers.begin()


def all_states() -> tuple[str, ...]:
    """Every kind of hidden state, for code that nobody could look into."""
    return (*_STATES, *_PLACES)


_STATES: dict[str, tuple[Callable[[], Any], Callable[[Any], None]]] = {
    "rng:numpy": (generators.get_numpy, generators.set_numpy),
    "rng:random": (generators.get_random, generators.set_random),
    "rng:torch": (generators.get_torch, generators.set_torch),
    "os:environ": (environment.get_variables, environment.set_variables),
    "os:umask": (environment.get_umask, environment.set_umask),
    "options:pandas": (library_options.get_pandas, library_options.set_pandas),
    "options:numpy": (library_options.get_numpy, library_options.set_numpy),
    "options:sklearn": (library_options.get_sklearn, library_options.set_sklearn),
    "options:polars": (library_options.get_polars, library_options.set_polars),
    "options:xarray": (library_options.get_xarray, library_options.set_xarray),
    "options:plotly": (library_options.get_plotly, library_options.set_plotly),
    "options:matplotlib": (matplotlib_options.get, matplotlib_options.set_),
    "options:pictures": (matplotlib_options.get_pictures, matplotlib_options.set_pictures),
    "options:decimal": (process_states.get_decimal, process_states.set_decimal),
    "options:locale": (process_states.get_locale, process_states.set_locale),
    "options:logging": (process_states.get_log_levels, process_states.set_log_levels),
    "options:handlers": (log_handlers.get, log_handlers.set_),
    "options:warnings": (process_states.get_warnings, process_states.set_warnings),
    "sys:limits": (process_states.get_limits, process_states.set_limits),
    "numbers:libraries": (numbering.get, numbering.set_),
}
_PLACES: dict[str, tuple[Callable[[Path], Any], Callable[[Any, Path], None]]] = {
    "os:cwd": (environment.get_folder, environment.set_folder),
    "sys:path": (search_path.get, search_path.set_),
}
"""Those that are told relative to the working directory."""

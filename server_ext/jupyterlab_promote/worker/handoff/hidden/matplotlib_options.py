"""matplotlib's hidden state: its options, and how pictures come to be shown."""

import sys
import warnings
from typing import Any

_OF_PICTURES = ("backend", "backend_fallback", "interactive", "toolbar", "webagg")
_LETTERS = "colors.letters"
"""What `b` and `k` stand for, which seaborn changes."""
_INLINE = "module://matplotlib_inline.backend_inline"


def get() -> Any:
    """The options, without those that `get_pictures` tells of; None where matplotlib was not imported."""
    matplotlib = sys.modules.get("matplotlib")
    if matplotlib is None:
        return None
    options = {
        key: value
        for key, value in dict.items(matplotlib.rcParams)
        if not key.startswith(_OF_PICTURES)
    }
    colors = sys.modules.get("matplotlib.colors")
    if colors is not None:
        options[_LETTERS] = {one: colors.colorConverter.colors[one] for one in colors.BASE_COLORS}
    return options


def set_(value: Any) -> None:
    """Take the options over."""
    import matplotlib as mpl
    from matplotlib import colors

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        colors.colorConverter.colors.update(value.get(_LETTERS, {}))
        colors.colorConverter.cache.clear()
        mpl.rcParams.update({key: rc for key, rc in value.items() if key in mpl.rcParams})


def get_pictures() -> Any:
    """(a backend of the notebook's own, whether the inline one was set up, whether its pictures wait for `show`).

    The inline backend is set up with the first figure and shows pictures from then on, whatever was said before:
    how far a kernel has come decides what `plt.ioff()` does.
    """
    matplotlib = sys.modules.get("matplotlib")
    if matplotlib is None:
        return None
    # Until somebody asks, matplotlib has an object there; asking would choose a backend.
    backend = dict.get(matplotlib.rcParams, "backend")
    if isinstance(backend, str) and not is_inline(backend):
        return backend, False, False
    set_up = _INLINE.removeprefix("module://") in sys.modules
    return "", set_up, set_up and not matplotlib.is_interactive()


def set_pictures(value: Any) -> None:
    """Show pictures as the kernel of the step before did."""
    import matplotlib as mpl

    backend, set_up, wait = value
    if backend:
        mpl.use(backend)
    elif set_up:
        from matplotlib import pyplot

        pyplot.switch_backend(pyplot.get_backend())
        mpl.interactive(not wait)


def is_inline(backend: str) -> bool:
    """Whether a backend is the one that ipykernel sets in each kernel."""
    return backend.lower() in ("inline", _INLINE)

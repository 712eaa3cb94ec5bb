"""How a figure of matplotlib travels: it draws as before, and does not come to the front."""

from typing import Any


def is_figure(kind: type) -> bool:
    """Whether objects of a class are matplotlib's figures, without importing it."""
    return any(
        base.__name__ == "Figure" and base.__module__ == "matplotlib.figure"
        for base in kind.__mro__
    )


def reduced(figure: Any) -> tuple[Any, ...]:
    """Drop the wish to be registered with pyplot, which would make it the current figure on load.

    matplotlib gives it a canvas that draws nothing, so that texts of ticks would stay empty, and the resolution that
    it was made with, because a screen may have given it another one.
    """
    make, arguments, state = figure.__reduce_ex__(5)[:3]
    state = {key: value for key, value in state.items() if key != "_restore_to_pylab"}
    canvas = type(getattr(figure, "canvas", None))
    draws = canvas if canvas.__module__ == "matplotlib.backends.backend_agg" else None
    on_screen = getattr(figure.canvas, "device_pixel_ratio", 1) != 1
    return (make, arguments, (state, draws, None if on_screen else figure.dpi), None, None, _fill)


def _fill(figure: Any, state: tuple[Any, type | None, float | None]) -> None:
    figure.__setstate__(state[0])
    if state[1] is not None:
        state[1](figure)
    if state[2] not in (None, figure.dpi):
        figure.set_dpi(state[2])

"""pyplot's current figure, where it outlives a cell: with every backend but the inline one."""

import ast
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from jupyterlab_promote.dataflow.kept import steps_with
from jupyterlab_promote.dataflow.located import located
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.dataflow.step_names import StepNames
from jupyterlab_promote.model.finding import Finding, merging
from jupyterlab_promote.notebook.document import Cell

_STAYS = re.compile(
    r"%matplotlib\s+(?!inline|--list|-l)\w+|\.switch_backend\(|\b(?:matplotlib|mpl)\.use\("
    r"|close_figures\s*=\s*False|\bMPLBACKEND\b|rcParams\[.backend.\]\s*="
)
"""After which a figure stays until it is closed."""
_WAITS = re.compile(
    r"rcParams\.update\(.*\brcParamsDefault|\bplt\.ioff\(|\binteractive\(|rcParams\[.interactive.\]\s*="
)
"""After which the inline backend keeps figures until `show`, which then shows all of them."""
_RESTORES = re.compile(r"\b(?:rc_context|xkcd|style\.context)\(")
"""The same where the first figure is drawn in it, with which the backend is set up: its end takes that back."""
_SETS_UP = re.compile(r"%matplotlib|\.plot\b|\b(?:sns|seaborn)\.")
"""What may set the backend up besides pyplot's own functions."""
_WORDS = (
    *("%matplotlib", "switch_backend", "matplotlib.use", "mpl.use", "close_figures", "MPLBACKEND"),
    *("rcParams", "plt.ioff", "interactive", "rc_context", "xkcd", "style.context"),
)
"""Without any of them, which is quickly seen, a text has none of both."""
_BEGINS = frozenset({"figure", "subplots", "subplot_mosaic", "close"})
"""pyplot's functions after which the figure of an earlier step is not the current one."""
_TEXT = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")
_PYPLOT = frozenset({"plt", "pyplot", "matplotlib.pyplot"})
_SEABORN = frozenset({"sns", "seaborn"})
_NO_FIGURE = frozenset(
    {"ion", "ioff", "rc", "rcdefaults", "rc_context", "switch_backend", "use", "xkcd", "get_cmap", "set_cmap",
     "colormaps", "set_loglevel", "imread", "imsave", "get_backend", "isinteractive"}
)  # fmt: skip


def figures_that_go_on(steps: tuple[StepNames, ...], prelude: StepNames) -> Iterator[Finding]:
    """PRM205: a step goes on with the figure that an earlier one left, which is another kernel's."""
    if next(steps_with(_keeps_figures, (prelude, *steps)), None) is None:
        return
    above = [cell.source for cell in prelude.code]
    stays, waits = (any(_line_of(kept, source) for source in above) for kept in (_STAYS, _WAITS))
    restores = _restores_first((*prelude.code, *(cell for step in steps for cell in step.code)))
    left: str | None = None
    for step in steps:
        calls: list[tuple[Cell, int, str]] = []
        for cell in step.code:
            begins = [_line_of(kept, cell.source) for kept in (_STAYS, _WAITS)]
            since = 0 if stays or waits else min(filter(None, begins), default=None)
            stays, waits = stays or bool(begins[0]), waits or bool(begins[1])
            if since is not None:
                calls += [(cell, line, name) for line, name in _calls(cell) if line >= since]
            waits = waits or cell is restores
        if not calls:
            continue
        if left is not None and (goes_on := _going_on(calls, waits=waits)) is not None:
            yield _goes_on(*goes_on, left=left, step=step, stays=stays)
        ends = _CLOSES if stays else _CLOSES | {"show"}
        left = None if calls[-1][2] in ends else step.name


def _restores_first(cells: Iterable[Cell]) -> Cell | None:
    """The cell with the first figure, if that is drawn in an `rc_context`; what it draws is shown."""
    for cell in cells:
        line = _line_of(_RESTORES, cell.source)
        drawn = [_line_of(_SETS_UP, cell.source), *(at for at, _ in _calls(cell))]
        first = min((at for at in drawn if at), default=None)
        if first is not None:
            return cell if line is not None and line <= first else None
    return None


_CLOSES = frozenset({"close"})


def _going_on(calls: list[tuple[Cell, int, str]], *, waits: bool) -> tuple[Cell, int, str] | None:
    """The call that would meet the figure of an earlier step."""
    if calls[0][2] not in _BEGINS:
        return calls[0]
    if not waits or calls[0][2] in _CLOSES:
        return None
    return next((call for call in calls if call[2] == "show"), None)


def _goes_on(
    cell: Cell, line: int, name: str, *, left: str, step: StepNames, stays: bool
) -> Finding:
    ends = (
        "`plt.close()`, or draw with `%matplotlib inline`"
        if stays
        else "`plt.show()` or `plt.close()`"
    )
    return located(
        cell,
        line,
        code="PRM205",
        severity="error",
        name=name,
        steps=(left, step.name),
        message=f"`{name}` goes on with the figure of step `{left}`, which stays in that step's kernel.",
        fix=f"End the cells of `{left}` that draw with {ends}, keep the axes in a variable, "
        "or merge the two steps.",
        actions=(merging(left, step.name),),
    )


@lru_cache(maxsize=4096)
def _keeps_figures(source: str) -> bool:
    named = any(map(source.__contains__, _WORDS))
    return named and any(_line_of(kept, source) for kept in (_STAYS, _WAITS, _RESTORES))


@lru_cache(maxsize=4096)
def _line_of(kept: re.Pattern[str], source: str) -> int | None:
    """The first line after which figures are kept; a comment keeps none."""
    starts = (found.start() for found in kept.finditer(source))
    first = next((start for start in starts if not _in_comment(source, start)), None)
    return source.count("\n", 0, first) + 1 if first is not None else None


def _in_comment(source: str, place: int) -> bool:
    before = source[source.rfind("\n", 0, place) + 1 : place]
    return "#" in _TEXT.sub("", before)


def _calls(cell: Cell) -> Iterator[tuple[int, str]]:
    """(line, function) of the calls of pyplot that have to do with its figures, in order."""
    read, own = cell_names(cell.source)
    for path, line, call in own.calls:
        root, _, name = path.rpartition(".")
        drawn = root in _SEABORN and name.endswith("plot") and not _names_axes(call)
        # A class, such as `plt.Figure` and `plt.Circle`, is no function on the current figure.
        of_pyplot = root in _PYPLOT and name not in _NO_FIGURE and not name[:1].isupper()
        if drawn or of_pyplot:
            yield line + read.line_offset, name


def _names_axes(call: ast.Call) -> bool:
    return any(keyword.arg == "ax" for keyword in call.keywords)

"""pyplot's current figure, where it outlives a cell: with every backend but the inline one."""

import ast
import re
from collections.abc import Iterator
from functools import lru_cache

from jupyterlab_promote.dataflow.chain import StepNames
from jupyterlab_promote.dataflow.kept import any_with
from jupyterlab_promote.dataflow.rules.located import located
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.model.finding import Action, Finding, FixAction
from jupyterlab_promote.notebook.document import Cell

_BACKEND = re.compile(
    r"%matplotlib\s+(?!inline|--list|-l)\w+|\.switch_backend\(|\b(?:matplotlib|mpl)\.use\("
    r"|close_figures\s*=\s*False|\bMPLBACKEND\b|rcParams\[.backend.\]\s*="
)
_BEGINS = frozenset({"figure", "subplots", "subplot_mosaic", "close"})
"""pyplot's functions after which the figure of an earlier step is not the current one."""
_PYPLOT = frozenset({"plt", "pyplot", "matplotlib.pyplot"})
_SEABORN = frozenset({"sns", "seaborn"})
_NO_FIGURE = frozenset(
    {"ion", "ioff", "rc", "rcdefaults", "rc_context", "switch_backend", "use", "xkcd", "get_cmap", "set_cmap",
     "colormaps", "set_loglevel", "imread", "imsave", "get_backend", "isinteractive"}
)  # fmt: skip


def figures_that_go_on(steps: tuple[StepNames, ...], prelude: StepNames) -> Iterator[Finding]:
    """PRM205: a step goes on with the figure that an earlier one left, which is another kernel's."""
    if not any(any_with(_sets_backend, step.code) for step in (prelude, *steps)):
        return
    left: str | None = None
    for step in steps:
        calls = [(cell, line, name) for cell in step.code for line, name in _calls(cell)]
        if not calls:
            continue
        cell, line, name = calls[0]
        if left is not None and name not in _BEGINS:
            yield located(
                cell,
                line,
                code="PRM205",
                severity="error",
                name=name,
                steps=(left, step.name),
                message=f"`{name}` goes on with the figure of step `{left}`, which stays in that step's kernel.",
                fix="Begin with `plt.figure()`, keep the axes in a variable, or merge the two steps.",
                actions=(
                    Action(
                        kind=FixAction.MERGE,
                        label=f"Merge {left} and {step.name}",
                        argument=f"{left},{step.name}",
                    ),
                ),
            )
        left = None if calls[-1][2] == "close" else step.name


@lru_cache(maxsize=4096)
def _sets_backend(source: str) -> bool:
    return _BACKEND.search(source) is not None


def _calls(cell: Cell) -> Iterator[tuple[int, str]]:
    """(line, function) of the calls of pyplot that have to do with its figures, in order."""
    read, own = cell_names(cell.source)
    for path, line, call in own.calls:
        root, _, name = path.rpartition(".")
        drawn = root in _SEABORN and name.endswith("plot") and not _names_axes(call)
        if drawn or (root in _PYPLOT and name not in _NO_FIGURE):
            yield line + read.line_offset, name


def _names_axes(call: ast.Call) -> bool:
    return any(keyword.arg == "ax" for keyword in call.keywords)

"""The session of R that cells with `%%R` share, which each kernel begins anew."""

import re
from collections.abc import Iterator
from functools import lru_cache

from jupyterlab_promote.dataflow.kept import cells_with, steps_with
from jupyterlab_promote.dataflow.located import located
from jupyterlab_promote.dataflow.step_names import StepNames
from jupyterlab_promote.model.finding import Finding, merging
from jupyterlab_promote.notebook.document import Cell
from jupyterlab_promote.notebook.source import python_cell

_NO_CODE = re.compile(r"#[^\n]*|\"[^\"\n]*\"|'[^'\n]*'")
_BINDS = re.compile(r"([A-Za-z][\w.]*)\s*<-")
_READS = re.compile(r"(?<![\w.$@])([A-Za-z][\w.]*)(?!\s*<-|[\w.]|\s*=(?!=))")
_GIVEN = re.compile(r"(?:-i|--input)[ =]+([\w,]+)")


def sessions_that_stay(steps: tuple[StepNames, ...]) -> Iterator[Finding]:
    """PRM210: `%%R` uses a variable of R that an earlier step made."""
    made: dict[str, tuple[str, Cell]] = {}
    for step in dict.fromkeys(step for step, _ in steps_with(_is_r, steps)):
        cells = tuple(cells_with(_is_r, step.code))
        here: set[str] = set()
        for cell in cells:
            lost = [name for name in _reads(cell.source) if name in made.keys() - here]
            if lost:
                yield _finding(lost[0], *made[lost[0]], step.name)
                break
            here |= _binds(cell.source)
        made |= {name: (step.name, cell) for cell in cells for name in _binds(cell.source)}


@lru_cache(maxsize=4096)
def _is_r(source: str) -> bool:
    return python_cell(source).magic == "R"


def _code(source: str) -> tuple[str, str]:
    """(what stands behind `%%R`, the code without remarks and texts)."""
    arguments, _, body = python_cell(source).text.partition("\n")
    return arguments, _NO_CODE.sub("", body)


@lru_cache(maxsize=4096)
def _binds(source: str) -> frozenset[str]:
    return frozenset(_BINDS.findall(_code(source)[1]))


@lru_cache(maxsize=4096)
def _reads(source: str) -> tuple[str, ...]:
    """The names that a cell looks up before it binds them itself, and that Python does not give it."""
    arguments, code = _code(source)
    given = {name for names in _GIVEN.findall(arguments) for name in names.split(",")}
    bound = {found[1]: found.end() for found in reversed([*_BINDS.finditer(code)])}
    read = (found for found in _READS.finditer(code) if found[1] not in given)
    # `x <- f(x)` looks its own name up first.
    lines = {name: code.find("\n", end) % (len(code) + 1) for name, end in bound.items()}
    early = (found[1] for found in read if found.start() < lines.get(found[1], len(code)))
    return tuple(dict.fromkeys(early))


def _finding(name: str, maker: str, cell: Cell, follower: str) -> Finding:
    return located(
        cell,
        1,
        code="PRM210",
        severity="error",
        name=name,
        steps=(maker, follower),
        message=(
            f"`{name}` is a variable of R in step `{maker}`, which cannot travel to `{follower}`: "
            "each step begins R anew."
        ),
        fix=f"Merge the two steps, or hand it over through Python: `%%R -o {name}`, then `%%R -i {name}`.",
        actions=(merging(maker, follower),),
    )

"""What one step's cells bind and read, together, and which names stay what an import made them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from jupyterlab_promote.dataflow.scope import CellNames, cell_names
from jupyterlab_promote.notebook.blocks import Code
from jupyterlab_promote.notebook.document import Cell
from jupyterlab_promote.notebook.tags import read_tags


@dataclass(frozen=True, eq=False)
class StepNames:
    """What one step's cells bind and read, together. Equal cells give the same object: what is known of it is kept.

    Attributes:
        reads: name -> (cell, line) of the first look-up that needs an earlier step.
        late: names that functions defined here look up when they run.
        definite: names that the step binds on every way through it.
        set_up: star imports and magics that set a library up, which run again in later steps.
        settings: statements that give an attribute a plain value; they run again where it is something imported.
    """

    name: str
    cells: tuple[Cell, ...]
    reads: dict[str, tuple[Cell, int]]
    late: dict[str, tuple[Cell, int]]
    binds: dict[str, tuple[Cell, int]]
    definite: frozenset[str]
    imports: dict[str, str]
    opaque: bool
    set_up: tuple[str, ...]
    settings: tuple[str, ...] = ()

    @cached_property
    def code(self) -> Code:
        """Those of the cells that hold code."""
        return Code(cell for cell in self.cells if cell.is_code)

    @cached_property
    def bound(self) -> frozenset[str]:
        """The names that it binds."""
        return frozenset(self.binds)

    @cached_property
    def import_lines(self) -> tuple[tuple[str, str], ...]:
        """(name, statement) of the imports that bind it."""
        statements = self.imports.items()
        return tuple((name, line) for name, text in statements for line in text.split("\n"))

    @cached_property
    def bound_otherwise(self) -> frozenset[str]:
        """Names that are bound by something else than an unconditional import that still stands at the end."""
        return frozenset(self.binds.keys() - self.imports.keys())


@lru_cache(maxsize=2048)
def step_names(name: str, cells: tuple[Cell, ...]) -> StepNames:
    """Join the cells of a step in order."""
    reads: dict[str, tuple[Cell, int]] = {}
    late: dict[str, tuple[Cell, int]] = {}
    binds: dict[str, tuple[Cell, int]] = {}
    definite: set[str] = set()
    imports: dict[str, str] = {}
    magics: tuple[str, ...] = ()
    stars: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    opaque = False
    for cell in cells:
        if not cell.is_code:
            continue
        read, own = cell_names(cell.source)
        offset = read.line_offset
        for used, line in own.reads.items():
            if used not in definite:
                reads.setdefault(used, (cell, line + offset))
        for used, line in own.late.items():
            late.setdefault(used, (cell, line + offset))
        for bound, line in own.binds.items():
            binds.setdefault(bound, (cell, line + offset))
        # Where an exception is meant, none of the cell's statements is sure to have run.
        sure = not read_tags(cell.tags).continues
        definite = (definite - set(own.deletes)) | (own.definite if sure else set())
        imports = _imports_after(imports, own, sure=sure)
        magics += own.magics
        settings += _settings(own)
        opaque = opaque or own.opaque is not None
        stars += _star_imports(own)
    return StepNames(
        name,
        cells,
        reads,
        late,
        binds,
        frozenset(definite),
        imports,
        opaque,
        _set_up(stars, magics),
        settings,
    )


def _set_up(stars: tuple[str, ...], magics: tuple[str, ...]) -> tuple[str, ...]:
    """Each line once, where it stood last: what was set last holds. What an extension sets needs it loaded."""
    first = [line for line in magics if line.startswith(LOADS_EXTENSION)]
    others = [line for line in magics if not line.startswith(LOADS_EXTENSION)]
    return tuple(dict.fromkeys((*stars, *first, *reversed(dict.fromkeys(reversed(others))))))


LOADS_EXTENSION = ("%load_ext", "%reload_ext")


def _star_imports(own: CellNames) -> tuple[str, ...]:
    return tuple(f"from {module} import *" for module in own.stars)


def _settings(own: CellNames) -> tuple[str, ...]:
    return tuple(statement for statement, _ in own.settings.values())


def _imports_after(imports: dict[str, str], own: CellNames, *, sure: bool) -> dict[str, str]:
    """The imports that still stand after a cell: binding the name otherwise ends them."""
    if not own.imports and imports.keys().isdisjoint(own.binds):
        return imports
    kept = {
        name: line
        for name, line in imports.items()
        if name not in own.binds or name in own.imports or name in own.conditional_imports
    }
    clean = {n: line for n, line in own.imports.items() if n not in own.deletes}
    return {**kept, **(clean if sure else {})}


def may_fail(cells: tuple[Cell, ...]) -> frozenset[str]:
    """Lines of a preamble that only cells have in which an exception is meant."""
    found: dict[bool, set[str]] = {True: set(), False: set()}
    for cell in (cell for cell in cells if cell.is_code):
        _, own = cell_names(cell.source)
        lines = (line for text in own.imports.values() for line in text.split("\n"))
        found[read_tags(cell.tags).continues].update(
            own.magics, _star_imports(own), _settings(own), lines
        )
    return frozenset(found[True] - found[False])


def only_imported(steps: Iterable[StepNames]) -> set[str]:
    """Names that every step that binds them leaves bound by an unconditional import."""
    listed = tuple(steps)
    imported = set[str]().union(*(step.imports for step in listed))
    return imported.difference(*(step.bound_otherwise for step in listed))


@lru_cache(maxsize=64)
def only_imported_before(steps: tuple[StepNames, ...]) -> tuple[frozenset[str], ...]:
    """By step the names that all steps before it that bind them leave so."""
    every = frozenset[str]().union(*[step.imports for step in steps])
    return _only_imported_before(tuple([_imported_or_not(step, every) for step in steps]))


@lru_cache(maxsize=64)
def _only_imported_before(
    steps: tuple[tuple[frozenset[str], frozenset[str]], ...],
) -> tuple[frozenset[str], ...]:
    """The same, as long as no edit imports another name or binds an imported one.

    Args:
        steps: as `_imported_or_not` has them.
    """
    imported: set[str] = set()
    otherwise: set[str] = set()
    found: list[frozenset[str]] = []
    for own, others in steps:
        found.append(frozenset(imported - otherwise))
        imported |= own
        otherwise |= others
    return tuple(found)


@lru_cache(maxsize=4096)
def _imported_or_not(
    step: StepNames, every: frozenset[str]
) -> tuple[frozenset[str], frozenset[str]]:
    """The names that a step leaves bound by an import, and those among all imported ones that it binds otherwise."""
    return frozenset(step.imports), every & step.bound_otherwise


def is_only_imported(name: str, steps: Iterable[StepNames]) -> bool:
    """Whether every step that binds the name leaves it bound by an unconditional import."""
    listed = tuple(steps)
    imported = any(name in step.imports for step in listed)
    return imported and not any(name in step.bound_otherwise for step in listed)

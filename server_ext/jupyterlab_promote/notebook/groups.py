"""What a layout is: which cells make up which step. How it is found is in `layout.py`."""

from dataclasses import dataclass, field

from jupyterlab_promote.model.finding import Finding
from jupyterlab_promote.notebook.document import Cell


@dataclass(frozen=True)
class Group:
    """The cells of one step, in order, markdown included, skipped ones not.

    Attributes:
        after: steps that its cells' `prev:` tags name.
    """

    name: str
    cells: tuple[Cell, ...]
    after: tuple[str, ...] = ()

    @property
    def code(self) -> tuple[Cell, ...]:
        """Its code cells."""
        return tuple(cell for cell in self.cells if cell.is_code)


@dataclass(frozen=True)
class Layout:
    """Where each cell goes.

    Attributes:
        prelude: cells above the first step (and `imports`, `functions` cells), without the parameters cell.
        explicit: ids of prelude cells that were tagged `imports` or `functions`.
        parameters: the `parameters` cell.
        skipped: cells that a pipeline does not run.
    """

    groups: tuple[Group, ...]
    prelude: tuple[Cell, ...] = ()
    explicit: frozenset[str] = frozenset()
    parameters: Cell | None = None
    skipped: tuple[Cell, ...] = ()
    findings: tuple[Finding, ...] = ()
    cell_steps: dict[str, str] = field(default_factory=dict)

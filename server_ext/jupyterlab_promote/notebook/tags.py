"""The only module that knows the tag words."""

from dataclasses import dataclass
from functools import lru_cache

from jupyterlab_promote.notebook.document import Cell, Notebook

STEP_PREFIX = "step:"
LEGACY_STEP_PREFIX = "block:"
AFTER_PREFIX = "prev:"
PAPERMILL_PARAMETERS = "parameters"
PARAMETERS = frozenset({PAPERMILL_PARAMETERS, "pipeline-parameters"})
SKIP = frozenset({"skip", "skip-execution"})
PRELUDE = frozenset({"imports", "functions"})
CONTINUES = "raises-exception"
INPUTS = "promote-inputs"
PREAMBLE = "promote-preamble"
OUTPUTS = "promote-outputs"


@dataclass(frozen=True)
class CellTags:
    """What the tags of one cell say.

    Attributes:
        steps: step names in the order of the tags; more than one is an error.
        after: steps that must come before this cell's step (`prev:<name>`).
        prelude: replayed in each step that needs it, whatever it holds.
        skip: not run in a pipeline.
        continues: an exception does not end the step.
    """

    steps: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    parameters: bool = False
    skip: bool = False
    prelude: bool = False
    continues: bool = False


@lru_cache(maxsize=1024)
def read_tags(tags: tuple[str, ...]) -> CellTags:
    """Read a cell's tags; unknown ones are left alone."""
    steps: list[str] = []
    after: list[str] = []
    for tag in tags:
        for prefix in (STEP_PREFIX, LEGACY_STEP_PREFIX):
            if tag.startswith(prefix) and tag.removeprefix(prefix) not in steps:
                steps.append(tag.removeprefix(prefix))
        if tag.startswith(AFTER_PREFIX):
            after.append(tag.removeprefix(AFTER_PREFIX))
    words = frozenset(tags)
    return CellTags(
        steps=tuple(steps),
        after=tuple(after),
        parameters=bool(words & PARAMETERS),
        skip=bool(words & SKIP),
        prelude=bool(words & PRELUDE),
        continues=CONTINUES in words,
    )


def with_papermill_tag(tags: list[str]) -> list[str]:
    """The tags of a parameters cell with papermill's word for it, so that papermill injects below that cell."""
    if PAPERMILL_PARAMETERS in tags or not PARAMETERS & set(tags):
        return tags
    return [*tags, PAPERMILL_PARAMETERS]


def retagged(tags: tuple[str, ...], step: str | None) -> tuple[str, ...]:
    """The same tags with the step tag replaced; None removes it."""
    kept = [t for t in tags if not t.startswith((STEP_PREFIX, LEGACY_STEP_PREFIX))]
    return tuple(kept) if step is None else (*kept, STEP_PREFIX + step)


def first_cell(nb: Notebook, step: str) -> Cell | None:
    """The first cell that is tagged with a step; None when no cell is."""
    return next((cell for cell in nb.cells if step in read_tags(cell.tags).steps), None)

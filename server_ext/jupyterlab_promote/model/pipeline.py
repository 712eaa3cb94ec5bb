"""A pipeline: what the analysis derives from a tagged notebook."""

from typing import Any, Literal

from pydantic import Field, JsonValue

from jupyterlab_promote.ids import UNMAPPED
from jupyterlab_promote.model.document import SCHEMA_VERSION, Document
from jupyterlab_promote.model.finding import Finding
from jupyterlab_promote.model.settings import Schedule, StepSettings

ParameterType = Literal[
    "int", "float", "str", "bool", "list", "dict", "date", "datetime", "none", "enum"
]


Reach = Literal["alone", "itself", "parts"]
"""How far a change goes: an object that shows no memory of others, any object itself, or something that it holds."""


class Place(Document):
    """A line of the notebook: cell id, 0-based cell index, 1-based line."""

    cell: str | None = None
    cell_index: int | None = None
    line: int | None = None


class EdgeReason(Document):
    """Why a step needs another one.

    Attributes:
        name: variable, hidden state (`rng:numpy`) or path that it is about.
        kind: a value that travels, hidden interpreter state, an outside effect, or the user's wish.
        producer, consumer: the two lines.
        why: one sentence, such as "`df` mutated by `df.dropna(inplace=True)`".
    """

    name: str
    kind: Literal["value", "state", "effect", "after"]
    why: str
    producer: Place = Place()
    consumer: Place = Place()


class Edge(Document):
    """Step `to` needs step `from`. `names` are what travels; empty for an edge of order only."""

    source: str = Field(alias="from")
    target: str = Field(alias="to")
    names: tuple[str, ...] = ()
    reason: str = ""
    reasons: tuple[EdgeReason, ...] = ()


class StepInput(Document):
    """What a step loads from one earlier step.

    A name that is no Python identifier is hidden state: `rng:numpy`, `rng:random`,
    `os:environ`, `os:cwd`, `sys:path`, `options:pandas`, `options:numpy`, `options:matplotlib`,
    `options:pictures`, `options:sklearn`, `options:polars`, `options:warnings`, `os:umask`.

    Attributes:
        rebound: names that the step binds anew, so that what was left under them matters little.
        changed: names that steps between the two may change: themselves, or parts of theirs. What was left
            under another name and turns out to be the same object is not loaded (`handoff/aliases.py`).
    """

    step: str
    names: tuple[str, ...]
    rebound: tuple[str, ...] = ()
    changed: dict[str, Reach] = Field(default_factory=dict)


class Step(Document):
    """A named group of cells that runs as one unit.

    Attributes:
        cells: ids of the user's cells, in order (code and markdown).
        replay: ids of prelude and parameters cells that run again in this step, in notebook order.
        preamble: lines of earlier steps' cells that run again in this step after the replayed cells and
            before its inputs are loaded: imports, `%matplotlib`, settings of libraries. Never user data.
        inputs: what is loaded, by provider.
        outputs: what is left for later steps: groups of names that may share objects travel in one stream.
        changes: loaded names that the step may change.
        readonly: loaded names that the step was taken to only read; checked at its end.
        repeated: hidden state that lines of the step set which later steps run again, so that it need not travel.
        watched: modules of the notebook's own that later steps use, by path without `.py`; what they keep is
            checked at the step's end.
        reads_parameters: parameters that the step needs.
        automatic: made by the tool (`setup`), not by a tag.
    """

    name: str
    cells: tuple[str, ...]
    replay: tuple[str, ...] = ()
    preamble: tuple[str, ...] = ()
    settings: StepSettings = StepSettings()
    inputs: tuple[StepInput, ...] = ()
    outputs: tuple[tuple[str, ...], ...] = ()
    changes: dict[str, Reach] = Field(default_factory=dict)
    readonly: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()
    watched: tuple[str, ...] = ()
    reads_parameters: tuple[str, ...] = ()
    automatic: bool = False


class Parameter(Document):
    """A typed parameter of the `parameters` cell.

    Attributes:
        default: JSON value; dates as ISO 8601 text.
        required: has no default, so that every run must give it.
        choices: for `enum`.
        binding: value of the run that fills it: `logical_date`, `data_interval_start`,
            `data_interval_end`, `run_id`; None for the default.
    """

    name: str
    type: ParameterType
    default: JsonValue = None
    required: bool = False
    optional: bool = False
    choices: tuple[JsonValue, ...] = ()
    help: str = ""
    binding: str | None = None
    place: Place = Place()


class FileUse(Document):
    """A file that the notebook reads, as the analysis sees it (no I/O is done to find out).

    Attributes:
        path: as written in the notebook, relative to its folder, or a URL; a glob where parts are unknown.
        kind: `data`, or a local `module`.
        travels: `frozen` with the version, or read `live` from an absolute path or URL.
    """

    path: str
    kind: Literal["data", "module"]
    travels: Literal["frozen", "live"]
    place: Place = Place()


class OutsideWrite(Document):
    """Something that a step writes outside of the folder in which a run begins.

    Attributes:
        thing: the path, or the code that reaches a database or another machine.
        place: unknown where the step's settings say it.
    """

    step: str
    thing: str
    place: Place = Place()


class Analysis(Document):
    """All that is derived from a notebook; made on every edit, never raises on user code."""

    schema_version: int = SCHEMA_VERSION
    name: str | None = None
    kernel: str = "python3"
    language: str = "python"
    steps: tuple[Step, ...] = ()
    edges: tuple[Edge, ...] = ()
    findings: tuple[Finding, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    schedule: Schedule = Schedule()
    requirements: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    files: tuple[FileUse, ...] = ()
    outside_writes: tuple[OutsideWrite, ...] = ()
    cell_steps: dict[str, str] = Field(default_factory=dict)
    suggested: tuple["SuggestedStep", ...] = ()

    @property
    def promotable(self) -> bool:
        """Whether nothing blocks publishing."""
        return not any(f.severity == "error" for f in self.findings)


class SuggestedStep(Document):
    """A step that the sidebar offers for a notebook without tags."""

    name: str
    cells: tuple[str, ...]
    title: str = ""


class StepGraph(Document):
    """What a notebook comes to as steps and edges: the part that a pipeline and its version have in common."""

    name: str
    description: str = ""
    kernel: str
    language: str = "python"
    steps: tuple[Step, ...]
    edges: tuple[Edge, ...]
    parameters: tuple[Parameter, ...] = ()
    schedule: Schedule = Schedule()
    requirements: tuple[str, ...] = ()
    produces: tuple[str, ...] = ()

    def step(self, name: str) -> Step:
        """The step with that name."""
        return next(step for step in self.steps if step.name == name)

    def upstream(self, name: str) -> tuple[str, ...]:
        """Direct predecessors of a step, in notebook order."""
        sources = {edge.source for edge in self.edges if edge.target == name}
        return tuple(step.name for step in self.steps if step.name in sources)

    def ancestors(self, name: str) -> tuple[str, ...]:
        """All steps before a step, in notebook order: their changes of the working directory add up."""
        found: set[str] = set()
        waiting = list(self.upstream(name))
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += self.upstream(one)
        return tuple(step.name for step in self.steps if step.name in found)


class Pipeline(StepGraph):
    """A promotable notebook: the analysis without errors."""

    imports: tuple[str, ...] = ()
    files: tuple[FileUse, ...] = ()
    file_globs: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


class StepNotebook(Document):
    """A runnable notebook of one step: nbformat 4 JSON."""

    step: str
    content: dict[str, Any]


__all__ = [
    "UNMAPPED",
    "Analysis",
    "Edge",
    "EdgeReason",
    "FileUse",
    "Parameter",
    "ParameterType",
    "Pipeline",
    "Place",
    "Step",
    "StepGraph",
    "StepInput",
    "StepNotebook",
    "SuggestedStep",
]

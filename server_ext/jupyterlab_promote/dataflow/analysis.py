"""The front door: `analyse(notebook) -> Analysis`. Pure, never raises on user code.

Here the parts are put together: the layout by tags, the steps and edges (`python_steps.py`, `foreign.py`), and what is
said of the notebook as a whole. What is said of the steps is in `judging.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from jupyterlab_promote.dataflow import outside
from jupyterlab_promote.dataflow.around import Around
from jupyterlab_promote.dataflow.files.config_paths import named_folders, with_named_files
from jupyterlab_promote.dataflow.foreign import foreign_steps
from jupyterlab_promote.dataflow.fusing import fused
from jupyterlab_promote.dataflow.modules.local_modules import unknown_modules
from jupyterlab_promote.dataflow.modules.module_names import Stars
from jupyterlab_promote.dataflow.modules.star_imports import spelled_out
from jupyterlab_promote.dataflow.python_steps import python_steps
from jupyterlab_promote.dataflow.rules import portability
from jupyterlab_promote.dataflow.rules.offers import with_offers
from jupyterlab_promote.dataflow.rules.unbound import syntax_errors
from jupyterlab_promote.dataflow.suggest import suggested_steps
from jupyterlab_promote.depth import with_room
from jupyterlab_promote.model.finding import Finding
from jupyterlab_promote.model.pipeline import Analysis, Edge, FileUse, OutsideWrite, Step
from jupyterlab_promote.model.settings import NotebookSettings
from jupyterlab_promote.notebook.blocks import Code
from jupyterlab_promote.notebook.document import Cell, Notebook
from jupyterlab_promote.notebook.layout import Layout, layout
from jupyterlab_promote.notebook.newer_syntax import Reading, as_read
from jupyterlab_promote.notebook.parameters import read_parameters
from jupyterlab_promote.notebook.settings import read_settings
from jupyterlab_promote.notebook.step_checks import check_steps
from jupyterlab_promote.unhurried import collector_waits


@dataclass(frozen=True)
class Context:
    """What the caller knows of the notebook's surroundings; the analysis itself looks nothing up.

    Attributes:
        files: paths in the notebook's folder, relative with `/`; None when there is no folder.
        module_sources: of those modules, by path without `.py`; as far as they are small.
        local_modules: path without `.py` -> path, of each module and package in that folder.
        readings: by source, what the kernel's Python says of cells that this Python cannot parse.
        stars: what star imports of installed modules bind, as the kernel's Python says.
        named: by configuration file, the files that it names; folders end in `/`.
        of_project: imported module -> folder of the same project that has it, and where the notebook does not look.
        kernel_missing: the notebook's kernel is not installed where it is edited.
    """

    files: frozenset[str] | None = None
    local_modules: Mapping[str, str] = field(default_factory=dict)
    module_sources: Mapping[str, str] = field(default_factory=dict)
    readings: Mapping[str, Reading] = field(default_factory=dict)
    stars: Stars = field(default_factory=dict)
    named: Mapping[str, Sequence[str]] = field(default_factory=dict)
    of_project: Mapping[str, str] = field(default_factory=dict)
    kernel_missing: bool = False

    @property
    def around(self) -> Around:
        """What its paths may lead to besides."""
        of_config = tuple(path for paths in self.named.values() for path in paths)
        return Around(self.local_modules, self.module_sources, of_config)


@dataclass(frozen=True)
class _Derived:
    """What depends on the language of the cells."""

    steps: tuple[Step, ...]
    edges: tuple[Edge, ...]
    findings: tuple[Finding, ...]
    files: tuple[FileUse, ...] = ()
    requirements: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    outside_writes: tuple[OutsideWrite, ...] = ()


def analyse(nb: Notebook, *, context: Context | None = None) -> Analysis:
    """Derive steps, edges with their reasons, parameters, files and findings from a notebook."""
    with collector_waits():
        return with_room(partial(_analysed, nb, context))


def _analysed(nb: Notebook, context: Context | None) -> Analysis:
    settings, _ = read_settings(nb)
    if settings.fuse == "auto":
        return fused(nb, lambda tagged: _as_tagged(tagged, context))
    return _as_tagged(nb, context)


def _as_tagged(written: Notebook, context: Context | None) -> Analysis:
    around = context or Context()
    read = as_read(written, around.readings)
    nb = spelled_out(read, around.module_sources, around.stars)
    settings, of_settings = read_settings(nb)
    laid = layout(nb)
    python = nb.language == "python"
    parameters, of_parameters = read_parameters(
        laid.parameters if python else None,
        settings.parameters,
        scheduled=settings.schedule.cron is not None,
    )
    derived = (
        _of_python(nb, laid, settings, context)
        if python
        else _Derived(*foreign_steps(nb, laid, settings))
    )
    of_steps = check_steps(nb, settings, tuple(step.name for step in derived.steps))
    of_kernel = portability.missing_kernel(nb) if around.kernel_missing else ()
    findings = (
        *(*of_settings, *laid.findings, *of_parameters, *of_steps),
        *(*of_kernel, *derived.findings),
    )
    return Analysis(
        name=settings.name,
        kernel=nb.kernel,
        language=nb.language,
        steps=derived.steps,
        edges=derived.edges,
        findings=_in_order(with_offers(findings, settings, written)),
        parameters=parameters,
        schedule=settings.schedule,
        requirements=derived.requirements,
        imports=derived.imports,
        files=derived.files,
        outside_writes=derived.outside_writes,
        cell_steps=laid.cell_steps,
        suggested=suggested_steps(nb, laid),
    )


def _of_python(
    nb: Notebook, laid: Layout, settings: NotebookSettings, context: Context | None
) -> _Derived:
    given = context or Context()
    skipped = frozenset(cell.id for cell in laid.skipped)
    code = Code(c for c in nb.code if c.id not in skipped) if skipped else nb.code
    found = python_steps(
        nb, laid, settings, code, module_sources=given.module_sources, stars=given.stars
    )
    found_uses = outside.file_uses(code, given.files, given.around)
    uses = with_named_files(found_uses, given.named)
    declared = (path for step in settings.steps.values() for path in step.writes)
    made = (*settings.produces, *declared)
    asked = outside.requirements(code)
    added = (*asked, *_packages(settings))
    # Where nothing is known of the notebook's surroundings, nothing is missing from them.
    here = context is not None and nb.kernel == "python3"
    return _Derived(
        found.steps,
        found.edges,
        (
            *syntax_errors(code, given.readings, written_with=nb.python_version),
            *found.findings,
            *_portability(code, uses, settings),
            *outside.missing_files(code, uses, given.files, made),
            *named_folders(code, uses, given.named, settings.files),
            *(unknown_modules(code, given.local_modules, given.of_project, added) if here else ()),
        ),
        uses,
        asked,
        outside.imports(code),
        found.outside_writes,
    )


def _packages(settings: NotebookSettings) -> tuple[str, ...]:
    """What the user adds to the environments of steps."""
    return tuple(text for step in settings.steps.values() for text in step.environment.pip)


def _portability(
    code: tuple[Cell, ...], uses: tuple[FileUse, ...], settings: NotebookSettings
) -> tuple[Finding, ...]:
    return (
        *portability.environment_reads(code, settings),
        *portability.widget_values(code),
        *portability.frozen_files(uses, settings),
        *portability.appended_files(code),
        *portability.out_of_order(code),
    )


def _in_order(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    rank = {"error": 0, "warning": 1, "info": 2}
    return tuple(
        sorted(
            findings,
            key=lambda f: (rank[f.severity], f.cell_index or 0, f.line or 0, f.code, f.name or ""),
        )
    )

"""The front door: `analyse(notebook) -> Analysis`. Pure, never raises on user code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from jupyterlab_promote.dataflow import chain, outside, portability
from jupyterlab_promote.dataflow.fusing import fused
from jupyterlab_promote.dataflow.library import hidden_state, star_names
from jupyterlab_promote.dataflow.local_modules import unknown_modules
from jupyterlab_promote.dataflow.module_state import module_state
from jupyterlab_promote.dataflow.offers import acceptable
from jupyterlab_promote.dataflow.prelude import is_replayed, without_values_of_setup
from jupyterlab_promote.dataflow.rules.addresses import kept_addresses
from jupyterlab_promote.dataflow.rules.figures import figures_that_go_on
from jupyterlab_promote.dataflow.rules.hidden_names import opaque_code
from jupyterlab_promote.dataflow.rules.history import history
from jupyterlab_promote.dataflow.rules.registering_classes import classes_that_register
from jupyterlab_promote.dataflow.rules.seeds import seeds_that_stay
from jupyterlab_promote.dataflow.rules.set_up import logger_settings, patched_modules, registrations
from jupyterlab_promote.dataflow.rules.staying import stays_behind
from jupyterlab_promote.dataflow.rules.unbound import syntax_errors, undefined_names
from jupyterlab_promote.dataflow.rules.waiting import interactive
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.dataflow.suggest import suggested_steps
from jupyterlab_promote.dataflow.wiring import wire, wire_in_a_chain
from jupyterlab_promote.model.finding import Finding
from jupyterlab_promote.model.pipeline import (
    Analysis,
    Edge,
    EdgeReason,
    FileUse,
    Step,
)
from jupyterlab_promote.model.settings import MapOver, NotebookSettings
from jupyterlab_promote.notebook.document import Cell, Notebook
from jupyterlab_promote.notebook.layout import Group, Layout, layout
from jupyterlab_promote.notebook.newer_syntax import Reading, as_read
from jupyterlab_promote.notebook.parameters import read_parameters
from jupyterlab_promote.notebook.settings import check_steps, read_settings, step_settings
from jupyterlab_promote.notebook.tags import read_tags


@dataclass(frozen=True)
class Context:
    """What the caller knows of the notebook's surroundings; the analysis itself looks nothing up.

    Attributes:
        files: paths in the notebook's folder, relative with `/`; None when there is no folder.
        module_sources: of those modules, by path without `.py`; as far as they are small.
        local_modules: path without `.py` -> path, of each module and package in that folder.
        readings: by source, what the kernel's Python says of cells that this Python cannot parse.
    """

    files: frozenset[str] | None = None
    local_modules: Mapping[str, str] = field(default_factory=dict)
    module_sources: Mapping[str, str] = field(default_factory=dict)
    readings: Mapping[str, Reading] = field(default_factory=dict)


def analyse(nb: Notebook, *, context: Context | None = None) -> Analysis:
    """Derive steps, edges with their reasons, parameters, files and findings from a notebook."""
    settings, _ = read_settings(nb)
    if settings.fuse == "auto":
        return fused(nb, lambda tagged: _as_tagged(tagged, context))
    return _as_tagged(nb, context)


def _as_tagged(written: Notebook, context: Context | None) -> Analysis:
    given = context or Context()
    nb = as_read(written, given.readings)
    settings, findings = read_settings(nb)
    laid = layout(nb)
    findings = (*findings, *laid.findings)
    scheduled = settings.schedule.cron is not None
    code = tuple(c for c in nb.cells if c.is_code and c not in laid.skipped)
    python = nb.language == "python"
    parameters, more = read_parameters(
        laid.parameters if python else None, settings.parameters, scheduled=scheduled
    )
    if python:
        steps, edges, found = _python_steps(nb, laid, settings, given)
        uses = outside.file_uses(code, given.files, given.local_modules)
    else:
        steps, edges, found = _foreign_steps(nb, laid, settings)
        uses = ()
    if python:
        declared = (path for step in settings.steps.values() for path in step.writes)
        made = (*settings.produces, *declared)
        found = (
            *found,
            *_portability(code, uses, settings),
            *outside.missing_files(code, uses, given.files, made),
        )
        # Where nothing is known of the notebook's surroundings, nothing is missing from them.
        if context is not None and nb.kernel == "python3":
            found = (*found, *unknown_modules(code, given.local_modules))
    asked = check_steps(nb, settings, tuple(step.name for step in steps))
    all_findings = _accepted((*findings, *more, *asked, *found), settings, written)
    return Analysis(
        name=settings.name,
        kernel=nb.kernel,
        language=nb.language,
        steps=steps,
        edges=edges,
        findings=_in_order(all_findings),
        parameters=parameters,
        schedule=settings.schedule,
        requirements=outside.requirements(code) if python else (),
        imports=outside.imports(code) if python else (),
        files=uses,
        cell_steps=laid.cell_steps,
        suggested=suggested_steps(nb, laid),
    )


def _python_steps(
    nb: Notebook, laid: Layout, settings: NotebookSettings, given: Context
) -> tuple[tuple[Step, ...], tuple[Edge, ...], tuple[Finding, ...]]:
    replayed, groups, automatic = _with_setup(laid)
    steps = tuple(chain.step_names(g.name, g.cells) for g in groups)
    prelude = chain.step_names("prelude", replayed)
    code = tuple(c for c in nb.cells if c.is_code and c not in laid.skipped)
    everything = _opaque(code)
    states = hidden_state(
        frozenset(m for c in code for m in cell_names(c.source)[1].modules),
        "\n".join(c.source for c in code),
    )
    if everything:
        wired = wire_in_a_chain(prelude, steps, states)
    else:
        wired = wire(nb, laid, settings, prelude, steps, states)
    found = (
        *syntax_errors(code, given.readings, written_with=nb.python_version),
        *_findings(laid, prelude, steps, code, wired.carried(steps), everything=everything),
        *module_state(prelude, steps, given.module_sources),
    )
    parameter_names = _parameter_names(laid)
    asked = tuple(step_settings(settings, group.name) for group in groups)
    made = tuple(
        Step(
            name=group.name,
            cells=tuple(cell.id for cell in group.cells),
            replay=_replay(replayed, laid),
            preamble=chain.preamble(steps[:index], (prelude,)),
            settings=asked[index],
            inputs=wired.inputs[index],
            outputs=wired.outputs[index],
            changes=wired.changes[index],
            readonly=wired.readonly[index],
            reads_parameters=_read_parameters(parameter_names, steps, index, asked[index].map_over),
            automatic=group.name == automatic,
        )
        for index, group in enumerate(groups)
    )
    return made, _with_wishes(wired.edges, groups, made), (*found, *wired.findings)


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


def _with_setup(laid: Layout) -> tuple[tuple[Cell, ...], tuple[Group, ...], str | None]:
    """(replayed prelude cells, steps with the automatic first one, its name)."""
    code = tuple(c for c in laid.prelude if c.is_code)
    may = tuple(c for c in code if c.id in laid.explicit or is_replayed(c))
    replayed = without_values_of_setup(may, code)
    once = tuple(c for c in code if c not in replayed)
    if not once or not laid.groups:
        return replayed, laid.groups, None
    taken = {group.name for group in laid.groups}
    name = next(n for n in ("setup", *(f"setup_{i}" for i in range(2, 99))) if n not in taken)
    setup = Group(name, tuple(c for c in laid.prelude if c in once or not c.is_code))
    return replayed, (setup, *laid.groups), name


def _replay(replayed: tuple[Cell, ...], laid: Layout) -> tuple[str, ...]:
    own = (laid.parameters,) if laid.parameters is not None else ()
    cells = sorted((*replayed, *own), key=lambda cell: cell.index)
    return tuple(cell.id for cell in cells)


def _parameter_names(laid: Layout) -> tuple[str, ...]:
    if laid.parameters is None:
        return ()
    found, _ = read_parameters(laid.parameters, {}, scheduled=False)
    return tuple(parameter.name for parameter in found)


def _read_parameters(
    names: tuple[str, ...],
    steps: tuple[chain.StepNames, ...],
    index: int,
    mapping: MapOver | None,
) -> tuple[str, ...]:
    """Parameters that a step, a function of an earlier step, or the mapping of the step looks up."""
    if not names:
        return ()
    step = steps[index]
    late = {name for earlier in steps[: index + 1] for name in earlier.late}
    if any(s.opaque for s in steps):
        return names
    if mapping is not None:
        late.add(mapping.over)
    return tuple(name for name in names if name in step.reads or name in late)


def _opaque(code: tuple[Cell, ...]) -> bool:
    for cell in code:
        read, own = cell_names(cell.source)
        if read.error is not None and read_tags(cell.tags).continues:
            return True
        if own.opaque is not None or any(star_names(module) is None for module in own.stars):
            return True
    return False


def _findings(
    laid: Layout,
    prelude: chain.StepNames,
    steps: tuple[chain.StepNames, ...],
    code: tuple[Cell, ...],
    carried: dict[str, set[str]],
    *,
    everything: bool,
) -> tuple[Finding, ...]:
    own = (laid.parameters,) if laid.parameters is not None else ()
    stars = {
        name
        for cell in code
        for module in cell_names(cell.source)[1].stars
        for name in star_names(module) or ()
    }
    own_names = {*chain.step_names("parameters", own).binds, *_parameter_names(laid)}
    given = frozenset({*prelude.binds, *stars, *own_names})
    skipped = {
        name: cell
        for cell in reversed([c for c in laid.skipped if c.is_code])
        for name in cell_names(cell.source)[1].binds
    }
    ordered = ((prelude,) if prelude.cells else ()) + steps
    found = [*interactive(code), *opaque_code(ordered)]
    if not everything:
        found += undefined_names(ordered, given, skipped)
    found += history(ordered)
    found += patched_modules(steps, prelude)
    found += registrations(steps, prelude)
    found += figures_that_go_on(steps, prelude)
    found += logger_settings(steps)
    found += seeds_that_stay(steps, prelude)
    found += classes_that_register(steps)
    found += stays_behind(steps, carried)
    found += kept_addresses(steps, carried)
    return tuple(found)


def _with_wishes(
    edges: tuple[Edge, ...], groups: tuple[Group, ...], steps: tuple[Step, ...]
) -> tuple[Edge, ...]:
    """The edges and those that the user asks for with `prev:` tags and `after`."""
    names = {step.name for step in steps}
    there = {(edge.source, edge.target) for edge in edges}
    wished: list[Edge] = []
    for group, step in zip(groups, steps, strict=True):
        for source in (*group.after, *step.settings.after):
            if source in names and source != group.name and (source, group.name) not in there:
                there.add((source, group.name))
                why = f"you asked for `{group.name}` after `{source}`"
                wished.append(
                    Edge(
                        source=source,
                        target=group.name,
                        reason=why,
                        reasons=(EdgeReason(name=source, kind="after", why=why),),
                    )
                )
    order = {step.name: index for index, step in enumerate(steps)}
    return (*edges, *(w for w in wished if order[w.source] < order[w.target]))


def _foreign_steps(
    nb: Notebook, laid: Layout, settings: NotebookSettings
) -> tuple[tuple[Step, ...], tuple[Edge, ...], tuple[Finding, ...]]:
    """Steps of a kernel that is not Python: files only, one after another."""
    prelude = tuple(cell.id for cell in laid.prelude)
    steps = tuple(
        Step(
            name=group.name,
            cells=tuple(cell.id for cell in group.cells),
            replay=prelude,
            settings=step_settings(settings, group.name),
        )
        for group in laid.groups
    )
    edges = tuple(
        Edge(source=a.name, target=b.name, reason="steps run in the notebook's order")
        for a, b in pairwise(steps)
    )
    notice = Finding(
        code="PRM403",
        severity="warning" if len(steps) > 1 else "info",
        message=f"The kernel `{nb.kernel}` runs {nb.language}: steps hand over files, but no variables.",
        fix="Write what later steps need to files, and read it there; or keep everything in one step.",
    )
    return steps, edges, (notice,)


def _accepted(
    findings: tuple[Finding, ...], settings: NotebookSettings, nb: Notebook
) -> tuple[Finding, ...]:
    """Mark the warnings that the user accepted for a cell as it stands; the others can be accepted."""
    hashes = {cell.id: cell.source_hash for cell in nb.cells}
    accepted = {(a.code, a.cell, a.source_hash) for a in settings.accepted}
    return tuple(
        acceptable(finding, hashes.get(finding.cell or ""), accepted) for finding in findings
    )


def _in_order(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    rank = {"error": 0, "warning": 1, "info": 2}
    return tuple(
        sorted(
            findings,
            key=lambda f: (rank[f.severity], f.cell_index or 0, f.line or 0, f.code, f.name or ""),
        )
    )

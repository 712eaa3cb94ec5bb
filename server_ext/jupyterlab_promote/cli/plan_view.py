"""How a plan is shown to people and to programs."""

from collections.abc import Iterator, Sequence, Set

from pydantic import JsonValue

from jupyterlab_promote.model.document import dump
from jupyterlab_promote.model.finding import Finding
from jupyterlab_promote.model.pipeline import Analysis, Edge, FileUse, Parameter, Step
from jupyterlab_promote.model.settings import Schedule, format_bytes
from jupyterlab_promote.notebook.document import Notebook
from jupyterlab_promote.notebook.settings import KEY, read_settings

_TITLES = {"blocks": "Blocks publishing", "check": "Check", "fine": "Good to know"}
_UNREACHABLE = {"PRM410", "PRM413"}
"""Findings that name a file which a version cannot take along."""
_NAMES_SHOWN = 6
_WIDEST_NAME = 48


def plan_json(analysis: Analysis) -> dict[str, JsonValue]:
    """The analysis as programs read it: each step also has its resources on top."""
    body: dict[str, JsonValue] = dump(analysis)
    body["steps"] = [
        {**dump(step), "resources": dump(step.settings.resources)} for step in analysis.steps
    ]
    body["promotable"] = analysis.promotable
    return body


def shown(analysis: Analysis, nb: Notebook, name: str) -> str:
    """The analysis in a few aligned lines."""
    steps = len(analysis.steps)
    title = f"{analysis.name or name}: {steps} step{'' if steps == 1 else 's'}, kernel {analysis.kernel}"
    parts = [[title]]
    parts += [part for part in _parts(analysis, nb) if part]
    for group, heading in _TITLES.items():
        found = [finding for finding in analysis.findings if finding.group == group]
        if found:
            parts.append([heading, *(line for finding in found for line in finding_lines(finding))])
    if analysis.suggested and len(analysis.steps) <= 1:
        names = ", ".join(step.name for step in analysis.suggested)
        named = any(step.title for step in analysis.suggested)
        why = "Steps from the headings" if named else "Steps between which least has to travel"
        parts.append([f"{why}: {names}"])
    if analysis.promotable:
        parts.append(["It can be published."])
    return "\n\n".join("\n".join(part) for part in parts)


def _parts(analysis: Analysis, nb: Notebook) -> Iterator[list[str]]:
    yield list(_steps(analysis, nb)) if analysis.steps else []
    yield _titled("Edges", [line for edge in analysis.edges for line in _edge(edge)])
    yield _titled("Parameters", list(_table([_parameter(p) for p in analysis.parameters])))
    refused = {finding.name for finding in analysis.findings if finding.code in _UNREACHABLE}
    yield _titled("Files", list(_table([_file(use, refused) for use in analysis.files])))
    if analysis.schedule.cron is not None or analysis.schedule.assets:
        yield _schedule(analysis.schedule, nb)
    if produces := read_settings(nb)[0].produces:
        yield [f"Each run updates {' and '.join(produces)}"]
    if analysis.requirements:
        yield [f"Environment  {', '.join(analysis.requirements)}"]


def _schedule(schedule: Schedule, nb: Notebook) -> list[str]:
    # Only a schedule needs what the extra `lab` brings.
    from jupyterlab_promote.server.schedule import words

    lines = [f"Schedule  {words(schedule)}"]
    own = nb.metadata.get(KEY, {}).get("schedule")
    if schedule.cron and isinstance(own, dict) and not own.get("timezone"):
        lines.append("          UTC, since the notebook names no timezone: publish --timezone does")
    return lines


def _titled(title: str, lines: list[str]) -> list[str]:
    return [title, *lines] if lines else []


def finding_lines(finding: Finding) -> Iterator[str]:
    """One finding: code, place and sentence; its fix below."""
    place = "notebook" if finding.cell_index is None else f"cell {finding.cell_index + 1}"
    if finding.line is not None:
        place += f", line {finding.line}"
    yield f"  {finding.code}  {place}: {finding.message}"
    if finding.fix:
        yield f"          {finding.fix}"


def _steps(analysis: Analysis, nb: Notebook) -> Iterator[str]:
    rows: list[tuple[str, ...]] = [("STEP", "CELLS", "AFTER", "CPUS", "GPUS", "MEMORY", "RECEIVES")]
    rows += [_step(step, analysis, nb) for step in analysis.steps]
    yield from _table(rows)


def _step(step: Step, analysis: Analysis, nb: Notebook) -> tuple[str, ...]:
    resources = step.settings.resources
    sources = {edge.source for edge in analysis.edges if edge.target == step.name}
    names = [name for given in step.inputs for name in given.names if name.isidentifier()]
    return (
        _brief(step.name) + (" (automatic)" if step.automatic else ""),
        _cells(step, nb),
        ", ".join(_brief(s.name) for s in analysis.steps if s.name in sources) or "-",
        f"{resources.cpus:g}",
        f"{resources.gpus:g}" if resources.gpus else "-",
        format_bytes(resources.memory) if resources.memory else "-",
        _few(names) or ("everything" if any("*" in i.names for i in step.inputs) else "-"),
    )


def _cells(step: Step, nb: Notebook) -> str:
    """The step's code cells as people count them: `3-5, 8`."""
    cells = nb.by_id
    numbers = [cells[i].index + 1 for i in step.cells if i in cells and cells[i].is_code]
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{r[0]}-{r[-1]}" if len(r) > 1 else str(r[0]) for r in runs) or "-"


def _edge(edge: Edge) -> Iterator[str]:
    yield f"  {_brief(edge.source)} -> {_brief(edge.target)}"
    for reason in edge.reasons[:_NAMES_SHOWN]:
        yield f"      {reason.why}"
    if not edge.reasons and edge.reason:
        yield f"      {edge.reason}"
    if len(edge.reasons) > _NAMES_SHOWN:
        yield f"      and {len(edge.reasons) - _NAMES_SHOWN} more"


def _parameter(parameter: Parameter) -> tuple[str, ...]:
    if parameter.binding is not None:
        value = f"from the run's {parameter.binding}"
    else:
        value = "required" if parameter.required else repr(parameter.default)
    return (parameter.name, parameter.type, value, parameter.help)


def _file(use: FileUse, refused: Set[str | None]) -> tuple[str, ...]:
    if use.path in refused:
        return (use.path, "cannot travel, see below")
    return (use.path, "frozen in the version" if use.travels == "frozen" else "read live")


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
    return ", ".join(names[:_NAMES_SHOWN]) + more


def _brief(name: str) -> str:
    return name if len(name) <= _WIDEST_NAME else name[: _WIDEST_NAME - 1] + "…"


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if not rows:
        return
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = (text.ljust(width) for text, width in zip(row, widths, strict=True))
        yield "  " + "  ".join(cells).rstrip()

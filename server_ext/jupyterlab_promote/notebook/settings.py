"""`notebook.metadata.promote`, read leniently with located findings; `settings_edits.py` writes it,
`step_checks.py` holds it against the steps.

| code | severity | what |
|---|---|---|
| PRM110 | error | a setting of a step that cannot be used |
| PRM111 | error | a schedule that cannot be used |
| PRM112 | error | another setting that cannot be used |
"""

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from jupyterlab_promote.model.finding import Finding
from jupyterlab_promote.model.settings import (
    NotebookSettings,
    Published,
    Schedule,
    StepSettings,
)
from jupyterlab_promote.notebook.document import Cell, Notebook
from jupyterlab_promote.notebook.schedules import check_cron, check_timezone
from jupyterlab_promote.notebook.tags import first_cell

KEY = "promote"
DERIVED_KEY = "derived_from"
_FIELDS = (
    "name",
    "description",
    "parameters",
    "files",
    "produces",
    "fuse",
    "shared",
    "accepted",
)


def read_settings(nb: Notebook) -> tuple[NotebookSettings, tuple[Finding, ...]]:
    """The notebook's settings; what cannot be used is left out and becomes a finding."""
    raw = nb.metadata.get(KEY)
    if raw is None:
        return NotebookSettings(), ()
    if not isinstance(raw, Mapping):
        return NotebookSettings(), (_finding("PRM112", "settings", "is not an object"),)
    findings: list[Finding] = []
    fields: dict[str, Any] = {}
    for name in _FIELDS:
        if raw.get(name) is not None:
            fields |= _field(name, raw[name], findings)
    fields["published"] = _published(raw.get("published"))
    fields["schedule"] = _schedule(raw.get("schedule"), findings)
    findings += [
        _finding("PRM112", f"`{name}`", "is not an object")
        for name in ("schedule", "defaults", "steps")
        if not isinstance(raw.get(name) or {}, Mapping)
    ]
    defaults = _usable(
        StepSettings,
        _known(raw.get("defaults"), StepSettings),
        lambda path, reason: findings.append(_finding("PRM112", f"`defaults.{path}`", reason)),
    )
    fields["defaults"] = defaults
    fields["steps"] = _steps(nb, raw.get("steps"), defaults, findings)
    return NotebookSettings(**fields), tuple(findings)


_NOTHING_SAID = StepSettings()


def step_settings(settings: NotebookSettings, step: str) -> StepSettings:
    """The settings of a step: its own over the notebook's defaults."""
    own = settings.steps.get(step)
    if own is not None:
        return own
    return StepSettings(**settings.defaults) if settings.defaults else _NOTHING_SAID


def _known(raw: Any, model: type[BaseModel]) -> dict[str, Any]:
    """The keys of `raw` that the model has; the others are somebody else's."""
    if not isinstance(raw, Mapping):
        return {}
    return {k: v for k, v in raw.items() if k in model.model_fields and v is not None}


def _finding(
    code: str, where: str, reason: str, step: tuple[str, Cell | None] | None = None
) -> Finding:
    name, cell = step or ("", None)
    return Finding(
        code=code,
        severity="error",
        message=f"{where} {reason}.",
        fix="Correct it in the sidebar, or in the notebook's metadata under `promote`.",
        name=where.strip("`"),
        cell=cell.id if cell else None,
        cell_index=cell.index if cell else None,
        steps=(name,) if name else (),
    )


def _reason(error: ValidationError) -> tuple[str, str]:
    """(field path, what is wrong with the value) of the first problem."""
    first = error.errors()[0]
    path = ".".join(str(part) for part in first["loc"])
    message = str(first["msg"]).removeprefix("Value error, ")
    value = first.get("input")
    if "is not a size" in message:
        return path, f"cannot be used: {message}"
    for theirs, ours in _PLAIN:
        message = message.replace(theirs, ours)
    return path, f"is {_short(value)}: {message[:1].lower()}{message[1:]}"


_PLAIN = (
    ("Input should be a valid tuple", "write a list"),
    ("Input should be a valid dictionary", "write an object"),
    ("Input should be a valid string", "write a text"),
    ("Input should be a valid boolean", "write true or false"),
    ("Input should be a valid integer", "write a whole number"),
    ("Input should be a valid number", "write a number"),
    ("Input should be", "it must be"),
    (", unable to parse string as a number", ""),
    (", unable to parse string as an integer", ""),
    (", unable to interpret input", ""),
)
"""The words of pydantic, which a person reads who has never seen Python's types, and ours for them."""


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _field(name: str, value: Any, findings: list[Finding]) -> dict[str, Any]:
    try:
        checked = NotebookSettings(**{name: value})
    except ValidationError as error:
        path, reason = _reason(error)
        findings.append(_finding("PRM112", f"`{path}`", reason))
        return {}
    return {name: getattr(checked, name)}


def _published(raw: Any) -> Published | None:
    try:
        return Published(**_known(raw, Published)) if isinstance(raw, Mapping) else None
    except ValidationError:
        return None


def _schedule(raw: Any, findings: list[Finding]) -> Schedule:
    if raw is None:
        return Schedule()
    fields = _usable(
        Schedule,
        _known(raw, Schedule),
        lambda path, reason: findings.append(_finding("PRM111", f"`schedule.{path}`", reason)),
    )
    schedule = Schedule(**fields)
    if schedule.cron and (reason := check_cron(schedule.cron)):
        findings.append(_finding("PRM111", f"The schedule {_short(schedule.cron)}", reason))
        schedule = schedule.model_copy(update={"cron": None})
    if reason := check_timezone(schedule.timezone):
        findings.append(_finding("PRM111", f"The timezone {_short(schedule.timezone)}", reason))
        schedule = schedule.model_copy(update={"timezone": "UTC"})
    return schedule


def _steps(
    nb: Notebook, raw: Any, defaults: Mapping[str, Any], findings: list[Finding]
) -> dict[str, StepSettings]:
    """The settings of each step; a value that cannot be used is told and left out, the others stay."""
    if not isinstance(raw, Mapping):
        return {}
    steps: dict[str, StepSettings] = {}
    for name, own in raw.items():
        place = (str(name), first_cell(nb, str(name)))

        def tell(path: str, reason: str, place: tuple[str, Cell | None] = place) -> None:
            where = f"`{path}` of step `{place[0]}`"
            findings.append(_finding("PRM110", where, reason, place))

        fields = {**defaults, **_known(own, StepSettings)}
        steps[str(name)] = StepSettings(**_usable(StepSettings, fields, tell))
    return steps


def _usable(
    model: type[BaseModel], fields: Mapping[str, Any], tell: Callable[[str, str], None]
) -> dict[str, Any]:
    """The fields that the model takes; a bad value is told, an unknown key is somebody else's."""
    left = copy.deepcopy(dict(fields))
    while True:
        try:
            model(**left)
        except ValidationError as error:
            first = error.errors()[0]
            if first["type"] != "extra_forbidden":
                tell(*_reason(error))
            _drop(left, first["loc"])
        else:
            return left


def _drop(fields: dict[str, Any], path: Sequence[int | str]) -> None:
    """Remove the value at a path, or the deepest thing on the way there that is an object's."""
    holder, key = fields, path[0]
    for part in path[1:]:
        inner = holder.get(str(key))
        if not isinstance(inner, dict) or part not in inner:
            break
        holder, key = inner, part
    holder.pop(str(key), None)

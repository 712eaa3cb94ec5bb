"""`notebook.metadata.promote`: read leniently with located findings, written without losing unknown keys.

| code | severity | what |
|---|---|---|
| PRM110 | error | a setting of a step that cannot be used |
| PRM111 | error | a schedule that cannot be used |
| PRM112 | error | another setting that cannot be used |
| PRM113 | info | settings of a step that is gone |
"""

import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from croniter import croniter
from pydantic import BaseModel, ValidationError

from jupyterlab_promote.model.document import dump
from jupyterlab_promote.model.finding import Finding
from jupyterlab_promote.model.settings import (
    NotebookSettings,
    Published,
    Schedule,
    StepSettings,
)
from jupyterlab_promote.notebook.document import Notebook

KEY = "promote"
DERIVED_KEY = "derived_from"
_CRON_PRESETS = frozenset({"@hourly", "@daily", "@weekly", "@monthly", "@quarterly", "@yearly"})


def read_settings(nb: Notebook) -> tuple[NotebookSettings, tuple[Finding, ...]]:
    """The notebook's settings; what cannot be used is left out and becomes a finding."""
    raw = nb.metadata.get(KEY)
    if raw is None:
        return NotebookSettings(), ()
    if not isinstance(raw, Mapping):
        return NotebookSettings(), (_finding("PRM112", "settings", "is not an object"),)
    findings: list[Finding] = []
    fields: dict[str, Any] = {}
    for name in ("name", "description", "parameters", "files", "produces", "fuse", "accepted"):
        if raw.get(name) is not None:
            fields |= _field(name, raw[name], findings)
    fields["published"] = _published(raw.get("published"))
    fields["schedule"] = _schedule(raw.get("schedule"), findings)
    defaults = _known(raw.get("defaults"), StepSettings)
    fields["defaults"] = defaults
    fields["steps"] = _steps(raw.get("steps"), defaults, findings)
    return NotebookSettings(**fields), tuple(findings)


def step_settings(settings: NotebookSettings, step: str) -> StepSettings:
    """The settings of a step: its own over the notebook's defaults."""
    own = settings.steps.get(step)
    if own is not None:
        return own
    try:
        return StepSettings(**settings.defaults)
    except ValidationError:
        return StepSettings()


def check_cron(cron: str) -> str:
    """Why Airflow would not take this cron; empty when it would."""
    text = cron.strip()
    if text in _CRON_PRESETS:
        return ""
    if len(text) > 100:
        return "is too long for a cron expression"
    if len(text.split()) != 5:
        return "needs five fields: minute hour day month weekday, such as `0 2 * * *`"
    if not croniter.is_valid(text):
        return "is not a cron expression; write for example `0 2 * * *`"
    return ""


def check_timezone(name: str) -> str:
    """Why this is no timezone; empty when it is one."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError, TypeError):
        return "is not a timezone; write for example `Europe/Berlin`"
    return ""


def with_published(content: Mapping[str, Any], published: Published) -> dict[str, Any]:
    """The notebook JSON with its identity written; all other keys stay."""
    return with_setting(content, "published", dump(published))


def with_setting(content: Mapping[str, Any], key: str, value: Any) -> dict[str, Any]:
    """The notebook JSON with one key of its settings replaced."""
    metadata = dict(content.get("metadata") or {})
    own = metadata.get(KEY)
    metadata[KEY] = {"schema_version": 1, **(own if isinstance(own, Mapping) else {}), key: value}
    return {**content, "metadata": metadata}


def _known(raw: Any, model: type[BaseModel]) -> dict[str, Any]:
    """The keys of `raw` that the model has; the others are somebody else's."""
    if not isinstance(raw, Mapping):
        return {}
    return {k: v for k, v in raw.items() if k in model.model_fields and v is not None}


def _finding(code: str, where: str, reason: str, steps: tuple[str, ...] = ()) -> Finding:
    return Finding(
        code=code,
        severity="error",
        message=f"{where} {reason}.",
        fix="Correct it in the sidebar, or in the notebook's metadata under `promote`.",
        name=where,
        steps=steps,
    )


def _reason(error: ValidationError) -> tuple[str, str]:
    """(field path, what is wrong with the value) of the first problem."""
    first = error.errors()[0]
    path = ".".join(str(part) for part in first["loc"])
    message = str(first["msg"]).removeprefix("Value error, ")
    value = first.get("input")
    if "is not a size" in message:
        return path, f"cannot be used: {message}"
    return path, f"is {_short(value)}: {message[:1].lower()}{message[1:]}"


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
    try:
        schedule = Schedule(**_known(raw, Schedule))
    except ValidationError as error:
        path, reason = _reason(error)
        findings.append(_finding("PRM111", f"`schedule.{path}`", reason))
        return Schedule()
    if schedule.cron and (reason := check_cron(schedule.cron)):
        findings.append(_finding("PRM111", f"The schedule {_short(schedule.cron)}", reason))
        return schedule.model_copy(update={"cron": None})
    if reason := check_timezone(schedule.timezone):
        findings.append(_finding("PRM111", f"The timezone {_short(schedule.timezone)}", reason))
        return schedule.model_copy(update={"timezone": "UTC"})
    return schedule


def _steps(
    raw: Any, defaults: Mapping[str, Any], findings: list[Finding]
) -> dict[str, StepSettings]:
    if not isinstance(raw, Mapping):
        return {}
    steps: dict[str, StepSettings] = {}
    for name, own in raw.items():
        fields = {**defaults, **_known(own, StepSettings)}
        for _ in range(len(fields) + 1):
            try:
                steps[str(name)] = StepSettings(**fields)
                break
            except ValidationError as error:
                path, reason = _reason(error)
                findings.append(
                    _finding("PRM110", f"`{path}` of step `{name}`", reason, (str(name),))
                )
                fields.pop(re.split(r"\.", path)[0], None)
    return steps

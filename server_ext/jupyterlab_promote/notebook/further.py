"""Further schedules of a notebook: the same code as pipelines `<id>__<name>`, each with its own schedule and values.

They are kept in the notebook's settings: `schedules` (what the user wants) and `published_as` (their identities).
"""

import contextlib
from collections.abc import Mapping
from typing import Any

from pydantic import JsonValue, ValidationError

from jupyterlab_promote.errors import InvalidInput
from jupyterlab_promote.ids import is_dag_id
from jupyterlab_promote.model.document import dump
from jupyterlab_promote.model.settings import Published, Schedule
from jupyterlab_promote.notebook.settings import KEY
from jupyterlab_promote.notebook.settings_edits import with_setting

SCHEDULES, IDENTITIES, VALUES = "schedules", "published_as", "values"


def names(content: Mapping[str, Any]) -> tuple[str, ...]:
    """The further schedules that the notebook has."""
    return tuple(_own(content, SCHEDULES))


def with_further(
    content: Mapping[str, Any], name: str, schedule: Schedule, values: Mapping[str, JsonValue]
) -> dict[str, Any]:
    """The notebook JSON with a further schedule, new or replaced."""
    wish = {"schedule": dump(schedule), VALUES: dict(values)}
    return with_setting(content, SCHEDULES, {**_own(content, SCHEDULES), name: wish})


def with_identity(content: Mapping[str, Any], name: str, published: Published) -> dict[str, Any]:
    """The notebook JSON that knows under which identity a further schedule is published."""
    known = {**_own(content, IDENTITIES), name: dump(published)}
    return with_setting(content, IDENTITIES, known)


def identities(content: Mapping[str, Any]) -> dict[str, Published]:
    """Under which identities further schedules are published; what cannot be used is left out."""
    found = {}
    for name, identity in _own(content, IDENTITIES).items():
        with contextlib.suppress(ValidationError):
            found[name] = Published.model_validate(identity)
    return found


def schedule_of(content: Mapping[str, Any], name: str) -> tuple[Schedule, dict[str, JsonValue]]:
    """A further schedule and its values; the schedule by hand only where there is none yet.

    Raises:
        InvalidInput: what stands in the notebook cannot be used.
    """
    wish = _own(content, SCHEDULES).get(name) or {}
    try:
        return Schedule.model_validate(wish.get("schedule") or {}), dict(wish.get(VALUES) or {})
    except (AttributeError, TypeError, ValueError) as error:
        raise InvalidInput(
            f"schedules.{name}",
            "is no schedule with values",
            hint="Write it anew under *Further schedules* in the sidebar.",
        ) from error


def further(content: Mapping[str, Any], name: str, *, dag_id: str) -> dict[str, Any]:
    """The notebook as the further pipeline that is published of it.

    Args:
        dag_id: of the notebook's own pipeline.

    Raises:
        InvalidInput: the name gives no pipeline id, or the schedule cannot be used.
    """
    made = f"{dag_id}__{name}"
    if not is_dag_id(made):
        hint = "Use lower-case letters, digits, - and _."
        raise InvalidInput("schedule", f"{made!r} is no pipeline id", hint=hint)
    schedule, values = schedule_of(content, name)
    own = {
        key: value
        for key, value in _settings(content).items()
        if key not in (SCHEDULES, IDENTITIES, "published")
    }
    own |= {"schema_version": 1, "name": made, "schedule": dump(schedule), VALUES: values}
    identity = _own(content, IDENTITIES).get(name)
    if identity is not None:
        own["published"] = identity
    return {**content, "metadata": {**(content.get("metadata") or {}), KEY: own}}


def values_of(metadata: Mapping[str, Any]) -> dict[str, JsonValue]:
    """The values that take the place of the defaults of parameters, in the notebook of a further pipeline."""
    own = metadata.get(KEY)
    found = own.get(VALUES) if isinstance(own, Mapping) else None
    return dict(found) if isinstance(found, Mapping) else {}


def _settings(content: Mapping[str, Any]) -> dict[str, Any]:
    own = (content.get("metadata") or {}).get(KEY)
    return dict(own) if isinstance(own, Mapping) else {}


def _own(content: Mapping[str, Any], key: str) -> dict[str, Any]:
    found = _settings(content).get(key)
    return dict(found) if isinstance(found, Mapping) else {}

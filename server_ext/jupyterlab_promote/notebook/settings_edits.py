"""Writing `notebook.metadata.promote` without losing keys that are not ours."""

from collections.abc import Mapping
from typing import Any

from jupyterlab_promote.model.document import dump
from jupyterlab_promote.model.run import Learned
from jupyterlab_promote.model.settings import Published
from jupyterlab_promote.notebook.settings import KEY


def with_published(content: Mapping[str, Any], published: Published) -> dict[str, Any]:
    """The notebook JSON with its identity written; all other keys stay."""
    return with_setting(content, "published", dump(published))


def with_learned(content: Mapping[str, Any], learned: Learned, *, step: str) -> dict[str, Any]:
    """The notebook JSON with what a run of a step found out, beside what is there already."""
    own = (content.get("metadata") or {}).get(KEY)
    own = own if isinstance(own, Mapping) else {}
    if learned.kind == "shared":
        groups = [list(group) for group in own.get("shared") or ()]
        names = list(learned.names)
        return with_setting(content, "shared", [*(g for g in groups if g != names), names])
    steps = own.get("steps")
    steps = dict(steps) if isinstance(steps, Mapping) else {}
    settings = dict(steps.get(step) or {})
    there = [name for name in settings.get("changes") or () if name not in learned.names]
    steps[step] = {**settings, "changes": [*there, *learned.names]}
    return with_setting(content, "steps", steps)


def with_setting(content: Mapping[str, Any], key: str, value: Any) -> dict[str, Any]:
    """The notebook JSON with one key of its settings replaced."""
    metadata = dict(content.get("metadata") or {})
    own = metadata.get(KEY)
    metadata[KEY] = {"schema_version": 1, **(own if isinstance(own, Mapping) else {}), key: value}
    return {**content, "metadata": metadata}

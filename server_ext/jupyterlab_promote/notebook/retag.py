"""Changes of a notebook's step tags: one notebook JSON in, a new one out. The file's other keys stay as they are."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from jupyterlab_promote.errors import InvalidInput, NotFound
from jupyterlab_promote.model.settings import parse_bytes
from jupyterlab_promote.notebook.document import Notebook
from jupyterlab_promote.notebook.layout import layout
from jupyterlab_promote.notebook.settings import KEY
from jupyterlab_promote.notebook.tags import read_tags, retagged

_LARGER = ("cpus", "gpus", "memory")


def merge_steps(nb: Notebook, steps: Sequence[str]) -> dict[str, Any]:
    """Give all steps from the first to the last of `steps` the name of the first one named.

    Steps that stand between them are merged too, because a step's cells stand together. The merged step gets the
    larger resources. Cells have ids afterwards, so an older notebook becomes nbformat 4.5.

    Raises:
        NotFound: there is no such step.
        InvalidInput: fewer than two different steps.
    """
    there = [group.name for group in layout(nb).groups]
    for step in steps:
        if step not in there:
            raise NotFound("step", step, hint=f"There are: {', '.join(there) or 'none'}.")
    if len(set(steps)) < 2:
        raise InvalidInput("steps", "merging needs two different steps")
    places = [there.index(step) for step in steps]
    names = there[min(places) : max(places) + 1]
    kept = steps[0]
    content = copy.deepcopy(dict(nb.content))
    for cell, raw in zip(nb.cells, content["cells"], strict=True):
        if set(read_tags(cell.tags).steps) & set(names):
            metadata = raw.setdefault("metadata", {})
            metadata["tags"] = list(retagged(cell.tags, kept))
    content["nbformat_minor"] = max(5, content.get("nbformat_minor") or 0)
    content["metadata"] = _with_larger(content.get("metadata") or {}, names, kept)
    return content


def _with_larger(metadata: Mapping[str, Any], names: Sequence[str], kept: str) -> dict[str, Any]:
    """The merged step asks for the most that one of its parts asked for; the parts' settings go."""
    own = metadata.get(KEY)
    steps = own.get("steps") if isinstance(own, Mapping) else None
    if not isinstance(own, Mapping) or not isinstance(steps, Mapping):
        return dict(metadata)
    parts = [steps[name] for name in names if isinstance(steps.get(name), Mapping)]
    resources = [p["resources"] for p in parts if isinstance(p.get("resources"), Mapping)]
    merged = dict(steps[kept]) if isinstance(steps.get(kept), Mapping) else {}
    larger = {key: _largest([r[key] for r in resources if key in r]) for key in _LARGER}
    most = {key: value for key, value in larger.items() if value is not None}
    if most:
        merged["resources"] = {**(merged.get("resources") or {}), **most}
    changes = [name for p in parts for name in p.get("changes") or ()]
    if changes:
        merged["changes"] = list(dict.fromkeys(changes))
    left = {name: value for name, value in steps.items() if name not in names}
    if merged:
        left[kept] = merged
    return {**metadata, KEY: {**own, "steps": left}}


def _largest(values: Sequence[Any]) -> Any:
    sizes: list[tuple[float, Any]] = []
    for value in values:
        try:
            sizes.append((float(parse_bytes(value)), value))
        except ValueError:
            sizes.append((0.0, value))
    return max(sizes, key=lambda pair: pair[0])[1] if sizes else None

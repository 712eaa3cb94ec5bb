"""What changed between two versions, in words. Values in, values out."""

from collections.abc import Mapping, Sequence
from typing import Any

from jupyterlab_promote.model.document import dump
from jupyterlab_promote.model.pipeline import Parameter, Step
from jupyterlab_promote.model.settings import Schedule, format_bytes
from jupyterlab_promote.model.version import Manifest
from jupyterlab_promote.server import schedule
from jupyterlab_promote.server.step_changes import Sources, StepChanges
from jupyterlab_promote.store.derived import with_settings_of


def changes(older: Manifest, newer: Manifest, *, sources: Sources | None = None) -> tuple[str, ...]:
    """One sentence for each thing that differs; empty when a run would do the same.

    Args:
        sources: asked only where the notebook of a step is another, which may be for its code, for what the steps
            give each other, or for a parameter; without it, it counts as the code.
    """
    cells = StepChanges(older, newer, sources)
    return (
        *_step_changes(older, newer, cells),
        *_edge_changes(older, newer),
        *_schedule_changes(older.schedule, newer.schedule),
        *_parameter_changes(older, newer),
        *cells.of_parameters(),
        *_file_changes(older, newer),
        *_other_changes(older, newer),
    )


def settings_changes(older: Manifest, newer: Manifest) -> tuple[str, ...]:
    """Those of the changes that are no code: what a rollback of the code alone leaves as it is."""
    return changes(older, with_settings_of(newer, code=older))


def _step_changes(older: Manifest, newer: Manifest, cells: StepChanges) -> list[str]:
    before, after = ({s.name: s for s in each.steps} for each in (older, newer))
    found = [f"Step {name} is new." for name in after if name not in before]
    found += [f"Step {name} is gone." for name in before if name not in after]
    for name in after:
        if name not in before:
            continue
        if older.notebooks.get(name) != newer.notebooks.get(name):
            found += cells.of(before[name], after[name])
        found += _settings_changes(before[name], after[name])
    return found


def _settings_changes(before: Step, after: Step) -> list[str]:
    was, now = _flat(dump(before.settings)), _flat(dump(after.settings))
    return [
        f"Step {after.name}: {key.removeprefix('resources.')} "
        f"{_shown(key, was.get(key))} -> {_shown(key, now.get(key))}."
        for key in sorted(was.keys() | now.keys())
        if was.get(key) != now.get(key)
    ]


def _shown(key: str, value: Any) -> str:
    """A value as the sidebar has it: sizes with their unit, lists with commas."""
    if value is None or value == []:
        return "none"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, float):
        return f"{value:g}"
    return format_bytes(value) if key == "resources.memory" else str(value)


def _flat(value: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, item in value.items():
        if isinstance(item, Mapping):
            flat |= _flat(item, f"{prefix}{key}.")
        else:
            flat[prefix + key] = item
    return flat


def _edge_changes(older: Manifest, newer: Manifest) -> list[str]:
    before, after = ({(e.source, e.target) for e in each.edges} for each in (older, newer))
    return [
        *(f"{a} -> {b} is a new dependency." for a, b in sorted(after - before)),
        *(f"{a} -> {b} is no dependency any more." for a, b in sorted(before - after)),
    ]


def _schedule_changes(before: Schedule, after: Schedule) -> list[str]:
    found = []
    if moved := schedule.change(before, after):
        found.append(f"Schedule: {moved.before} -> {moved.after}.")
    if before.overlap != after.overlap:
        found.append(f"Overlapping runs: {before.overlap} -> {after.overlap}.")
    if before.catchup != after.catchup:
        was, now = (_shown("catchup", each.catchup) for each in (before, after))
        found.append(f"Catching up on missed runs: {was} -> {now}.")
    return found


def _parameter_changes(older: Manifest, newer: Manifest) -> list[str]:
    before, after = ({p.name: p for p in each.parameters} for each in (older, newer))
    found = [f"Parameter {name} is new." for name in after if name not in before]
    found += [f"Parameter {name} is gone." for name in before if name not in after]
    found += [
        f"Parameter {name}: {before[name].type} {before[name].default!r} -> "
        f"{after[name].type} {after[name].default!r}."
        for name in after
        if name in before
        and (before[name].type, before[name].default) != (after[name].type, after[name].default)
    ]
    found += [
        f"Parameter {name}: filled from {_filled(before[name])} -> {_filled(after[name])}."
        for name in after
        if name in before and before[name].binding != after[name].binding
    ]
    return found


def _filled(parameter: Parameter) -> str:
    return parameter.binding or "its default"


def _file_changes(older: Manifest, newer: Manifest) -> list[str]:
    before, after = ({f.path: f.sha256 for f in each.files} for each in (older, newer))
    return [
        f"File {path} {'is new' if path not in before else 'is gone' if path not in after else 'changed'}."
        for path in sorted(before.keys() | after.keys())
        if before.get(path) != after.get(path)
    ]


def _other_changes(older: Manifest, newer: Manifest) -> list[str]:
    pairs = {
        "Name": (older.name, newer.name),
        "Kernel": (older.kernel, newer.kernel),
        "Packages": (_listed(older.requirements), _listed(newer.requirements)),
    }
    return [f"{what}: {was} -> {now}." for what, (was, now) in pairs.items() if was != now]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "none"

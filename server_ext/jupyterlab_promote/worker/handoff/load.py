"""`load_inputs`: bind what earlier steps left, in this notebook's namespace."""

import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from jupyterlab_promote.unhurried import collector_waits
from jupyterlab_promote.worker.handoff.checks import aliases, apart, watched_modules
from jupyterlab_promote.worker.handoff.context import Context, current
from jupyterlab_promote.worker.handoff.files.bundle import Reader
from jupyterlab_promote.worker.handoff.files.loaded import Origin, forget, remember
from jupyterlab_promote.worker.handoff.files.manifest import Group, Manifest
from jupyterlab_promote.worker.handoff.files.verification import start_verification
from jupyterlab_promote.worker.handoff.hidden import own_modules, search_path, state, watched_states
from jupyterlab_promote.worker.handoff.problems import (
    HandoffError,
    InputCorrupt,
    InputMissing,
)
from jupyterlab_promote.worker.handoff.reporting import reporting
from jupyterlab_promote.worker.handoff.users_code import Failed, ran
from jupyterlab_promote.worker.handoff.values import arrays, kept_classes
from jupyterlab_promote.worker.handoff.values.namespace import user_namespace
from jupyterlab_promote.worker.handoff.values.unpickling import load_group

EVERYTHING = "*"
_before_imports: dict[str, Any] = {}
"""The search path and the environment as they were loaded before the imports."""
_SET_AGAIN = ("os:environ", "sys:path")


def load_inputs(wanted: Mapping[str, Sequence[str]], *, before_imports: bool = False) -> None:
    """Bind names that earlier steps left, by step.

    A name that is no identifier is hidden state of the interpreter; `*` is everything a step left.

    Args:
        before_imports: a later call loads the values, and then binds the element that the step runs for.

    Raises:
        InputMissing: a step did not run, or did not leave a name.
        ChangedUnseen: a name is the same object as another one that was changed since.
        InputCorrupt: a file is not what the step wrote.
    """
    context = current()
    with reporting(context):
        states: dict[str, Any] = {}
        # Not around the states, of which it is one whether the collector is on.
        with collector_waits():
            classes: kept_classes.Kept = []
            for provider, names in wanted.items():
                _load_from(provider, names, context, states, classes)
            kept_classes.give_back(classes)
        apart.keep(user_namespace())
        if not before_imports:
            _bind_item(context)
        _show_figures_here(states)
        if before_imports:
            _before_imports.update({n: states[n] for n in states if n in _SET_AGAIN})
        else:
            # Lines that ran again meanwhile may have put a folder there once more, or set a variable as it was.
            states = {**_before_imports, **states}
            _before_imports.clear()
        # The folder goes before the search path, whose relative folders depend on it.
        for name, value in sorted(states.items()):
            if value is None and name == "sys:path" and not before_imports:
                search_path.as_it_began()
            state.set_state(name, value, context.workdir)
        own_modules.join(states.values())
        if not before_imports:
            watched_states.note(context.workdir)
            watched_modules.note()


def _load_from(
    provider: str,
    names: Sequence[str],
    context: Context,
    states: dict[str, Any],
    classes: kept_classes.Kept,
) -> None:
    folders = context.folders(provider)
    mapped = provider in context.mapped
    if not folders and not mapped:
        raise InputMissing(
            f"Nothing of step {provider!r} was given to step {context.step!r}.",
            hint=f"Run step {provider!r} first.",
        )
    loaded = [_load_folder(provider, names, folder, context, classes) for folder in folders]
    if mapped:
        values = _as_lists(loaded, names)
        forget(values)
    else:
        values = loaded[0]
    namespace = user_namespace()
    for name, value in values.items():
        if state.is_state(name):
            states[name] = value
        else:
            namespace[name] = value


def _load_folder(
    provider: str,
    names: Sequence[str],
    folder: Path,
    context: Context,
    classes: kept_classes.Kept,
) -> dict[str, Any]:
    """The wanted values of one handoff; only the streams that hold them are read.

    Args:
        classes: where to note what the classes that it gives keep.
    """
    reader = Reader(folder, step=provider)
    chosen = _groups(reader, provider, names)
    values: dict[str, Any] = {}
    for group in chosen:
        size = group.size + sum(length for _, length in group.buffers)
        changed_here = not context.changes.keys().isdisjoint(group.names)
        with arrays.owned(size) if changed_here else nullcontext():
            found = _load_group(reader, provider, group)
        classes += kept_classes.of_classes(found[name] for name in names if name in found)
        for name in found if EVERYTHING in names else set(found) & set(names):
            values[name] = found[name]
            if name not in context.rebound:
                _note_aliases(name, reader.manifest, group, provider, context)
            remember(name, found[name], Origin(reader, group))
    start_verification(reader, chosen)
    return values


def _note_aliases(
    name: str, manifest: Manifest, group: Group, provider: str, context: Context
) -> None:
    """Refuse a name that may not be what the provider had; note one that may be changed here as another copy."""
    names = manifest.aliases.get(name, {})
    aliases.refuse_stale(name, names, context.changed.get(provider, {}), provider=provider)
    together = set(group.names) - set(manifest.parted.get(name, ()))
    here = {other: reach for other, reach in context.changes.items() if other not in together}
    for other in aliases.seen_through(names, here):
        apart.note(name, other, provider=provider)
        if name in context.changes:
            apart.note(other, name, provider=provider)


def _groups(reader: Reader, provider: str, names: Sequence[str]) -> tuple[Group, ...]:
    manifest = reader.manifest
    if EVERYTHING in names:
        return manifest.groups
    chosen: dict[int, Group] = {}
    for name in names:
        group = manifest.group_of(name)
        if group is not None:
            chosen[group.offset] = group
        elif name in manifest.withheld:
            reason = manifest.withheld[name]
            raise InputMissing(f"Step {provider!r} could not leave {name!r}: {reason}.", name=name)
        elif name not in manifest.unbound and not state.is_state(name):
            raise InputMissing(
                f"Step {provider!r} did not leave {name!r}.",
                name=name,
                hint="Publish the notebook again.",
            )
    return tuple(chosen.values())


def _load_group(reader: Reader, provider: str, group: Group) -> dict[str, Any]:
    stream = reader.stream(group)
    loaded = ran(lambda: load_group(stream, reader.buffers(group)))
    if not isinstance(loaded, Failed):
        return loaded
    error = loaded.error
    if isinstance(error, HandoffError):
        raise error
    raise InputCorrupt(
        f"{_listed(group.names)} of step {provider!r} cannot be loaded: "
        f"{type(error).__name__}: {error}.",
        name=group.names[0],
        hint="The two steps may have different packages; compare their environments.",
    ) from error


def _as_lists(loaded: Sequence[dict[str, Any]], names: Sequence[str]) -> dict[str, Any]:
    """Names of a mapped provider: a list each, in item order; hidden state is the last item's."""
    asked = sorted({name for values in loaded for name in values}) if EVERYTHING in names else names
    lists: dict[str, Any] = {
        name: [values[name] for values in loaded if name in values]
        for name in asked
        if not state.is_state(name)
    }
    states = loaded[-1] if loaded else {}
    return {**lists, **{name: value for name, value in states.items() if state.is_state(name)}}


def _show_figures_here(states: Mapping[str, Any]) -> None:
    """A figure that was only loaded would be shown as text: pyplot sets its backend up with the first figure made."""
    if states.get("options:pictures") is not None:
        # It says how far the kernel before has come.
        return
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None and not pyplot.get_fignums():
        pyplot.switch_backend(pyplot.get_backend())


def _bind_item(context: Context) -> None:
    item = context.item
    if item is None:
        return
    namespace = user_namespace()
    if item.over not in namespace:
        raise InputMissing(
            f"Step {context.step!r} runs for each element of {item.over!r}, which is not there.",
            name=item.over,
            hint="Name a list of an earlier step, or a parameter that is a list, in the step's settings.",
        )
    over = namespace[item.over]
    try:
        elements = over if isinstance(over, list | tuple) else list(over)
        namespace[item.name] = elements[item.index]
    except (TypeError, IndexError) as error:
        raise InputMissing(
            f"{item.over!r} has no element {item.index}: {error}.",
            name=item.over,
            hint="It has changed since the run began; run it again.",
        ) from error


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:3])
    return shown if len(names) <= 3 else f"{shown} and {len(names) - 3} more"

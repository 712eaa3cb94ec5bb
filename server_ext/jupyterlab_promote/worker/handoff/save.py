"""`save_outputs`: leave what later steps need, after checking that it will come back as it is."""

import pickle
import platform
import re
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any

import cloudpickle

from jupyterlab_promote.unhurried import collector_waits
from jupyterlab_promote.worker.handoff.checks import (
    addresses,
    aliases,
    apart,
    faithful,
    unchanged,
    watched_modules,
)
from jupyterlab_promote.worker.handoff.checks.footprints import Footprint
from jupyterlab_promote.worker.handoff.context import Context, current
from jupyterlab_promote.worker.handoff.files.bundle import Writer
from jupyterlab_promote.worker.handoff.files.verification import finish_verification
from jupyterlab_promote.worker.handoff.hidden import (
    environment,
    left_running,
    own_modules,
    state,
    watched_states,
)
from jupyterlab_promote.worker.handoff.load import EVERYTHING
from jupyterlab_promote.worker.handoff.preview import write_previews
from jupyterlab_promote.worker.handoff.problems import NotPicklable
from jupyterlab_promote.worker.handoff.reporting import reporting
from jupyterlab_promote.worker.handoff.users_code import Failed, failure, ran
from jupyterlab_promote.worker.handoff.values.namespace import hidden_names, user_namespace
from jupyterlab_promote.worker.handoff.values.pickling import dump_group, note_objects
from jupyterlab_promote.worker.handoff.values.why import why

_OF_IPYTHON = re.compile(
    r"_(i?\d*|i{2,3}|_{1,2}|[iod]h|exit_code|sh)|__\w+__|In|Out|exit|quit|get_ipython"
)


def save_outputs(
    groups: Sequence[Sequence[str]],
    *,
    readonly: Sequence[str] = (),
    repeated: Sequence[str] = (),
    watched: Sequence[str] = (),
    step: str = "notebook",
    last: bool = False,
) -> None:
    """Leave names for later steps. Names of one group may share objects and stay together.

    Args:
        groups: names by group; with the one group `["*", ...]` every name of the notebook goes that can, and each one
            that it lists must.
        readonly: loaded names that the step was taken to only read.
        repeated: hidden state that lines set which later steps run again.
        watched: modules of the notebook's own that later steps use, by path without `.py`.
        step: the step's name, for a step notebook that is opened by hand; a run tells it itself.
        last: no step comes after it, to which hidden state could matter.

    Raises:
        NotPicklable: a value cannot leave this kernel, or would come back as something else; or code of the
            notebook goes on in a thread.
        ChangedUnseen: a read-only name has changed, or one of two names that were loaded apart.
        InputCorrupt: what the step loaded is not what was written.
        StoreFull: there is no space.
    """
    context = current(step)
    with reporting(context):
        environment.keep_secret(context.secrets)
        if not last:
            left_running.check()
        states = {name: state.get_state(name, context.workdir) for name in _states(groups)}
        states = own_modules.as_one(
            states, {n for group in groups if len(group) > 1 for n in group}
        )
        finish_verification()
        # Not around the states, of which it is one whether the collector is on.
        with collector_waits():
            # What the last step changes nobody sees but itself.
            unchecked = () if last and context.item is None else unchanged.check(readonly)
            apart.check()
        if not last and context.item is None:
            watched_states.check({*states, *repeated}, context.workdir)
            watched_modules.check(watched, states, context.workdir)
        writer = Writer(context.output)
        with collector_waits(), ExitStack() as undo:
            undo.callback(writer.abandon)
            _write(writer, groups, states, unchecked=unchecked, context=context)
            undo.pop_all()


def _states(groups: Sequence[Sequence[str]]) -> list[str]:
    if EVERYTHING in {name for group in groups for name in group}:
        return list(state.all_states())
    return [name for group in groups for name in group if state.is_state(name)]


def _write(
    writer: Writer,
    groups: Sequence[Sequence[str]],
    states: Mapping[str, Any],
    *,
    unchecked: Sequence[str],
    context: Context,
) -> None:
    namespace = user_namespace()
    saved: dict[str, Any] = {}
    held: list[tuple[Mapping[str, Any], Footprint]] = []
    left: list[tuple[Mapping[str, Any], Footprint]] = []
    parted: dict[str, list[str]] = {}
    unbound: list[str] = []
    withheld: dict[str, str] = {}
    together: set[str] = set()
    for group in groups:
        if EVERYTHING in group:
            names, withheld = _everything(namespace, asked_for=group)
        else:
            names = [name for name in group if not state.is_state(name)]
        unbound += [name for name in names if name not in namespace]
        values = {name: namespace[name] for name in names if name in namespace}
        beside = {name: states[name] for name in group if name in states}
        if EVERYTHING in group:
            footprint = _write_what_can_travel(writer, values, withheld, asked_for=group)
            left.append((values, footprint))
        elif values:
            footprint, lost = _write_group(writer, {**values, **beside})
            held.append((values, footprint))
            left.append(({**values, **beside}, footprint))
            parted |= lost
            together |= beside.keys()
        saved |= values
    for name, value in states.items():
        if name not in together:
            footprint, _ = _write_group(writer, {name: value})
            left.append(({name: value}, footprint))
    addresses.check(left, namespace)
    write_previews(saved, writer.folder, secrets=context.secrets)
    writer.finish(
        step=context.step,
        unbound=tuple(unbound),
        withheld=withheld,
        lengths=_lengths(saved),
        versions=_versions(),
        unchecked=tuple(unchecked),
        parted=parted,
        aliases=aliases.found(held, namespace),
    )


def _write_group(
    writer: Writer, values: Mapping[str, Any]
) -> tuple[Footprint, dict[str, list[str]]]:
    """Write a group; gives what it holds, and the names that will come back apart, or may."""
    footprint = Footprint()
    with writer.group() as buffers:

        def dumped() -> bytes:
            buffers.clear()
            return dump_group(values, buffers, note=footprint.note)

        stream = ran(dumped)
        if isinstance(stream, Failed):
            raise _not_picklable(values, stream.error) from stream.error
        parted = faithful.check(values, stream, buffers.kept)
        writer.add(tuple(values), stream, buffers)
    return footprint, aliases.hidden_in(values, footprint) if parted is None else parted


def _write_what_can_travel(
    writer: Writer,
    values: dict[str, Any],
    withheld: dict[str, str],
    *,
    asked_for: Sequence[str],
) -> Footprint:
    """Write one group, taking out each name that would not come back as it is, and that no later step asks for."""
    while values:
        try:
            footprint, _ = _write_group(writer, values)
        except NotPicklable as error:
            if error.name not in values or error.name in asked_for:
                raise
            withheld[error.name] = error.message
            del values[error.name]
        else:
            return footprint
    return Footprint()


def _not_picklable(values: Mapping[str, Any], error: Exception) -> NotPicklable:
    for name, value in values.items():
        found = _attempt(value)
        if isinstance(found, RecursionError):
            message = f"{name!r} nests too deep to leave this step: more parts in parts than Python follows."
            return NotPicklable(message, name=name, hint="Keep its parts in a flat list instead.")
        if found is not None:
            path, kind, reason, fix = why(name, value, _attempt)
            told = reason or f"{type(error).__name__}: {error}"
            message = f"{path} is a {kind}, which later steps cannot get: {told}."
            return NotPicklable(message, name=name, hint=fix)
    first = next(iter(values))
    return NotPicklable(f"{first!r} cannot leave this step: {error}.", name=first)


def _attempt(value: Any) -> BaseException | None:
    """Pickle a value into nothing; its exception or None."""
    return failure(lambda: note_objects(value, lambda *_: None))


def _alone(name: str, value: Any) -> BaseException | None:
    """Why a value cannot travel, whatever travels with it; None where it can."""
    buffers: list[pickle.PickleBuffer] = []
    values = {name: value}
    return failure(lambda: faithful.check(values, dump_group(values, buffers), buffers))


def _everything(
    namespace: Mapping[str, Any], *, asked_for: Sequence[str]
) -> tuple[list[str], dict[str, str]]:
    """Every name of the user's that can travel or that a later step asks for, and why the others cannot."""
    names: list[str] = []
    withheld: dict[str, str] = {}
    hidden = hidden_names()
    for name, value in namespace.items():
        if _OF_IPYTHON.fullmatch(name) or hidden.get(name, names) is value:
            continue
        if name in asked_for or (error := _alone(name, value)) is None:
            names.append(name)
        else:
            withheld[name] = f"{type(value).__name__}: {error}"[:300]
    return names, withheld


def _lengths(values: Mapping[str, Any]) -> dict[str, int]:
    """How many elements Python's `for` finds in the values that a mapped step could run over.

    A set has none that count: its order is another one in each process.
    """
    sized = {"list", "tuple", "dict", "range", "ndarray", "Series", "Index"}
    rows = {
        name: len(value)
        for name, value in values.items()
        if type(value).__name__ in sized and _has_length(value)
    }
    columns = {
        name: value.shape[1]
        for name, value in values.items()
        if type(value).__name__ == "DataFrame" and len(getattr(value, "shape", ())) == 2
    }
    return rows | columns


def _has_length(value: Any) -> bool:
    return bool(getattr(value, "shape", (0,)))


def _versions() -> dict[str, str]:
    """Versions that matter for loading, of what the notebook has imported."""
    modules = ("numpy", "pandas", "pyarrow", "polars", "scipy", "sklearn", "torch", "xgboost")
    found = {
        name: str(getattr(sys.modules[name], "__version__", ""))
        for name in modules
        if name in sys.modules
    }
    return {"python": platform.python_version(), "cloudpickle": cloudpickle.__version__, **found}

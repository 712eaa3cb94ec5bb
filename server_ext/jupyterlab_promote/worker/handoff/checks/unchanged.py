"""Names that a step was taken to only read: at its end they must be what was loaded.

Compared with the provider's files, so that loading costs nothing for it. Whoever takes longer than the budget is
left out, and the manifest says so.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jupyterlab_promote.worker.handoff.checks.budget import STREAM_BYTES_PER_SECOND, Budget
from jupyterlab_promote.worker.handoff.checks.compare import difference
from jupyterlab_promote.worker.handoff.checks.footprints import arrays_inside
from jupyterlab_promote.worker.handoff.checks.memory import same_bytes
from jupyterlab_promote.worker.handoff.files.loaded import Origin, origin_of
from jupyterlab_promote.worker.handoff.problems import ChangedUnseen
from jupyterlab_promote.worker.handoff.users_code import Failed, ran
from jupyterlab_promote.worker.handoff.values import molecules
from jupyterlab_promote.worker.handoff.values.group_pickler import TooLong
from jupyterlab_promote.worker.handoff.values.namespace import user_namespace
from jupyterlab_promote.worker.handoff.values.pickling import dump_alone
from jupyterlab_promote.worker.handoff.values.unpickling import load_apart


def check(names: Sequence[str]) -> tuple[str, ...]:
    """Check names; returns those that were left out because it would take too long.

    Raises:
        ChangedUnseen: a name has changed.
    """
    budget = Budget.of_step()
    namespace = user_namespace()
    unchecked: list[str] = []
    originals: dict[int, _Original] = {}
    for name in names:
        origin = origin_of(name)
        if origin is None or name not in namespace:
            continue
        if not budget.allows(origin.group.size / STREAM_BYTES_PER_SECOND):
            unchecked.append(name)
            continue
        key = id(origin.group)
        if key not in originals:
            originals[key] = _original(origin)
        try:
            _check_one(name, namespace[name], originals[key], budget)
        except TooLong:
            unchecked.append(name)
    return tuple(unchecked)


def is_changed(name: str, value: Any, origin: Origin) -> bool:
    """Whether a value is something else than what was loaded, however long it takes to find out."""
    return _difference(name, value, _original(origin)) is not None


@dataclass(frozen=True)
class _Original:
    """The provider's values once more, on a mapping of their own beside the one that the step uses."""

    values: dict[str, Any]
    mapping: memoryview
    clean: memoryview


def _original(origin: Origin) -> _Original:
    reader, group = origin.reader, origin.group
    clean = memoryview(reader.map()) if group.buffers else memoryview(b"")
    buffers = [clean[offset : offset + size] for offset, size in group.buffers]
    mapping = reader.mapping() if group.buffers else memoryview(b"")
    return _Original(load_apart(reader.stream(group), buffers), mapping, clean)


def _check_one(name: str, value: Any, original: _Original, budget: Budget) -> None:
    found = _difference(name, value, original, until=budget.until)
    if found is not None:
        raise ChangedUnseen(
            f"{name!r} was changed in this step, which the analysis did not see ({found}).",
            kind="changes",
            names=(name,),
            hint="Change a copy instead, or merge this step with the one that made it.",
        )


def _difference(
    name: str, value: Any, original: _Original, *, until: float = math.inf
) -> str | None:
    if _same_stream(value, original.values[name], original, until=until):
        return None
    return difference(name, original.values[name], value, leaf=_same_alone)


def _same_alone(one: Any, other: Any) -> bool:
    """Whether two objects that cannot be looked into show the same arrays, or pickle to the same bytes.

    A search tree counts how often it was asked, and pickles with addresses; a molecule remembers its weight.
    """
    written = molecules.lasting(one)
    if written is not None:
        return written == molecules.lasting(other)
    shown = arrays_inside(one)
    if shown:
        others = [array.tobytes() for array in arrays_inside(other)]
        return [array.tobytes() for array in shown] == others
    return _same_stream(one, other, _Original({}, memoryview(b""), memoryview(b"")))


def _same_stream(one: Any, other: Any, original: _Original, *, until: float = math.inf) -> bool:
    """Whether both pickle to the same bytes; buffers that nobody wrote to are not read."""
    both = ran(lambda: (dump_alone(one, until=until), dump_alone(other, until=until)))
    if isinstance(both, Failed):
        if isinstance(both.error, TooLong):
            raise both.error
        return False
    (stream, buffers), (other_stream, other_buffers) = both
    if stream != other_stream or len(buffers) != len(other_buffers):
        return False
    return all(
        same_bytes(ours.raw(), theirs.raw(), mapping=original.mapping, clean=original.clean)
        for ours, theirs in zip(buffers, other_buffers, strict=True)
    )

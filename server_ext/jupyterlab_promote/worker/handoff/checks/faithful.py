"""Values that pickle but come back as something else: a small group is loaded again at once and compared."""

import pickle
from collections.abc import Mapping, Sequence
from typing import Any

from jupyterlab_promote.worker.handoff.checks.aliases import parted
from jupyterlab_promote.worker.handoff.checks.compare import difference
from jupyterlab_promote.worker.handoff.files.buffers_file import KEPT
from jupyterlab_promote.worker.handoff.problems import NotPicklable
from jupyterlab_promote.worker.handoff.users_code import failure
from jupyterlab_promote.worker.handoff.values.pickling import dump_alone
from jupyterlab_promote.worker.handoff.values.unpickling import load_apart

SMALL_STREAM = 2**20


def check(
    values: Mapping[str, Any], stream: bytes, buffers: Sequence[pickle.PickleBuffer] | None
) -> dict[str, list[str]] | None:
    """Compare a group with what its stream gives.

    Large groups are not loaded again: their types were looked at while they were pickled.

    Args:
        buffers: None where they are no longer there.

    Returns:
        Names that have something in common here and come back apart, by name; None of a large group.

    Raises:
        NotPicklable: naming the first value that would come back as another one.
    """
    if buffers is None or len(stream) > SMALL_STREAM:
        return None
    if sum(buffer.raw().nbytes for buffer in buffers) > KEPT:
        return None
    copies: dict[str, Any] = {}
    error = failure(lambda: copies.update(_loaded(stream, buffers)))
    if error is not None:
        lost = [name for name, value in values.items() if len(values) > 1 and _is_lost(value)]
        names = lost or list(values)
        raise NotPicklable(
            f"{', '.join(names)}: can be pickled but not loaded again ({type(error).__name__}: {error}).",
            name=names[0],
            hint="Merge the two steps, or make it in the step that needs it.",
        ) from error
    for name, value in values.items():
        found = difference(name, value, copies.get(name))
        if found is not None:
            raise NotPicklable(
                f"{name!r} would not come back as it is: {found}.",
                name=name,
                hint="Merge the two steps, or make it in the step that needs it.",
            )
    return parted(values, copies) if len(values) > 1 else {}


def _is_lost(value: Any) -> bool:
    """Whether a value by itself cannot be loaded again."""
    stream, buffers = dump_alone(value)
    return failure(lambda: _loaded(stream, buffers)) is not None


def _loaded(stream: bytes, buffers: Sequence[pickle.PickleBuffer]) -> dict[str, Any]:
    return load_apart(stream, [buffer.raw() for buffer in buffers])

"""How large the values are that an attempt left, as its handoff says. What they are is the kernel's business."""

from typing import Any

from pydantic import ValidationError

from jupyterlab_promote.errors import InvalidInput
from jupyterlab_promote.model.run import HandoffGroup
from jupyterlab_promote.store import layout
from jupyterlab_promote.store.runs import AttemptRef
from jupyterlab_promote.store.store import Store


def handoff_groups(store: Store, ref: AttemptRef) -> tuple[HandoffGroup, ...]:
    """What an attempt left, by what is loaded together; raises NotFound, InvalidInput or Unavailable."""
    path = ref.path(layout.HANDOFF_MANIFEST)
    told: Any = store.read_json(path)
    try:
        return tuple(
            HandoffGroup(
                names=tuple(group["names"]),
                bytes=group["size"] + sum(size for _, size in group["buffers"]),
            )
            for group in told["groups"]
        )
    except (KeyError, TypeError, ValueError, ValidationError) as error:
        hint = "Run the step again."
        raise InvalidInput(path, f"is no handoff ({error})", hint=hint) from error

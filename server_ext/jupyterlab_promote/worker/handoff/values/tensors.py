"""Tensors of PyTorch: those that share memory, with each other or with numpy's arrays, go on sharing it.

Tensors show a storage. PyTorch pickles a storage once for each tensor, through a copy; here it is pickled once, as an
array of bytes over its memory, which `arrays.py` treats as all others. torch is never imported for it.
"""

from typing import Any

from jupyterlab_promote.worker.handoff.problems import NotPicklable
from jupyterlab_promote.worker.handoff.values.array_memory import array_over
from jupyterlab_promote.worker.handoff.values.arrays import OWNS_BELOW, Sharing


class Storages:
    """The storages that one pickler has met."""

    def __init__(self, sharing: Sharing) -> None:
        self._sharing = sharing
        self._untyped: dict[int, Any] = {}

    def reduce_typed(self, storage: Any) -> tuple[Any, ...] | None:
        """How to pickle a storage with a kind of number, of which each tensor makes one for itself.

        None for PyTorch's own way, which one on a GPU goes: tensors there do not go on sharing memory.
        """
        untyped = storage._untyped_storage
        if untyped.device.type != "cpu":
            return None
        untyped = self._untyped.setdefault(untyped._cdata, untyped)
        return (_typed, (untyped, storage.dtype))

    def reduce(self, storage: Any) -> tuple[Any, ...] | None:
        """How to pickle a storage; None for PyTorch's own way."""
        if storage.device.type != "cpu":
            return None
        size = storage.nbytes()
        if not size:
            return (type(storage), (0,))
        memory = self._sharing.outside(storage, lambda: array_over(storage.data_ptr(), size))
        return (_untyped, (memory, not self._sharing.is_shared(memory)))


def reduce_tensor(tensor: Any) -> tuple[Any, ...] | None:
    """How to pickle a tensor with its gradient, which PyTorch leaves out; None for PyTorch's own way.

    Raises NotPicklable for a tensor that knows how it was computed: without that, `backward` would reach nothing.
    """
    if tensor.grad_fn is not None:
        raise NotPicklable("a tensor with the history of its computation cannot leave its kernel")
    reduced = tensor.__reduce_ex__(5) if tensor.grad is not None else ()
    return (*reduced, (tensor.grad,), None, None, _set_grad) if len(reduced) == 2 else None


def _set_grad(tensor: Any, state: tuple[Any]) -> None:
    (tensor.grad,) = state


def _typed(untyped: Any, dtype: Any) -> Any:
    """Make a storage again; called by pickle in the receiving kernel."""
    from torch.storage import TypedStorage  # type: ignore[import-not-found,unused-ignore]

    return TypedStorage(wrap_storage=untyped, dtype=dtype, _internal=True)


def _untyped(memory: Any, alone: Any) -> Any:
    """Make a storage again over the bytes of an array; a small one that nobody shares has memory of its own."""
    import torch  # type: ignore[import-not-found,unused-ignore]

    if (alone and memory.nbytes < OWNS_BELOW) or not memory.flags.writeable:
        return torch.from_numpy(memory.copy()).clone().untyped_storage()
    return torch.from_numpy(memory).untyped_storage()

"""Writing the file of a handoff's large buffers: one thread writes and others hash while the next buffer is made.

What a group's buffers are is `pickling.py`'s; where they lie is told by `manifest.py`.
"""

import concurrent.futures
import hashlib
import os
import pickle
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ALIGNMENT = 64
PIECE = 16 * 2**20
"""Bytes that are hashed as one."""
KEPT = 16 * 2**20
"""Bytes of buffers made on the way that are kept, so that a small group can be looked at before it is written."""
_HASHING = 3
_AHEAD = 4
"""Pieces that may wait to be written, and as many to be hashed. They bound what is held of buffers made on the way."""


class Mark(NamedTuple):
    """A place in the file to go back to."""

    size: int
    pieces: int
    open: tuple[memoryview, ...]


class BuffersFile:
    """One file of aligned buffers, written and hashed in the background.

    Attributes:
        size: in bytes, with what is not yet written.
    """

    def __init__(self, path: Path) -> None:
        self.size = 0
        self._file = path.open("wb", buffering=0)
        self._writer = concurrent.futures.ThreadPoolExecutor(1, "promote-write")
        self._hashers = concurrent.futures.ThreadPoolExecutor(_HASHING, "promote-hash")
        self._writes: deque[concurrent.futures.Future[None]] = deque()
        self._pieces: list[concurrent.futures.Future[str]] = []
        self._open: tuple[memoryview, ...] = ()
        self._failed: BaseException | None = None

    def append(self, buffer: pickle.PickleBuffer) -> tuple[int, int]:
        """Take a buffer, which must stay as it is until `close`; gives its place. Failures are raised by `close`."""
        padding = -self.size % ALIGNMENT
        if padding:
            self._write(memoryview(bytes(padding)))
        offset = self.size
        raw = buffer.raw()
        self._write(raw)
        return offset, raw.nbytes

    def mark(self) -> Mark:
        """The place where the next buffer goes."""
        return Mark(self.size, len(self._pieces), self._open)

    def rewind(self, mark: Mark) -> None:
        """Forget what came after a mark."""
        if self.size == mark.size:
            return
        self._settle(0)
        self.size, self._open = mark.size, mark.open
        del self._pieces[mark.pieces :]
        os.ftruncate(self._file.fileno(), mark.size)

    def close(self) -> tuple[str, ...]:
        """Wait for all; the hashes of the pieces. Raises OSError when the file could not be written."""
        if self._open:
            self._end_piece()
        self._settle(0)
        digests = tuple(piece.result() for piece in self._pieces)
        self.abandon()
        if self._failed is not None:
            raise self._failed
        return digests

    def abandon(self) -> None:
        """End the threads and close the file."""
        for pool in (self._writer, self._hashers):
            pool.shutdown(cancel_futures=True)
        self._file.close()

    def _write(self, data: memoryview) -> None:
        """Have it written, cut at the borders of pieces."""
        while data.nbytes:
            part = data[: PIECE - self.size % PIECE]
            self._settle(_AHEAD - 1)
            if self._failed is None:
                written = self._writer.submit(_write_at, self._file.fileno(), part, self.size)
                self._writes.append(written)
            self._open = (*self._open, part)
            self.size += part.nbytes
            if self.size % PIECE == 0:
                self._end_piece()
            data = data[part.nbytes :]

    def _settle(self, most: int) -> None:
        """Wait until no more than so many writes are under way."""
        while len(self._writes) > most:
            failed = self._writes.popleft().exception()
            self._failed = self._failed or failed

    def _end_piece(self) -> None:
        if len(self._pieces) >= _AHEAD:
            concurrent.futures.wait([self._pieces[-_AHEAD]])
        self._pieces.append(self._hashers.submit(_digest, self._open))
        self._open = ()


class GroupBuffers:
    """The large buffers of one group, written at its end.

    Those that were made on the way, which nobody else holds, are written as they come once they are many.
    """

    def __init__(self, file: BuffersFile) -> None:
        self._file = file
        self._begin = file.mark()
        self._kept: list[pickle.PickleBuffer] = []
        self._made = 0
        self._places: list[tuple[int, int]] = []

    @property
    def kept(self) -> Sequence[pickle.PickleBuffer] | None:
        """All of them; None once some are written."""
        return None if self._places else self._kept

    def append(self, buffer: pickle.PickleBuffer) -> None:
        """Take the next one."""
        self._kept.append(buffer)
        raw = buffer.raw()
        self._made += raw.nbytes if isinstance(raw.obj, bytes) else 0
        if self._made > KEPT:
            self._write()

    def clear(self) -> None:
        """Take back all of them."""
        self._file.rewind(self._begin)
        self._kept, self._made, self._places = [], 0, []

    def places(self) -> tuple[tuple[int, int], ...]:
        """Where they lie in the file."""
        self._write()
        return tuple(self._places)

    def _write(self) -> None:
        while self._kept:
            self._places.append(self._file.append(self._kept.pop(0)))


def _write_at(descriptor: int, data: memoryview, offset: int) -> None:
    while data.nbytes:
        written = os.pwrite(descriptor, data, offset)
        data, offset = data[written:], offset + written


def _digest(parts: Sequence[memoryview]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()

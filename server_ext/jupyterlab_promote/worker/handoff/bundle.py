"""Writing and reading the two data files of a handoff, `streams` and `buffers`.

Buffers lie aligned in one file that is mapped privately on load, so that a consumer may change a value and the file
stays as it is. What lies where is told by `manifest.py`.
"""

import concurrent.futures
import contextlib
import hashlib
import mmap
import os
import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jupyterlab_promote.worker.handoff.manifest import (
    BUFFERS,
    MANIFEST,
    STREAMS,
    Group,
    Manifest,
    corrupt,
    read_manifest,
    write_manifest,
)

ALIGNMENT = 64
PIECE = 16 * 2**20
"""Bytes that are hashed as one; pieces are hashed in parallel while they are written."""
_THREADS = 3


class Writer:
    """Writes the groups of one handoff into a folder; nothing counts until `finish`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MANIFEST).unlink(missing_ok=True)
        self.folder = folder
        self._groups: list[Group] = []
        self._streams_size = 0
        self._buffers = _BuffersFile(folder / BUFFERS)
        self._streams = (folder / STREAMS).open("wb")

    def add(
        self, names: tuple[str, ...], stream: bytes, buffers: Sequence[pickle.PickleBuffer]
    ) -> None:
        """Write one group."""
        places = tuple(self._buffers.append(buffer) for buffer in buffers)
        self._streams.write(stream)
        digest = hashlib.sha256(stream).hexdigest()
        group = Group(names, self._streams_size, len(stream), digest, places)
        self._streams_size += len(stream)
        self._groups.append(group)

    def finish(self, *, step: str, **more: Any) -> Manifest:
        """Write the manifest, which makes the handoff count."""
        self._streams.close()
        pieces = self._buffers.close()
        manifest = Manifest(
            step=step,
            groups=tuple(self._groups),
            buffers_size=self._buffers.size,
            pieces=pieces,
            streams_size=self._streams_size,
            **more,
        )
        write_manifest(self.folder, manifest)
        return manifest

    def abandon(self) -> None:
        """Close the files of a handoff that will not count, and free their space."""
        self._buffers.abandon()
        with contextlib.suppress(OSError):
            self._streams.close()
        for name in (STREAMS, BUFFERS):
            (self.folder / name).unlink(missing_ok=True)


class _BuffersFile:
    """One file of aligned buffers; pieces are hashed by threads while the next ones are written."""

    def __init__(self, path: Path) -> None:
        self.size = 0
        self._file = path.open("wb", buffering=0)
        self._pool = concurrent.futures.ThreadPoolExecutor(_THREADS, "promote-hash")
        self._pieces: list[concurrent.futures.Future[str]] = []
        self._open_piece: list[memoryview] = []
        self._open_size = 0

    def append(self, buffer: pickle.PickleBuffer) -> tuple[int, int]:
        padding = -self.size % ALIGNMENT
        if padding:
            self._write(memoryview(bytes(padding)))
        offset = self.size
        raw = buffer.raw()
        for start in range(0, raw.nbytes, PIECE):
            self._write(raw[start : start + PIECE])
        return offset, raw.nbytes

    def close(self) -> tuple[str, ...]:
        if self._open_piece:
            self._end_piece()
        self._file.close()
        digests = tuple(piece.result() for piece in self._pieces)
        self._pool.shutdown()
        return digests

    def abandon(self) -> None:
        self._file.close()
        self._pool.shutdown()

    def _write(self, data: memoryview) -> None:
        """Write, cutting at the borders of pieces."""
        while data.nbytes:
            part = data[: PIECE - self._open_size]
            self._open_piece.append(part)
            self._open_size += part.nbytes
            if self._open_size == PIECE:
                self._end_piece()
            _write_all(self._file.fileno(), part)
            self.size += part.nbytes
            data = data[part.nbytes :]

    def _end_piece(self) -> None:
        parts, self._open_piece, self._open_size = self._open_piece, [], 0
        self._pieces.append(self._pool.submit(_digest, parts))


def _write_all(descriptor: int, data: memoryview) -> None:
    while data.nbytes:
        data = data[os.write(descriptor, data) :]


def _digest(parts: Sequence[memoryview]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()


class Reader:
    """One handoff, opened: its manifest checked, its buffers mapped when first needed."""

    def __init__(self, folder: Path, *, step: str) -> None:
        self.folder = folder
        self.manifest = read_manifest(folder, step=step)
        self._mapped: mmap.mmap | None = None

    def stream(self, group: Group) -> bytes:
        """A group's stream, checked; raises InputCorrupt."""
        with (self.folder / STREAMS).open("rb") as file:
            file.seek(group.offset)
            stream = file.read(group.size)
        if hashlib.sha256(stream).hexdigest() != group.sha256:
            raise corrupt(self.folder, self.manifest.step, "its stream has another hash")
        return stream

    def buffers(self, group: Group) -> list[memoryview]:
        """A group's buffers in the private mapping: writable, and the file stays as it is."""
        if not group.buffers:
            return []
        whole = self.mapping()
        return [whole[offset : offset + size] for offset, size in group.buffers]

    def mapping(self) -> memoryview:
        """The private mapping that this step uses, made on first use."""
        if self._mapped is None:
            self._mapped = self.map()
        return memoryview(self._mapped)

    def map(self) -> mmap.mmap:
        """A new private mapping of the buffers file."""
        with (self.folder / BUFFERS).open("rb") as file:
            return mmap.mmap(
                file.fileno(), 0, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ | mmap.PROT_WRITE
            )

    def pieces_of(self, groups: Sequence[Group]) -> list[int]:
        """Numbers of the pieces in which the buffers of some groups lie."""
        touched: set[int] = set()
        for group in groups:
            for offset, size in group.buffers:
                touched.update(range(offset // PIECE, (offset + size - 1) // PIECE + 1))
        return sorted(touched)

    def check_pieces(self, numbers: Sequence[int]) -> None:
        """Hash pieces of the file; raises InputCorrupt."""
        with (self.folder / BUFFERS).open("rb") as file:
            for number in numbers:
                file.seek(number * PIECE)
                if hashlib.sha256(file.read(PIECE)).hexdigest() != self.manifest.pieces[number]:
                    raise corrupt(self.folder, self.manifest.step, "its buffers have another hash")

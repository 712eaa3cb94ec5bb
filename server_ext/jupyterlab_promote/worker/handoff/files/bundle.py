"""Writing and reading the two data files of a handoff, `streams` and `buffers`.

Buffers lie aligned in one file that is mapped privately on load, so that a consumer may change a value and the file
stays as it is. What lies where is told by `manifest.py`.
"""

import contextlib
import hashlib
import mmap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from jupyterlab_promote.worker.handoff.files.buffers_file import PIECE, BuffersFile, GroupBuffers
from jupyterlab_promote.worker.handoff.files.manifest import (
    BUFFERS,
    MANIFEST,
    STREAMS,
    Group,
    Manifest,
    corrupt,
    read_manifest,
    write_manifest,
)


class Writer:
    """Writes the groups of one handoff into a folder; nothing counts until `finish`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MANIFEST).unlink(missing_ok=True)
        self.folder = folder
        self._groups: list[Group] = []
        self._streams_size = 0
        self._buffers = BuffersFile(folder / BUFFERS)
        self._streams = (folder / STREAMS).open("wb")

    @contextlib.contextmanager
    def group(self) -> Iterator[GroupBuffers]:
        """Take the buffers of one group; nothing is left of one that fails before `add`."""
        buffers = GroupBuffers(self._buffers)
        with contextlib.ExitStack() as unfinished:
            unfinished.callback(buffers.clear)
            yield buffers
            unfinished.pop_all()

    def add(self, names: tuple[str, ...], stream: bytes, buffers: GroupBuffers) -> None:
        """Write one group."""
        self._streams.write(stream)
        digest = hashlib.sha256(stream).hexdigest()
        group = Group(names, self._streams_size, len(stream), digest, buffers.places())
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

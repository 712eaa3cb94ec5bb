"""The files of a handoff: `streams`, `buffers`, `handoff.json` last.

The manifest names every group's place in the two files and their hashes. Buffers lie aligned in one file
that is mapped privately on load, so that a consumer may change a value and the file stays as it is.
"""

import concurrent.futures
import hashlib
import json
import mmap
import os
import pickle
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyterlab_promote.worker.handoff.problems import InputCorrupt, InputMissing, Reach

FORMAT = 1
MANIFEST, STREAMS, BUFFERS, PREVIEWS = "handoff.json", "streams", "buffers", "previews"
ALIGNMENT = 64
PIECE = 16 * 2**20
"""Bytes that are hashed as one; pieces are hashed in parallel while they are written."""
_THREADS = 3


@dataclass(frozen=True)
class Group:
    """Where one stream lies, and which names it holds."""

    names: tuple[str, ...]
    offset: int
    size: int
    sha256: str
    buffers: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Manifest:
    """What a step left.

    Attributes:
        unbound: names that were asked for but that the step did not bind.
        withheld: names that could not travel, with the reason (only where everything travels).
        lengths: number of elements of the values that have one, for mapped steps.
        pieces: sha256 of each piece of the buffers file.
        parted: names of one group that have something in common, but come back apart.
        aliases: names of this kernel with which a name has something in common, though they travel apart.
    """

    step: str
    groups: tuple[Group, ...]
    buffers_size: int
    pieces: tuple[str, ...]
    streams_size: int
    unbound: tuple[str, ...] = ()
    withheld: dict[str, str] = field(default_factory=dict)
    lengths: dict[str, int] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    unchecked: tuple[str, ...] = ()
    parted: dict[str, list[str]] = field(default_factory=dict)
    aliases: dict[str, dict[str, Reach]] = field(default_factory=dict)

    def group_of(self, name: str) -> Group | None:
        """The group that holds a name."""
        return next((group for group in self.groups if name in group.names), None)


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
        write_json(self.folder / MANIFEST, _as_json(manifest))
        return manifest

    def abandon(self) -> None:
        """Close the files of a handoff that will not count."""
        self._streams.close()
        self._buffers.close()


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


def read_manifest(folder: Path, *, step: str) -> Manifest:
    """The manifest of a handoff, with the sizes of its files checked.

    Raises:
        InputMissing: the step left nothing there.
        InputCorrupt: a file is not as large as the manifest says, or the manifest is damaged.
    """
    try:
        told = json.loads((folder / MANIFEST).read_text())
    except FileNotFoundError:
        raise InputMissing(
            f"Step {step!r} left no values ({folder}).",
            hint=f"Run step {step!r} first, or again if its files were deleted.",
        ) from None
    except ValueError as error:
        raise corrupt(folder, step, f"{MANIFEST} is no JSON") from error
    if told.get("format") != FORMAT:
        raise corrupt(folder, step, f"its format is {told.get('format')!r}, not {FORMAT}")
    manifest = _from_json(told)
    for name, size in ((STREAMS, manifest.streams_size), (BUFFERS, manifest.buffers_size)):
        path = folder / name
        if not path.exists() or path.stat().st_size != size:
            raise corrupt(folder, step, f"{name} is not {size} bytes")
    return manifest


def stored_files(folder: Path) -> Iterator[tuple[str, int, str]]:
    """Path, size and sha256 of a handoff's files without reading the large ones again.

    The hash of `buffers` is that of its pieces' hashes, one after the other.
    """
    manifest = read_manifest(folder, step="")
    joined = hashlib.sha256("".join(manifest.pieces).encode()).hexdigest()
    yield BUFFERS, manifest.buffers_size, joined
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name != BUFFERS:
            yield name, path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest()


def corrupt(folder: Path, step: str, reason: str) -> InputCorrupt:
    """The error for a handoff that is not what was written."""
    return InputCorrupt(
        f"What step {step!r} left is damaged: {reason} ({folder}).",
        hint=f"Run step {step!r} again.",
    )


def write_json(path: Path, value: Any) -> None:
    """Write a JSON file whole or not at all."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with temporary.open("w") as file:
        json.dump(value, file)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _as_json(manifest: Manifest) -> dict[str, Any]:
    return {
        "format": FORMAT,
        **vars(manifest),
        "groups": [vars(group) for group in manifest.groups],
    }


def _from_json(told: dict[str, Any]) -> Manifest:
    groups = tuple(
        Group(
            names=tuple(group["names"]),
            offset=group["offset"],
            size=group["size"],
            sha256=group["sha256"],
            buffers=tuple((offset, size) for offset, size in group["buffers"]),
        )
        for group in told["groups"]
    )
    plain = {key: value for key, value in told.items() if key not in ("format", "groups")}
    lists = {key: tuple(value) for key, value in plain.items() if isinstance(value, list)}
    return Manifest(groups=groups, **{**plain, **lists})

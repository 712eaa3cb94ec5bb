"""`handoff.json`, written last: which groups a step left, their places in `streams` and `buffers`, and their hashes."""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyterlab_promote.worker.handoff.problems import Common, InputCorrupt, InputMissing

FORMAT = 2
MANIFEST, STREAMS, BUFFERS, PREVIEWS = "handoff.json", "streams", "buffers", "previews"


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
    aliases: dict[str, dict[str, Common]] = field(default_factory=dict)

    def group_of(self, name: str) -> Group | None:
        """The group that holds a name."""
        return next((group for group in self.groups if name in group.names), None)


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
        written = (
            f"another jupyterlab-promote wrote it (format {told.get('format')!r}, not {FORMAT})"
        )
        raise corrupt(folder, step, written)
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


def write_json(path: Path, value: Any, *, lasting: bool = True) -> None:
    """Write a JSON file whole or not at all.

    Args:
        lasting: wait until it would be there after the power fails, too.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with temporary.open("w") as file:
        json.dump(value, file)
        if lasting:
            file.flush()
            os.fsync(file.fileno())
    temporary.replace(path)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, which makes the handoff count."""
    write_json(folder / MANIFEST, _as_json(manifest))


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

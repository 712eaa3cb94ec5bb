"""A step's working directory: what the step changed there, and how it comes to later steps.

Changes are files by content in `blobs/`; the outcome lists them. Symbolic links are links there too, but to a file
elsewhere, which is followed. An empty folder is listed with a `/` at its end, since the next step may write into it
without making it.
"""

import hashlib
import os
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from jupyterlab_promote.errors import InvalidInput, Unavailable
from jupyterlab_promote.model.run import WorkingFile
from jupyterlab_promote.model.settings import format_bytes
from jupyterlab_promote.store import blobs, layout
from jupyterlab_promote.store.store import Store

MAX_CHANGES_BYTES = 4 * 2**30
"""What one step may leave in its working directory; beyond it the step should write to a mount or URL."""
_EMPTY = hashlib.sha256(b"").hexdigest()
_IGNORED = {"__pycache__", ".ipynb_checkpoints", ".handoff"}


@dataclass(frozen=True)
class _Seen:
    size: int
    modified: int
    inode: int
    mode: int
    link: str = ""


Snapshot = Mapping[str, _Seen]
"""Size, time, inode and permissions of each file, by relative path."""


def snapshot(folder: Path) -> Snapshot:
    """What lies in a working directory now; no file is read."""
    return {path: seen for path, seen, _ in _files(folder)}


def diff(
    before: Snapshot, folder: Path, *, limit: int = MAX_CHANGES_BYTES
) -> tuple[WorkingFile, ...]:
    """What was added, changed or deleted since, by path; only files that may have changed are read.

    Raises:
        InvalidInput: the new and changed files exceed `limit` bytes together, or the name of one is no text.
    """
    now = {path: (seen, file) for path, seen, file in _files(folder)}
    touched = {path: found for path, found in now.items() if before.get(path) != found[0]}
    _check_names(touched)
    total = sum(seen.size for seen, _ in touched.values())
    if total > limit:
        largest = max(touched, key=lambda path: touched[path][0].size)
        raise InvalidInput(
            "working directory",
            f"the step wrote {format_bytes(total)} there, the most that travels is {format_bytes(limit)} "
            f"(largest: {largest!r})",
            hint="Write large files to a mount or a URL, or delete what no later step needs.",
        )
    changed = [_changed(path, seen, file) for path, (seen, file) in touched.items()]
    deleted = [
        WorkingFile(path=path)
        for path in before
        if path not in now and (before[path].link or not _is_folder_still(folder / path, path))
    ]
    return tuple(sorted([*changed, *deleted], key=lambda file: file.path))


def _changed(path: str, seen: _Seen, file: Path) -> WorkingFile:
    if _is_folder(path):
        return WorkingFile(path=path, sha256=_EMPTY, link=seen.link)
    return WorkingFile(
        path=path,
        size=seen.size,
        sha256=_sha256(file),
        mode=seen.mode,
        modified=seen.modified,
        link=seen.link,
    )


def _is_folder_still(place: Path, path: str) -> bool:
    return _is_folder(path) and place.is_dir()


def upload_changes(store: Store, changes: Sequence[WorkingFile], folder: Path) -> None:
    """Put the changed files into the store by content; raises Unavailable."""
    for change in changes:
        if change.sha256 is not None and not _is_folder(change.path):
            blobs.put_blob(store, folder / change.path, sha256=change.sha256)


def restore(store: Store, files: Sequence[WorkingFile], folder: Path) -> None:
    """Bring files into a working directory, or delete them; later entries win.

    Raises:
        InvalidInput: a path leaves the directory, or is a file of one step and a folder of another.
        NotFound: a file is gone from the store.
        Unavailable: the store cannot be read, or a file is damaged.
    """
    final = {file.path: file for file in files}
    kept = [path for path, file in final.items() if file.sha256 is not None]
    _check_paths(final, kept)
    for path, file in final.items():
        if file.sha256 is None:
            _delete(folder / path, is_folder=_is_folder(path))
    for path, file in final.items():
        if file.link:
            _link(folder / path, file.link)
        elif _is_folder(path) and file.sha256 is not None:
            (folder / path).mkdir(parents=True, exist_ok=True)
    for path, file in final.items():
        if file.sha256 is not None and not _is_folder(path) and not file.link:
            _fetch(store, file.sha256, folder / path)
            _as_it_was(folder / path, file)


def _check_names(paths: Iterable[str]) -> None:
    """Refuse a name that no document can hold: other systems allow any bytes, ours are UTF-8."""
    for path in paths:
        try:
            path.encode()
        except UnicodeEncodeError as error:
            raise InvalidInput(
                "working directory",
                f"the step wrote {os.fsencode(path)!r} there, and a file whose name is no text cannot travel",
                hint="Give it a name of UTF-8 text, or delete it before the step ends.",
            ) from error


def _check_paths(paths: Iterable[str], kept: Sequence[str]) -> None:
    """Refuse what would leave the directory, or could not lie there together; any other name is the user's."""
    for path in paths:
        parts = path.removesuffix("/").split("/")
        if "\0" in path or any(part in ("", ".", "..") for part in parts):
            raise InvalidInput("working directory", f"{path!r} leaves it or is not normal")
    folders = {str(parent) for path in kept for parent in PurePosixPath(path).parents}
    both = sorted(folders.intersection(kept))
    if both:
        raise InvalidInput(
            "working directory",
            f"{both[0]!r} is a file of one step and a folder of another",
            hint="Give one of them another name, or merge the two steps.",
        )


def _delete(path: Path, *, is_folder: bool) -> None:
    if not is_folder or path.is_symlink():
        path.unlink(missing_ok=True)
    elif path.is_dir() and not any(path.iterdir()):
        path.rmdir()


def _is_folder(path: str) -> bool:
    return path.endswith("/")


def _link(place: Path, to: str) -> None:
    if place.is_dir() and not place.is_symlink():
        place.rmdir()
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    place.symlink_to(to)


def _as_it_was(target: Path, file: WorkingFile) -> None:
    """Later steps may start a program as an earlier one made it, and ask which file is the newest."""
    if file.modified is not None:
        os.utime(target, ns=(file.modified, file.modified))
    if file.mode is not None:
        target.chmod(file.mode)


def _fetch(store: Store, sha256: str, target: Path) -> None:
    """A copy of its own, since the step may change it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    local = store.local_path(layout.blob(sha256))
    if local is None or not local.exists():
        blobs.get_blob(store, sha256, target)
        return
    target.unlink(missing_ok=True)
    shutil.copyfile(local, target)
    if blobs.sha256_of_content(target) != sha256:
        target.unlink()
        raise Unavailable("The store", store.url, f"{layout.blob(sha256)} is damaged")


def _files(folder: Path) -> Iterator[tuple[str, _Seen, Path]]:
    for parent, folders, names in os.walk(folder):
        if not folders and not names and Path(parent) != folder:
            yield f"{Path(parent).relative_to(folder).as_posix()}/", _Seen(0, 0, 0, 0), Path(parent)
        for name in sorted(folders):
            if to := _leads(Path(parent) / name, folder):
                place = (Path(parent) / name).relative_to(folder)
                yield f"{place.as_posix()}/", _Seen(0, 0, 0, 0, to), Path(parent) / name
        folders[:] = sorted(name for name in folders if name not in _IGNORED)
        for name in sorted(names):
            file = Path(parent) / name
            try:
                about = file.stat()
            except OSError:
                continue
            if stat.S_ISREG(about.st_mode):
                mode = stat.S_IMODE(about.st_mode)
                seen = _Seen(
                    about.st_size, about.st_mtime_ns, about.st_ino, mode, _leads(file, folder)
                )
                yield file.relative_to(folder).as_posix(), seen, file


def _leads(place: Path, folder: Path) -> str:
    """Where a symbolic link leads from its place; empty for what is none, or leads to a file elsewhere."""
    if not place.is_symlink():
        return ""
    to = place.readlink()
    inside = place.resolve().is_relative_to(folder.resolve())
    if not inside:
        return str(place.resolve()) if place.is_dir() else ""
    if to.is_absolute():
        return os.path.relpath(to, place.parent.resolve())
    return to.as_posix()


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()

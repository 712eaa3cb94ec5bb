"""The zip in which a draft travels, and the refusal of every zip that is not exactly one.

Members: `manifest.json`, `source.ipynb`, `steps/<step>.ipynb`, `blobs/<sha256>`. No member is ever
extracted by its own name, so links and paths that climb cannot reach the disk; they are refused all the same.
"""

import hashlib
import io
import re
import stat
import zipfile
from dataclasses import dataclass

from jupyterlab_promote.errors import InvalidInput
from jupyterlab_promote.ids import is_dag_id, is_step_name
from jupyterlab_promote.model.settings import format_bytes
from jupyterlab_promote.store.versions import Draft, parse_manifest

_MANIFEST = "manifest.json"
_SOURCE = "source.ipynb"
_STEP = re.compile(r"steps/([a-z_][a-z0-9_-]{0,79})\.ipynb")
_BLOB = re.compile(r"blobs/([0-9a-f]{64})")
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What an uploaded version may hold; sizes in bytes, unpacked."""

    zip_bytes: int = 512 * 2**20
    total_bytes: int = 1024 * 2**20
    notebook_bytes: int = 100 * 2**20
    members: int = 5_000


DEFAULT_LIMITS = Limits()


def pack(draft: Draft) -> bytes:
    """The zip of a draft; the same draft gives the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as bundle:
        _add(bundle, _MANIFEST, draft.manifest_bytes)
        _add(bundle, _SOURCE, draft.source)
        for step, data in sorted(draft.notebooks.items()):
            _add(bundle, f"steps/{step}.ipynb", data)
        by_hash = {entry.sha256: entry.path for entry in draft.manifest.files}
        for sha256, path in sorted(by_hash.items()):
            content = draft.files[path]
            data = content if isinstance(content, bytes) else content.read_bytes()
            _add(bundle, f"blobs/{sha256}", data)
    return target.getvalue()


def unpack(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Draft:
    """The draft in a zip.

    Raises:
        InvalidInput: it is no zip, holds a member that does not belong there, twice, as a link or
            too large, or its parts do not fit its manifest.
    """
    members = _read_members(data, limits)
    for name in (_MANIFEST, _SOURCE):
        if name not in members:
            raise InvalidInput("zip", f"{name} is missing")
    manifest = parse_manifest(members[_MANIFEST])
    if not is_dag_id(manifest.dag_id):
        raise InvalidInput("manifest.dag_id", f"{manifest.dag_id!r} is no pipeline id")
    for step in manifest.steps:
        if not is_step_name(step.name):
            raise InvalidInput("manifest.steps", f"{step.name!r} is no step name")
    check_paths(tuple(entry.path for entry in manifest.files))
    for folder in (manifest.folder, *manifest.folders):
        check_folder(folder)
    return Draft(
        manifest=manifest,
        notebooks={
            found[1]: content
            for name, content in members.items()
            if (found := _STEP.fullmatch(name)) is not None
        },
        source=members[_SOURCE],
        files={
            entry.path: _blob(members, entry.path, entry.sha256, entry.size)
            for entry in manifest.files
        },
        sent=members[_MANIFEST],
    )


def check_paths(paths: tuple[str, ...]) -> None:
    """Refuse file paths that would leave the working directory or meet each other; raises InvalidInput."""
    seen: set[str] = set()
    folders: set[str] = set()
    for path in paths:
        reason = _path_problem(path)
        if reason is None and path.casefold() in seen:
            reason = "is there twice"
        if reason is not None:
            raise InvalidInput("manifest.files", f"{path!r} {reason}")
        seen.add(path.casefold())
        parts = path.casefold().split("/")
        folders.update("/".join(parts[:end]) for end in range(1, len(parts)))
    both = sorted(seen & folders)
    if both:
        raise InvalidInput("manifest.files", f"{both[0]!r} is a file and a folder")


def check_folder(folder: str) -> None:
    """Refuse a folder that steps would begin in outside their working directory; raises InvalidInput."""
    reason = _path_problem(folder) if folder else None
    if reason is not None:
        raise InvalidInput("manifest.folder", f"{folder!r} {reason}")


def _path_problem(path: str) -> str | None:
    if not path or len(path.encode()) > 1000:
        return "is empty or too long"
    if path.startswith(("/", "~")) or re.match(r"[A-Za-z]:", path):
        return "is an absolute path"
    if "\\" in path or any(ord(character) < 32 or ord(character) == 127 for character in path):
        return "holds a character that no file name may have"
    if any(part in ("", ".", "..") for part in path.split("/")):
        return "leaves the working directory or is not normal"
    return None


def _read_members(data: bytes, limits: Limits) -> dict[str, bytes]:
    if len(data) > limits.zip_bytes:
        raise InvalidInput("zip", f"is larger than {format_bytes(limits.zip_bytes)}")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as bundle:
            entries = bundle.infolist()
            _check_entries(entries, limits)
            return {entry.filename: _read(bundle, entry) for entry in entries}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise InvalidInput("zip", f"cannot be read ({error})") from error


def _check_entries(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.members:
        raise InvalidInput("zip", f"holds more than {limits.members} files")
    if sum(entry.file_size for entry in entries) > limits.total_bytes:
        raise InvalidInput("zip", f"unpacks to more than {format_bytes(limits.total_bytes)}")
    seen: set[str] = set()
    for entry in entries:
        name = entry.filename
        if name in seen:
            raise InvalidInput("zip", f"{name!r} is there twice")
        seen.add(name)
        known = name in (_MANIFEST, _SOURCE) or _STEP.fullmatch(name) or _BLOB.fullmatch(name)
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if not known or kind not in (0, stat.S_IFREG) or entry.flag_bits & 0x1:
            raise InvalidInput("zip", f"{name!r} does not belong there")
        if not _BLOB.fullmatch(name) and entry.file_size > limits.notebook_bytes:
            raise InvalidInput("zip", f"{name!r} exceeds {format_bytes(limits.notebook_bytes)}")


def _read(bundle: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Read at most what the directory promises: a member that lies about its size is refused."""
    with bundle.open(entry) as member:
        content = member.read(entry.file_size + 1)
    if len(content) != entry.file_size:
        raise InvalidInput("zip", f"{entry.filename!r} is not as large as it says")
    return content


def _blob(members: dict[str, bytes], path: str, sha256: str, size: int) -> bytes:
    content = members.get(f"blobs/{sha256}")
    if content is None:
        raise InvalidInput(path, "the manifest names this file, but it is not in the zip")
    if len(content) != size or hashlib.sha256(content).hexdigest() != sha256:
        raise InvalidInput(path, "is not the file that the manifest names")
    return content


def _add(bundle: zipfile.ZipFile, name: str, data: bytes) -> None:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    bundle.writestr(info, data)

"""What a step asks for of packages: those installed for it, and how the kernel's differ from the publisher's.

Requirements are installed once per node and set, on top of what the kernel's Python has, and go onto the kernel's
path. Ray's own `pip` would copy the whole virtual environment that it runs in for each set. What was not used for
long, or is too much, is removed; not what a step uses.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from jupyterlab_promote.errors import PromoteError
from jupyterlab_promote.model.version import Manifest

STRICT = "PROMOTE_STRICT_PACKAGES"
"""A worker's variable with which other packages than at publish fail every step; a step's own setting does, too."""

LIMIT = 20 * 2**30
"""Bytes of all sets on a machine; those in use may exceed it."""
UNUSED = 30 * 86_400.0
"""Seconds after which a set that no step used is removed."""

_SHOWN_LINES = 6
_ERROR = "ERROR: "
"""How pip begins a line that says why; warnings about its sources come before."""
_SIZE = "promote-size"
_SCRATCH = ".new-"
_PARENT = "promote_parent.pth"
_ASK = (
    "import json, site, sys; print(json.dumps([sys.version, sys.prefix, site.getsitepackages()]))"
)


class PackagesMissing(PromoteError):
    """The step's requirements cannot be installed on this node."""

    code = "environment"


@contextlib.contextmanager
def installed(requirements: Sequence[str], *, python: str = sys.executable) -> Iterator[Path]:
    """The folder with the requirements for a Python, filled on first use on this machine, kept while it is open.

    Raises:
        PackagesMissing: pip refuses, with its last lines.
    """
    version, prefix, parents = json.loads(_run([python, "-c", _ASK]))
    text = json.dumps([list(requirements), version, prefix])
    root = _root()
    folder = root / hashlib.sha256(text.encode()).hexdigest()[:24]
    with _lock_file(folder).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            scratch = Path(tempfile.mkdtemp(prefix=_SCRATCH, dir=root))
            try:
                _fill(scratch, requirements, python=python, parents=parents)
                (scratch / _SIZE).write_text(str(_size(scratch)))
                scratch.rename(folder)
            finally:
                shutil.rmtree(scratch, ignore_errors=True)
            evict(root, keep=folder.name)
        os.utime(folder)
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield _site_packages(folder)


def evict(root: Path, *, keep: str, limit: int = LIMIT, unused: float = UNUSED) -> None:
    """Remove sets that nobody uses: those unused for long, then the longest unused ones until the limit holds."""
    oldest = time.time() - unused
    found = [path for path in root.iterdir() if path.is_dir() and path.name != keep]
    left = sorted((path.stat().st_mtime, path) for path in found)
    total = sum(_told_size(path) for _, path in left) + _told_size(root / keep)
    for used, folder in left:
        scratch = folder.name.startswith(_SCRATCH)
        if used >= oldest and (total <= limit or scratch):
            continue
        with _lock_file(folder).open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            total -= _told_size(folder)
            shutil.rmtree(folder, ignore_errors=True)


def _lock_file(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.lock")


def _size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*"))


def _told_size(folder: Path) -> int:
    """What was written beside the packages when they were installed."""
    try:
        return int((folder / _SIZE).read_text())
    except (OSError, ValueError):
        return 0


def _root() -> Path:
    """A folder of this user alone: what lies in it is imported."""
    root = Path(tempfile.gettempdir()) / f"promote-packages-{os.getuid()}"
    root.mkdir(mode=0o700, exist_ok=True)
    if root.stat().st_uid != os.getuid():
        raise PackagesMissing(
            f"The folder {root} belongs to another user, so no packages are installed there.",
            hint="Remove it on that Ray node.",
        )
    return root


def _fill(
    folder: Path, requirements: Sequence[str], *, python: str, parents: Sequence[str]
) -> None:
    """A virtual environment that sees the parent's packages, so that pip adds only what is missing."""
    _run([python, "-m", "venv", "--without-pip", str(folder)])
    (_site_packages(folder) / _PARENT).write_text("\n".join(parents) + "\n")
    wanted = folder / "requirements.txt"
    wanted.write_text("\n".join(requirements) + "\n")
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python"), "install"]
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    _run([*pip, *quiet, "-r", str(wanted)])


def _site_packages(folder: Path) -> Path:
    return next((folder / "lib").glob("python*/site-packages"))


def _run(command: Sequence[str]) -> str:
    # What pip says of its own environment is about the node's Python, which is not changed.
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - no shell
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        errors = [line.removeprefix(_ERROR) for line in lines if line.startswith(_ERROR)]
        told = " ".join((errors or lines)[-_SHOWN_LINES:]) or "pip gave no reason"
        raise PackagesMissing(
            f"The step's packages could not be installed: {told}",
            hint="Correct the step's requirements, or make the package index reachable from the Ray nodes.",
        )
    return done.stdout


def differences(manifest: Manifest, found: Mapping[str, str | None]) -> tuple[str, ...]:
    """How the kernel's packages differ from those at publish: one sentence, or none."""
    told = [
        f"{package.name} {package.version} ({_has(found.get(package.name))})"
        for package in manifest.packages
        if found.get(package.name) != package.version
    ]
    here = found.get("") or manifest.python
    if manifest.python and _minor(here) != _minor(manifest.python):
        told.insert(0, f"Python {manifest.python} (here {here})")
    if not told:
        return ()
    return (
        f"The notebook was published with other packages than the worker has: {', '.join(told)}.",
    )


def _has(version: str | None) -> str:
    return f"here {version}" if version else "not here"


def _minor(version: str) -> list[str]:
    return version.split(".")[:2]

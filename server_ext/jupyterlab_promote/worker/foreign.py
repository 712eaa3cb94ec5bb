"""Kernels of another Python than the worker's: what they need of us, put on their path.

A conda or venv kernelspec has neither this package nor, perhaps, cloudpickle. A small tree with the handoff's
kernel half is copied once per machine and content; nothing is installed in the user's environment.
"""

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cloudpickle

_OWN_NAMES = frozenset({"python", "python3", f"python{sys.version_info[0]}.{sys.version_info[1]}"})
_PACKAGE = "jupyterlab_promote"


@dataclass(frozen=True)
class Shadow:
    """What goes onto a foreign kernel's path: `front` before everything, `back` after everything."""

    front: Path
    back: Path


def is_foreign(argv: Sequence[str]) -> bool:
    """Whether a kernelspec's command starts another Python environment than this process's."""
    if not argv or argv[0] in _OWN_NAMES:
        return False
    # Symbolic links are not followed: a venv's python is a link to the interpreter it was made from.
    return Path(argv[0]).absolute().parent.parent != Path(sys.prefix).absolute()


def shadow() -> Shadow:
    """The tree for foreign kernels, made on first use."""
    files = _files()
    digest = hashlib.sha256()
    for name, source in files.items():
        digest.update(name.encode() + b"\0" + source.read_bytes())
    root = Path(tempfile.gettempdir()) / f"promote-shadow-{os.getuid()}-{digest.hexdigest()[:16]}"
    if not root.exists():
        _make(root, files)
    return Shadow(front=root / "front", back=root / "back")


def _files() -> dict[str, Path]:
    package = Path(__file__).parents[1]
    ours = [package / "__init__.py", package / "worker" / "__init__.py"]
    ours += sorted((package / "worker" / "handoff").rglob("*.py"))
    files = {f"front/{_PACKAGE}/{path.relative_to(package)}": path for path in ours}
    pickle_root = Path(cloudpickle.__file__).parent
    for path in sorted(pickle_root.rglob("*.py")):
        files[f"back/cloudpickle/{path.relative_to(pickle_root)}"] = path
    return files


def _make(root: Path, files: dict[str, Path]) -> None:
    """Fill a fresh folder and rename it; whoever is first wins, the trees are the same."""
    scratch = Path(tempfile.mkdtemp(prefix="promote-shadow-", dir=root.parent))
    for name, source in files.items():
        target = scratch / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    try:
        scratch.rename(root)
    except OSError:
        shutil.rmtree(scratch, ignore_errors=True)

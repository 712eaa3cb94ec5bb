"""What a module's source imports of the modules that lie beside a notebook."""

import ast
import posixpath
from collections.abc import Iterator, Sequence
from pathlib import Path


def beside(source: bytes, folder: Path, search: Sequence[str]) -> Iterator[str]:
    """Paths, relative to the notebook's folder, of the modules and packages that some source imports.

    Args:
        folder: the notebook's.
        search: folders in it where Python looks for modules; the folder itself is empty.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return
    # A module may add the folder above its own to those that are searched.
    above = [posixpath.join(place, "..") for place in search] if b"sys.path" in source else []
    for name in sorted(set(_imported(tree))):
        for place in (*search, *above):
            base = folder / place / name
            if base.with_suffix(".py").is_file():
                yield posixpath.normpath(posixpath.join(place, f"{name}.py"))
            elif base.is_dir() and (any(base.glob("*.py")) or any(base.glob("*/*.py"))):
                yield posixpath.normpath(posixpath.join(place, name))


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]

"""What a module's source imports of the modules that lie beside a notebook."""

import ast
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
    for name in sorted(set(_imported(tree))):
        for place in search:
            base = folder / place / name
            if base.with_suffix(".py").is_file():
                yield base.with_suffix(".py").relative_to(folder).as_posix()
            elif base.is_dir() and (any(base.glob("*.py")) or any(base.glob("*/*.py"))):
                yield base.relative_to(folder).as_posix()


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]

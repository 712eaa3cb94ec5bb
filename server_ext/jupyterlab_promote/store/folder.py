"""A notebook's file and what lies beside it: the names that the analysis wants to know, and writing in one piece."""

import contextlib
import glob
import json
import os
import posixpath
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from jupyterlab_promote.dataflow.analysis import Context
from jupyterlab_promote.dataflow.around import SCRIPTS, Above, Around, named_in
from jupyterlab_promote.dataflow.files.companions import named_like
from jupyterlab_promote.dataflow.files.folders import MOST_ABOVE, levels_above
from jupyterlab_promote.dataflow.modules.local_modules import modules_above
from jupyterlab_promote.errors import InvalidInput
from jupyterlab_promote.notebook.document import Cell, Notebook, read_notebook
from jupyterlab_promote.notebook.newer_syntax import as_read
from jupyterlab_promote.notebook.script import script_of
from jupyterlab_promote.store.config_files import named_paths
from jupyterlab_promote.store.kernel_python import is_missing
from jupyterlab_promote.store.kernel_python import readings as kernel_readings
from jupyterlab_promote.store.kernel_stars import installed_stars
from jupyterlab_promote.store.project import packages_of_project
from jupyterlab_promote.store.version_files import inside

MAX_FILES = 20_000
"""A folder with more files is not listed: somebody's home, or a data lake."""

_MAX_DEPTH = 6
_MODULE_DEPTH = 3
_MOST_SOURCES = 100
_LARGE_SOURCE = 100_000
_SCRIPT = re.compile(r"""["']([^"'\n]+\.(?:py|ipynb))["']|([^\s"'|;<>&()]+\.(?:py|ipynb))\b""")
_IGNORED = frozenset({"__pycache__", "node_modules", "venv", "site-packages"})


def folder_context(folder: Path | None, nb: Notebook | None = None) -> Context:
    """The files and modules beside a notebook; hidden files, caches and environments are left out.

    What this Python cannot parse is read by the kernel's, where that is a newer one.
    Above its folder only what the notebook names is looked for; without one, nothing.
    """
    readings = kernel_readings(nb) if nb is not None else {}
    read = as_read(nb, readings) if nb is not None else None
    missing = nb is not None and is_missing(nb.kernel)
    around = Context(readings=readings, kernel_missing=missing)
    if folder is None:
        return replace(around, stars=installed_stars(read, {}, {}) if read is not None else {})
    cells = tuple(c for c in read.cells if c.is_code) if read is not None else ()
    modules = dict((*_scripts(folder, cells), *_modules(folder), *_modules_above(folder, cells)))
    sources = dict(_sources(folder, modules))
    stars = installed_stars(read, modules, sources) if read is not None else {}
    around = replace(around, local_modules=modules, module_sources=sources, stars=stars)
    files: set[str] = set()
    for path in _walk(folder):
        files.add(path)
        if len(files) > MAX_FILES:
            return around
    files.update(_linked(folder, most=MAX_FILES - len(files)))
    known = Around(modules, sources)
    files.update(_above(folder, named_in(cells, known).above()))
    named = named_paths(folder, files, (*(c.source for c in cells), *sources.values()))
    of_config = tuple(path for paths in named.values() for path in paths)
    files.update(path for path in of_config if not path.endswith("/"))
    if any(path.startswith("../") for path in of_config):
        further = named_in(cells, known._replace(of_config=of_config))
        files.update(_above(folder, further.above()))
    return replace(
        around,
        files=frozenset(files),
        named=named,
        of_project=dict(packages_of_project(folder, cells, modules)),
    )


def _above(folder: Path, paths: Above) -> Iterator[str]:
    """What `../data/x.csv`, `../data` and `../data/*.csv` lead to, with what is read beside them."""
    for path in paths.named | paths.perhaps:
        fixed = re.match(r"(?:[^*?\[/]*/)*[^*?\[/]*(?![^/]*[*?\[])", path)
        base = posixpath.normpath(fixed[0]) if fixed else ""
        if (folder / path).is_file():
            yield path
            yield from (beside for beside in named_like(path) if (folder / beside).is_file())
        elif base.strip("./") and (folder / base).is_dir():
            yield from (f"{base}/{name}" for name in islice(_walk(folder / base), MAX_FILES))
        elif base == path and not posixpath.splitext(base)[1]:
            named = sorted(
                (folder / base).parent.glob(f"{glob.escape(posixpath.basename(base))}.*")
            )
            yield from (f"{posixpath.dirname(base)}/{file.name}" for file in named)


def _linked(folder: Path, *, most: int) -> tuple[str, ...]:
    """The files of folders that links beside the notebook lead to, such as `data`; nothing if they are many."""
    above = (folder.resolve(), *folder.resolve().parents)
    found: list[str] = []
    with contextlib.suppress(OSError):
        for link in sorted(folder.iterdir()):
            named = link.name not in _IGNORED and not link.name.startswith(".")
            if named and link.is_symlink() and link.is_dir() and link.resolve() not in above:
                inside = (f"{link.name}/{path}" for path in _walk(link))
                found += islice(inside, most + 1 - len(found))
    return tuple(found) if len(found) <= most else ()


def _sources(folder: Path, modules: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The sources of the small modules; one that cannot be read says nothing."""
    files = [(name, path) for name, path in modules.items() if path.endswith(SCRIPTS)]
    for name, path in files[:_MOST_SOURCES]:
        with contextlib.suppress(OSError, UnicodeDecodeError, InvalidInput):
            if path.endswith(".ipynb"):
                yield name, script_of(read_notebook((folder / path).read_bytes()))
            elif (folder / path).stat().st_size < _LARGE_SOURCE:
                yield name, (folder / path).read_text(encoding="utf-8")


def _scripts(folder: Path, cells: tuple[Cell, ...]) -> Iterator[tuple[str, str]]:
    """(path without `.py`, path) of the scripts and notebooks that a cell names, as `%run` does."""
    words = {word for cell in cells for found in _SCRIPT.findall(cell.source) for word in found}
    for path in sorted(map(posixpath.normpath, filter(None, words))):
        if inside(path) and (folder / path).is_file():
            yield path.removesuffix(".py"), path


def _walk(folder: Path) -> Iterator[str]:
    for root, directories, names in os.walk(folder):
        inside = Path(root).relative_to(folder)
        kept = sorted(d for d in directories if not d.startswith(".") and d not in _IGNORED)
        directories[:] = kept if len(inside.parts) < _MAX_DEPTH else []
        for name in names:
            if not name.startswith("."):
                yield (inside / name).as_posix()


def _modules(folder: Path) -> Iterator[tuple[str, str]]:
    """(path without `.py`, path) of modules and packages; what vanishes or is forbidden meanwhile is passed over."""
    for root, directories, names in os.walk(folder):
        inside = Path(root).relative_to(folder)
        kept = [d for d in directories if not d.startswith(".") and d not in _IGNORED]
        directories[:] = kept if len(inside.parts) < _MODULE_DEPTH else []
        modules = [name for name in names if name.endswith(".py")]
        if modules:
            # A package need not have a file of its own: `src/features/build.py` is in the package `src`.
            packages = [p.as_posix() for p in (inside, *inside.parents) if p.parts]
            yield from zip(packages, packages, strict=True)
        for name in modules:
            path = (inside / name).as_posix()
            yield path.removesuffix(".py"), path


def _modules_above(folder: Path, cells: tuple[Cell, ...]) -> Iterator[tuple[str, str]]:
    """The same of what the notebook imports from folders above its own that it adds to `sys.path`, each once."""
    found: set[str] = set()
    for above, module in modules_above(cells):
        path = posixpath.join(above, module)
        if module in found or levels_above(path) > MOST_ABOVE:
            continue
        if (folder / f"{path}.py").is_file():
            found.add(module)
            yield path, f"{path}.py"
        elif inner := list(_modules(folder / path)):
            found.add(module)
            yield path, path
            yield from ((f"{path}/{name}", f"{path}/{file}") for name, file in inner)


def write_notebook(path: Path, content: Mapping[str, Any]) -> None:
    """Write a notebook file, or replace it at once, in the form in which Jupyter writes it.

    Raises:
        InvalidInput: the place is not writable.
    """
    text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        Path(temporary).replace(path)
    except OSError as error:
        raise InvalidInput(
            "output",
            f"{path} cannot be written ({error.strerror})",
            hint="Make the folder writable, or name another one.",
        ) from error

"""Files and packages that the notebook needs: data in its folder, local modules, imports, requirements."""

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from jupyterlab_promote.dataflow.called import called_words
from jupyterlab_promote.dataflow.files.companions import with_companions
from jupyterlab_promote.dataflow.files.folders import stands_in
from jupyterlab_promote.dataflow.files.paths import words_in
from jupyterlab_promote.dataflow.files.texts import names_of
from jupyterlab_promote.dataflow.files.travelling import (
    NamedPaths,
    Travels,
    first_met,
    how_it_travels,
    is_met,
    needed_files,
    normal,
    too_many,
    written_paths,
)
from jupyterlab_promote.dataflow.kept import any_with, as_code, cells_with, union_of
from jupyterlab_promote.dataflow.located import located
from jupyterlab_promote.dataflow.modules.local_modules import module_uses
from jupyterlab_promote.dataflow.modules.module_files import module_paths
from jupyterlab_promote.dataflow.scope import cell_names, modules_of
from jupyterlab_promote.model.finding import Finding
from jupyterlab_promote.model.pipeline import FileUse, Place
from jupyterlab_promote.notebook.blocks import Code
from jupyterlab_promote.notebook.document import Cell

_MAKES_FILES = re.compile(
    r"system|run|call|check_call|check_output|Popen|urlretrieve|\w*download\w*|extract\w*|unpack_archive|copy\w*"
    r"|move|rename|replace|run_cell_magic|chdir|snapshot\w*|fetch\w*|render|plot_model|make_archive|export_\w+"
    r"|show_html|write_html|record\w*"
)
"""Calls that may leave files of any name."""
_KEEPS = re.compile(r"^\s*%(?:save\s|store\s[^>\n]*>)", re.MULTILINE)
"""IPython's `%save file 1-3` and `%store value > file`."""


def file_uses(
    cells: tuple[Cell, ...],
    present: frozenset[str] | None,
    local_modules: Mapping[str, str],
    sources: Mapping[str, str],
) -> tuple[FileUse, ...]:
    """The files that the notebook reads from its folder, from elsewhere, and its local modules.

    A path with parts that only a run knows becomes a pattern; every text that names a file of the folder counts.

    Args:
        present: paths in the notebook's folder; None when there is no folder to look at.
        local_modules: path without `.py` -> path, of each module and package in the notebook's folder.
        sources: of those modules, by the same paths.
    """
    uses: dict[tuple[str, str], FileUse] = {}
    for use in module_uses(cells, local_modules):
        uses.setdefault((use.path, "module"), use)
    code = as_code(cells)
    named = _named(code)
    for index, path, travels in needed_files(named, present):
        if (path.text, "module") not in uses and (path.text, "data") not in uses:
            cell = code[index]
            line = path.line + cell_names(cell.source)[0].line_offset
            uses[path.text, "data"] = _data(path.text, travels, cell.id, cell.index, line)
    written = written_paths(named, present)
    for path, module in module_paths(cells, local_modules, sources):
        text = normal(path.text)
        # What a module names is needed if it is there: whether it is ever read, only the run knows.
        wanted = how_it_travels(path, text, written, present) == "frozen"
        if wanted and _is_there(text, present) and text.removesuffix(".py") not in sources:
            use = FileUse(path=text, kind="data", travels="frozen", place=module.place)
            uses.setdefault((text, "data"), use)
    return with_companions(tuple(uses.values()), present)


@lru_cache(maxsize=4096)
def _data(path: str, travels: Travels, cell: str, index: int, line: int) -> FileUse:
    at = Place(cell=cell, cell_index=index, line=line)
    return FileUse(path=path, kind="data", travels=travels, place=at)


def _named(code: Code) -> NamedPaths:
    names = names_of(code)
    return NamedPaths(
        told=words_in(code, names),
        folders=stands_in(code, names)[1:],
        targets=union_of(_targets, code),
        unsure=any_with(_may_make_files, code),
    )


def _is_there(text: str, present: frozenset[str] | None) -> bool:
    return present is not None and ("*" in text or text in present)


def paths_above(
    cells: tuple[Cell, ...], local_modules: Mapping[str, str], sources: Mapping[str, str]
) -> frozenset[str]:
    """Paths of the cells and of their modules that begin above the notebook's folder: `../data/sales.csv`."""
    own = (path for _, path in first_met(_named(as_code(cells))))
    of_modules = (path for path, _ in module_paths(cells, local_modules, sources))
    found = (normal(path.text) for path in (*own, *of_modules))
    return frozenset(text for text in found if text.startswith("../") and _may_be_a_path(text))


_LONGEST = 255
"""Bytes that the name of a file may have on the usual file systems."""


def _may_be_a_path(text: str) -> bool:
    """Whether a file may have this name; a docstring is a text too, and asking for one that long is an error."""
    return text.isprintable() and all(len(part.encode()) <= _LONGEST for part in text.split("/"))


def missing_files(
    cells: tuple[Cell, ...],
    uses: Sequence[FileUse],
    present: frozenset[str] | None,
    produces: Sequence[str],
) -> Iterator[Finding]:
    """PRM410: a file that is read by its name, is not there, and that nothing makes; PRM413: one too far above.

    PRM418: so many files are looked through that they do not travel.
    """
    if present is None:
        return
    yield from _many_files(cells, present)
    by_id = {cell.id: cell for cell in cells}
    for use in uses:
        cell = by_id.get(use.place.cell or "")
        if cell is None or use.kind == "module" or use.travels == "live":
            continue
        if levels_above(use.path) > MOST_ABOVE:
            yield _unreachable(cell, use, "PRM413", TOO_FAR, MOVE_NEARER)
        elif use.path not in (*present, *produces) and not is_met(use.path, present):
            yield _unreachable(cell, use, "PRM410", _MISSING, _CREATE)


def _many_files(cells: tuple[Cell, ...], present: frozenset[str]) -> Iterator[Finding]:
    code = as_code(cells)
    for index, path, count in too_many(_named(code), present):
        cell = code[index]
        yield located(
            cell,
            path.line + cell_names(cell.source)[0].line_offset,
            code="PRM418",
            severity="warning",
            name=path.text,
            message=f"`{path.text}` is looked through: of its {count} files a run has those that the notebook names.",
            fix="Put what it needs into a folder of its own, or add it to the notebook's files.",
        )


def levels_above(path: str) -> int:
    """How many folders above the notebook's own a path begins, whether or not it comes down again."""
    return posixpath.normpath(path).split("/").count("..")


MOST_ABOVE = 5
"""How many folders above the notebook's own its files may lie."""
TOO_FAR = f"does not lie in the notebook's folder, nor in the {MOST_ABOVE} folders above it"
MOVE_NEARER = (
    "Move it nearer to the notebook, or read it from an absolute path that the workers have."
)
_MISSING = "is not beside the notebook, and no cell writes it"
_CREATE = "Put it there, correct the path, or name it in the `writes` of the step that makes it."


def _unreachable(cell: Cell, use: FileUse, code: str, words: str, fix: str) -> Finding:
    return located(
        cell,
        use.place.line,
        code=code,
        severity="error",
        name=use.path,
        message=f"File `{use.path}` {words}.",
        fix=fix,
    )


@lru_cache(maxsize=4096)
def _may_make_files(source: str) -> bool:
    """Whether a cell may leave files of any name."""
    if cell_names(source)[0].tree is None:
        return True
    return any(map(_MAKES_FILES.fullmatch, called_words(source))) or bool(_KEEPS.search(source))


def _targets(source: str) -> tuple[str, ...]:
    """The file that `%%writefile` writes."""
    return (cell_names(source)[0].writes_file or ())[:1]


def imports(cells: tuple[Cell, ...]) -> tuple[str, ...]:
    """Top-level modules that the notebook imports, sorted."""
    return tuple(sorted(union_of(modules_of, cells)))


def requirements(cells: tuple[Cell, ...]) -> tuple[str, ...]:
    """What `%pip install` lines ask for, in order."""
    found: dict[str, None] = {}
    for cell in cells_with(_asked_packages, cells):
        found.update(dict.fromkeys(_asked_packages(cell.source)))
    return tuple(found)


@lru_cache(maxsize=4096)
def _asked_packages(source: str) -> tuple[str, ...]:
    return cell_names(source)[0].requirements

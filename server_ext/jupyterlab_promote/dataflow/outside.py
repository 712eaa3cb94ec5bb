"""Files and packages that the notebook needs: data in its folder, local modules, imports, requirements."""

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import lru_cache

from jupyterlab_promote.dataflow.called import called_words
from jupyterlab_promote.dataflow.chain import place
from jupyterlab_promote.dataflow.folders import stands_in
from jupyterlab_promote.dataflow.kept import any_with, cells_with, union_of
from jupyterlab_promote.dataflow.local_modules import module_uses
from jupyterlab_promote.dataflow.module_files import module_paths
from jupyterlab_promote.dataflow.paths import PathText, words_in
from jupyterlab_promote.dataflow.rules.located import located
from jupyterlab_promote.dataflow.scope import cell_names, modules_of
from jupyterlab_promote.dataflow.texts import UNKNOWN, names_of
from jupyterlab_promote.model.finding import Finding
from jupyterlab_promote.model.pipeline import FileUse
from jupyterlab_promote.notebook.document import Cell

_URL = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_MAKES_FILES = re.compile(
    r"system|run|call|check_call|check_output|Popen|urlretrieve|\w*download\w*|extract\w*|unpack_archive|copy\w*"
    r"|move|rename|replace|run_cell_magic|chdir|snapshot\w*|fetch\w*"
)
"""Calls that may leave files of any name."""
_ENDING = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,7}$")
_MOST_MATCHES = 5000


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
    found = tuple(_found(cells))
    written = {_normal(path.text) for path, _ in found if path.how == "write"}
    written |= union_of(_targets, cells)
    patterns = [path for path in written if "*" in path and path.strip("*/.")]
    for path, cell in found:
        text = _normal(path.text)
        travels = _travels(path, text, written, present)
        if travels == "frozen" and any(fnmatchcase(text, pattern) for pattern in patterns):
            continue
        if travels is not None and (text, "module") not in uses:
            line = path.line + cell_names(cell.source)[0].line_offset
            use = FileUse(path=text, kind="data", travels=travels, place=place(cell, line))
            uses.setdefault((text, "data"), use)
    for path, module in module_paths(cells, local_modules, sources):
        text = _normal(path.text)
        # What a module names is needed if it is there: whether it is ever read, only the run knows.
        wanted = _travels(path, text, written, present) == "frozen" and _is_there(text, present)
        if wanted and text.removesuffix(".py") not in sources:
            use = FileUse(path=text, kind="data", travels="frozen", place=module.place)
            uses.setdefault((text, "data"), use)
    return tuple(uses.values())


def _is_there(text: str, present: frozenset[str] | None) -> bool:
    return present is not None and ("*" in text or text in present)


def paths_above(
    cells: tuple[Cell, ...], local_modules: Mapping[str, str], sources: Mapping[str, str]
) -> frozenset[str]:
    """Paths of the cells and of their modules that begin above the notebook's folder: `../data/sales.csv`."""
    paths = (path for path, _ in (*_found(cells), *module_paths(cells, local_modules, sources)))
    found = (_normal(path.text) for path in paths)
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
    """PRM410: a file that is read by its name, is not there, and that nothing makes; PRM413: one too far above."""
    if present is None:
        return
    by_id = {cell.id: cell for cell in cells}
    for use in uses:
        cell = by_id.get(use.place.cell or "")
        if cell is None or use.kind == "module" or use.travels == "live":
            continue
        if levels_above(use.path) > MOST_ABOVE:
            yield _unreachable(cell, use, "PRM413", TOO_FAR, MOVE_NEARER)
        elif use.path not in (*present, *produces) and not _is_met(use.path, present):
            yield _unreachable(cell, use, "PRM410", _MISSING, _CREATE)


def levels_above(path: str) -> int:
    """How many folders above the notebook's own a path begins, whether or not it comes down again."""
    return posixpath.normpath(path).split("/").count("..")


MOST_ABOVE = 3
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


def _found(cells: tuple[Cell, ...]) -> Iterator[tuple[PathText, Cell]]:
    """Each path where it is met first, seen from each folder that the notebook stands in."""
    seen: set[tuple[str, str]] = set()
    names = names_of(cells)
    folders = stands_in(cells, names)[1:]
    for cell, path in words_in(cells, names):
        if (path.text, path.how) not in seen:
            seen.add((path.text, path.how))
            yield path, cell
            yield from ((path.seen_from(folder), cell) for folder in folders)
    # Which of several folders a path means depends on the way that the run took.
    if folders or any_with(_may_make_files, cells):
        yield from ((PathText(_ANYTHING, 1, "write"), cell) for cell in cells[:1])


_ANYTHING = "\0"
"""Stands among written paths for files of any name."""


@lru_cache(maxsize=4096)
def _may_make_files(source: str) -> bool:
    """Whether a cell may leave files of any name."""
    if cell_names(source)[0].tree is None:
        return True
    return any(map(_MAKES_FILES.fullmatch, called_words(source)))


def _travels(
    path: PathText, text: str, written: set[str], present: frozenset[str] | None
) -> str | None:
    """How a path comes to a run; None when it is no file that the notebook needs."""
    if path.how == "write" or text in written or text in ("", "."):
        return None
    if _URL.match(path.text) or text.startswith(("/", "~")):
        whole = "*" not in text and "." in posixpath.basename(text)
        return "live" if path.how in ("read", "join") and (whole or path.how == "read") else None
    if present is None:
        return "frozen" if path.how == "read" and "*" not in text else None
    listed = path.how == "list" and "[" in text and text not in present
    if "*" in text or "?" in text or listed:
        return "frozen" if _matches(path, text, present, written) else None
    if text in present:
        return "frozen" if path.how != "text" or "." in text or "/" in text else None
    # A word without an ending may be the name of a model or a data set that a library has.
    anything = {_ANYTHING, UNKNOWN} & written
    unmade = path.how == "read" and not anything and _ENDING.search(text) is not None
    return "frozen" if unmade and not any(p.startswith(f"{text}/") for p in present) else None


def _matches(path: PathText, text: str, present: frozenset[str], written: set[str]) -> bool:
    folder = text.partition("/")[0] if "/" in text else ""
    if path.how == "text" or not (folder or path.how == "list") or "*" in folder:
        return False
    pattern = _pattern(text)
    found = [p for p in present if pattern.fullmatch(p) and p not in written]
    bare = not folder and text.strip("*/") == ""
    return 0 < len(found) <= _MOST_MATCHES and not bare


def _is_met(text: str, present: frozenset[str]) -> bool:
    """Whether a path is a pattern, and of files that are there: `*` may stand for what only a run knows."""
    if "*" in text:
        return True
    return not {"?", "["}.isdisjoint(text) and any(map(_pattern(text).fullmatch, present))


_WILD = re.compile(r"(\*|\?|\[!?[^\]/]+\])")


@lru_cache(maxsize=4096)
def _pattern(text: str) -> re.Pattern[str]:
    parts = ("".join(map(_translated, _WILD.split(part))) for part in text.split("**/"))
    return re.compile("(?:.*/)?".join(parts))


def _translated(part: str) -> str:
    if _WILD.fullmatch(part) is None:
        return re.escape(part)
    one_of = part[1:-1].replace("\\", r"\\")
    said = {"*": "[^/]*", "?": "[^/]"}.get(part)
    return said or (f"[^{one_of[1:]}]" if one_of.startswith("!") else f"[{one_of}]")


def _targets(source: str) -> tuple[str, ...]:
    """The file that `%%writefile` writes."""
    return (cell_names(source)[0].writes_file or ())[:1]


@lru_cache(maxsize=16384)
def _normal(path: str) -> str:
    return (
        path
        if _URL.match(path) or path == _ANYTHING
        else posixpath.normpath(path)
        if path
        else path
    )


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

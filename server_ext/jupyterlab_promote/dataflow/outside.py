"""Files and packages that the notebook needs: data in its folder, local modules, imports, requirements."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from jupyterlab_promote.dataflow.around import Around, Named, named_in
from jupyterlab_promote.dataflow.files.companions import with_companions
from jupyterlab_promote.dataflow.files.folders import MOST_ABOVE, levels_above
from jupyterlab_promote.dataflow.files.paths import PathText
from jupyterlab_promote.dataflow.files.patterns import is_met
from jupyterlab_promote.dataflow.files.travelling import (
    Travels,
    folders_there,
    how_it_travels,
    needed_files,
    normal,
    too_many,
    written_paths,
)
from jupyterlab_promote.dataflow.files.unknown_folders import below
from jupyterlab_promote.dataflow.kept import as_code, cells_with, union_of
from jupyterlab_promote.dataflow.located import located
from jupyterlab_promote.dataflow.modules.local_modules import module_uses
from jupyterlab_promote.dataflow.scope import cell_names, modules_of
from jupyterlab_promote.model.finding import Finding
from jupyterlab_promote.model.pipeline import FileUse, Place
from jupyterlab_promote.notebook.document import Cell


def file_uses(
    cells: tuple[Cell, ...],
    present: frozenset[str] | None,
    around: Around,
) -> tuple[FileUse, ...]:
    """The files that the notebook reads from its folder, from elsewhere, and its local modules.

    A path with parts that only a run knows becomes a pattern; every text that names a file of the folder counts.

    Args:
        present: paths in the notebook's folder; None when there is no folder to look at.
    """
    uses: dict[tuple[str, str], FileUse] = {}
    for use in module_uses(cells, around.local_modules):
        uses.setdefault((use.path, "module"), use)
    code = as_code(cells)
    named = named_in(code, around)
    # What a function of a module writes is there once it was called.
    made = {normal(path.text) for path, _ in named.by_modules if path.how == "write"}
    made -= present or frozenset()
    for index, path, travels in needed_files(named.by_cells, present):
        if path.text in made:
            continue
        if (path.text, "module") not in uses and (path.text, "data") not in uses:
            cell = code[index]
            line = path.line + cell_names(cell.source)[0].line_offset
            uses[path.text, "data"] = _data(path.text, travels, cell.id, cell.index, line)
    written = written_paths(named.by_cells, present)
    for path, module in _of_modules(named, present):
        text = normal(path.text)
        # What a module names is needed if it is there: whether it is ever read, only the run knows.
        wanted = how_it_travels(path, text, written, present) == "frozen"
        if wanted and _is_there(text, present) and text.removesuffix(".py") not in around.sources:
            use = FileUse(path=text, kind="data", travels="frozen", place=module.place)
            uses.setdefault((text, "data"), use)
    return with_companions(tuple(uses.values()), present)


@lru_cache(maxsize=4096)
def _data(path: str, travels: Travels, cell: str, index: int, line: int) -> FileUse:
    at = Place(cell=cell, cell_index=index, line=line)
    return FileUse(path=path, kind="data", travels=travels, place=at)


def _of_modules(named: Named, present: frozenset[str] | None) -> Iterator[tuple[PathText, FileUse]]:
    """Paths of modules as they are, and where those may lie whose folder only a run knows."""
    yield from named.by_modules
    told = [path for path, _ in named.by_modules]
    for number, path in below(told, folders_there(named.by_cells, present)):
        yield path, named.by_modules[number][1]


def _is_there(text: str, present: frozenset[str] | None) -> bool:
    return present is not None and ("*" in text or text in present)


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
    for index, path, count in too_many(named_in(code).by_cells, present):
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

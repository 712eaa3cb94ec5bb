"""What a notebook names around itself: paths of its cells, its modules and its configuration, and those above it.

Nothing is looked up on a disk here; what is there is asked where the files are (`store/folder.py`).
"""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from jupyterlab_promote.dataflow.called import called_words
from jupyterlab_promote.dataflow.files.folders import stands_in
from jupyterlab_promote.dataflow.files.paths import PathText, Told, words_in
from jupyterlab_promote.dataflow.files.texts import UNKNOWN, names_of
from jupyterlab_promote.dataflow.files.travelling import (
    NamedPaths,
    first_met,
    folders_named,
    normal,
)
from jupyterlab_promote.dataflow.files.unknown_folders import below, folders_told, is_asked_for
from jupyterlab_promote.dataflow.kept import any_with, as_code, union_of
from jupyterlab_promote.dataflow.modules.local_modules import names_of_own
from jupyterlab_promote.dataflow.modules.module_files import module_paths
from jupyterlab_promote.dataflow.scope import cell_names
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


SCRIPTS = (".py", ".ipynb")
"""What a cell may run by its name."""


class Above(NamedTuple):
    """Paths that begin above the notebook's folder: `../data/sales.csv`.

    Attributes:
        named: by the cells and by their modules.
        perhaps: where others may lie whose folder only a run knows.
    """

    named: frozenset[str]
    perhaps: frozenset[str]


class Around(NamedTuple):
    """What is known of a notebook's surroundings when its paths are looked for.

    Attributes:
        local_modules: path without `.py` -> path, of each module and package that may be the notebook's own.
        sources: of those modules, by the same paths; of notebooks that cells name, by theirs.
        of_config: what its configuration files name.
    """

    local_modules: Mapping[str, str] = MappingProxyType({})
    sources: Mapping[str, str] = MappingProxyType({})
    of_config: tuple[str, ...] = ()


_NOTHING = Around()


class Named(NamedTuple):
    """The paths that a notebook names.

    Attributes:
        by_cells: what the cells write out.
        by_modules: what its modules write out, each with the module that a cell imports.
    """

    by_cells: NamedPaths
    by_modules: tuple[tuple[PathText, FileUse], ...]

    @property
    def paths(self) -> tuple[PathText, ...]:
        """All paths, of cells and of modules."""
        own = (path for _, path in first_met(self.by_cells))
        return (*own, *(path for path, _ in self.by_modules))

    def above(self) -> Above:
        """The paths above the notebook's folder that it may read."""
        told = self.paths
        folders = (folder for folder in folders_named(self.by_cells) if folder.startswith(".."))
        return Above(_climbing(told), _climbing(path for _, path in below(told, folders)))

    def folders(self) -> Iterator[str]:
        """Folders that may have to be there though nothing in them is read.

        A module writes there, or the code writes into one that only the run knows, or it asks whether it is there.
        """
        told = self.paths
        written = (path.text for path, _ in self.by_modules if path.how == "write")
        yield from (posixpath.dirname(text) for text in written if UNKNOWN not in text)
        known = folders_named(self.by_cells)
        if any(path.how == "write" and path.text.startswith(UNKNOWN) for path in told):
            yield from known
        asked = [path for path in told if is_asked_for(path)]
        yield from (path.text for _, path in below(asked, known))


def named_in(cells: Iterable[Cell], around: Around = _NOTHING) -> Named:
    """The paths that the cells of a notebook and its modules write out."""
    code = as_code(cells)
    names = names_of(code, without=names_of_own(code, around.local_modules))
    told = words_in(code, names)
    scripts = _scripts(code, told, around) if around.sources else ()
    by_modules = tuple(module_paths(code, around.local_modules, around.sources, scripts))
    texts = [path.text for path, _ in by_modules]
    by_cells = NamedPaths(
        told=told,
        folders=stands_in(code, names)[1:],
        of_others=folders_told((*texts, *around.of_config)),
        targets=union_of(_targets, code),
        climbs=any_with(_asks_where, code),
        unsure=any_with(_may_make_files, code),
    )
    return Named(by_cells, by_modules)


def _scripts(cells: Code, told: Iterable[Told], around: Around) -> Iterator[FileUse]:
    """The scripts and notebooks beside the notebook that a cell names: `%run prepare.py`, `!python train.py`."""
    begin = 0
    for block in told:
        for place, path in block.found:
            file = normal(path.text) if path.text.endswith(SCRIPTS) else ""
            if file.removesuffix(".py") in around.sources and path.how != "write":
                cell = cells[begin + place]
                line = path.line + cell_names(cell.source)[0].line_offset
                at = Place(cell=cell.id, cell_index=cell.index, line=line)
                yield FileUse(path=file, kind="module", travels="frozen", place=at)
        begin += block.cells


def _climbing(paths: Iterable[PathText]) -> frozenset[str]:
    found = (normal(path.text) for path in paths)
    return frozenset(text for text in found if text.startswith("../") and may_be_a_path(text))


_LONGEST = 255
"""Bytes that the name of a file may have on the usual file systems."""


def may_be_a_path(text: str) -> bool:
    """Whether a file may have this name; a docstring is a text too, and asking for one that long is an error."""
    return text.isprintable() and all(len(part.encode()) <= _LONGEST for part in text.split("/"))


_WHERE = frozenset({"abspath", "absolute", "cwd", "getcwd", "realpath", "resolve"})


@lru_cache(maxsize=4096)
def _asks_where(source: str) -> bool:
    """Whether a cell asks where it runs, from which it may go up."""
    return not _WHERE.isdisjoint(called_words(source))


@lru_cache(maxsize=4096)
def _may_make_files(source: str) -> bool:
    """Whether a cell may leave files of any name."""
    if cell_names(source)[0].tree is None:
        return True
    return any(map(_MAKES_FILES.fullmatch, called_words(source))) or bool(_KEEPS.search(source))


def _targets(source: str) -> tuple[str, ...]:
    """The file that `%%writefile` writes."""
    return (cell_names(source)[0].writes_file or ())[:1]

"""The files that travel with a version: those that the notebook reads, found in its folder, or why one cannot travel.

Which files a notebook reads is the analysis's to say; here they are looked for and read.
"""

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jupyterlab_promote.dataflow.files.folders import MOST_ABOVE, levels_above
from jupyterlab_promote.dataflow.outside import MOVE_NEARER
from jupyterlab_promote.errors import InvalidInput, NotPromotable
from jupyterlab_promote.model.finding import Finding
from jupyterlab_promote.model.pipeline import FileUse, Pipeline
from jupyterlab_promote.model.settings import format_bytes
from jupyterlab_promote.notebook.document import read_notebook
from jupyterlab_promote.notebook.script import script_of
from jupyterlab_promote.store.imports import beside
from jupyterlab_promote.store.never import never_travels

_UNASKED = frozenset(
    {"__pycache__", ".ipynb_checkpoints", "venv", ".venv", "node_modules", "site-packages"}
)
"""Folders of which a pattern means nothing, unless it names them."""
MAX_FILES_BYTES = 400 * 2**20
"""What all files of a version may have together."""
_IN_MEMORY = 8 * 2**20
_GLOB = set("*?[")


def collect_files(pipeline: Pipeline, folder: Path | None) -> dict[str, bytes | Path]:
    """The files that travel with the version, by path relative to the notebook's folder.

    Raises:
        NotPromotable: with one finding for each file that cannot travel.
    """
    search = _Search(folder, pipeline.produces, {}, [])
    for use in pipeline.files:
        if use.travels == "frozen":
            search.add_use(use)
    for pattern in pipeline.file_globs:
        search.add_glob(pattern)
    search.add_imported([use.path for use in pipeline.files if use.kind == "module"])
    search.check_size()
    if search.findings:
        raise NotPromotable(search.findings)
    return {
        path: file if file.stat().st_size > _IN_MEMORY else file.read_bytes()
        for path, file in search.found.items()
    }


def inside(path: str) -> bool:
    """Whether a path, written in its shortest form, leads into the notebook's folder or a few folders above it."""
    near = levels_above(path) <= MOST_ABOVE
    return near and not Path(path).is_absolute() and not path.startswith("~")


@dataclass
class _Search:
    """Collects found files and the findings about the others."""

    folder: Path | None
    produces: tuple[str, ...]
    found: dict[str, Path]
    findings: list[Finding]

    def add_use(self, use: FileUse) -> None:
        """A path that the notebook reads."""
        there = self.folder is not None and inside(use.path) and (self.folder / use.path).is_file()
        if _GLOB & set(use.path) and not there:
            self._add_all(use.path)
        elif self.folder is None:
            self._refuse(
                "PRM410", use, "is needed, but the notebook has no folder yet", _SAVE_FIRST
            )
        elif not inside(use.path):
            self._refuse("PRM413", use, _TOO_FAR, MOVE_NEARER)
        else:
            self._add_path(use, self.folder)

    def add_glob(self, pattern: str) -> None:
        """A pattern of the notebook's `files` setting."""
        use = FileUse(path=pattern, kind="data", travels="frozen")
        if not inside(pattern):
            self._refuse("PRM413", use, _TOO_FAR, MOVE_NEARER)
        elif not self._add_all(pattern):
            self._refuse("PRM410", use, "matches no file", "Correct it in the notebook's files.")

    def add_imported(self, modules: Sequence[str]) -> None:
        """The modules beside the notebook that its modules import in their turn."""
        if self.folder is None:
            return
        folders = tuple({posixpath.dirname(path) for path in modules})
        waiting = [path for path in self.found if path.endswith((".py", ".ipynb"))]
        while waiting:
            for path in beside(_python(self.found[waiting.pop()]), self.folder, ("", *folders)):
                before = set(self.found)
                self._add_path(FileUse(path=path, kind="module", travels="frozen"), self.folder)
                waiting += [new for new in self.found.keys() - before if new.endswith(".py")]

    def check_size(self) -> None:
        """All files together must stay within the limit."""
        sizes = {path: file.stat().st_size for path, file in self.found.items()}
        if sum(sizes.values()) <= MAX_FILES_BYTES:
            return
        largest = max(sizes, key=lambda path: sizes[path])
        use = FileUse(path=largest, kind="data", travels="frozen")
        total, limit = format_bytes(sum(sizes.values())), format_bytes(MAX_FILES_BYTES)
        words = f"({format_bytes(sizes[largest])}) is the largest of the files, {total} in all; a version holds {limit}"
        self._refuse("PRM412", use, words, "Read it by an absolute path or a URL instead.")

    def _add_path(self, use: FileUse, folder: Path) -> None:
        file = folder / use.path
        if never_travels(Path(use.path)) or never_travels(file.resolve()):
            if not file.name.startswith(".env"):
                self._refuse(
                    "PRM411", use, "looks like a credential and is never packaged", _SECRET
                )
        elif file.is_dir():
            self._add_all(f"{use.path}/**/*")
        elif file.is_file():
            self.found[_normal(use.path)] = file
        elif use.path not in self.produces:
            self._refuse("PRM410", use, f"is not there ({folder.name}/{use.path})", _CREATE)

    def _add_all(self, pattern: str) -> bool:
        """Add what a pattern matches; never credentials, caches and hidden folders."""
        if self.folder is None or not inside(pattern):
            return False
        unasked = _UNASKED.difference(pattern.split("/"))
        matches = {
            path.as_posix(): file
            for file in sorted(self.folder.glob(_normal(pattern)))
            if file.is_file()
            and unasked.isdisjoint((path := file.relative_to(self.folder)).parts[:-1])
        }
        kept = {
            path: file
            for path, file in matches.items()
            if not never_travels(Path(path)) and not never_travels(file.resolve())
        }
        self.found.update(kept)
        return bool(kept)

    def _refuse(self, code: str, use: FileUse, words: str, fix: str) -> None:
        self.findings.append(
            Finding(
                code=code,
                severity="error",
                message=f"File `{use.path}` {words}.",
                fix=fix,
                cell=use.place.cell,
                cell_index=use.place.cell_index,
                line=use.place.line,
                name=use.path,
            )
        )


_TOO_FAR = f"lies more than {MOST_ABOVE} folders above the notebook, or nowhere near it"
_SAVE_FIRST = "Save the notebook beside the file first."
_SECRET = "Give it to the step as a secret."  # noqa: S105 - words, no secret
_CREATE = "Put it there, or name it in the `writes` of the step that makes it."


def _python(file: Path) -> bytes:
    """The source of a module or script, or of a notebook that runs as one."""
    content = file.read_bytes()
    if file.suffix != ".ipynb":
        return content
    try:
        return script_of(read_notebook(content)).encode()
    except InvalidInput:
        return b""


def _normal(path: str) -> str:
    return Path(path).as_posix()

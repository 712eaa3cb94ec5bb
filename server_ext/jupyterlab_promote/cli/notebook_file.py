"""A notebook on disk, analysed with what lies beside it: what the verbs that take a notebook begin with."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from jupyterlab_promote.dataflow.analysis import Context, analyse
from jupyterlab_promote.errors import InvalidInput, NotFound
from jupyterlab_promote.model.pipeline import Analysis, Pipeline
from jupyterlab_promote.notebook.document import Notebook, read_notebook
from jupyterlab_promote.split.plan import plan
from jupyterlab_promote.store.folder import look_around


@dataclass(frozen=True)
class NotebookFile:
    """A notebook that was read and analysed.

    Attributes:
        path: absolute path of the file.
        name: the name that the pipeline has when the notebook's settings name none.
    """

    path: Path
    notebook: Notebook
    analysis: Analysis

    @property
    def folder(self) -> Path:
        """Where its files and modules lie."""
        return self.path.parent

    @property
    def name(self) -> str:
        """The file's stem."""
        return self.path.stem

    def pipeline(self) -> Pipeline:
        """The pipeline that it is.

        Raises:
            NotPromotable: a finding of severity error stands.
        """
        return plan(self.analysis, self.notebook, name=self.name)


def open_notebook(path: str | Path) -> NotebookFile:
    """Read and analyse a notebook.

    Raises:
        NotFound: there is no such file.
        InvalidInput: it cannot be read, or is no notebook.
    """
    file = Path(path).absolute()
    notebook = read_notebook(_content(file))
    around = look_around(file.parent)
    context = Context(files=around.files, local_modules=around.modules)
    return NotebookFile(file, notebook, analyse(notebook, context=context))


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise NotFound("notebook", str(file), hint="Check the path.") from None
    except IsADirectoryError:
        raise InvalidInput("notebook", f"{file} is a directory") from None
    except OSError as error:
        raise InvalidInput("notebook", f"{file} cannot be read ({error.strerror})") from error


def write_notebook(path: Path, content: dict[str, Any]) -> None:
    """Write a notebook in one piece, in the form in which Jupyter writes it.

    Raises:
        InvalidInput: the place is not writable.
    """
    text = nbformat.writes(nbformat.from_dict(content)) + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        Path(temporary).replace(path)
    except OSError as error:
        raise InvalidInput("output", f"{path} cannot be written ({error.strerror})") from error

"""What several verbs do first: read a notebook file, look at its folder, analyse, plan."""

from dataclasses import dataclass
from pathlib import Path

from jupyterlab_promote.dataflow.analysis import analyse
from jupyterlab_promote.errors import InvalidInput, NotFound
from jupyterlab_promote.model.pipeline import Analysis, Pipeline
from jupyterlab_promote.notebook.document import Notebook, read_notebook
from jupyterlab_promote.split.plan import plan
from jupyterlab_promote.store.folder import folder_context


@dataclass(frozen=True)
class Source:
    """A notebook file and what was derived from it."""

    path: Path
    notebook: Notebook
    analysis: Analysis

    @property
    def folder(self) -> Path:
        """Where its files and modules lie."""
        return self.path.parent

    def pipeline(self) -> Pipeline:
        """The pipeline; raises NotPromotable."""
        return plan(self.analysis, self.notebook, name=self.path.stem)


def read_source(name: str | Path, *, shown: bytes | None = None) -> Source:
    """Read and analyse a notebook file. Raises what `read_file` does.

    Args:
        shown: the notebook as somebody sees it, instead of what the file holds.
    """
    path, notebook = Path(name).absolute(), read_file(name, shown=shown)
    return Source(path, notebook, analyse(notebook, context=folder_context(path.parent, notebook)))


def read_file(name: str | Path, *, shown: bytes | None = None) -> Notebook:
    """Read a notebook file, or take what is shown of it.

    Raises:
        NotFound: there is no such file.
        InvalidInput: it is no notebook.
    """
    path = Path(name)
    if path.is_dir():
        raise InvalidInput(
            "notebook", f"{name} is a folder", hint="Name a file that ends in .ipynb."
        )
    try:
        data = path.read_bytes() if shown is None else shown
    except FileNotFoundError:
        raise NotFound("notebook", str(name), hint="Check the path.") from None
    except OSError as error:
        raise InvalidInput("notebook", f"{name} cannot be read ({error.strerror})") from error
    try:
        return read_notebook(data)
    except InvalidInput as error:
        hint = error.hint if path.suffix == ".ipynb" else "Name a file that ends in .ipynb."
        raise InvalidInput(str(name), error.fields["reason"], hint=hint) from error

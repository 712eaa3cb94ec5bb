"""A notebook and its folder as the use cases take them: bytes in, analysis and draft out. No Airflow here."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from jupyterlab_promote.dataflow.analysis import Context, analyse
from jupyterlab_promote.errors import InvalidInput
from jupyterlab_promote.model.pipeline import Analysis, Pipeline
from jupyterlab_promote.model.settings import Published
from jupyterlab_promote.notebook.document import Notebook, read_notebook
from jupyterlab_promote.notebook.settings import read_settings
from jupyterlab_promote.split.plan import dag_id_of, plan
from jupyterlab_promote.store.drafts import make_draft
from jupyterlab_promote.store.versions import Draft

_MAX_FILES = 20_000
_NEVER = frozenset({"node_modules", "__pycache__", "site-packages"})


@dataclass(frozen=True, kw_only=True)
class SourceNotebook:
    """A notebook to be published.

    Attributes:
        path: on this computer where that is known, so that the Lab and the command line agree; else in
            Jupyter. What the registration remembers.
        folder: where it lies on this computer; None where Jupyter keeps notebooks elsewhere.
    """

    nb: Notebook
    path: str
    folder: Path | None

    @property
    def name(self) -> str:
        """The display name where the settings have none."""
        return Path(self.path).stem

    @property
    def published(self) -> Published | None:
        """The identity of an earlier publish."""
        return read_settings(self.nb)[0].published

    @property
    def wanted_dag_id(self) -> str:
        """The pipeline id that a first publish asks for."""
        return dag_id_of(self.nb, self.name)

    def analysis(self) -> Analysis:
        """Steps, edges and findings, with what lies in the folder."""
        return analyse(self.nb, context=folder_context(self.folder))

    def pipeline(self, *, start: datetime | None) -> Pipeline:
        """The pipeline, its schedule beginning at `start`. Raises NotPromotable."""
        pipeline = plan(self.analysis(), self.nb, name=self.name)
        if start is None or pipeline.schedule.start is not None:
            return pipeline
        schedule = pipeline.schedule.model_copy(update={"start": start})
        return pipeline.model_copy(update={"schedule": schedule})

    def draft(self, pipeline: Pipeline, *, uid: str, dag_id: str) -> Draft:
        """The version that publishing would store. Raises NotPromotable."""
        return make_draft(pipeline, self.nb, self.folder, uid=uid, dag_id=dag_id)


def open_source(
    content: bytes | Mapping[str, Any], *, path: str, folder: Path | None
) -> SourceNotebook:
    """A notebook that may be published. Raises InvalidInput, also for a copy of a run."""
    nb = read_notebook(content)
    if "derived_from" in nb.metadata:
        raise InvalidInput(
            "notebook",
            "it is a copy made by a run, and copies are never published",
            hint="Open the notebook that it came from.",
        )
    return SourceNotebook(nb=nb, path=path, folder=folder)


def folder_context(folder: Path | None) -> Context:
    """What lies in a notebook's folder; at most 20,000 files, hidden ones left out."""
    if folder is None:
        return Context()
    files: set[str] = set()
    for place, folders, names in os.walk(folder):
        folders[:] = [n for n in folders if not n.startswith(".") and n not in _NEVER]
        base = Path(place).relative_to(folder)
        files.update((base / name).as_posix() for name in names)
        if len(files) > _MAX_FILES:
            return Context(files=None, local_modules=_modules(files))
    return Context(files=frozenset(files), local_modules=_modules(files))


def _modules(files: set[str]) -> frozenset[str]:
    single = {f.removesuffix(".py") for f in files if f.endswith(".py") and "/" not in f}
    packages = {f.split("/")[0] for f in files if f.count("/") == 1 and f.endswith("/__init__.py")}
    return frozenset(single | packages)


def write_notebook(path: Path, content: Mapping[str, Any]) -> None:
    """Replace a notebook file at once, in nbformat's own layout."""
    text = json.dumps(content, indent=1, ensure_ascii=False, sort_keys=False) + "\n"
    part = path.with_name(f".{path.name}.promote")
    part.write_text(text, encoding="utf-8")
    part.replace(path)

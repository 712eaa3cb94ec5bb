"""A notebook and its folder as the use cases take them: bytes in, analysis and draft out. No Airflow here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from jupyterlab_promote.dataflow.analysis import analyse
from jupyterlab_promote.errors import InvalidInput
from jupyterlab_promote.ids import slug
from jupyterlab_promote.model.pipeline import Analysis, Pipeline
from jupyterlab_promote.model.settings import Published
from jupyterlab_promote.notebook.document import Notebook, read_notebook
from jupyterlab_promote.notebook.further import values_of
from jupyterlab_promote.notebook.identity import is_derived
from jupyterlab_promote.notebook.settings import read_settings
from jupyterlab_promote.notebook.values import check_values
from jupyterlab_promote.split.plan import dag_id_of, plan
from jupyterlab_promote.store.drafts import make_draft
from jupyterlab_promote.store.folder import folder_context
from jupyterlab_promote.store.versions import Draft


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

    @property
    def first_dag_id(self) -> str:
        """The pipeline id of its name, whatever it is published as."""
        return slug(read_settings(self.nb)[0].name or self.name)

    def analysis(self) -> Analysis:
        """Steps, edges and findings, with what lies in the folder."""
        return analyse(self.nb, context=folder_context(self.folder, self.nb))

    def pipeline(self, *, start: datetime | None) -> Pipeline:
        """The pipeline, its schedule beginning at `start`. Raises NotPromotable, InvalidInput."""
        pipeline = _with_values(
            plan(self.analysis(), self.nb, name=self.name), values_of(self.nb.metadata)
        )
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
    if is_derived(nb):
        raise InvalidInput(
            "notebook",
            "it is a copy made by a run, and copies are never published",
            hint="Open the notebook that it came from.",
        )
    return SourceNotebook(nb=nb, path=path, folder=folder)


def _with_values(pipeline: Pipeline, values: Mapping[str, JsonValue]) -> Pipeline:
    """The pipeline with other defaults of parameters. Raises InvalidInput for what does not fit."""
    check_values(pipeline.parameters, values, of="the notebook")
    changed = tuple(
        p.model_copy(update={"default": values[p.name], "required": False})
        if p.name in values
        else p
        for p in pipeline.parameters
    )
    return pipeline.model_copy(update={"parameters": changed})

"""`Analysis` -> `Pipeline`, or `NotPromotable` with the findings."""

from jupyterlab_promote.errors import NotPromotable
from jupyterlab_promote.ids import DagId, slug
from jupyterlab_promote.model.pipeline import Analysis, Pipeline
from jupyterlab_promote.notebook.document import Notebook
from jupyterlab_promote.notebook.settings import read_settings


def plan(analysis: Analysis, nb: Notebook, *, name: str) -> Pipeline:
    """The pipeline of a notebook.

    Args:
        name: display name where the notebook's settings have none: the file's stem.

    Raises:
        NotPromotable: a finding of severity error stands.
    """
    if not analysis.promotable:
        raise NotPromotable(analysis.findings)
    settings, _ = read_settings(nb)
    return Pipeline(
        name=settings.name or name,
        description=settings.description,
        kernel=analysis.kernel,
        language=analysis.language,
        steps=analysis.steps,
        edges=analysis.edges,
        parameters=analysis.parameters,
        schedule=analysis.schedule,
        requirements=analysis.requirements,
        imports=analysis.imports,
        files=analysis.files,
        file_globs=settings.files,
        produces=settings.produces,
        findings=analysis.findings,
    )


def dag_id_of(nb: Notebook, name: str) -> DagId:
    """The pipeline id: the one of the first publish, else the slug of the display name."""
    settings, _ = read_settings(nb)
    if settings.published is not None:
        return DagId(settings.published.dag_id)
    return slug(settings.name or name)

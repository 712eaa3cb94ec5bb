"""A version made of two others of the same pipeline: the code of one with the settings of the other."""

import json

from jupyterlab_promote.model.settings import StepSettings
from jupyterlab_promote.model.version import Manifest
from jupyterlab_promote.notebook.document import read_notebook
from jupyterlab_promote.notebook.identity import published_bytes
from jupyterlab_promote.notebook.settings import KEY
from jupyterlab_promote.store import layout
from jupyterlab_promote.store.blobs import sha256_of_content
from jupyterlab_promote.store.store import Store
from jupyterlab_promote.store.versions import Draft, get_manifest, get_source, get_step_notebook

_OF_THE_CODE = ("map_over", "after", "reads", "writes")
"""Settings of a step that shape the pipeline, so that they belong to its code."""


def with_settings_of(settings: Manifest, *, code: Manifest) -> Manifest:
    """The code of one version with the settings of another, where both have the step or the parameter."""
    steps = {step.name: step.settings for step in settings.steps}
    bindings = {parameter.name: parameter.binding for parameter in settings.parameters}
    return code.model_copy(
        update={
            "name": settings.name,
            "description": settings.description,
            "schedule": settings.schedule,
            "steps": tuple(
                step.model_copy(
                    update={"settings": _resettled(step.settings, steps.get(step.name))}
                )
                for step in code.steps
            ),
            "parameters": tuple(
                p.model_copy(update={"binding": bindings.get(p.name, p.binding)})
                for p in code.parameters
            ),
        }
    )


def _resettled(code: StepSettings, settings: StepSettings | None) -> StepSettings:
    if settings is None:
        return code
    return settings.model_copy(update={name: getattr(code, name) for name in _OF_THE_CODE})


def derive(store: Store, dag_id: str, *, code: str, settings: str) -> Draft:
    """The version with the code of version `code` and the settings of version `settings`.

    Raises:
        NotFound: there is no such version.
        Unavailable: the store cannot be read, or what it holds is damaged.
    """
    older = get_manifest(store, dag_id, code)
    source = json.loads(get_source(store, dag_id, code))
    other = json.loads(get_source(store, dag_id, settings))
    metadata = {key: value for key, value in source["metadata"].items() if key != KEY}
    if KEY in other["metadata"]:
        metadata[KEY] = other["metadata"][KEY]
    content = published_bytes(read_notebook({**source, "metadata": metadata}))
    made = with_settings_of(get_manifest(store, dag_id, settings), code=older)
    return Draft(
        manifest=made.model_copy(update={"source": sha256_of_content(content)}),
        notebooks={
            step.name: get_step_notebook(store, dag_id, code, step.name) for step in older.steps
        },
        source=content,
        files={file.path: store.read(layout.blob(file.sha256)) for file in older.files},
    )

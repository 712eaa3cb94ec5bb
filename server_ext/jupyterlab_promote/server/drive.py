"""The read-only drive `promote:`: runs as folders, executed notebooks as files. Nothing in it is trusted."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import nbformat

from jupyterlab_promote.errors import NotFound
from jupyterlab_promote.notebook.settings import DERIVED_KEY, KEY
from jupyterlab_promote.server import run_paths, trials
from jupyterlab_promote.server.run_paths import RunPath
from jupyterlab_promote.server.site import Site

_LISTED_RUNS = 50


def contents(site: Site, path: str, content: bool) -> dict[str, Any]:  # noqa: FBT001 - called by position
    """The contents model of a path. Raises NotFound, and Unavailable when Airflow does not answer."""
    trial = run_paths.trial_of(path)
    if trial is not None:
        return _shown(path, trials.executed(site, trial) if content else None)
    place = run_paths.parse(path)
    if place is None:
        raise NotFound(
            "executed notebook",
            path.strip("/"),
            hint="Open it from the list of runs in the sidebar.",
        )
    if place.step:
        try:
            return _notebook(site, place, path, content=content)
        except NotFound as gone:
            # A tab that JupyterLab restores gets a page in words; a refusal would be a dialog of errors.
            return _shown(path, as_copy(_in_words(gone), place))
    names = _names(site, place) if content else ()
    children = [_model(name, f"{path.strip('/')}/{name}".strip("/"), _kind(name)) for name in names]
    folder = path.strip("/")
    model = _model(folder.rpartition("/")[2], folder, "directory")
    return {**model, "format": "json", "content": children} if content else model


def _names(site: Site, place: RunPath) -> tuple[str, ...]:
    session = site.session(reading=True)
    if not place.dag_id:
        return tuple(head.dag_id for head in session.registration.pipelines())
    if not place.run_id:
        found, _ = session.api.runs(place.dag_id, limit=_LISTED_RUNS)
        return tuple(run_paths.run_folder("", str(run["dag_run_id"])).strip("/") for run in found)
    attempts = session.registration.attempts(place.dag_id, place.run_id)
    paths = [
        run_paths.step_notebook("", place.run_id, info.step, info.map_index) for info in attempts
    ]
    names = dict.fromkeys(p.rpartition("/")[2] for p in paths)
    return (f"{run_paths.WHOLE}.ipynb", *names) if names else ()


def _notebook(site: Site, place: RunPath, path: str, *, content: bool) -> dict[str, Any]:
    if not content:
        return _shown(path, None)
    registration = site.session(reading=True).registration
    if place.step == run_paths.WHOLE:
        notebook = registration.whole(place.dag_id, place.run_id)
    else:
        notebook = registration.notebook(
            place.dag_id,
            place.run_id,
            place.step,
            map_index=place.map_index,
            attempt=place.attempt,
        )
        notebook = as_copy(notebook, place)
    return _shown(path, notebook)


def _in_words(gone: NotFound) -> dict[str, Any]:
    said = "\n\n".join(part for part in (gone.message, gone.hint) if part)
    notebook: dict[str, Any] = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell(f"# This notebook is not here\n\n{said}")]
    )
    return notebook


def as_copy(notebook: Mapping[str, Any], place: RunPath) -> dict[str, Any]:
    """The notebook of a step with what it comes from, so that nobody takes it for a source."""
    origin = {"dag_id": place.dag_id, "run_id": place.run_id, "step": place.step}
    metadata = {k: v for k, v in notebook["metadata"].items() if k != KEY}
    return {**notebook, "metadata": {**metadata, DERIVED_KEY: origin}}


def _shown(path: str, notebook: dict[str, Any] | None) -> dict[str, Any]:
    """The contents model of an executed notebook; None where only its place is asked for."""
    clean = path.strip("/")
    model = _model(clean.rpartition("/")[2], clean, "notebook")
    if notebook is None:
        return model
    for cell in notebook["cells"]:
        # Output of a run must not act as the user who looks at it, and a copy is not to be edited.
        cell["metadata"] = {**cell.get("metadata", {}), "editable": False, "deletable": False}
        cell["metadata"].pop("trusted", None)
    return {**model, "format": "json", "content": notebook}


def _kind(name: str) -> str:
    return "notebook" if name.endswith(".ipynb") else "directory"


def _model(name: str, path: str, kind: str) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    return {
        "name": name,
        "path": path,
        "type": kind,
        "writable": False,
        "created": now,
        "last_modified": now,
        "mimetype": None,
        "format": None,
        "content": None,
        "size": None,
        "hash": None,
        "hash_algorithm": None,
    }

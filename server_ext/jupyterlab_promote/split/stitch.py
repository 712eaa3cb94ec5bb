"""The executed step notebooks back into the notebook that the user wrote: `whole.ipynb`."""

import copy
from collections.abc import Mapping
from typing import Any

from jupyterlab_promote.notebook.settings import DERIVED_KEY, KEY

_WIDGETS = "application/vnd.jupyter.widget-state+json"


def stitch(
    source: Mapping[str, Any],
    executed: Mapping[str, Mapping[str, Any]],
    *,
    derived_from: Mapping[str, Any],
) -> dict[str, Any]:
    """The source notebook with the outputs of a run in the user's cells.

    Args:
        source: nbformat 4 JSON of the published notebook.
        executed: executed notebook by step name, in the order of the steps; steps that have none yet are left out.
        derived_from: what the copy comes from (run, version); it carries this instead of the settings, so that it
            never publishes.

    A prelude cell that several steps replayed shows the outputs of the first.
    """
    found: dict[str, Mapping[str, Any]] = {}
    for notebook in executed.values():
        for cell in notebook.get("cells", ()):
            if cell.get("cell_type") == "code" and _ran(cell) and cell.get("id") not in found:
                found[cell["id"]] = cell
    whole = copy.deepcopy(dict(source))
    for cell in whole.get("cells", ()):
        if cell.get("cell_type") == "code":
            _take_outputs(cell, found.get(cell.get("id", "")))
    metadata = {k: v for k, v in (whole.get("metadata") or {}).items() if k != KEY}
    whole["metadata"] = {
        **_language(executed),
        **_widgets(executed),
        **metadata,
        DERIVED_KEY: dict(derived_from),
    }
    return whole


def _language(executed: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What the kernels said of their language, by which a Lab colours the code; versions are kept without it."""
    told = (_told(each, "language_info") for each in executed.values())
    return next(({"language_info": dict(info)} for info in told if info), {})


def _widgets(executed: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What the widgets of all steps showed; each has an id of its own."""
    saved = [
        state
        for each in executed.values()
        if isinstance(state := _told(each, "widgets").get(_WIDGETS), Mapping)
    ]
    states = {name: one for state in saved for name, one in (state.get("state") or {}).items()}
    return {"widgets": {_WIDGETS: {**saved[0], "state": states}}} if saved else {}


def _told(notebook: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """A part of a notebook's metadata; nothing where there is none."""
    part = (notebook.get("metadata") or {}).get(key)
    return part if isinstance(part, Mapping) else {}


def _ran(cell: Mapping[str, Any]) -> bool:
    status = (cell.get("metadata") or {}).get("papermill", {}).get("status")
    return status in (None, "completed", "failed", "running")


def _take_outputs(cell: dict[str, Any], executed: Mapping[str, Any] | None) -> None:
    if executed is None:
        cell["outputs"], cell["execution_count"] = [], None
        return
    cell["outputs"] = copy.deepcopy(list(executed.get("outputs") or ()))
    cell["execution_count"] = executed.get("execution_count")
    state = (executed.get("metadata") or {}).get("papermill")
    if isinstance(state, Mapping):
        cell["metadata"] = {**(cell.get("metadata") or {}), "papermill": dict(state)}

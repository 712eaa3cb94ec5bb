"""A run beside another run or beside its source: what differs, cell by cell, outputs included."""

import difflib
import json
from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

from pydantic import JsonValue

from jupyterlab_promote.errors import InvalidInput
from jupyterlab_promote.model.review import ComparedCell, ComparedSide, Comparison
from jupyterlab_promote.model.run_views import Run
from jupyterlab_promote.notebook.comparable import pictures, shown_text
from jupyterlab_promote.notebook.document import read_notebook
from jupyterlab_promote.notebook.identity import match_cells
from jupyterlab_promote.server import differences, runs
from jupyterlab_promote.server.earlier import KINDS, earlier_run
from jupyterlab_promote.server.session import Session
from jupyterlab_promote.server.site import Site

Cell = Mapping[str, Any]


def compare(site: Site, dag_id: str, run_id: str, other: str) -> Comparison:
    """What differs.

    Args:
        other: `source`, `previous`, `success` (the last one before), `weekday` (the same one last week),
            or the id of a run.

    Raises:
        NotFound: there is no such run, or the source is gone.
    """
    session = site.session(reading=True)
    run = runs.show(session, dag_id, run_id)
    notebook = session.registration.whole(dag_id, run_id)
    if other == "source":
        found, side = _source(site, session, dag_id)
        found = with_outputs_of(notebook, found)
        changes = _given(session, None, run)
    else:
        chosen = earlier_run(session, dag_id, run_id, other) if other in KINDS else other
        beside = runs.show(session, dag_id, chosen)
        found, side = session.registration.whole(dag_id, beside.run_id), _side(beside)
        changes = (*_given(session, beside, run), *_changes(session, beside, run))
    cells, equal = compared(found, notebook)
    steps = _steps(session, run)
    return Comparison(
        this=_side(run),
        other=side,
        equal=equal,
        cells=tuple(cell.model_copy(update={"step": steps.get(cell.cell, "")}) for cell in cells),
        changes=changes,
    )


def with_outputs_of(run: Mapping[str, Any], source: Mapping[str, Any]) -> dict[str, Any]:
    """The source, whose cells that were never run say nothing of what they put out."""
    matched = match_cells(read_notebook(dict(source)), read_notebook(dict(run)))
    partners = {matched[cell["id"]]: cell for cell in run["cells"] if cell["id"] in matched}
    cells = []
    for cell in source["cells"]:
        partner = partners.get(cell["id"])
        was_run = cell.get("outputs") or cell.get("execution_count")
        if partner is None or cell["cell_type"] != "code" or was_run:
            cells.append(cell)
        else:
            cells.append({**cell, "outputs": partner.get("outputs", [])})
    return {**source, "cells": cells}


def compared(older: Mapping[str, Any], newer: Mapping[str, Any]) -> tuple[list[ComparedCell], int]:
    """The cells that differ between two notebooks, in the newer one's order; and how many code cells do not."""
    matched = match_cells(read_notebook(dict(older)), read_notebook(dict(newer)))
    before = {cell["id"]: cell for cell in older["cells"]}
    partners = {new: before[old] for old, new in matched.items()}
    found, equal = [], 0
    for index, cell in enumerate(newer["cells"]):
        partner = partners.get(cell["id"])
        seen = _compared(cell["id"], index, partner, cell)
        if seen is not None:
            found.append(seen)
        elif cell["cell_type"] == "code":
            equal += 1
    gone = [(i, cell) for i, cell in enumerate(older["cells"]) if cell["id"] not in matched]
    removed = (_compared(cell["id"], index, cell, None) for index, cell in gone)
    return [*found, *(seen for seen in removed if seen is not None)], equal


def _compared(cell: str, index: int, old: Cell | None, new: Cell | None) -> ComparedCell | None:
    source = _diff(_source_of(old), _source_of(new))
    outputs = _diff(shown_text(old or {}), shown_text(new or {}))
    before, after = pictures(old or {}), pictures(new or {})
    if not source and not outputs and before == after:
        return None
    here, there = next(
        (pair for pair in zip_longest(after, before, fillvalue="") if pair[0] != pair[1]), ("", "")
    )
    return ComparedCell(
        cell=cell,
        index=index,
        kind="added" if old is None else "removed" if new is None else "changed",
        source=source,
        outputs=outputs,
        picture=here,
        other_picture=there,
    )


def _diff(before: str, after: str) -> str:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2)
    return "\n".join(list(lines)[2:])


def _source_of(cell: Cell | None) -> str:
    source = cell.get("source", "") if cell is not None else ""
    return source if isinstance(source, str) else "".join(source)


def _source(site: Site, session: Session, dag_id: str) -> tuple[Mapping[str, Any], ComparedSide]:
    path = session.head(dag_id).entry.path
    if not path:
        raise InvalidInput(
            "source",
            f"the file that {dag_id} was published from is not known",
            hint="Compare with another run.",
        )
    shown = site.shown(path)
    return site.read(shown.strip("/")), ComparedSide(kind="source", path=shown)


def _side(run: Run) -> ComparedSide:
    return ComparedSide(
        kind="run",
        run_id=run.run_id,
        version=run.version,
        state=run.state,
        started=run.started,
        past_date=run.logical_date if run.kind == "backfill" else None,
        path=run.whole,
    )


def _changes(session: Session, older: Run, newer: Run) -> tuple[str, ...]:
    if not older.version_id or not newer.version_id or older.version_id == newer.version_id:
        return ()
    manifests = (session.manifest(r.dag_id, r.version_id) for r in (older, newer))

    def sources() -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        was, now = (session.registration.source(r.dag_id, r.version_id) for r in (older, newer))
        return was, now

    return differences.changes(*manifests, sources=sources)


def _given(session: Session, older: Run | None, newer: Run) -> tuple[str, ...]:
    """The parameters that the runs had other values of: also where nobody gave one, and for the source's own."""
    after = _values(session, newer)
    before = _values(session, older or newer.model_copy(update={"parameters": {}}))
    return tuple(
        f"Parameter {name}: {json.dumps(before[name])} -> {json.dumps(value)}."
        for name, value in after.items()
        if name in before and before[name] != value
    )


def _values(session: Session, run: Run) -> dict[str, JsonValue]:
    """What each parameter was, apart from those that Airflow fills and nobody gave."""
    if not run.version_id:
        return dict(run.parameters)
    manifest = session.manifest(run.dag_id, run.version_id)
    own = {p.name: p.default for p in manifest.parameters if p.binding is None and not p.required}
    return {**own, **run.parameters}


def _steps(session: Session, run: Run) -> dict[str, str]:
    """Step by cell."""
    if not run.version_id:
        return {}
    manifest = session.manifest(run.dag_id, run.version_id)
    return {cell: step.name for step in manifest.steps for cell in step.cells}

"""`jupyter promote debug`: a notebook of one step of a run, with the step's inputs beside it."""

import argparse
import io
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

from jupyterlab_promote.cli.airflow import add_connection, session_of
from jupyterlab_promote.errors import NotFound
from jupyterlab_promote.ids import UNMAPPED
from jupyterlab_promote.model.api import Run
from jupyterlab_promote.model.settings import format_bytes
from jupyterlab_promote.server.runs import find
from jupyterlab_promote.server.session import Session
from jupyterlab_promote.store.folder import write_notebook


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the run, the step and the folder."""
    parser.add_argument("run", help="PIPELINE/RUN, PIPELINE for its latest, or a run id")
    parser.add_argument("step")
    parser.add_argument("--item", type=int, default=UNMAPPED, help="which item of a mapped step")
    parser.add_argument("-o", "--output", type=Path, default=Path("debug"))
    add_connection(parser)


def execute(args: argparse.Namespace) -> int:
    """Write it. Loading the inputs runs what the pickles of the run's author say."""
    session = session_of(args)
    run = find(session, args.run)
    notebook = session.registration.notebook(
        run.dag_id, run.run_id, args.step, map_index=args.item, attempt=None
    )
    folder = args.output / f"{run.run_id.replace('/', '_').replace(':', '')[:60]}-{args.step}"
    size = _download_inputs(session, run, args.step, folder)
    file = folder / f"{args.step}.ipynb"
    write_notebook(file, _without_outputs(notebook, run, args.step))
    if args.json:
        print(json.dumps({"notebook": str(file), "bytes": size}))
    else:
        print(f"{file}  ({format_bytes(size)} of inputs)")
        print(f"The inputs are {run.started_by or 'the run'}'s values.", file=sys.stderr)
    return 0


def _download_inputs(session: Session, run: Run, step: str, folder: Path) -> int:
    if not run.version_id:
        raise NotFound("version of run", run.run_id)
    size = 0
    for given in session.manifest(run.dag_id, run.version_id).step(step).inputs:
        data = session.registration.handoff(run.dag_id, run.run_id, given.step)
        target = folder / ".handoff" / given.step
        target.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(io.BytesIO(data)) as bundle:
            bundle.extractall(target)
        size += len(data)
    folder.mkdir(parents=True, exist_ok=True)
    return size


def _without_outputs(notebook: dict[str, Any], run: Run, step: str) -> dict[str, Any]:
    cells = [
        {**cell, "outputs": [], "execution_count": None} if cell["cell_type"] == "code" else cell
        for cell in notebook["cells"]
    ]
    origin = {"dag_id": run.dag_id, "run_id": run.run_id, "step": step, "debug": True}
    return {
        **notebook,
        "cells": cells,
        "metadata": {**notebook["metadata"], "derived_from": origin},
    }

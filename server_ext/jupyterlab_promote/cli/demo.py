"""`jupyter promote demo`: the whole way once, on this computer: start, publish an example, run it, show the result.

The example is copied, so that nothing of an installation or a clone is changed.
"""

import argparse
import contextlib
import json
import os
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from jupyterlab_promote.errors import NotFound, Unavailable
from jupyterlab_promote.model.publishing import PublishResult
from jupyterlab_promote.model.run_views import Run
from jupyterlab_promote.model.settings import Published
from jupyterlab_promote.notebook.settings_edits import with_published
from jupyterlab_promote.server import run_control, runs
from jupyterlab_promote.server.notebooks import open_source
from jupyterlab_promote.server.publish import Options, publish
from jupyterlab_promote.server.session import Session, connect
from jupyterlab_promote.server.settings import Settings, from_environment
from jupyterlab_promote.stack import StackInfo, up
from jupyterlab_promote.store.folder import write_notebook

EXAMPLES = ("hello", "churn")
_RUN_SECONDS = 900.0
_POLL_SECONDS = 0.5
_PACKAGE = Path(__file__).parents[1]

Say = Callable[[str], None]


@dataclass(frozen=True)
class Shown:
    """The last line of `--json`; `notebooks` are files on this computer, the whole one first."""

    dag_id: str
    run_id: str
    state: str
    version: str
    notebooks: tuple[str, ...]


def configure(parser: argparse.ArgumentParser) -> None:
    """Add `--once` and the choice of the example."""
    parser.add_argument("--once", action="store_true", help="end after the run; no JupyterLab")
    parser.add_argument("--example", choices=EXAMPLES, default="hello", help="which notebook")


def execute(args: argparse.Namespace) -> int:
    """Do it; exit code 0 when the run succeeded."""

    def say(text: str) -> None:
        print(json.dumps({"progress": text}) if args.json else text, flush=True)

    info = up(say)
    notebook = _copy(args.example, Path(info.directory) / "demo")
    session = connect(
        Settings(
            airflow_url=info.airflow_url,
            user=info.user,
            password=info.password,
            jupyter_user=from_environment().jupyter_user,
        )
    )
    published = _publish(session, notebook, say)
    run = _wait(session, run_control.trigger(session, published.dag_id, {}), say)
    files = _download(session, run, notebook.parent / "runs" / run.run_id.replace("/", "_"))
    shown = Shown(run.dag_id, run.run_id, run.state, published.version, files)
    if args.json:
        print(json.dumps(asdict(shown)), flush=True)
    else:
        _explain(shown, info)
    if not args.once:
        _become_lab(notebook)
    return 0 if shown.state == "success" else 1


def _copy(example: str, target: Path) -> Path:
    """The user's own copy of an example; what is there already stays, it may have been edited."""
    source, place = _examples() / example, target / example
    for file in source.rglob("*"):
        mine = place / file.relative_to(source)
        if file.is_file() and not mine.exists():
            mine.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, mine)
    return place / f"{example}.ipynb"


def _examples() -> Path:
    """The examples of a wheel lie in the package, those of a clone beside it."""
    for place in (_PACKAGE / "examples", _PACKAGE.parents[1] / "examples"):
        if place.is_dir():
            return place
    raise NotFound("folder", "examples", hint="Install the package again.")


def _publish(session: Session, notebook: Path, say: Say) -> PublishResult:
    content = notebook.read_bytes()
    source = open_source(content, path=notebook.as_posix(), folder=notebook.parent)
    # The demo's copy is nobody else's: where an earlier version of it lay is no question.
    result = publish(source, session, Options(moved=True), progress=lambda _, text: say(text))
    identity = Published(
        uid=result.uid, dag_id=result.dag_id, version=result.version, revision=result.revision
    )
    write_notebook(notebook, with_published(json.loads(content), identity))
    say(f"Airflow serves {result.dag_id} v{result.number} after {result.seconds:.1f} s.")
    return result


def _wait(session: Session, run: Run, say: Say) -> Run:
    say(f"Run {run.run_id} is on its way.")
    told: dict[str, str] = {}
    end = time.monotonic() + _RUN_SECONDS
    while True:
        for step in run.steps:
            if step.state != told.get(step.step) and step.state != "queued":
                told[step.step] = step.state
                say(f"  {step.step}: {step.state}")
        if run.ended is not None:
            return run
        if time.monotonic() > end:
            raise Unavailable(
                "The run",
                run.run_id,
                f"it has not ended after {_RUN_SECONDS:.0f} s",
                hint="Run `jupyter promote doctor`.",
            )
        time.sleep(_POLL_SECONDS)
        run = runs.show(session, run.dag_id, run.run_id)


def _download(session: Session, run: Run, folder: Path) -> tuple[str, ...]:
    """The run's notebooks as files, the whole one first; steps that never ran have none."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted: dict[str, Callable[[], dict[str, Any]]] = {
        "whole": partial(session.registration.whole, run.dag_id, run.run_id)
    }
    for step in run.steps:
        wanted[step.step] = partial(
            session.registration.notebook,
            run.dag_id,
            run.run_id,
            step.step,
            map_index=step.map_index,
            attempt=None,
        )
    files = []
    for name, fetch in wanted.items():
        with contextlib.suppress(NotFound):
            write_notebook(folder / f"{name}.ipynb", fetch())
            files.append(str(folder / f"{name}.ipynb"))
    return tuple(files)


def _explain(shown: Shown, info: StackInfo) -> None:
    print(f"\nRun {shown.run_id} of {shown.dag_id}: {shown.state}. The executed notebooks:")
    for path in shown.notebooks:
        print(f"  {path}")
    print(f"Airflow: {info.airflow_url} (user {info.user}, password {info.password})")
    print(f"`{Path(sys.executable).parent / 'jupyter'} promote down` ends Airflow and Ray.")


def _become_lab(notebook: Path) -> NoReturn:
    """JupyterLab in the place of this process, so that whatever ends the demo ends it."""
    # The address that JupyterLab prints is copied where no browser opens by itself: it leads to the notebook too.
    page = f"--LabApp.default_url=/lab/tree/{notebook.name}"
    command = [sys.executable, "-m", "jupyterlab", str(notebook.parent), page]
    if os.geteuid() == 0:
        command.append("--allow-root")
    os.chdir(notebook.parent)
    sys.stdout.flush()
    os.execv(command[0], command)  # noqa: S606 - our own command line

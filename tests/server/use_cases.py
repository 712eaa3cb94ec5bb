"""The use cases as the tests call them: publish, and wait for a run."""

from typing import Any

from tests.waiting import until

from jupyterlab_promote.model.publishing import PublishResult
from jupyterlab_promote.model.run_views import Run
from jupyterlab_promote.server import runs
from jupyterlab_promote.server.notebooks import SourceNotebook
from jupyterlab_promote.server.publish import Options, publish
from jupyterlab_promote.server.run_views import LIVE
from jupyterlab_promote.server.session import Session

CELLS = ("# step load\nx = 20", "# step use\nprint(x + 1)")


def put(source: SourceNotebook, session: Session, **options: Any) -> PublishResult:
    return publish(source, session, Options(**options), progress=lambda *_: None)


def finished(session: Session, run: Run) -> Run:
    def look() -> Run | None:
        view = runs.show(session, run.dag_id, run.run_id)
        return None if view.state in LIVE else view

    view: Run = until(look, within=300)
    return view


def states(run: Run) -> dict[str, str]:
    return {step.step: step.state for step in run.steps}

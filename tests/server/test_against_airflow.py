"""The use cases against a real Airflow and a real Ray: publish, conflicts, runs, repair, cancel."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.waiting import until

from jupyterlab_promote.errors import Conflict, Forbidden, InvalidInput, NotFound, Unavailable
from jupyterlab_promote.model.publishing import PublishResult
from jupyterlab_promote.model.run_views import BackfillRequest, RepairRequest, Run
from jupyterlab_promote.model.settings import Schedule
from jupyterlab_promote.notebook.further import with_further
from jupyterlab_promote.notebook.settings_edits import with_published
from jupyterlab_promote.server import local_stack, pipelines, run_control, runs
from jupyterlab_promote.server.notebooks import SourceNotebook, open_source
from jupyterlab_promote.server.publish import Options, publish
from jupyterlab_promote.server.run_views import LIVE
from jupyterlab_promote.server.session import Session, connect
from jupyterlab_promote.server.settings import Settings, from_environment

CELLS = ("# step load\nx = 20", "# step use\nprint(x + 1)")


@pytest.fixture(scope="module")
def settings(stack) -> Settings:
    return local_stack.required(from_environment({"USER": "ann"}))


@pytest.fixture(scope="module")
def session(settings: Settings) -> Session:
    return connect(settings)


@pytest.fixture
def write(tmp_path: Path, make_notebook) -> Callable[..., SourceNotebook]:
    def at(
        name: str, *cells: str, known: PublishResult | None = None, **settings: Any
    ) -> SourceNotebook:
        content = make_notebook(*(cells or CELLS), settings=settings)
        if known is not None:
            content = with_published(content, known.published)
        return open_source(content, path=f"/{name}.ipynb", folder=tmp_path)

    return at


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


def test_a_first_publish_switches_the_schedule_on(session, write) -> None:
    source = write("daily", schedule={"cron": "0 2 * * *", "timezone": "Europe/Berlin"})
    result = put(source, session)
    assert (result.number, result.revision, result.created, result.paused) == (1, 1, True, False)
    assert result.next_run is not None
    assert result.next_run.minute == 0
    schedule = session.manifest("daily", result.version).schedule
    assert schedule.start is not None


def test_the_same_content_again_is_the_same_version(session, write) -> None:
    first = put(write("same", schedule={"cron": "@daily"}), session)
    again = put(write("same", schedule={"cron": "@daily"}, known=first), session)
    assert (again.version, again.revision, again.created) == (first.version, first.revision, False)


def test_a_pause_is_kept_and_it_is_said_who_paused(session, write) -> None:
    first = put(write("paused"), session)
    session.api.set_paused("paused", paused=True)
    again = put(write("paused", "# step a\ny = 1", known=first), session)
    assert (again.number, again.paused, again.paused_by) == (2, True, "admin")
    assert put(write("paused", known=again), session, paused=False).paused is False


def test_an_identity_that_the_browser_could_not_write_is_found_again(session, write) -> None:
    first = put(write("lost"), session)
    again = put(write("lost", "# step a\ny = 1"), session)
    assert (again.uid, again.revision) == (first.uid, 2)
    assert "lost" in again.notes[0]


def test_a_taken_name_is_refused_with_a_free_one(session, write, make_notebook, tmp_path) -> None:
    put(write("taken"), session)
    other = open_source(make_notebook(*CELLS), path="/elsewhere/taken.ipynb", folder=tmp_path)
    with pytest.raises(Conflict) as refused:
        put(other, session)
    assert (refused.value.code, refused.value.fields["suggestion"]) == ("name_taken", "taken-2")


def test_a_copied_notebook_is_asked_whether_it_moved_or_is_new(session, write) -> None:
    first = put(write("origin"), session)
    copy = write("copy-of-origin", known=first)
    with pytest.raises(Conflict) as asked:
        put(copy, session)
    assert (asked.value.code, asked.value.fields["path"]) == ("moved", "/origin.ipynb")
    state = pipelines.publish_state(copy, session)
    assert state.state == "moved"
    told = [
        pipelines.moved_or_copied(state, exists=lambda _, there=there: there).message
        for there in (True, False)
    ]
    assert told == [
        "A copy: '/origin.ipynb' is what is published.",
        "Moved: it was published from '/origin.ipynb', which is gone.",
    ]
    new = put(copy, session, as_new=True)
    assert (new.dag_id, new.uid != first.uid) == ("copy-of-origin", True)
    moved = put(copy, session, moved=True)
    assert (moved.dag_id, moved.uid, moved.revision) == ("origin", first.uid, 2)


def test_an_old_checkout_cannot_overwrite_a_newer_version_unseen(session, write) -> None:
    first = put(write("both"), session)
    second = put(write("both", "# step a\ny = 2", known=first), session, message="mine")
    # Cut off before the file knew of its new version, and published again: nobody is asked anything.
    again = put(write("both", "# step a\ny = 2", known=first), session)
    assert (again.version, again.revision, again.created) == (second.version, 2, False)
    old = write("both", "# step a\ny = 3", known=first)
    assert pipelines.publish_state(old, session).state == "diverged"
    with pytest.raises(Conflict) as refused:
        put(old, session)
    assert (refused.value.code, refused.value.fields["by"]) == ("changed", "admin")
    third = put(old, session, expected_revision=second.revision)
    assert (third.number, third.revision) == (3, 3)


def test_states_of_a_notebook_beside_what_is_published(session, write) -> None:
    assert pipelines.publish_state(write("states"), session).state == "never_published"
    first = put(write("states"), session)
    assert pipelines.publish_state(write("states", known=first), session).state == "up_to_date"
    cells = (CELLS[0], "# step use\nprint(x + 2)")
    ahead = pipelines.publish_state(write("states", *cells, known=first), session)
    assert (ahead.state, ahead.changes) == ("ahead", ("Step use: the code changed.",))
    put(write("states", *cells, known=first), session)
    assert pipelines.publish_state(write("states", known=first), session).state == "behind"


def test_rolling_back_leaves_the_notebook_alone(session, write) -> None:
    first = put(write("back", schedule={"cron": "0 2 * * *"}), session)
    second = put(write("back", *CELLS, schedule={"cron": "0 6 * * *"}, known=first), session)
    found = pipelines.diff(session, "back", "current", "v1")
    assert found.changes == ("Schedule: 0 6 * * * (UTC) -> 0 2 * * * (UTC).",)
    assert found.settings == found.changes
    done = pipelines.roll_back(session, "back", "v1", expected_revision=second.revision)
    assert (done.entry.version, done.entry.number, done.entry.revision) == (first.version, 1, 3)
    known = write("back", *CELLS, schedule={"cron": "0 6 * * *"}, known=second)
    assert pipelines.publish_state(known, session).state in ("behind", "diverged")
    with pytest.raises(Conflict):
        pipelines.roll_back(session, "back", "v1", expected_revision=None)


def test_rolling_back_the_code_alone_keeps_schedule_and_resources(session, write) -> None:
    six, eight = ({"cron": f"0 {hour} * * *"} for hour in (6, 8))
    first = put(write("code", schedule=six), session)
    cells, use = (CELLS[0], "# step use\nprint(x + 2)"), {"use": {"resources": {"cpus": 2}}}
    put(write("code", *cells, schedule=eight, steps=use, known=first), session)
    found = pipelines.diff(session, "code", "v2", "v1")
    settings = (
        "Step use: cpus 2 -> 1.",
        "Schedule: 0 8 * * * (UTC) -> 0 6 * * * (UTC).",
    )
    assert found.changes == ("Step use: the code changed.", *settings)
    assert (found.settings, [(c.cell, c.kind) for c in found.cells]) == (
        settings,
        [("c1", "changed")],
    )
    done = pipelines.roll_back(session, "code", "v1", expected_revision=None, code_only=True)
    assert (done.entry.number, done.entry.revision) == (3, 3)
    assert pipelines.diff(session, "code", "v2", "v3").changes == ("Step use: the code changed.",)
    assert pipelines.diff(session, "code", "v1", "v3").cells == ()


def test_an_unpublished_pipeline_runs_no_more_until_it_is_published_again(session, write) -> None:
    first = put(write("gone"), session)
    pipelines.unpublish(session, "gone", expected_revision=None)
    assert pipelines.publish_state(write("gone", known=first), session).state == "retired"
    with pytest.raises(Conflict) as refused:
        run_control.trigger(session, "gone", {})
    assert refused.value.code == "retired"
    # Airflow's own API takes a run also of a paused DAG, and would let it wait for ever.
    waiting = session.api.trigger("gone", {})["dag_run_id"]
    session.registration.housekeeping()
    assert runs.show(session, "gone", waiting).state == "cancelled"
    again = put(write("gone", known=first), session)
    assert (again.number, again.revision, again.paused) == (1, 3, False)


def test_a_forgotten_pipeline_is_gone_and_its_name_is_free(session, write) -> None:
    first = put(write("dropped"), session)
    pipelines.forget(session, "dropped")
    assert session.registration.head("dropped") is None
    with pytest.raises(NotFound):
        session.api.dag("dropped")
    again = put(write("dropped"), session)
    assert (again.number, again.revision, again.uid != first.uid) == (1, 1, True)


def test_unknown_and_wrong_parameters_are_refused_with_those_that_exist(session, write) -> None:
    put(write("asks", "# parameters\nn: int = 3", "# step a\nprint(n)"), session)
    with pytest.raises(InvalidInput) as unknown:
        run_control.trigger(session, "asks", {"m": 1})
    assert unknown.value.hint == "There are: n (int)."
    with pytest.raises(InvalidInput) as wrong:
        run_control.trigger(session, "asks", {"n": "many"})
    assert str(wrong.value) == 'n: "many" does not fit. It has to be a whole number such as 3.'
    # Airflow's own API takes any name, so the run says it.
    made = session.api.trigger("asks", {"m": 1})
    ended = finished(session, runs.show(session, "asks", made["dag_run_id"]))
    assert (ended.state, ended.steps[0].message) == (
        "failed",
        "m: is no parameter of asks. There are: n (int).",
    )


def test_a_backfill_says_first_what_it_would_run(session, write) -> None:
    request = BackfillRequest.model_validate(
        {"from": "2026-01-01T00:00Z", "to": "2026-01-04T00:00Z"}
    )
    put(write("by-hand"), session)
    with pytest.raises(InvalidInput, match="there are no past dates"):
        run_control.backfill(session, "by-hand", request)
    put(write("past", schedule={"cron": "0 2 * * *"}), session)
    planned = run_control.backfill(session, "past", request)
    assert (planned.id, planned.steps) == (None, 2)
    assert [date.day for date in planned.dates] == [1, 2, 3]
    assert session.api.runs("past", limit=5)[1] == 0
    # As many as the scheduler meets while they are made; being paused, it begins none.
    session.api.set_paused("past", paused=True)
    many = request.model_copy(update={"end": request.end + timedelta(days=17), "confirm": True})
    assert len(run_control.backfill(session, "past", many).dates) == 20
    page = runs.page(session, "past", kinds=["backfill"], states=["queued"])
    assert page.total == 20
    pipelines.unpublish(session, "past", expected_revision=None)


def test_a_repair_whose_kept_steps_changed_says_where_to_begin(session, write) -> None:
    first = put(write("shift", "# step load\nx = [1]", "# step use\nprint(x[5])"), session)
    failed = finished(session, run_control.trigger(session, "shift", {}))
    put(write("shift", "# step load\nx = [1] * 9", "# step use\nprint(x[5])", known=first), session)
    with pytest.raises(Conflict) as refused:
        run_control.repair(session, "shift", failed.run_id, RepairRequest(version="latest"))
    assert (refused.value.code, refused.value.fields["step"]) == ("repair_from", "load")


def test_cancelling_stops_the_step_and_is_shown_as_cancelled(session, write) -> None:
    put(write("long", "# step wait\nimport time\nprint('begun')\ntime.sleep(600)"), session)
    run = run_control.trigger(session, "long", {})
    until(lambda: runs.show(session, "long", run.run_id).steps[0].state == "running", within=300)
    until(lambda: runs.show(session, "long", run.run_id).steps[0].cell is not None, within=300)
    ended = run_control.cancel(session, "long", run.run_id)
    assert (ended.state, states(ended)) == ("cancelled", {"wait": "cancelled"})


def test_a_wrong_password_is_a_sign_in_problem(settings: Settings) -> None:
    with pytest.raises(Forbidden) as refused:
        connect(replace(settings, password="wrong")).registration.info()
    assert refused.value.code == "signed_out"


def test_an_airflow_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(Unavailable) as refused:
        connect(Settings(airflow_url="http://127.0.0.1:9", token="x")).registration.info()
    assert "Check that it runs" in refused.value.hint


@pytest.fixture
def published_file(jp_root_dir: Path, make_notebook) -> str:
    content = with_further(make_notebook(*CELLS), "weekly", Schedule(cron="@weekly"), {})
    (jp_root_dir / "lab.ipynb").write_text(json.dumps(content))
    return "lab.ipynb"


async def test_the_way_through_the_lab(stack, jp_fetch, published_file, jp_root_dir) -> None:
    api = ("promote", "api")

    async def call(method: str, *parts: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body)
        answer = await jp_fetch(*api, *parts, method=method, body=data, request_timeout=60)
        return json.loads(answer.body)

    async def wait(*parts: str, done: Callable[[Any], bool]) -> Any:
        end = time.monotonic() + 300
        while not done(value := await call("GET", *parts)):
            assert time.monotonic() < end, value
        return value

    assert (await call("GET", "connection"))["state"] == "connected"
    content = json.loads((jp_root_dir / published_file).read_text())
    content["cells"][1]["source"] += "\nprint('as shown')"
    body = {"path": published_file, "message": "hi", "notebook": content}
    begun = await call("POST", "publish", body=body)
    operation = await wait("operations", begun["id"], done=lambda o: o["state"] != "running")
    assert (operation["state"], operation["problem"]) == ("done", None)
    dag_id = operation["published"]["dag_id"]
    content = with_published(content, operation["result"] and _published(operation))
    state = await call(
        "POST", "pipelines", dag_id, "state", body={"path": published_file, "notebook": content}
    )
    assert (state["state"], state["number"]) == ("up_to_date", 1)
    [weekly] = state["further"]
    assert (weekly["dagId"], weekly["sentence"]) == ("lab__weekly", "At 00:00, only on Sunday, UTC")
    assert [r["further"] for r in operation["results"]] == ["", "weekly"]
    assert operation["publishedAs"]["weekly"]["dag_id"] == "lab__weekly"
    body = {"path": published_file, "further": "monthly"}
    begun = await call("POST", "publish", body=body)
    refused = await wait("operations", begun["id"], done=lambda o: o["state"] != "running")
    assert refused["problem"]["fields"]["field"] == "further"
    [row] = [r for r in await call("GET", "pipelines") if r["dagId"] == dag_id]
    assert (row["path"], row["sourceFound"]) == (published_file, True)
    run = await call("POST", "pipelines", dag_id, "runs", body={"parameters": {}})
    page = await wait(
        "pipelines", dag_id, "runs", done=lambda p: p["runs"][0]["state"] in ("success", "failed")
    )
    [ended] = page["runs"]
    assert (ended["runId"], ended["state"], ended["version"]) == (run["runId"], "success", 1)
    folder = ended["whole"].split("/")
    whole = await call("GET", "contents", *folder)
    assert (whole["type"], whole["writable"]) == ("notebook", False)
    cell = whole["content"]["cells"][1]
    assert "".join(cell["outputs"][0]["text"]) == "21\nas shown\n"
    assert cell["metadata"]["editable"] is False
    assert "trusted" not in cell["metadata"]
    listed = await call("GET", "contents", dag_id, folder[1])
    assert sorted(c["name"] for c in listed["content"]) == [
        "load.ipynb",
        "use.ipynb",
        "whole.ipynb",
    ]
    log = await call("GET", "runs", dag_id, run["runId"], "steps", "use", "log")
    assert log["text"]


def _published(operation: Any) -> Any:
    from jupyterlab_promote.model.settings import Published

    return Published(**operation["published"])

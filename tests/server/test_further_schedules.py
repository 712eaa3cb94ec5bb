"""One notebook with several schedules, as the Lab publishes and shows it, against a real Airflow."""

import pytest

from jupyterlab_promote.errors import InvalidInput
from jupyterlab_promote.model.publishing import FurtherState, ScheduleChange
from jupyterlab_promote.model.settings import Schedule
from jupyterlab_promote.notebook.further import with_further, with_identity
from jupyterlab_promote.notebook.settings_edits import with_published, with_setting
from jupyterlab_promote.server import further, local_stack, pipelines
from jupyterlab_promote.server.notebooks import open_source
from jupyterlab_promote.server.publish import Options
from jupyterlab_promote.server.session import connect
from jupyterlab_promote.server.settings import from_environment

CELLS = ("# parameters\nn: int = 2", "# step use\nprint(n)")
DAILY = {"cron": "0 2 * * *", "timezone": "Europe/Berlin"}
WEEKLY = Schedule(cron="@weekly")


@pytest.fixture
def session(stack):
    return connect(local_stack.required(from_environment({"USER": "ann"})))


@pytest.fixture
def source(tmp_path):
    return lambda content: open_source(content, path="/many.ipynb", folder=tmp_path)


def put(source, session, options=Options(), name=""):
    def progress(*_):
        pass

    if name:
        return (further.publish_one(source, session, options, name=name, progress=progress),)
    return further.publish_all(source, session, options, progress=progress)


def test_a_notebook_is_published_with_all_of_its_schedules(session, source, make_notebook) -> None:
    content = make_notebook(*CELLS, settings={"name": "many", "schedule": DAILY})
    content = with_further(content, "weekly", WEEKLY, {"n": 7})
    content = with_further(content, "wrong", WEEKLY, {"m": 1})
    results = put(source(content), session)
    assert [(r.further, r.dag_id, r.number) for r in results] == [
        ("", "many", 1),
        ("weekly", "many__weekly", 1),
    ]
    assert "wrong was not published" in results[0].notes[-1]
    weekly = session.manifest("many__weekly", results[1].version)
    assert ([p.default for p in weekly.parameters], weekly.schedule.cron) == ([7], "@weekly")

    content = with_further(
        with_published(content, results[0].published), "weekly", WEEKLY, {"n": 8}
    )
    content = with_identity(content, "weekly", results[1].published)
    content = with_setting(content, "schedule", {**DAILY, "cron": "0 6 * * *"})
    ahead = pipelines.publish_state(source(content), session)
    assert (ahead.state, ahead.schedule_change) == (
        "ahead",
        ScheduleChange(before="At 02:00, Europe/Berlin", after="At 06:00, Europe/Berlin"),
    )
    unusable = with_setting(content, "schedule", {**DAILY, "cron": "at noon"})
    blocked = pipelines.publish_state(source(unusable), session)
    assert (blocked.state, blocked.schedule_change) == ("ahead", None)
    assert "'at noon' needs five fields" in blocked.message
    shown, wrong = further.states(source(content), session)
    assert shown.next_run is not None
    assert shown.model_copy(update={"next_run": None}) == FurtherState(
        name="weekly",
        dag_id="many__weekly",
        wanted=True,
        state="ahead",
        sentence="At 00:00, only on Sunday, UTC",
        schedule=WEEKLY,
        values={"n": 8},
        number=1,
        revision=1,
        changes=("Parameter n: int 7 -> int 8.",),
    )
    assert (wrong.name, wrong.state) == ("wrong", "never_published")

    [alone] = put(source(content), session, name="weekly")
    assert (alone.number, alone.revision, session.head("many").entry.revision) == (2, 2, 1)
    gone = with_setting(with_identity(content, "weekly", alone.published), "schedules", {})
    [left] = further.states(source(gone), session)
    assert (left.name, left.wanted, left.state, left.revision) == ("weekly", False, "ahead", 2)
    with pytest.raises(InvalidInput):
        put(source(gone), session, name="weekly")

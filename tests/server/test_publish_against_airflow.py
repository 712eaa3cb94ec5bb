"""Publishing against a real Airflow: versions, conflicts, states, rolling back, unpublishing."""

import pytest
from tests.server.use_cases import CELLS, put

from jupyterlab_promote.errors import Conflict, NotFound
from jupyterlab_promote.server import pipelines, run_control, runs
from jupyterlab_promote.server.notebooks import open_source
from jupyterlab_promote.server.publish import Options, publish


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


def test_a_first_publish_that_was_cut_off_is_switched_on_by_the_next(session, write) -> None:
    def cut_off(stage: str, _: str) -> None:
        if stage == "on":
            raise ConnectionError

    with pytest.raises(ConnectionError):
        publish(write("cut-off"), session, Options(), progress=cut_off)
    assert session.api.dag("cut-off")["is_paused"]
    again = put(write("cut-off"), session)
    assert (again.number, again.revision, again.paused) == (1, 1, False)


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


def test_a_notebook_whose_version_serves_again_is_ahead_and_publishes(session, write) -> None:
    first = put(write("again"), session)
    second = put(write("again", "# step a\ny = 2", known=first), session)
    mine = write("again", "# step a\ny = 3", known=first)
    assert pipelines.publish_state(mine, session).state == "diverged"
    pipelines.roll_back(session, "again", "v1", expected_revision=second.revision)
    assert pipelines.publish_state(mine, session).state == "ahead"
    assert put(mine, session).revision == 4


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
    assert found.changes == ("Schedule: At 06:00, UTC -> At 02:00, UTC.",)
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
        "Schedule: At 08:00, UTC -> At 06:00, UTC.",
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

"""Runs on a real Airflow and a real Ray: parameters, past dates, repair, cancel; and an Airflow that refuses."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.server.use_cases import finished, put, states
from tests.waiting import until

from jupyterlab_promote.errors import Conflict, Forbidden, InvalidInput, Unavailable
from jupyterlab_promote.model.run_views import BackfillRequest, RepairRequest
from jupyterlab_promote.server import pipelines, run_control, runs
from jupyterlab_promote.server.session import connect
from jupyterlab_promote.server.settings import Settings


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

"""What a new try does with the attempt on record: the whole table."""

import pytest

from jupyterlab_promote.airflow_provider.attempts import Recorded, decide, following, settle
from jupyterlab_promote.airflow_provider.ray_jobs import JobStatus
from jupyterlab_promote.airflow_provider.retries import StepRetryPolicy
from jupyterlab_promote.errors import StepFailed, Unavailable
from jupyterlab_promote.model.run import Cause, Outcome

V1, V2 = "v-" + "1" * 16, "v-" + "2" * 16
RECORDED = Recorded(attempt=2, job_id="promote-x-a2", version=V1, clear_number=0)


def outcome(cause, attempt=2):
    state = {"ok": "success", "cancelled": "cancelled"}.get(cause, "failed")
    return Outcome(
        dag_id="demo",
        version=V1,
        run_id="r",
        step="load",
        attempt=attempt,
        state=state,
        cause=cause,
    )


def decision(
    recorded=RECORDED, *, version=V1, clear=0, retries=0, job="LOST", claimed=True, ended=None
):
    return decide(
        recorded,
        version=version,
        clear_number=clear,
        user_retries=retries,
        job=JobStatus(job),
        claimed=claimed,
        outcome=None if ended is None else outcome(ended),
    )


@pytest.mark.parametrize("job", ["RUNNING", "PENDING", "UNKNOWN"])
def test_a_living_attempt_is_attached_to(job):
    assert decision(job=job) == "attach"


@pytest.mark.parametrize("job", ["RUNNING", "FAILED", "LOST", "SUCCEEDED"])
def test_a_finished_step_never_runs_again_whatever_ray_says(job):
    assert decision(job=job, ended="ok") == "take"


@pytest.mark.parametrize("changes", [{"clear": 1}, {"version": V2}])
@pytest.mark.parametrize("ended", [None, "ok", "cell_error", "cancelled"])
def test_what_the_user_cleared_or_published_anew_is_replaced(changes, ended):
    assert decision(**changes, ended=ended, job="RUNNING") == "replace"


def test_an_attempt_that_never_reached_ray_is_submitted_again():
    assert decision(job="LOST", claimed=False) == "submit_again"


@pytest.mark.parametrize("job", ["FAILED", "STOPPED", "SUCCEEDED"])
def test_an_attempt_that_ray_ended_without_outcome_is_followed_by_the_next(job):
    assert decision(job=job, claimed=False) == "next"


def test_an_attempt_that_ray_forgot_after_it_began_is_followed_by_the_next():
    assert decision(job="LOST", claimed=True) == "next"


@pytest.mark.parametrize("cause", ["node_lost", "ray_restarted", "infrastructure", "store_error"])
def test_faults_of_the_infrastructure_do_not_count_against_the_user(cause):
    assert decision(ended=cause) == "next"
    assert settle(RECORDED, outcome(cause)) == RECORDED


@pytest.mark.parametrize(("retries", "expected"), [(0, "give_up"), (1, "next")])
def test_the_users_own_failures_are_counted(retries, expected):
    assert decision(ended="cell_error", retries=retries) == expected


def test_a_failure_is_counted_once_however_often_it_is_looked_at():
    once = settle(RECORDED, outcome("cell_error"))
    assert (once.failed, settle(once, outcome("cell_error"))) == ((2,), once)


def test_a_cancelled_step_is_not_tried_again():
    assert decision(ended=Cause.CANCELLED, retries=3) == "give_up"


def test_the_next_number_is_above_everything_that_was_ever_there():
    after = following(RECORDED, version=V1, clear_number=0, taken=(1, 2, 5))
    assert (after.attempt, after.failed) == (6, ())


def test_a_clear_begins_the_users_retries_anew():
    failed = RECORDED.model_copy(update={"failed": (1, 2)})
    again = following(failed, version=V1, clear_number=0, taken=())
    cleared = following(failed, version=V1, clear_number=1, taken=())
    assert (again.failed, cleared.failed, cleared.attempt) == ((1, 2), (), 3)


def test_the_first_attempt_is_number_one():
    assert following(None, version=V1, clear_number=0, taken=()).attempt == 1


@pytest.mark.parametrize(
    ("failure", "delay"),
    [
        (StepFailed("load", Cause.CELL_ERROR, "Cell 2 raised ValueError."), 90.0),
        (StepFailed("load", Cause.NODE_LOST, "The node is gone."), None),
        (Unavailable("Ray", "http://ray:8265", "no answer"), None),
    ],
)
def test_the_users_delay_is_for_the_users_failures_only(failure, delay):
    policy = StepRetryPolicy.deserialize(StepRetryPolicy(user_delay=90).serialize())
    answer = policy.evaluate(failure, try_number=1, max_tries=7)
    assert (answer.retry_delay.total_seconds() if answer.retry_delay else None) == delay

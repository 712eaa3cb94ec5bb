"""Which of Airflow's logs tells of an attempt: there may be more tries than attempts."""

import pytest

from jupyterlab_promote.server.runs import log_of_attempt

LOGS = {
    1: "Attempt 1 of step fit. Step p-a1 given to the gateway.",
    2: "taken up again",
    3: "Attempt 2 of step fit. Step p-a2 given to the gateway.",
    4: "Attempt 12 of step fit. Step p-a12 given to the gateway.",
}


@pytest.mark.parametrize(("attempt", "number"), [(1, 1), (2, 3), (12, 4), (7, 4)])
def test_the_log_is_of_the_try_that_began_the_attempt(attempt: int, number: int) -> None:
    assert log_of_attempt(attempt, 4, LOGS.__getitem__) == LOGS[number]

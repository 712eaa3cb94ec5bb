"""How Airflow's log is read."""

from types import SimpleNamespace

import pytest

from jupyterlab_promote.errors import NotFound
from jupyterlab_promote.ids import UNMAPPED
from jupyterlab_promote.server.log_text import log_text
from jupyterlab_promote.server.runs import log


def test_groups_are_headings_and_their_ends_are_left_out() -> None:
    lines = [
        {"event": "::group::Log message source details"},
        "a line of an older log",
        {"event": "::endgroup::"},
        {"timestamp": "2026-11-21T06:00:00Z", "event": "::group::Pre Execute"},
        {"timestamp": "2026-11-21T06:00:01Z", "event": "Step load succeeded."},
        {"timestamp": "2026-11-21T06:00:01Z", "event": "::endgroup::"},
        {"timestamp": None},
    ]
    assert log_text(lines).splitlines() == [
        "Log message source details",
        "a line of an older log",
        "2026-11-21T06:00:00Z Pre Execute",
        "2026-11-21T06:00:01Z Step load succeeded.",
    ]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("upstream_failed", "has no log: it did not run, since an earlier one failed."),
        ("scheduled", "has no log, since it has not run."),
    ],
)
def test_of_a_step_that_did_not_run_it_is_said_so_and_airflow_is_not_asked(
    state: str, said: str
) -> None:
    task = {"task_id": "use", "map_index": UNMAPPED, "try_number": 0, "state": state}
    session = SimpleNamespace(api=SimpleNamespace(tasks=lambda *_: [task]))
    with pytest.raises(NotFound) as refused:
        log(session, "demo", "r1", "use", map_index=UNMAPPED, try_number=None)
    assert refused.value.message == f"Step 'use' of run demo/r1 {said}"
    assert ("promote show demo/r1" in refused.value.hint) == (state == "upstream_failed")

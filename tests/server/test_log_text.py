"""How Airflow's log is read."""

from jupyterlab_promote.server.log_text import log_text


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

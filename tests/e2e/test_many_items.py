"""A step that runs once for each of many items, on the real stack. Slow, so in the full set."""

import pytest
from journey import User, sign_in, text_of, write_notebook
from tests.waiting import until

from jupyterlab_promote.server import runs

pytestmark = [pytest.mark.full, pytest.mark.timeout(3600)]

FAN = {"map_over": {"over": "rows", "item": "row", "collect": ["share"], "when": "all_done"}}


@pytest.fixture
def user(stack) -> User:
    return sign_in(stack)


@pytest.mark.parametrize("count", [20, 500])
def test_all_items_but_one_succeed_and_no_more_run_at_once_than_the_pool_has(
    user, tmp_path, count
) -> None:
    name = f"items-{count}"
    path = write_notebook(
        tmp_path / f"{name}.ipynb",
        {"divide": FAN},
        load=f"rows = list(range({count}))\nrow = 1",
        divide="share = 360 / (row - 10)",
        total="print(len(share), share[9], share[10])",
    )
    user.publish(path)
    run = user.trigger(name)
    at_once = 0

    def ended() -> bool:
        nonlocal at_once
        pool = user.http.get("/api/v2/pools/promote").raise_for_status().json()
        assert pool["occupied_slots"] <= pool["slots"]
        at_once = max(at_once, pool["occupied_slots"])
        run_path = f"/api/v2/dags/{name}/dagRuns/{run}"
        return user.http.get(run_path).json()["state"] in ("success", "failed")

    until(ended, what="all items have run", within=3300)
    assert at_once > 1
    view = runs.show(user.session, name, run)
    items = [step.state for step in view.steps if step.step == "divide"]
    assert (view.state, items) == (
        "success",
        ["success"] * 10 + ["failed"] + ["success"] * (count - 11),
    )
    assert text_of(user.whole(name, run), "cell-total") == f"{count - 1} -360.0 360.0\n"

"""The cache of a step: the earlier outcome where everything is the same, a run where anything differs."""

import os
import shutil
from pathlib import Path

import pytest

from jupyterlab_promote.errors import NotFound
from jupyterlab_promote.model.settings import Environment
from jupyterlab_promote.model.version import Package
from jupyterlab_promote.store.runs import ref_of
from jupyterlab_promote.worker.packages import STRICT

COUNTS = "with open({path!r}, 'a') as file:\n    file.write('x')\nx = [1, 2]\nprint('ran')"
SETTINGS = {"steps": {"a": {"cache": True}, "b": {"cache": True}}}


@pytest.fixture
def counted(bench, tmp_path: Path):
    """Publishes a step that counts its executions, and tells how many there were."""
    path = tmp_path / "executions"
    path.touch()

    def publish(extra: str = "") -> None:
        bench.publish(
            {"a": [COUNTS.format(path=str(path)) + extra], "b": ["print(sum(x))"]},
            settings=SETTINGS,
        )

    publish()
    return publish, lambda: path.stat().st_size


def test_a_step_is_not_cached_unless_it_asks_for_it(bench, counted) -> None:
    _, executions = counted
    outcomes = [bench.run("a", attempt=n) for n in (1, 2)]
    assert [(o.state, o.cached_from) for o in outcomes] == [("success", None)] * 2
    assert executions() == 2


def test_the_same_step_is_answered_with_a_link_and_everything_that_it_left(bench, counted) -> None:
    _, executions = counted
    first = bench.run("a", cache=True)
    second = bench.run("a", attempt=2, cache=True)
    assert (first.cached_from, second.cached_from, executions()) == (None, "r", 1)
    same = {"files", "changes", "cells", "metrics", "handoff_bytes", "state", "cause"}
    assert second.model_dump(include=same) == first.model_dump(include=same)
    assert bench.executed(second) == bench.executed(first)
    shutil.rmtree(bench.store.local_path(ref_of(first).folder))
    assert bench.done["a"] == second
    following = bench.run("b")
    assert "".join(bench.executed(following)["b-0"]["outputs"][0]["text"]) == "3\n"


def test_the_same_values_of_another_run_are_the_same_input(bench, counted) -> None:
    _, executions = counted
    bench.run("a")
    first = bench.run("b", cache=True)
    bench.run("a", attempt=2)
    second = bench.run("b", attempt=2, cache=True)
    assert (first.cached_from, second.cached_from, executions()) == (None, "r", 2)


def test_other_code_environment_or_wish_runs_the_step(bench, counted) -> None:
    publish, executions = counted
    bench.run("a", cache=True)
    bench.run("a", attempt=2, cache=True, fresh=True)
    assert executions() == 2
    bench.run("a", attempt=3, cache=True, environment=Environment(env={"OTHER": "1"}))
    assert executions() == 3
    publish("\ny = 1")
    assert bench.run("a", attempt=4, cache=True).cached_from is None
    assert executions() == 4


def test_another_environment_of_the_worker_runs_the_step(
    bench, counted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The version is the same throughout: what changes is what the cluster has."""
    _, executions = counted
    site = tmp_path / "site"
    (site / "lib-1.0.dist-info").mkdir(parents=True)
    monkeypatch.setenv("PYTHONPATH", str(site))
    bench.run("a", cache=True)
    (site / "lib-1.0.dist-info").rename(site / "lib-2.0.dist-info")
    assert bench.run("a", attempt=2, cache=True).cached_from is None
    (site / "lib-2.0.dist-info").rename(site / "lib-1.0.dist-info")
    assert (bench.run("a", attempt=3, cache=True).cached_from, executions()) == ("r", 2)


def test_a_variable_that_the_worker_passes_on_counts_by_its_value(
    bench, counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    wish = {"cache": True, "environment": Environment(provided=("REGION",))}
    found = []
    for attempt, region in enumerate(("north", "south", "north"), start=1):
        monkeypatch.setenv("REGION", region)
        found.append(bench.run("a", attempt=attempt, **wish).cached_from)
    assert found == [None, None, "r"]


def test_a_strict_step_is_not_answered_by_a_run_that_was_not(
    bench, counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.republish(packages=(Package(name="numpy", version="0.1"),))
    found = bench.run("a", cache=True)
    assert (found.state, len(found.warnings)) == ("success", 1)
    monkeypatch.setenv(STRICT, "1")
    assert bench.run("a", attempt=2, cache=True).cause == "environment"


def test_a_file_read_in_place_that_changed_runs_the_step(bench, tmp_path: Path) -> None:
    data = tmp_path / "live.csv"
    data.write_text("1")
    bench.publish({"a": [f"print(open({str(data)!r}).read())"]}, settings=SETTINGS)
    bench.run("a", cache=True)
    assert bench.run("a", attempt=2, cache=True).cached_from == "r"
    data.write_text("2")
    os.utime(data, (1, 1))
    changed = bench.run("a", attempt=3, cache=True)
    assert changed.cached_from is None
    assert "".join(bench.executed(changed)["a-0"]["outputs"][0]["text"]) == "2\n"


def test_an_entry_whose_outcome_or_files_are_gone_is_a_miss(bench, counted) -> None:
    _, executions = counted
    first = bench.run("a", cache=True)
    bench.store.remove(ref_of(first).path("handoff/streams"))
    second = bench.run("a", attempt=2, cache=True)
    assert (second.cached_from, executions()) == (None, 2)
    bench.store.remove(ref_of(second).path("outcome.json"))
    assert bench.run("a", attempt=3, cache=True).cached_from is None
    assert executions() == 3


def test_a_failure_is_not_remembered(bench) -> None:
    bench.publish({"a": ["1 / 0"]}, settings=SETTINGS)
    outcomes = [bench.run("a", attempt=n, cache=True) for n in (1, 2)]
    assert [(o.state, o.cached_from) for o in outcomes] == [("failed", None)] * 2


def test_a_file_is_copied_within_a_store(bench) -> None:
    bench.store.create("one/file", b"content")
    bench.store.copy("one/file", "two/file")
    bench.store.copy("one/file", "two/file")
    bench.store.put("one/file", b"other")
    assert bench.store.read("two/file") == b"content"
    with pytest.raises(NotFound):
        bench.store.copy("one/none", "two/none")

"""Names in the read-only drive lead back to what they name."""

from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_promote.server import run_paths
from jupyterlab_promote.server.drive import as_copy
from jupyterlab_promote.server.run_paths import RunPath

RUN_IDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=60
)


@given(
    run_id=RUN_IDS, step=st.from_regex(r"\A[a-z_][a-z0-9_-]{0,20}\Z"), index=st.integers(-1, 500)
)
def test_a_step_notebook_leads_back_to_its_step(run_id: str, step: str, index: int) -> None:
    path = run_paths.step_notebook("sales", run_id, step, index)
    assert run_paths.parse(path) == RunPath("sales", run_id, step, index)


def test_an_attempt_can_be_named() -> None:
    assert run_paths.parse("sales/r1/train.3.a2.ipynb") == RunPath("sales", "r1", "train", 3, 2)


def test_a_notebook_can_be_named_by_what_its_tab_shows() -> None:
    whole = RunPath("sales", "r1", "whole")
    assert run_paths.parse("sales/r1/sales · Jan 2, 03:04.ipynb") == whole
    step = RunPath("sales", "r1", "train", attempt=2)
    assert run_paths.parse("sales/r1/train.a2 · sales · Jan 2, 03:04.ipynb") == step
    assert run_paths.trial_of("-trials/0a/sales · test run, Jan 2, 03:04.ipynb") == "0a"
    assert run_paths.trial_of("-trials/0a/a · b · test run, Jan 2, 03:04.ipynb") == "0a"
    assert run_paths.trial_of("-trials/0a/train.ipynb") is None


def test_other_paths_name_nothing() -> None:
    for path in (
        "Sales",
        "../etc",
        "sales/r1/../x.ipynb",
        "sales/r1/train.ipynb/x",
        "sales/r1/a.txt",
    ):
        assert run_paths.parse(path) is None, path


def test_the_root_is_all_pipelines() -> None:
    assert run_paths.parse("/") == RunPath()


def test_a_step_notebook_says_that_it_is_a_copy() -> None:
    executed = {"cells": [], "metadata": {"promote": {"steps": {}}, "kernelspec": {"name": "k"}}}
    assert as_copy(executed, RunPath("sales", "r1", "load", 3))["metadata"] == {
        "kernelspec": {"name": "k"},
        "derived_from": {"dag_id": "sales", "run_id": "r1", "step": "load"},
    }

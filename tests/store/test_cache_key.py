"""What the result of a cached step depends on, and what it does not."""

from typing import Any

import pytest

from jupyterlab_promote.model.pipeline import FileUse, Place, Step
from jupyterlab_promote.model.run import StepRequest
from jupyterlab_promote.model.settings import Environment
from jupyterlab_promote.model.version import Manifest
from jupyterlab_promote.store import cache

STEP = Step(name="load", cells=("c0",), reads_parameters=("n",))
MANIFEST = Manifest(
    dag_id="demo",
    uid="u1",
    name="Demo",
    kernel="python3",
    steps=(STEP,),
    edges=(),
    notebooks={"load": "0" * 64},
    source="1" * 64,
)


def cache_key(store: Any, manifest: Manifest, wish: StepRequest, *, surroundings: str = "") -> str:
    return cache.cache_key(store, manifest, wish, surroundings=surroundings)


def request(**changes: Any) -> StepRequest:
    fields: dict[str, Any] = {
        "store": "",
        "dag_id": "demo",
        "version": "v-0000000000000000",
        "run_id": "r1",
        "step": "load",
        "attempt": 1,
        "job_id": "j",
        "parameters": {"n": 1, "other": 1},
    }
    return StepRequest(**{**fields, **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {"parameters": {"n": 2, "other": 1}},
        {"environment": Environment(env={"MODE": "full"})},
        {"environment": Environment(pip=("polars",))},
        {"map_index": 3},
    ],
)
def test_what_a_step_uses_makes_another_key(local_store, changes: dict[str, Any]) -> None:
    key = cache_key(local_store, MANIFEST, request())
    assert cache_key(local_store, MANIFEST, request(**changes)) != key


@pytest.mark.parametrize(
    "changes",
    [
        {"parameters": {"n": 1, "other": 2}},
        {"run_id": "r2", "attempt": 2, "job_id": "k"},
        {"fresh": True},
    ],
)
def test_what_a_step_does_not_use_makes_no_other_key(local_store, changes: dict[str, Any]) -> None:
    key = cache_key(local_store, MANIFEST, request())
    assert cache_key(local_store, MANIFEST, request(**changes)) == key


@pytest.mark.parametrize(
    "changes",
    [
        {"notebooks": {"load": "2" * 64}},
        {"kernel": "python3.14"},
        {"python": "3.14"},
    ],
)
def test_other_code_or_another_interpreter_makes_another_key(
    local_store, changes: dict[str, Any]
) -> None:
    other = MANIFEST.model_copy(update=changes)
    assert cache_key(local_store, other, request()) != cache_key(local_store, MANIFEST, request())


def test_another_environment_on_the_machine_that_runs_it_makes_another_key(local_store) -> None:
    keys = {
        cache_key(local_store, MANIFEST, request(), surroundings=found)
        for found in ("pandas 2", "pandas 3")
    }
    assert len(keys) == 2


def test_a_file_that_the_step_reads_in_place_counts_and_one_of_another_step_does_not(
    local_store, tmp_path
) -> None:
    file = tmp_path / "live.csv"
    file.write_text("a")
    use = FileUse(path=str(file), kind="data", travels="live", place=Place(cell="c0"))
    mine = MANIFEST.model_copy(update={"file_uses": (use,)})
    others = MANIFEST.model_copy(
        update={"file_uses": (use.model_copy(update={"place": Place(cell="c9")}),)}
    )
    before = [cache_key(local_store, manifest, request()) for manifest in (mine, others)]
    file.write_text("longer")
    after = [cache_key(local_store, manifest, request()) for manifest in (mine, others)]
    assert [one == other for one, other in zip(before, after, strict=True)] == [False, True]

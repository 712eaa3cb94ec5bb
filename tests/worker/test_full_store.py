"""A step whose store is full says so, and leaves its notebook: on a small file system of its own."""

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.worker.conftest import Bench

from jupyterlab_promote.model.run import Cause
from jupyterlab_promote.store.runs import read_outcome, ref_of
from jupyterlab_promote.store.store import open_store

FILL = """\
print('filling', flush=True)
with open({path!r}, 'wb', buffering=0) as file:
    try:
        while True:
            file.write(b'x' * 4096)
    except OSError:
        print('filled', flush=True)
"""


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A file system of one MiB."""
    place = Path(tempfile.mkdtemp(dir=tmp_path))
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("nobody may mount here")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def test_values_that_fill_the_store_fail_the_step_which_says_what_to_do(small, states) -> None:
    bench = Bench(open_store(small / "store"))
    bench.publish(
        {"a": ["print('before')", "big = bytearray(2_000_000)"], "b": ["print(len(big))"]}
    )
    outcome = bench.run("a")
    assert (outcome.state, outcome.cause) == ("failed", Cause.STORE_FULL)
    assert outcome.message.startswith("There is no space for the values of step 'a'")
    assert outcome.hint == "Free some space there, then run the step again."
    assert states(outcome) == [("a-0", "completed"), ("a-1", "completed")]
    assert bench.executed(outcome)["a-0"]["outputs"][0]["text"] == "before\n"
    assert bench.store.walk(ref_of(outcome).path("handoff")) == ()


@pytest.mark.parametrize(("kilobytes", "cause"), [(1, Cause.OK), (100, Cause.STORE_FULL)])
def test_a_store_that_others_fill_fails_a_step_only_when_its_notebook_has_no_place(
    small, states, kilobytes: int, cause: Cause
) -> None:
    bench = Bench(open_store(small / "store"))
    fill = FILL.format(path=str(small / "others"))
    bench.publish({"a": [fill, f"print('y' * {kilobytes * 1024})"]})
    outcome = bench.run("a")
    assert (outcome.cause, read_outcome(bench.store, ref_of(outcome))) == (cause, outcome)
    assert states(outcome) == [("a-0", "completed"), ("a-1", "completed")]
    assert ("No space left on device" in outcome.message) == (cause is Cause.STORE_FULL)
    assert [file.path for file in outcome.files] == ["notebook.ipynb"] * (cause is Cause.OK)

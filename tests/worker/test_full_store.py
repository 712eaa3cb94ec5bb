"""A step whose store is full says so, and leaves its notebook."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jupyterlab_promote.model.run import Cause, Outcome
from jupyterlab_promote.store.runs import ref_of

FULL = Path("/dev/full")
"""A file that nobody can write to for lack of space, of every Linux."""


@pytest.mark.skipif(not FULL.exists(), reason="this system has no file that is always full")
def test_values_that_fill_the_store_fail_the_step_which_says_what_to_do(bench, states) -> None:
    bench.publish(
        {"a": ["print('before')", "big = bytearray(2_000_000)"], "b": ["print(len(big))"]}
    )
    handoff = bench.store.local_path(ref_of(bench.request("a")).path("handoff"))
    handoff.mkdir(parents=True)
    (handoff / "streams").symlink_to(FULL)
    outcome = bench.run("a")
    assert (outcome.state, outcome.cause) == ("failed", Cause.STORE_FULL)
    assert outcome.message.startswith("There is no space for the values of step 'a'")
    assert outcome.hint == "Free some space there, then run the step again."
    assert states(outcome) == [("a-0", "completed"), ("a-1", "completed")]
    assert bench.executed(outcome)["a-0"]["outputs"][0]["text"] == "before\n"
    assert bench.store.walk(ref_of(outcome).path("handoff")) == ()


def test_a_store_that_others_fill_fails_a_step_only_when_its_notebook_has_no_place(
    tmp_path: Path, states
) -> None:
    own = ["unshare", "--mount"] if os.getuid() == 0 else ["unshare", "--map-root-user", "--mount"]
    try:
        subprocess.run([*own, "mount", "-t", "tmpfs", "tmpfs", str(tmp_path)], check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this system lets nobody have mounts of their own")
    steps = [sys.executable, "-m", "tests.worker.small_disk", str(tmp_path / "disk"), "1", "100"]
    (tmp_path / "disk").mkdir()
    ended = subprocess.run([*own, *steps], check=True, capture_output=True, text=True)
    fits, cut = [Outcome.model_validate(told) for told in json.loads(ended.stdout)]
    assert (fits.cause, cut.cause) == (Cause.OK, Cause.STORE_FULL)
    assert states(fits) == states(cut) == [("a-0", "completed"), ("a-1", "completed")]
    assert "No space left on device" in cut.message
    assert ([file.path for file in fits.files], cut.files) == (["notebook.ipynb"], ())

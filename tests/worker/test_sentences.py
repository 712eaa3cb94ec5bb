"""What a person reads when an attempt ended badly; no kernel is needed for it."""

import pytest

from jupyterlab_promote.model.run import Cause, StepRequest
from jupyterlab_promote.model.settings import Resources
from jupyterlab_promote.worker.endings import cell_raised, kernel_died, over_limit

MIB, GIB = 2**20, 2**30


@pytest.mark.parametrize(
    ("asked", "peak", "used", "better"),
    [
        (4 * GIB, int(6.1 * GIB), "6.1 GiB of 4 GiB", "8 GiB"),
        (200 * MIB, 210 * MIB, "210 MiB of 200 MiB", "320 MiB"),
        (GIB, 100 * MIB, "100 MiB of 1 GiB", "1.5 GiB"),
    ],
)
def test_too_little_memory_is_told_with_what_to_ask_for(asked, peak, used, better):
    request = StepRequest(
        store="", dag_id="d", version="v", run_id="r", step="train", attempt=1, job_id="j",
        resources=Resources(memory=asked),
    )  # fmt: skip
    ended = over_limit(Cause.OUT_OF_MEMORY, request, "Cell 3", peak, "c3")
    assert (ended.message, ended.hint, ended.cell) == (
        f"Step `train` used {used} asked, in cell 3.",
        f"Raise the step's memory to about {better}.",
        "c3",
    )


def test_a_kernel_that_was_killed_is_told_with_its_signal():
    assert (
        kernel_died("Cell 3", -9, "c3", oom=False).message
        == "The kernel was killed by SIGKILL in cell 3."
    )
    assert (
        kernel_died("Cell 3", 7, "c3", oom=False).message
        == "The kernel ended with exit code 7 in cell 3."
    )
    assert kernel_died("Cell 3", -9, "c3", oom=True).cause is Cause.OUT_OF_MEMORY


def test_a_long_error_is_clipped_in_the_sentence_and_kept_for_the_page():
    ended = cell_raised("Cell 3", "ValueError", "x" * 1000, "c3", 2)
    assert ended.message == "Cell 3 raised ValueError: " + "x" * 297 + "..."
    assert ended.evalue == "x" * 1000
    assert cell_raised("Cell 3", "MemoryError", "", "c3", 2).message == "Cell 3 raised MemoryError."

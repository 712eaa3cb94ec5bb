"""Arrays whose elements lie apart."""

from typing import Any

import numpy as np
import pytest

from jupyterlab_promote.worker.handoff.values import pickling, spread_arrays, unpickling


def _sent(value: Any) -> Any:
    taken: list[Any] = []
    stream = pickling.dump_group({"part": value}, taken)
    return unpickling.load_group(stream, taken)["part"]


@pytest.mark.parametrize(
    "part",
    [
        np.arange(24.0).reshape(4, 6)[:, 1],
        np.arange(24.0).reshape(4, 6)[::-2, 1:4],
        np.arange(24).reshape(2, 3, 4).transpose(2, 0, 1)[:, :, :2],
        np.zeros(3, dtype=[("a", "i4"), ("b", "f8")])["b"],
        np.arange(6).astype("datetime64[D]")[::2],
    ],
)
def test_they_lie_apart_in_the_receivers_kernel_too(part: Any) -> None:
    sent = _sent(part)
    assert sent.strides == part.strides
    assert sent.dtype == part.dtype
    assert sent.tolist() == part.tolist()


def test_what_may_not_be_written_stays_so() -> None:
    part = np.arange(10)[::3]
    part.flags.writeable = False
    assert not _sent(part).flags.writeable


def test_wide_gaps_are_made_narrower_in_the_same_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spread_arrays, "_WIDE", 64)
    part = np.arange(2000.0).reshape(20, 100)[:, 90:10:-30]
    sent = _sent(part)
    assert sent.tolist() == part.tolist()
    assert sent.strides == (8 * 7, -8 * 2)
    column = _sent(np.arange(2000.0).reshape(20, 100)[:, 3])
    assert column.strides == (16,)

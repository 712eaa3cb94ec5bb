"""When what a step does is told: the cell that begins soon, and not each thing by itself."""

import nbformat
import pytest

from jupyterlab_promote.model.run import Event
from jupyterlab_promote.worker import recorder
from jupyterlab_promote.worker.masking import Mask
from jupyterlab_promote.worker.recorder import EVENTS_EVERY, Recorder


class Clock:
    """Time as the test has it, in seconds."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(recorder, "time", made)
    return made


def _recorder(sent: list[tuple[Event, ...]]) -> Recorder:
    cells = [nbformat.v4.new_code_cell("x", id=name) for name in ("a", "b", "c")]
    return Recorder(
        nbformat.v4.new_notebook(cells=cells),
        send=sent.append,
        snapshot=lambda _: None,
        user_cells=frozenset({"a", "b", "c"}),
        mask=Mask({}),
    )


def _told(sent: list[tuple[Event, ...]]) -> list[list[str]]:
    return [[f"{event.kind} {event.cell}" for event in part] for part in sent]


def test_a_cell_that_begins_is_told_at_once_with_the_end_of_the_one_before(clock: Clock) -> None:
    sent: list[tuple[Event, ...]] = []
    told = _recorder(sent)
    told.cell_started("a")
    clock.now += 60
    told.cell_ended("a", "completed")
    told.cell_started("b")
    assert _told(sent) == [["cell_start a"], ["cell_end a", "cell_start b"]]


def test_cells_that_follow_quickly_are_told_together_when_it_is_time(clock: Clock) -> None:
    sent: list[tuple[Event, ...]] = []
    told = _recorder(sent)
    for cell in ("a", "b", "c"):
        told.cell_started(cell)
        told.cell_ended(cell, "completed")
    assert _told(sent) == [["cell_start a"]]
    clock.now += EVENTS_EVERY
    told.tick()
    assert _told(sent)[1:] == [
        ["cell_end a", "cell_start b", "cell_end b", "cell_start c", "cell_end c"]
    ]

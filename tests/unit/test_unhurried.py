"""The garbage collector waits while a notebook is read, and is afterwards as it was."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from jupyterlab_promote.unhurried import collector_waits


@pytest.fixture(autouse=True)
def _collector_as_it_was() -> Iterator[None]:
    yield
    gc.enable()


def test_it_goes_on_when_the_last_one_is_out() -> None:
    with collector_waits():
        with collector_waits():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_goes_on_after_an_error() -> None:
    with pytest.raises(KeyError), collector_waits():
        raise KeyError
    assert gc.isenabled()


def test_who_has_switched_it_off_keeps_it_off() -> None:
    gc.disable()
    with collector_waits():
        assert not gc.isenabled()
    assert not gc.isenabled()


def test_what_was_made_meanwhile_is_old_afterwards_and_still_collected() -> None:
    class Node:
        itself: object

    with collector_waits():
        node = Node()
        node.itself = node
        gone = weakref.ref(node)
        del node
        kept: list[list[int]] = [[] for _ in range(60_000)]
    assert kept
    assert gc.isenabled()
    gc.collect(1)
    assert gc.get_freeze_count() == 0
    assert gone() is not None
    gc.collect()
    assert gone() is None

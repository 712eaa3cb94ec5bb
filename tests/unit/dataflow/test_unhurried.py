"""The garbage collector waits while a notebook is read, and is afterwards as it was."""

import gc
from collections.abc import Iterator

import pytest

from jupyterlab_promote.dataflow.unhurried import collector_waits


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

"""xarray's data sets find their file in each step's own folder, and are the same whether somebody read it or not."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jupyterlab_promote.worker.handoff import context
from jupyterlab_promote.worker.handoff.checks.compare import difference
from jupyterlab_promote.worker.handoff.checks.fingerprint import EQUAL, fingerprint
from jupyterlab_promote.worker.handoff.values.pickling import dump_alone
from jupyterlab_promote.worker.handoff.values.unpickling import load_apart

xarray = pytest.importorskip("xarray")


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file in the folder of a step."""
    folder = tmp_path / "first"
    folder.mkdir()
    monkeypatch.chdir(folder)
    sea = xarray.Dataset({"t": (("x", "y"), np.arange(6.0).reshape(2, 3), {"units": "C"})})
    sea.to_netcdf(folder / "sea.nc", engine="scipy")
    return folder / "sea.nc"


def _opened(path: str = "sea.nc") -> Any:
    return xarray.open_dataset(path, engine="scipy")


def _again(value: Any) -> Any:
    stream, buffers = dump_alone(value)
    (found,) = load_apart(stream, [memoryview(buffer.raw()) for buffer in buffers]).values()
    return found


def test_the_file_is_the_one_in_the_folder_of_the_step_that_asks(
    written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream, buffers = dump_alone(_opened())
    assert context.current().workdir == written.parent
    second = written.parent.parent / "second"
    second.mkdir()
    shutil.move(written, second)
    monkeypatch.chdir(second)
    given = [memoryview(buffer.raw()) for buffer in buffers]
    (found,) = load_apart(stream, given).values()
    assert float(found.t.sum()) == 15.0


def test_one_that_lies_elsewhere_stays_there(
    written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (written.parent / "inner").mkdir()
    monkeypatch.chdir(written.parent / "inner")
    assert float(_again(_opened(str(written))).t.sum()) == 15.0


@pytest.mark.usefixtures("written")
def test_reading_its_file_is_no_change_and_writing_to_it_is() -> None:
    given, used = _opened(), _opened()
    before = fingerprint(used)
    assert used.t.values.sum() == 15.0
    assert difference("sea", given, used) is None
    assert difference("t", given.t, used.t) is None
    assert fingerprint(used) == before == fingerprint(given)
    assert before.startswith(EQUAL)
    used.t.values[0] = 7
    assert difference("sea", given, used) == "'t' of sea has another value"
    assert fingerprint(used) != before
    used = _opened()
    used.t.attrs["units"] = "K"
    assert difference("sea", given, used) is not None
    assert fingerprint(used) != before
    used = _opened()
    used["u"] = used.t
    assert difference("sea", given, used) == "sea has other variables or attributes"


def test_numbers_of_another_file_variable_or_part_are_a_change_though_nobody_read_them(
    written: Path,
) -> None:
    numbers = np.arange(6.0).reshape(2, 3)
    sea = {
        "t": (("x", "y"), numbers, {"units": "C"}),
        "u": (("x", "y"), 2 * numbers, {"units": "C"}),
    }
    for name in ("sea.nc", "other.nc"):
        xarray.Dataset(sea).to_netcdf(written.with_name(name), engine="scipy")
        sea["t"] = (("x", "y"), numbers + 1, {"units": "C"})
    for changed in (_opened("other.nc").t, _opened().u, _opened().t[::-1]):
        given, used = _opened(), _opened()
        used["t"] = changed.variable
        assert difference("sea", given, used) == "'t' of sea has another value"
        assert not used.t.variable._in_memory
    same = _opened()
    same["t"] = _opened().t.variable
    assert difference("sea", _opened(), same) is None

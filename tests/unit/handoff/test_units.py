"""Units of astropy that its registry does not know are the same ones in another kernel."""

import sys
import types
from typing import Any

import pytest

from jupyterlab_promote.worker.handoff.values.pickling import dump_alone
from jupyterlab_promote.worker.handoff.values.unpickling import load_apart


class Unit:
    """Is made anew where its registry does not have it, as astropy's are."""

    def __init__(self, name: str) -> None:
        self.name = name


@pytest.fixture
def unit(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A unit that a module of astropy holds, under the name of astropy's class."""
    kind = type("IrreducibleUnit", (Unit,), {"__module__": "astropy.units.core"})
    core, cosmology = types.ModuleType("astropy.units.core"), types.ModuleType("astropy.cosmology")
    vars(core)["IrreducibleUnit"], vars(cosmology)["redshift"] = kind, kind("redshift")
    for module in (core, cosmology):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    return vars(cosmology)["redshift"]


def test_a_unit_is_found_where_it_is_at_home(unit: Any) -> None:
    stream, _ = dump_alone([unit])
    ([again],) = load_apart(stream, []).values()
    assert again is unit

"""Gurobi's containers, which cannot read their own pickles, travel as what they hold."""

import sys
import types
from typing import Any

import pytest

from jupyterlab_promote.worker.handoff.values.pickling import dump_alone
from jupyterlab_promote.worker.handoff.values.unpickling import load_apart


class Dict(dict[Any, Any]):
    """Sorts its keys by their parts as they are given to it, as Gurobi's does."""

    def __init__(self, pairs: Any = ()) -> None:
        super().__init__(pairs)
        self.parts = {part for key in self for part in key}

    def __reduce__(self) -> Any:
        raise AttributeError("__pos")


@pytest.fixture
def container(monkeypatch: pytest.MonkeyPatch) -> type[Dict]:
    """A class under the name of Gurobi's."""
    module = types.ModuleType("gurobipy._core")
    made = type("tupledict", (Dict,), {"__module__": module.__name__})
    vars(module)["tupledict"] = made
    monkeypatch.setitem(sys.modules, "gurobipy", types.ModuleType("gurobipy"))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return made


def test_a_container_is_made_again_of_what_it_holds(container: type[Dict]) -> None:
    stream, _ = dump_alone(container([(("a", 1), 2)]))
    (again,) = load_apart(stream, []).values()
    assert (type(again), again, again.parts) == (container, {("a", 1): 2}, {"a", 1})

"""What is filed under an address of memory does not leave a step: a later one would not find it."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest

from jupyterlab_promote.worker.handoff.checks import addresses
from jupyterlab_promote.worker.handoff.checks.footprints import footprint_of
from jupyterlab_promote.worker.handoff.problems import NotPicklable


class Parameter:
    """Is told from others by its place in memory."""


class Hidden(dict[int, int]):
    """Shows nobody its keys."""

    def __iter__(self) -> Any:
        raise RuntimeError


class Optimiser:
    """Files what it knows of its parameters."""

    def __init__(self, key: Any) -> None:
        self.state = {key: 0.5}


P, W = Parameter(), np.ones(3)


@pytest.mark.parametrize(
    ("filed", "kind"),
    [
        ({id(P): 1}, "Parameter"),
        ({id(P)}, "Parameter"),
        ({(id(W), "mean"): 1}, "numpy.ndarray"),
        (Optimiser(id(W)), "numpy.ndarray"),
        ({hash(P): 1}, "Parameter"),
        (Hidden({id(P): 1}), "Parameter"),
    ],
    ids=("key", "member", "part", "attribute", "hash", "hidden"),
)
@pytest.mark.parametrize("leaves_it", [True, False])
def test_what_is_filed_under_an_address_is_refused(filed: Any, kind: str, leaves_it: bool) -> None:
    namespace = {"filed": filed, "objects": [P, W]}
    values = namespace if leaves_it else {"filed": filed}
    with pytest.raises(
        NotPicklable, match=f"'filed' keeps something under the address of a .*{kind}"
    ):
        addresses.check([(values, footprint_of(list(values.values())))], namespace)


@pytest.mark.parametrize(
    "filed",
    [{10**12: 1, 2**40: 2}, {"a": id(P)}, {P: 1}, {3: P}, {id(P) + 1}, id(P)],
    ids=("numbers", "value", "object", "small", "other", "alone"),
)
def test_other_numbers_and_objects_may_be_keys(filed: Any) -> None:
    values = {"filed": filed, "objects": [P, W]}
    addresses.check([(values, footprint_of(list(values.values())))], values)


def test_numbers_of_an_earlier_kernel_under_which_a_library_files_its_own_are_none() -> None:
    figure, axes = plt.subplots()
    filed = {id(W): axes.transData, id(P): figure}
    values = {"filed": filed, "objects": [P, W]}
    addresses.check([(values, footprint_of(list(values.values())))], values)
    plt.close("all")


def test_what_a_library_files_itself_is_its_own_matter() -> None:
    values = dict(zip(("figure", "axes"), plt.subplots(), strict=True))
    addresses.check([(values, footprint_of(values))], values)
    plt.close("all")

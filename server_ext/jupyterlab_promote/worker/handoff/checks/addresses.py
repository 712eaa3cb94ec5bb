"""What is kept under an address of memory (`state[id(parameter)]`): a later kernel has the same object elsewhere.

It would file the object once more, as if it had never met it, and go on with other numbers.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from jupyterlab_promote.worker.handoff.checks.budget import Budget
from jupyterlab_promote.worker.handoff.checks.footprints import Footprint, footprint_of, is_of_users
from jupyterlab_promote.worker.handoff.problems import NotPicklable

_OF_HASH = 4
"""By how many bits `object.__hash__` shifts an address (`_Py_HashPointer` of CPython)."""

Left = Sequence[tuple[Mapping[str, Any], Footprint]]
"""What a step leaves, group by group."""


def check(left: Left, namespace: Mapping[str, Any]) -> None:
    """Look for addresses among the keys and members of what a step leaves.

    Args:
        namespace: the notebook's, where the objects are, whoever leaves them.

    Raises:
        NotPicklable: an object of the notebook lies there.
    """
    numbers = set[int]().union(*(footprint.numbers for _, footprint in left))
    if not numbers:
        return
    there = _found(numbers, [footprint for _, footprint in left])
    until = Budget.of_step().until
    for value in namespace.values() if not there else ():
        there = there or _found(numbers, [footprint_of(value, until=until)])
    for values, footprint in left:
        for number in sorted(footprint.numbers & there.keys()):
            _refuse(values, number, there[number])


def _found(numbers: set[int], footprints: Sequence[Footprint]) -> dict[int, Any]:
    """By number the object of which it is the address, or the hash that is made of that."""
    hashes = {number << _OF_HASH: number for number in numbers}
    wanted = numbers | hashes.keys()
    found: dict[int, Any] = {}
    near = (one for each in footprints if not each.ids.isdisjoint(wanted) for one in each.kept)
    for one in (one for one in near if id(one) in wanted and is_of_users(type(one))):
        if id(one) in numbers:
            found[id(one)] = one
        elif _hashed_by_address(type(one)):
            found[hashes[id(one)]] = one
    return found


def _hashed_by_address(kind: type) -> bool:
    own: Any = kind.__hash__
    return own is object.__hash__


def _refuse(values: Mapping[str, Any], number: int, one: Any) -> None:
    holding = (name for name, value in values.items() if number in footprint_of(value).numbers)
    name = next(holding, next(iter(values)))
    kind = type(one)
    raise NotPicklable(
        f"{name!r} keeps something under the address of a {kind.__module__}.{kind.__qualname__}, as `id(x)` gives it: "
        "in later steps that lies elsewhere, and would not be found again.",
        name=name,
        hint="Use the object, its name or its place in a list as the key, or merge the steps.",
    )

"""Sets of objects that are hashed by their place in memory are gone through in the same order in each step."""

import random
import sys

import pytest

from jupyterlab_promote.worker.handoff.values import object_sets

SIZES = (2, 3, 5, 8, 16, 33, 64)


class Thing:
    """Is hashed by where it lies."""


@pytest.mark.parametrize("size", SIZES)
def test_a_set_takes_the_order_that_it_is_told(size):
    chance = random.Random(size)
    for _ in range(20):
        things = [Thing() for _ in range(size)]
        kept = set(things)
        chance.shuffle(things)
        object_sets.arrange([(kept, tuple(things))])
        assert list(kept) == things


def test_such_a_set_goes_on_as_any_other():
    things = [Thing() for _ in range(20)]
    kept = set(things)
    object_sets.arrange([(kept, tuple(things))])
    kept |= {1, 2, "three"}
    kept.discard(things[4])
    kept.add(things[7])
    assert kept == {*things, 1, 2, "three"} - {things[4]}
    assert all(thing in kept for thing in things if thing is not things[4])


def test_numbers_among_the_elements_are_not_taken_for_what_holds_a_place():
    things = [Thing(), *range(0, 64, 4), Thing(), 1, 1 << 38, (1 << 38) + 4]
    kept = set(things)
    object_sets.arrange([(kept, tuple(things))])
    assert list(kept) == things


@pytest.mark.parametrize("size", SIZES)
def test_sets_of_objects_keep_their_order_in_the_next_step(steps, size):
    steps.ok(
        "make",
        f"""
        class Node:
            def __init__(self, n): self.n, self.near = n, set()
        nodes = [Node(n) for n in range({size})]
        for node in nodes[:5]: node.near.update(nodes)
        every, kinds = set(nodes), {{int, str, Node}}
        orders = [[node.n for node in every], [node.n for node in nodes[0].near], [k.__name__ for k in kinds]]
        """,
        saves=[["Node", "nodes", "every", "kinds"], ["orders"]],
    )
    seen = steps.ok(
        "use",
        """
        print(orders == [[node.n for node in every], [node.n for node in nodes[0].near], [k.__name__ for k in kinds]])
        """,
        loads={"make": ["Node", "nodes", "every", "kinds", "orders"]},
    )
    assert seen == ["True"]


def test_of_very_many_sets_only_so_many_are_laid_out_that_memory_stays():
    things = [Thing() for _ in range(400)]
    many = [{*things[start : start + 30]} for start in range(370)]
    found = object_sets.orders(b"\x8f", many)
    assert 0 < len(found) < len(many)
    object_sets.arrange([(kept, order[::-1]) for kept, order in found])
    assert [list(kept) == list(order)[::-1] for kept, order in found] == [True] * len(found)
    assert sum(map(sys.getsizeof, many)) < 200 * 2**20

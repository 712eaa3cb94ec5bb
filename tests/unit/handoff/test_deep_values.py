"""Values that nest deeper than Python's recursion goes: lists in lists, chains of nodes, graphs, trees to one side."""

import pytest

NODE = """
class Node:
    def __init__(self, number):
        self.number, self.links = number, []
"""
DEEP = {
    "lists in lists": (
        "v = 'core'\nfor _ in range(2000): v = [v]",
        "depth = 0\nwhile type(v) is list: v, depth = v[0], depth + 1\nprint(depth, v)",
        "2000 core",
    ),
    "a chain of nodes": (
        f"{NODE}\nv = None\nfor n in range(3000):\n    v, before = Node(n), v\n    v.links.append(before)",
        "found = []\nwhile v is not None:\n    found.append(v.number)\n    v = v.links[0]\nprint(found == [*range(2999, -1, -1)])",
        "True",
    ),
    "a ring of nodes": (
        f"{NODE}\nnodes = [Node(n) for n in range(3000)]\n"
        "for one, other in zip(nodes, [*nodes[1:], nodes[0]]): one.links.append(other)\nv = nodes[0]",
        "last = v\nfor _ in range(3000): last = last.links[0]\nprint(last is v)",
        "True",
    ),
}


@pytest.mark.parametrize("case", DEEP)
def test_a_deep_value_travels_and_is_compared(case, steps):
    made, used, printed = DEEP[case]
    names = ["Node", "v"] if "Node" in made else ["v"]
    steps.ok("make", made, saves=[names])
    steps.ok("look", "pass", loads={"make": names}, saves=[], readonly=["v"])
    assert steps.ok("use", used, loads={"make": names}) == [printed]


def test_a_change_deep_inside_is_seen(steps):
    steps.ok("make", DEEP["a ring of nodes"][0], saves=[["Node", "v"]])
    changes = "at = v\nfor _ in range(2500): at = at.links[0]\nat.number = -1"
    ended = steps.run("look", changes, loads={"make": ["Node", "v"]}, saves=[], readonly=["v"])
    assert ended.problem is not None
    assert "'v' was changed in this step" in ended.problem["message"]
    assert len(ended.problem["message"]) < 600


def test_what_is_too_deep_is_said_in_a_sentence(steps):
    ended = steps.run("make", "v = []\nfor _ in range(200_000): v = [v]", saves=[["v"]])
    assert ended.problem is not None
    assert "'v' nests too deep to leave this step" in ended.problem["message"]
    assert "flat list" in ended.problem["hint"]

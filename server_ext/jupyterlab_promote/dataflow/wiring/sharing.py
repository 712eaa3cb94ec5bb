"""Which variables may lead to common objects, and until which step that matters.

A variable of one step and its name in another are one node until a step binds the name anew without looking at it.
Nodes are joined in three ways, from narrow to wide: by objects that can change themselves (lists, models), by shared
memory as well, and by elements of copies as well. A change of an object in some step makes the variables that it may
be seen through stay together up to that step; afterwards nobody can tell copies from the object, and each variable
travels alone.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from jupyterlab_promote.dataflow.flow.values import LEVELS, Level
from jupyterlab_promote.model.pipeline import Reach

Node = tuple[str, int]
"""A name and the step that bound it anew."""


@dataclass
class Classes:
    """Nodes joined into classes."""

    parents: dict[Node, Node] = field(default_factory=dict)
    members: dict[Node, set[Node]] = field(default_factory=dict)

    def of(self, node: Node) -> Node:
        """The class of a node, named by one of its members."""
        parents = self.parents
        root = node
        while root in parents:
            root = parents[root]
        while node != root:
            parents[node], node = root, parents[node]
        return root

    def join(self, one: Node, other: Node) -> None:
        """Make two classes one."""
        small, large = self.of(one), self.of(other)
        if small == large:
            return
        if len(self.members.get(small, ())) > len(self.members.get(large, ())):
            small, large = large, small
        self.parents[small] = large
        joined = self.members.setdefault(large, {large})
        joined |= self.members.pop(small, {small})

    def beside(self, node: Node) -> AbstractSet[Node]:
        """All nodes of the class of a node."""
        return self.members.get(self.of(node)) or {node}


@dataclass
class Sharing:
    """The three ways in which nodes are joined, and the last change of each class.

    Attributes:
        still: nodes of which only plain values or libraries were bound.
        frames: nodes of which only frames were bound.
        boxes: nodes of which only lists, dicts and sets were bound.
        models: nodes of which only objects of learning libraries were bound, which change nothing that they hold.
        closed: nodes of which only models, figures and code were bound: frames do not hold them.
        in_frames: nodes that a frame may hold as elements, or be held by.
    """

    still: frozenset[Node]
    frames: frozenset[Node]
    boxes: frozenset[Node] = frozenset()
    closed: frozenset[Node] = frozenset()
    models: frozenset[Node] = frozenset()
    in_frames: set[Node] = field(default_factory=set)
    levels: dict[Level, Classes] = field(
        default_factory=lambda: {level: Classes() for level in LEVELS}
    )
    changed: dict[tuple[Level, Node], int] = field(default_factory=dict)

    def link(self, one: Node, other: Node, *, copied: bool) -> None:
        """Two nodes may lead to common objects, or to copies of them."""
        if one in self.still or other in self.still:
            return
        self.levels["element"].join(one, other)
        if copied:
            return
        self.levels["share"].join(one, other)
        if one not in self.frames and other not in self.frames:
            self.levels["object"].join(one, other)
        elif not {one, other} <= self.frames:
            self.in_frames |= {one, other} - self.frames - self.closed

    def change(self, node: Node, level: Level, step: int) -> None:
        """An object of a node may change in a step. All links must be known before."""
        if node in self.still:
            return
        reached, _ = self.reach(node, level)
        key = (reached, self.levels[reached].of(node))
        self.changed[key] = max(step, self.changed.get(key, step))

    def reach(self, node: Node, level: Level) -> tuple[Level, Reach]:
        """How far a change of a node goes: to which other nodes, and whether into what it holds."""
        if node in self.frames:
            wide: Level = "share" if level == "object" else level
            return wide, "parts" if level == "element" else "itself"
        if self._is_element(node):
            # Copies of the frame hold the same object.
            return "element", "parts"
        if level != "object":
            return level, "parts"
        if node in self.models:
            # Fitting leaves the arrays that a model was given as they are, and so whatever shows them.
            return level, "alone"
        return level, "itself" if node in self.boxes else "parts"

    def _is_element(self, node: Node) -> bool:
        return not self.in_frames.isdisjoint(self.levels["object"].beside(node))

    def together(self, node: Node, step: int) -> tuple[Level, Node] | None:
        """The class whose nodes must have the same provider as a node that a step makes or changes, if there is one."""
        for level in reversed(LEVELS):
            root = self.levels[level].of(node)
            if step <= self.changed.get((level, root), -1):
                return level, root
        return None

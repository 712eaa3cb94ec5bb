"""All nodes of a syntax tree, as `ast.walk` gives them, without operators. What they mean is for others."""

import ast

_NO_NODES = frozenset(
    {"arg", "attr", "conversion", "ctx", "id", "is_async", "kind", "kwd_attrs", "level", "module", "name", "op", "ops"}
    | {"rest", "simple", "type_comment", "type_ignores"}
)  # fmt: skip


_MAY_LACK = frozenset({"keys", "kw_defaults"})
"""Lists with None for what is not there: `{**a}`, and parameters without a default."""
_LEAVES = (
    ast.Constant,
    ast.MatchSingleton,
    ast.Name,
    ast.Global,
    ast.Nonlocal,
    ast.alias,
    ast.expr_context,
)


class _Fields(dict[type[ast.AST], tuple[str, ...]]):
    """By kind of node the fields that may hold nodes."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        # Only a type alias has a node for its name.
        texts = _NO_NODES - {"name"} if kind.__name__ == "TypeAlias" else _NO_NODES
        leaf = issubclass(kind, _LEAVES)
        self[kind] = () if leaf else tuple(n for n in kind._fields if n not in texts)
        return self[kind]


_FIELDS = _Fields()


def nodes_in(tree: ast.AST) -> list[ast.AST]:
    """The tree and all nodes below it, level by level."""
    found = [tree]
    for node in found:
        for name in _FIELDS[node.__class__]:
            value = getattr(node, name, None)
            if value.__class__ is list:
                found += value if name not in _MAY_LACK else _present(value)
            elif value is not None:
                found.append(value)
    return found


def nodes_under(node: ast.AST) -> list[ast.AST]:
    """The nodes right below a node, in the order of the code."""
    found: list[ast.AST] = []
    for name in _FIELDS[node.__class__]:
        value = getattr(node, name, None)
        if value.__class__ is list:
            found += value if name not in _MAY_LACK else _present(value)
        elif value is not None:
            found.append(value)
    return found


def _present(nodes: list[ast.AST | None]) -> list[ast.AST]:
    return [node for node in nodes if node is not None]

"""What a call does and gives: functions of the notebook, of Python, of libraries, and methods by the kind of value.

Whoever is not known may change what it is given and all that it was made from, and its result may be any of it.
"""

import ast
from collections.abc import Callable
from dataclasses import dataclass

from jupyterlab_promote.dataflow import behaviour as known
from jupyterlab_promote.dataflow.flow import Scope, read_body, value_of
from jupyterlab_promote.dataflow.hidden import touch_hidden_state
from jupyterlab_promote.dataflow.outside_calls import note_outside
from jupyterlab_promote.dataflow.values import (
    Change,
    Kind,
    Summary,
    Text,
    Value,
    copy_of,
    holding,
    joined,
)
from jupyterlab_promote.notebook.source import python_cell

_PYTHON_MAGICS = frozenset({"time", "timeit", "prun", "memit", "lprun", "mprun"})
USER_CLASSES = "class"
"""Key of the known names that says that the notebook has classes: any method may be one of theirs."""

EAGER = "eager"

_DEEPEST = 3
"""How deep functions that call functions are read again for what they are given."""


@dataclass(frozen=True)
class Arguments:
    """What a call is given."""

    positional: tuple[Value, ...]
    named: dict[str, Value]

    @property
    def every(self) -> list[Value]:
        """All of them."""
        return [*self.positional, *self.named.values()]

    @property
    def in_place(self) -> bool:
        """Whether `inplace` is, or may be, true."""
        return "inplace" in self.named and self.named["inplace"].text != _FALSE


_FALSE = Text("False")


def looking_changes(scope: Scope) -> bool:
    """Whether the notebook has a class whose instances change when they are looked at."""
    seen = scope.known.get(USER_CLASSES)
    return seen is not None and seen.path == EAGER


def value_of_call(node: ast.Call, scope: Scope) -> Value:
    """What a call gives; what it does is recorded in the scope."""
    if _is_magic(node.func):
        return _magic(node, scope)
    held: Value | None = None
    function = Value()
    if isinstance(node.func, ast.Attribute):
        held = value_of(node.func.value, scope)
        if held.kind == "module":
            function = Value("module", path=f"{held.path}.{node.func.attr}")
            held = None
    elif isinstance(node.func, ast.Name):
        function = scope.look_up(node.func.id) or Value(path=f"builtins.{node.func.id}")
    else:
        function = value_of(node.func, scope)
    given = _arguments(node, scope)
    touch_hidden_state(node, held, function, scope)
    note_outside(node, held, function, list(given.every), scope)
    if held is not None:
        return _method(node, held, given, scope)
    if function.kind == "module":
        return _library(node, function.path, given, scope)
    if function.path.startswith("builtins."):
        return _builtin(node, function.path.partition(".")[2], given, scope)
    return _of_notebook(node, function, given, scope)


def _arguments(node: ast.Call, scope: Scope) -> Arguments:
    named: dict[str, Value] = {}
    for index, keyword in enumerate(node.keywords):
        value = value_of(keyword.value, scope)
        if isinstance(keyword.value, ast.Constant) and keyword.value.value is False:
            value = Value("plain", text=_FALSE)
        named[keyword.arg or f"**{index}"] = value
    for part in [*node.args, *(keyword.value for keyword in node.keywords)]:
        if isinstance(part, ast.Attribute) and part.attr in known.BOX_CHANGES:
            # A method that is handed over may be called.
            scope.change(value_of(part.value, scope), "share", part)
    return Arguments(tuple(value_of(a, scope) for a in node.args), named)


# -- functions and classes of the notebook


def _of_notebook(node: ast.Call, function: Value, given: Arguments, scope: Scope) -> Value:
    summary = function.summary
    if summary is None or function.kind != "code" or not _still(summary, scope):
        return _unknown(node, [function, *given.every], scope)
    bound = _bound(summary, given)
    if summary.again is not None and scope.depth < _DEEPEST:
        summary = summary.again({name: value.kind for name, value in bound.items()})

    def meant(end: str) -> Value:
        if end == "*":
            return holding("any", given.every)
        if end.startswith("."):
            kept = end[1:] in summary.holds
            return bound.get(end[1:], Value(shares=function.shares) if kept else Value("plain"))
        return Value(shares=frozenset({end}))

    for change in summary.changes:
        scope.change(meant(change.name), change.level, node)
    for link in summary.links:
        scope.link(meant(link.one), meant(link.other))
    for name in summary.reads:
        _rely(name, scope)
    result = summary.returns
    shares = [meant(end) for end in result.shares]
    if summary.keeps_code:
        shares.append(Value(shares=function.shares))
    made = holding(result.kind, shares)
    copies = copy_of(result.kind, [meant(end) for end in result.derives])
    return Value(made.kind, made.shares, made.derives | copies.derives)


def _rely(name: str, scope: Scope) -> None:
    if scope.local is not None:
        scope.record.reads.add(name)


def _still(summary: Summary, scope: Scope) -> bool:
    """Whether the functions that the body calls are the ones that it was read with."""
    for name, then in summary.relies:
        now = scope.look_up(name)
        if now is None or now.summary is not then:
            return now is not None and now.summary == then
    return True


def _bound(summary: Summary, given: Arguments) -> dict[str, Value]:
    bound = dict(zip(summary.parameters, given.positional, strict=False))
    rest = list(given.positional[len(summary.parameters) :])
    for name, value in given.named.items():
        if name in summary.parameters:
            bound[name] = value
        else:
            rest.append(value)
    if rest or any(name.startswith("**") for name in given.named):
        every = holding("any", given.every)
        return dict.fromkeys(summary.parameters, every)
    return bound


def _unknown(node: ast.Call, values: list[Value], scope: Scope) -> Value:
    for value in values:
        scope.change(value, "share", node)
    _all_linked(values, scope)
    scope.touch("rng:numpy", node)
    scope.touch("rng:random", node)
    return holding("any", values)


def _all_linked(values: list[Value], scope: Scope) -> None:
    for value in values[1:]:
        scope.link(values[0], value)


# -- Python's own functions


def _builtin(node: ast.Call, name: str, given: Arguments, scope: Scope) -> Value:
    if name in ("eval", "exec") and given.positional and given.positional[0].text is not None:
        return _evaluated(given.positional[0].text, scope)
    if name in known.CHANGES_FIRST_ARGUMENT:
        _change_first(node, given, scope)
        return holding("any", given.positional[:1])
    _call_back(node, given, scope)
    if name in known.OF_THEIR_ARGUMENTS:
        return _like_its_arguments(given)
    if name in known.PLAIN_BUILTINS:
        said = given.positional[0].text if name == "str" and given.positional else None
        return Value("plain", text=said)
    for names, kind in _BUILTINS:
        if name in names:
            return holding(kind, given.every)
    return _unknown(node, given.every, scope)


_BUILTINS: tuple[tuple[frozenset[str], Kind], ...] = (
    (known.BOX_BUILTINS, "box"),
    (known.LAZY_BUILTINS, "iterator"),
    (known.OTHER_BUILTINS, "any"),
)


def _like_its_arguments(given: Arguments) -> Value:
    kinds = {value.kind for value in given.every}
    if kinds <= {"plain", "frame"}:
        return copy_of("frame" if "frame" in kinds else "plain", given.every)
    return holding("any", given.every)


def _change_first(node: ast.Call, given: Arguments, scope: Scope) -> None:
    for value in given.positional[:1]:
        scope.change(value, "share", node)
    for value in given.positional[1:]:
        scope.link(given.positional[0], value)


def _change_named(node: ast.Call, given: Arguments, scope: Scope) -> None:
    """`out=` takes a result, `ax=` is drawn on."""
    for word in ("out", *_AXES):
        if word in given.named:
            scope.change(given.named[word], "share" if word == "out" else "object", node)


_AXES = ("ax", "fig", "axes")


def _evaluated(text: Text, scope: Scope) -> Value:
    try:
        tree = ast.parse(text.begins)
    except SyntaxError:
        return Value()
    read_body(tree.body, scope)
    return Value(shares=frozenset(n.id for n in ast.walk(tree) if isinstance(n, ast.Name)))


def _call_back(node: ast.AST, given: Arguments, scope: Scope, held: Value | None = None) -> None:
    """A function that is handed over may be called with everything else that is."""
    handed = [value for value in given.every if value.kind == "code" or value.summary]
    if not any(_changes_what_it_gets(value.summary) for value in handed):
        return
    for value in [*given.every, *([held] if held is not None else [])]:
        scope.change(value, "element", node)


def _changes_what_it_gets(summary: Summary | None) -> bool:
    return summary is None or any(c.name.startswith((".", "*")) for c in summary.changes)


# -- libraries


def _library(node: ast.Call, path: str, given: Arguments, scope: Scope) -> Value:
    top, _, _ = path.partition(".")
    name = path.rpartition(".")[2]
    if top not in known.KNOWN_LIBRARIES | known.WORLD:
        scope.touch("*", node)
        return _unknown(node, given.every, scope)
    if name in known.CHANGES_FIRST_ARGUMENT:
        _change_first(node, given, scope)
    _change_named(node, given, scope)
    _call_back(node, given, scope)
    return _LIBRARIES.get(top, _of_any_library)(name, path, given)


def _of_any_library(name: str, path: str, given: Arguments) -> Value:
    top, _, _ = path.partition(".")
    if top in known.FRAME_LIBRARIES:
        return _of_frames(name, path, given)
    if top in known.LEARNING_LIBRARIES:
        return _of_learning(name, given)
    if top in known.DRAWING_LIBRARIES:
        return holding("figure", [v for word, v in given.named.items() if word in _AXES])
    if top in known.PLAIN_LIBRARIES:
        return Value("plain")
    return holding("any", given.every)


def _of_frames(name: str, path: str, given: Arguments) -> Value:
    made = ("random.default_rng", "random.RandomState", "random.Generator", "ExcelFile", "HDFStore", "memmap",
            "nditer", "vectorize", "frompyfunc", "load", "ExcelWriter", "interp1d", "poly1d")  # fmt: skip
    if path.endswith(made) or path.startswith(
        ("scipy.stats", "scipy.interpolate", "scipy.optimize")
    ):
        return holding("any", given.every)
    if name in ("Timestamp", "Timedelta", "finfo", "iinfo", "dtype"):
        return Value("plain")
    if name in known.SHARING_FUNCTIONS or (name[:1].isupper() and name.isidentifier()):
        return holding("frame", given.every)
    return copy_of("frame", given.every)


def _of_learning(name: str, given: Arguments) -> Value:
    if name[:1].isupper() or name.startswith(("make_pipeline", "make_column")):
        return holding("estimator", given.every)
    if name == "clone":
        return copy_of("estimator", given.every)
    if name.startswith(("make_", "fetch_", "load_")):
        return copy_of("any", given.every)
    framed = all(value.kind in ("frame", "plain") for value in given.every)
    return copy_of("frame", given.every) if framed else holding("any", given.every)


def _copied(name: str, path: str, given: Arguments) -> Value:
    del path
    kinds = {value.kind for value in given.every}
    kind: Kind = given.positional[0].kind if len(kinds) == 1 and given.positional else "any"
    return Value(kind) if name == "deepcopy" else holding(kind, given.every)


def _collected(name: str, path: str, given: Arguments) -> Value:
    del path
    if name in ("defaultdict", "ChainMap"):
        # Looking a key up makes it.
        return holding("iterator", given.every)
    return holding("any" if name == "namedtuple" else "box", given.every)


def _lazily(name: str, path: str, given: Arguments) -> Value:
    del name, path
    return holding("iterator", given.every)


def _drawn(name: str, path: str, given: Arguments) -> Value:
    del path
    plain = (
        "random",
        "randint",
        "uniform",
        "gauss",
        "randrange",
        "getrandbits",
        "normalvariate",
        "betavariate",
    )
    return Value("plain") if name in plain else holding("any", given.every)


def _of_os(name: str, path: str, given: Arguments) -> Value:
    if path == "os.path.join" and given.positional:
        texts = [value.text for value in given.positional]
        whole = [text.begins for text in texts if text is not None and text.whole]
        begins = "/".join(whole) if len(whole) == len(texts) else ""
        return Value("plain", text=Text(begins) if begins else None)
    return Value("box") if name in ("listdir", "walk", "scandir") else Value("plain")


def _of_paths(name: str, path: str, given: Arguments) -> Value:
    del path
    text = given.positional[0].text if name in ("Path", "PurePath") and given.positional else None
    return Value("plain", text=text)


def _loaded(name: str, path: str, given: Arguments) -> Value:
    del path
    fresh = name in (
        "loads",
        "load",
        "findall",
        "sub",
        "split",
        "match",
        "search",
        "compile",
        "dumps",
    )
    return copy_of("any", given.every) if fresh else holding("any", given.every)


def _listed(name: str, path: str, given: Arguments) -> Value:
    del name, path, given
    return Value("box")


_LIBRARIES: dict[str, Callable[[str, str, Arguments], Value]] = {
    "copy": _copied,
    "collections": _collected,
    "itertools": _lazily,
    "random": _drawn,
    "os": _of_os,
    "pathlib": _of_paths,
    "json": _loaded,
    "pickle": _loaded,
    "re": _loaded,
    "glob": _listed,
}


# -- methods, by the kind of the value that they belong to


def _method(node: ast.Call, held: Value, given: Arguments, scope: Scope) -> Value:
    assert isinstance(node.func, ast.Attribute)  # noqa: S101 - only methods come here
    name = node.func.attr
    if held.kind == "plain":
        return _of_plain(name, held, given)
    _change_named(node, given, scope)
    if name in known.CALLS_BACK or held.kind == "iterator":
        _call_back(node, given, scope, held)
    reader = _METHODS.get(held.kind, _of_any)
    return reader(node, name, held, given, scope)


def _of_plain(name: str, held: Value, given: Arguments) -> Value:
    if name in known.TEXT_LISTS:
        return Value("box")
    if name in ("joinpath", "with_suffix", "with_name"):
        parts = [value.text for value in given.positional]
        if name == "joinpath" and held.text and all(p is not None and p.whole for p in parts):
            return Value(
                "plain", text=Text("/".join([held.text.begins, *(p.begins for p in parts if p)]))
            )
        return Value("plain")
    if name in ("open", "iterdir", "glob", "rglob"):
        return Value("any", text=held.text)
    return Value("plain")


def _of_frame(node: ast.Call, name: str, held: Value, given: Arguments, scope: Scope) -> Value:
    if name in ("plot", "hist", "boxplot"):
        return holding("figure", [v for w, v in given.named.items() if w == "ax"])
    if given.in_place or name in known.FRAME_CHANGES:
        scope.change(held, "element" if name in known.BOX_CHANGES else "share", node)
        for value in given.every:
            scope.link(held, value)
        return holding("any", [held, *given.every])
    if name in ("tolist", "to_list", "to_dict"):
        return copy_of("box", [held])
    if name in known.FRAME_COPIES and name not in ("pipe", "astype"):
        return copy_of("frame", [held, *given.every])
    if name not in known.HARMLESS_METHODS:
        scope.change(held, "share", node)
        return holding("any", [held, *given.every])
    rows = name in ("items", "iterrows", "itertuples", "pipe", "groupby", "group_by", "get_group")
    return holding("any" if rows else "frame", [held, *given.every])


def _of_box(node: ast.Call, name: str, held: Value, given: Arguments, scope: Scope) -> Value:
    if name in known.BOX_CHANGES or name not in known.HARMLESS_METHODS | {"count", "get", "index"}:
        scope.change(held, "object", node)
        _call_back(node, given, scope, held)
        for value in given.every:
            scope.link(held, value)
        return holding("any", [held, *given.every])
    return holding("box" if name == "copy" else "any", [held, *given.every])


def _of_estimator(node: ast.Call, name: str, held: Value, given: Arguments, scope: Scope) -> Value:
    if name in known.HARMLESS_METHODS and name not in known.FIT:
        framed = (
            joined([Value("frame")]) if name.startswith(("predict", "transform", "score")) else None
        )
        return (
            copy_of("frame", [held, *given.every])
            if framed
            else holding("any", [held, *given.every])
        )
    scope.change(held, "object", node)
    for value in given.every:
        scope.link(held, value)
    if name in ("fit", "partial_fit", "set_params"):
        return holding("estimator", [held, *given.every])
    if name in known.FIT:
        return copy_of("frame", [held, *given.every])
    return holding("any", [held, *given.every])


def _of_figure(node: ast.Call, name: str, held: Value, given: Arguments, scope: Scope) -> Value:
    del name, given
    scope.change(held, "object", node)
    return Value("figure", held.shares, held.derives)


def _of_any(node: ast.Call, name: str, held: Value, given: Arguments, scope: Scope) -> Value:
    values = [held, *given.every]
    of_a_class = USER_CLASSES in scope.known
    if name in known.HARMLESS_METHODS and not given.in_place and not of_a_class:
        return holding("any", values)
    changed = values if of_a_class or held.summary is not None else [held]
    for value in changed:
        scope.change(value, "share", node)
    if name in ("sort", "append", "extend", "update", "add"):
        scope.change(held, "element", node)
    for value in given.every:
        scope.link(held, value)
    scope.touch("rng:numpy", node)
    return holding("any", values)


_METHODS: dict[Kind, Callable[..., Value]] = {
    "frame": _of_frame,
    "box": _of_box,
    "estimator": _of_estimator,
    "figure": _of_figure,
}


# -- IPython


def _is_magic(func: ast.expr) -> bool:
    return (
        isinstance(func, ast.Attribute)
        and isinstance(func.value, ast.Call)
        and isinstance(func.value.func, ast.Name)
        and func.value.func.id == "get_ipython"
    )


def _magic(node: ast.Call, scope: Scope) -> Value:
    texts = [a.value for a in node.args if isinstance(a, ast.Constant)]
    kind = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    if kind != "run_line_magic" or len(texts) != 2:
        note_outside(node, None, Value("module", path="subprocess.run"), [], scope)
        return Value()
    name, line = str(texts[0]), str(texts[1])
    if name in _PYTHON_MAGICS:
        inner = python_cell(line)
        if inner.tree is not None:
            read_body(inner.tree.body, scope)
    elif name in ("cd", "pushd", "popd"):
        scope.touch("os:cwd", node)
    elif name in ("env", "set_env") and line:
        scope.touch("os:environ", node)
    elif name in ("bookmark", "sx", "system", "alias"):
        note_outside(node, None, Value("module", path="subprocess.run"), [], scope)
    return Value()


__all__ = ["USER_CLASSES", "Arguments", "Change", "value_of_call"]

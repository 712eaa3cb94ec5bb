"""What a call does and gives: functions of the notebook, of Python, of libraries, and methods by the kind of value.

Whoever is not known may change what it is given and all that it was made from, and its result may be any of it.
"""

import ast
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

from jupyterlab_promote.dataflow.flow import behaviour as known
from jupyterlab_promote.dataflow.flow.arguments import (
    FALSE,
    NOTHING_GIVEN,
    Arguments,
    call_back,
    change_first,
    change_named,
    unknown,
)
from jupyterlab_promote.dataflow.flow.hidden import touch_hidden_state
from jupyterlab_promote.dataflow.flow.libraries import value_of_library_call
from jupyterlab_promote.dataflow.flow.methods import value_of_method_call
from jupyterlab_promote.dataflow.flow.outside_calls import note_folder, note_outside, note_profile
from jupyterlab_promote.dataflow.flow.pylab import at_home
from jupyterlab_promote.dataflow.flow.reading import Scope
from jupyterlab_promote.dataflow.flow.statements import read_body, value_of
from jupyterlab_promote.dataflow.flow.values import (
    EAGER,
    PLAIN,
    USER_CLASSES,
    Kind,
    Summary,
    Text,
    Value,
    copy_of,
    holding,
)
from jupyterlab_promote.dataflow.library import FORMULAS
from jupyterlab_promote.dataflow.scope.magics import PYTHON_MAGICS, is_of_ipython
from jupyterlab_promote.notebook.source import measured, python_cell

_UNKNOWN = Value()
_DEEPEST = 3
"""How deep functions that call functions are read again for what they are given."""


def looking_changes(scope: Scope) -> bool:
    """Whether the notebook has a class whose instances change when they are looked at."""
    seen = scope.known.get(USER_CLASSES)
    return seen is not None and seen.path == EAGER


def value_of_call(node: ast.Call, scope: Scope) -> Value:
    """What a call gives; what it does is recorded in the scope."""
    held: Value | None = None
    function = _UNKNOWN
    if isinstance(node.func, ast.Attribute):
        if is_of_ipython(node.func):
            return _magic(node, scope)
        held = value_of(node.func.value, scope)
        if held.kind == "module":
            path = f"{held.path}.{node.func.attr}"
            function, held = scope.meant(Value("module", path=path), node), None
    elif isinstance(node.func, ast.Name):
        function = scope.meant(scope.look_up(node.func.id) or _of_python(node.func.id), node)
    else:
        function = value_of(node.func, scope)
    if function.kind == "module" and "pylab" in function.path:
        function = function._replace(path=at_home(function.path))
    given = _arguments(node, scope)
    if function.kind != "module" and function.path.startswith("builtins."):
        return _builtin(node, function, given, scope)
    touch_hidden_state(node, held, function, scope)
    note_outside(node, held, function, given.every, scope)
    if scope.local is not None and getattr(node.func, "attr", "").lower() in FORMULAS:
        _read_words(node, scope)
    if held is not None:
        return value_of_method_call(node, held, given, scope)
    if function.kind == "module":
        return value_of_library_call(node, function.path, given, scope)
    return _of_notebook(node, function, given, scope)


@lru_cache(maxsize=1024)
def _of_python(name: str) -> Value:
    """A name that no cell binds: one of Python's own."""
    return Value(path=f"builtins.{name}")


def _read_words(node: ast.Call, scope: Scope) -> None:
    """Texts such as `df.query('a > @t')` name variables, those of the notebook too where a function asks."""
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            scope.record.reads |= set(re.findall(r"[A-Za-z_]\w*", part.value))


def _arguments(node: ast.Call, scope: Scope) -> Arguments:
    if not (node.args or node.keywords):
        return NOTHING_GIVEN
    named: dict[str, Value] = {}
    for index, keyword in enumerate(node.keywords):
        value = value_of(keyword.value, scope)
        if isinstance(keyword.value, ast.Constant) and keyword.value.value is False:
            value = Value("plain", text=FALSE)
        named[keyword.arg or f"**{index}"] = value
    parts = (
        [*node.args, *[keyword.value for keyword in node.keywords]] if node.keywords else node.args
    )
    for part in parts:
        if part.__class__ is ast.Attribute and part.attr in known.BOX_CHANGES:
            # A method that is handed over may be called.
            scope.change(value_of(part.value, scope), "share", part)
    positional = tuple([value_of(argument, scope) for argument in node.args])
    return Arguments(positional, named, (*positional, *named.values()) if named else positional)


# -- functions and classes of the notebook


def _of_notebook(node: ast.Call, function: Value, given: Arguments, scope: Scope) -> Value:
    summary = function.summary
    if summary is None or function.kind != "code" or not _still(summary, scope):
        return unknown(node, [function, *given.every], scope)
    bound = _bound(summary, given)
    if summary.again is not None and scope.depth < _DEEPEST:
        summary = summary.again({name: value.kind for name, value in bound.items()})

    def meant(end: str) -> Value:
        if end == "*":
            return holding("any", given.every)
        if end.startswith("."):
            kept = end[1:] in summary.holds
            return bound.get(end[1:], Value(shares=function.shares) if kept else PLAIN)
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


# -- Python's own functions


def _builtin(node: ast.Call, function: Value, given: Arguments, scope: Scope) -> Value:
    name = function.path.partition(".")[2]
    said = given.every[0].text if len(given.every) == 1 else None
    if name in ("eval", "exec") and said is not None:
        return _evaluated(said, scope)
    if name in known.CHANGES_FIRST_ARGUMENT:
        change_first(node, given, scope)
        return holding("any", given.positional[:1])
    if name == "open":
        note_outside(node, None, function, given.every, scope)
    change_named(node, given, scope)
    call_back(node, given, scope)
    _call_unknown(node, name, given, scope)
    kind = _MADE_BY_BUILTINS.get(name)
    if kind is None:
        return unknown(node, given.every, scope)
    if kind == "plain":
        said = given.positional[0].text if name == "str" and given.positional else None
        return Value("plain", text=said)
    return _like_its_arguments(given) if kind == "same" else holding(kind, given.every)


def _call_unknown(node: ast.Call, name: str, given: Arguments, scope: Scope) -> None:
    """What is handed over to be called, and is no function that is known, may change whatever it holds."""
    called = given.positional[:1] if name in ("map", "filter") else ()
    if not called and "key" not in given.named:
        return
    for value in (*called, *(v for word, v in given.named.items() if word == "key")):
        if value.kind == "any" and value.summary is None:
            scope.change(value, "share", node)


_MADE_BY_BUILTINS: Mapping[str, Kind | Literal["same"]] = {
    **dict.fromkeys(known.OTHER_BUILTINS, "any"),
    **dict.fromkeys(known.LAZY_BUILTINS, "iterator"),
    **dict.fromkeys(known.BOX_BUILTINS, "box"),
    **dict.fromkeys(known.PLAIN_BUILTINS, "plain"),
    **dict.fromkeys(known.OF_THEIR_ARGUMENTS, "same"),
}
"""The kind of what Python's own functions give; `same` as of what they are given."""


def _like_its_arguments(given: Arguments) -> Value:
    kinds = {value.kind for value in given.every}
    if kinds <= {"plain", "frame"}:
        return copy_of("frame" if "frame" in kinds else "plain", given.every)
    return holding("any", given.every)


def _evaluated(text: Text, scope: Scope) -> Value:
    try:
        tree = ast.parse(text.begins)
    except SyntaxError:
        return Value()
    read_body(tree.body, scope)
    return Value(shares=frozenset(n.id for n in ast.walk(tree) if isinstance(n, ast.Name)))


# -- IPython

_OF_THE_SHELL = frozenset(
    {"alias", "bookmark", "cat", "cp", "ldir", "less", "lf", "lk", "ll", "ls", "lx", "man", "mkdir", "more", "mv"}
    | {"notebook", "rm", "rmdir", "save", "sx", "system"}
)  # fmt: skip
"""Magics that run a command of the shell, or write a file."""


def _magic(node: ast.Call, scope: Scope) -> Value:
    texts = [a.value for a in node.args if isinstance(a, ast.Constant)]
    kind = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    if kind != "run_line_magic" or len(texts) != 2:
        note_outside(node, None, Value("module", path="subprocess.run"), [], scope)
        return Value()
    name, line = str(texts[0]), str(texts[1])
    if name in PYTHON_MAGICS:
        inner = python_cell(measured(line))
        if inner.tree is not None:
            read_body(inner.tree.body, scope)
        note_profile(node, line, scope)
    elif name in ("cd", "pushd", "popd"):
        scope.touch("os:cwd", node)
        note_folder(node, line, scope)
    elif name in ("env", "set_env") and line:
        scope.touch("os:environ", node)
    elif name == "precision":
        scope.touch(f"{known.SET_UP}options:numpy", node)
    elif name in _OF_THE_SHELL:
        note_outside(node, None, Value("module", path="subprocess.run"), [], scope)
    return Value()

"""What an expression makes that lives in one kernel only, in words; one function for each kind."""

import ast
from collections.abc import Mapping

from jupyterlab_promote.dataflow.library import MAKERS, STAYS
from jupyterlab_promote.dataflow.names import dotted, last_word
from jupyterlab_promote.dataflow.rules.formulas import calls_what_is_not_there

ITERATES = frozenset({"finditer", "iterdir", "iterrows", "itertuples", "rglob"})
"""Methods that give an iterator with a position, whatever they are called on."""

_TRAVELS = frozenset(
    {"dict", "enumerate", "list", "map", "range", "reversed", "set", "sorted", "str", "tuple", "zip"}
)  # fmt: skip
"""Python's own, whose iterators travel with their position."""


def what_stays(value: ast.expr, origins: Mapping[str, str]) -> str:
    """What an expression makes that cannot travel; empty where it can, as far as its text says.

    Args:
        origins: name of the notebook -> dotted path of what it is imported or made from.
    """
    if isinstance(value, ast.GeneratorExp):
        return "a generator"
    if not isinstance(value, ast.Call):
        return _in_a_container(value, origins)
    return (
        _a_model(value)
        or _an_iterator(value)
        or _a_reader(value)
        or _an_open_array(value)
        or _an_output(value)
        or _what_a_library_makes(value, origins)
    )


def _in_a_container(value: ast.expr, origins: Mapping[str, str]) -> str:
    inner: list[ast.expr] = []
    if isinstance(value, ast.Dict):
        inner = value.values
    elif isinstance(value, ast.List | ast.Tuple | ast.Set):
        inner = value.elts
    elif isinstance(value, ast.ListComp | ast.SetComp):
        inner = [value.elt]
    elif isinstance(value, ast.DictComp):
        inner = [value.value]
    found = (what_stays(one, origins) for one in inner)
    return next((f"a container of {what}" for what in found if what), "")


def _a_model(call: ast.Call) -> str:
    return (
        "a model whose formula calls a function of the notebook"
        if calls_what_is_not_there(call)
        else ""
    )


def _an_iterator(call: ast.Call) -> str:
    if not isinstance(call.func, ast.Attribute):
        return ""
    of_path = call.func.attr == "glob" and isinstance(call.func.value, ast.Call | ast.BinOp)
    return "an iterator with a position" if of_path or call.func.attr in ITERATES else ""


def _a_reader(call: ast.Call) -> str:
    """A call with a `chunksize` reads piece by piece; a model that learns so has the same word."""
    size = next((word.value for word in call.keywords if word.arg == "chunksize"), None)
    if size is None or (isinstance(size, ast.Constant) and size.value is None):
        return ""
    name = last_word(call.func)
    is_class = name[:1].isupper() and not name.endswith(("Iterator", "Reader"))
    return "" if is_class or name.startswith("to_") else "a reader with a position"


def _an_open_array(call: ast.Call) -> str:
    """`np.memmap(...)` and `np.load(..., mmap_mode=...)` whose changes go to the file."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    asked = {"memmap": ("mode", "r+"), "load": ("mmap_mode", "")}.get(name)
    if asked is None or (name == "memmap" and len(call.args) > 2):
        return ""
    word, otherwise = asked
    said = {keyword.arg: keyword.value for keyword in call.keywords}
    mode = said.get(word, ast.Constant(otherwise))
    changes = isinstance(mode, ast.Constant) and mode.value in ("r+", "w+")
    return "an array that writes to its file" if changes else ""


def _an_output(call: ast.Call) -> str:
    """`display(..., display_id=...)` gives what changes the output later; a run has it in another notebook."""
    asked = any(word.arg == "display_id" for word in call.keywords)
    shown = asked and last_word(call.func) == "display"
    return "an output of its cell that goes on changing" if shown else ""


def _what_a_library_makes(call: ast.Call, origins: Mapping[str, str]) -> str:
    called = dotted(call.func)
    if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Call):
        # `KFold(5).split(x)`
        called = f"{MAKERS.get(dotted(call.func.value.func), '')}.{call.func.attr}"
    if called == "iter" and call.args and _iterates_what_travels(call.args[0]):
        return ""
    return made_by(called, origins)


def made_by(path: str, origins: Mapping[str, str]) -> str:
    """What a call of a dotted path makes that stays; empty for all others."""
    first, dot, rest = path.partition(".")
    return STAYS.get(path) or STAYS.get(origins.get(first, first) + dot + rest, "")


def _iterates_what_travels(given: ast.expr) -> bool:
    if isinstance(given, ast.Call):
        return dotted(given.func) in _TRAVELS
    return isinstance(
        given, ast.List | ast.Tuple | ast.Set | ast.Dict | ast.Constant | ast.ListComp
    )

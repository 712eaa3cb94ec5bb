"""What calls of libraries give and change, by library; whoever is not known may change what it is given."""

import ast
from collections.abc import Callable

from jupyterlab_promote.dataflow.flow import behaviour as known
from jupyterlab_promote.dataflow.flow.arguments import (
    AXES,
    FALSE,
    Arguments,
    call_back,
    change_first,
    change_named,
    change_written,
    unknown,
    zones_of_dates,
)
from jupyterlab_promote.dataflow.flow.by_name import changes_first_argument, fills
from jupyterlab_promote.dataflow.flow.reading import Scope
from jupyterlab_promote.dataflow.flow.values import PLAIN, Kind, Text, Value, copy_of, holding
from jupyterlab_promote.dataflow.library import FORMULAS

_KNOWN = known.KNOWN_LIBRARIES | known.WORLD


def value_of_library_call(node: ast.Call, path: str, given: Arguments, scope: Scope) -> Value:
    """What a function of a library gives; what it changes is recorded."""
    top, _, _ = path.partition(".")
    name = path.rpartition(".")[2]
    if top not in _KNOWN:
        scope.touch("*", node)
        return unknown(node, given.every, scope)
    if changes_first_argument(name) or _asked_to_change(top, name, given):
        change_first(node, given, scope)
    if given.in_place and "target" in given.named:
        # `pd.eval("c = a + b", target=df, inplace=True)`
        scope.change(given.named["target"], "share", node)
    if fills(name):
        for value in given.every:
            scope.change(value, "share", node)
    if path == "decimal.getcontext":
        return Value("module", path=path)
    change_named(node, given, scope)
    change_written(node, name, given, scope)
    call_back(node, given, scope)
    if top == "datetime" and (zones := zones_of_dates(name, given)):
        return holding("any", zones)
    return _LIBRARIES.get(top, _of_any_library)(name, path, given)


def _asked_to_change(top: str, name: str, given: Arguments) -> bool:
    """Whether an argument says that the first one is to be changed, instead of a copy of it."""
    if top == "networkx":
        return name == "freeze" or "store_pos_as" in given.named or _no_copy(given)
    return given.in_place


def _no_copy(given: Arguments) -> bool:
    return "copy" in given.named and given.named["copy"].text == FALSE


def _of_any_library(name: str, path: str, given: Arguments) -> Value:
    top, _, _ = path.partition(".")
    if top in known.FRAME_LIBRARIES:
        return _of_frames(name, path, given)
    if top in known.LEARNING_LIBRARIES:
        made = _of_learning(name, given)
        return made._replace(path=top) if top == "lifelines" else made
    if top in known.DRAWING_LIBRARIES:
        called = [value for value in given.every if value.kind == "code"]
        axes = [value for word, value in given.named.items() if word in AXES]
        return holding("figure", [*axes, *called])
    if top in known.PLAIN_LIBRARIES and path not in known.NOT_PLAIN:
        return PLAIN
    return holding("any", given.every)


def _of_frames(name: str, path: str, given: Arguments) -> Value:
    made = ("random.default_rng", "random.RandomState", "random.Generator", "ExcelFile", "HDFStore", "memmap",
            "nditer", "vectorize", "frompyfunc", "load", "ExcelWriter", "interp1d", "poly1d", "cKDTree")  # fmt: skip
    if path.endswith(made) or path.startswith(
        ("scipy.stats", "scipy.interpolate", "scipy.optimize")
    ):
        return holding("any", given.every)
    if name in ("Timestamp", "Timedelta", "finfo", "iinfo", "dtype"):
        return PLAIN
    if (
        name in known.SHARING_FUNCTIONS
        or _no_copy(given)
        or (name[:1].isupper() and name.isidentifier())
    ):
        return holding("frame", given.every)
    return copy_of("frame", given.every)


_MODELS_BY_FORMULA = FORMULAS - {"query", "eval", "evaluate", "dmatrix", "dmatrices"}


def _of_learning(name: str, given: Arguments) -> Value:
    modelled = name in _MODELS_BY_FORMULA
    if (
        name[:1].isupper()
        or modelled
        or name.startswith(("make_pipeline", "make_column", "make_union"))
    ):
        return holding("estimator", given.every)
    if name in ("check_random_state", "make_scorer"):
        return holding("any", given.every)
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
    lazily = holding("iterator", given.every)
    # The others of the module make one iterator, `tee` several.
    return lazily._replace(path=path) if name == "tee" else lazily


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
    return PLAIN if name in plain else holding("any", given.every)


def _of_os(name: str, path: str, given: Arguments) -> Value:
    if path == "os.path.join" and given.positional:
        texts = [value.text for value in given.positional]
        whole = [text.begins for text in texts if text is not None and text.whole]
        begins = "/".join(whole) if len(whole) == len(texts) else ""
        return Value("plain", text=Text(begins) if begins else None)
    return Value("box") if name in ("listdir", "walk", "scandir") else PLAIN


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

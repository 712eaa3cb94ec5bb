"""Values that live in one kernel and cannot travel."""

import ast
from collections.abc import Iterator, Mapping
from functools import lru_cache

from jupyterlab_promote.dataflow.called import called_paths, called_words
from jupyterlab_promote.dataflow.kept import steps_with, union_of_steps
from jupyterlab_promote.dataflow.library import CACHES, MAKERS, STAYS
from jupyterlab_promote.dataflow.located import located
from jupyterlab_promote.dataflow.names import dotted, target_names
from jupyterlab_promote.dataflow.rules.formulas import calls_what_is_not_there, gives_matrices
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.dataflow.step_names import StepNames
from jupyterlab_promote.dataflow.wiring.chain import EVERYTHING
from jupyterlab_promote.model.finding import Action, Finding, FixAction
from jupyterlab_promote.notebook.document import Cell
from jupyterlab_promote.notebook.nodes import nodes_under
from jupyterlab_promote.notebook.source import nodes_like


def stays_behind(
    steps: tuple[StepNames, ...], prelude: StepNames, carried: dict[str, set[str]]
) -> Iterator[Finding]:
    """PRM210: a value that lives in one kernel and that a later step needs.

    Args:
        prelude: its imports say where names are from, as those of the steps do.
        carried: step -> names that travel on from it.
    """
    counted = union_of_steps(_counted, steps)
    origins = _origins((prelude, *steps))
    for step, cell in steps_with(_kept, steps[:-1], counted, origins):
        later = steps[steps.index(step) + 1 :]
        going = carried.get(step.name, set())
        for name, line, what in _kept(union_of_steps(_counted, later), origins, cell.source):
            reader = _reader(later, name)
            asked = name in going or (EVERYTHING in going and reader is not None)
            if not asked or _rebound(step, name, cell):
                continue
            follower = reader or later[0].name
            yield located(
                cell,
                line,
                code="PRM210",
                severity="error",
                name=name,
                steps=(step.name, follower),
                message=f"`{name}` is {what}, which cannot travel from step `{step.name}` to `{follower}`.",
                fix=_another(name, what, follower, cell.source),
                actions=(_merge(step.name, follower),),
            )


def _merge(step: str, follower: str) -> Action:
    label, argument = f"Merge {step} and {follower}", f"{step},{follower}"
    return Action(kind=FixAction.MERGE, label=label, argument=argument)


def _another(name: str, what: str, follower: str, source: str) -> str:
    again = f"Make `{name}` again in `{follower}`, or merge the two steps."
    in_memory = "connection" in what and ":memory:" in source
    return (
        "Merge the two steps: another connection is to an empty database." if in_memory else again
    )


@lru_cache(maxsize=4096)
def _counted(source: str) -> frozenset[str]:
    """The functions whose cache a cell asks for its hits."""
    if "cache_info" not in source:
        return frozenset()
    paths = (path for path, _, _ in cell_names(source)[1].calls)
    return frozenset(path.rpartition(".")[0] for path in paths if path.endswith(".cache_info"))


def _origins(steps: tuple[StepNames, ...]) -> frozenset[tuple[str, str]]:
    """(name, dotted path) of what the notebook imports from a library whose values may stay."""
    statements = frozenset(line for step in steps for line in step.imports.values())
    lazy = union_of_steps(_generators, steps)
    binding = {name: [step for step in steps if name in step.binds] for name in lazy}
    otherwise = {
        name
        for name, found in binding.items()
        if any(_binds_otherwise(cell.source, name) for step in found for cell in step.code)
    }
    imported = (pair for line in statements for pair in _imported(line))
    made = union_of_steps(_made, steps)
    return frozenset((*made, *imported, *((name, _YIELDS) for name in lazy - otherwise)))


def _binds_otherwise(source: str, name: str) -> bool:
    return name in cell_names(source)[1].binds and name not in _generators(source)


@lru_cache(maxsize=4096)
def _made(source: str) -> frozenset[tuple[str, str]]:
    """(name, what it holds) of the names of a cell whose methods may give what cannot travel."""
    if MAKERS.keys().isdisjoint(called_paths(source)):
        return frozenset()
    return frozenset(
        (target.id, MAKERS[dotted(node.value.func)])
        for node in nodes_like(source, ast.Assign)
        if isinstance(node.value, ast.Call) and dotted(node.value.func) in MAKERS
        for target in node.targets
        if isinstance(target, ast.Name)
    )


@lru_cache(maxsize=4096)
def _generators(source: str) -> frozenset[str]:
    """The functions of a cell that make a generator."""
    if not any(nodes_like(source, kind) for kind in (ast.Yield, ast.YieldFrom)):
        return frozenset()
    lazy = {
        node.name
        for node in nodes_like(source, ast.FunctionDef)
        if all(dotted(one) in _CONTEXTS for one in node.decorator_list)
        and any(map(_yields, node.body))
    }
    tree = cell_names(source)[0].tree if lazy else None
    inner = {node.name for node in (tree.body if tree else ()) if isinstance(node, ast.FunctionDef)}
    return frozenset(lazy & inner)


def _yields(node: ast.AST) -> bool:
    """Whether a statement of a function yields, and not in a function of its own."""
    if node.__class__ in _YIELDING:
        return True
    return node.__class__ not in _OWN_CODE and any(map(_yields, nodes_under(node)))


_YIELDING = frozenset({ast.Yield, ast.YieldFrom})
_OWN_CODE = frozenset({ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda})


@lru_cache(maxsize=4096)
def _imported(statement: str) -> tuple[tuple[str, str], ...]:
    found = []
    for node in ast.parse(statement).body:
        of = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
        for alias in node.names if isinstance(node, ast.Import | ast.ImportFrom) else ():
            path = of + alias.name
            if (of or alias.asname) and path.startswith(_STAYING):
                found.append((alias.asname or alias.name, path))
    return tuple(found)


_STAYING = tuple({path.partition(".")[0] for path in STAYS if "." in path})


@lru_cache(maxsize=4096)
def _kept(
    counted: frozenset[str], origins: frozenset[tuple[str, str]], source: str
) -> tuple[tuple[str, int, str], ...]:
    """(name, line, what) of the top-level statements of a cell that bind what cannot travel."""
    read, _ = cell_names(source)
    called = _by_name(origins)
    body = read.tree.body if read.tree is not None and _may_stay(source, called) else ()
    found = (each for statement in body for each in _staying(statement, counted, called))
    return tuple((name, line + read.line_offset, what) for name, line, what in found)


@lru_cache(maxsize=64)
def _by_name(origins: frozenset[tuple[str, str]]) -> Mapping[str, str]:
    return dict(origins)


def _may_stay(source: str, origins: Mapping[str, str]) -> bool:
    """Whether a cell makes or decorates anything that may not travel."""
    if nodes_like(source, ast.GeneratorExp) or "chunksize" in source or "@" in source:
        return True
    if "exec(" in source or "~" in source:
        return True
    if not called_words(source).isdisjoint(_MAY_ITERATE):
        return True
    paths = called_paths(source)
    firsts = [path.partition(".")[0] for path in paths]
    return not (STAYS.keys().isdisjoint(paths) and origins.keys().isdisjoint(firsts))


_ITERATES = frozenset({"finditer", "iterdir", "iterrows", "itertuples", "rglob"})
_MAY_ITERATE = _ITERATES | {"glob", "load", "memmap", "split"}
_CONTEXTS = frozenset({"contextlib.contextmanager", "contextmanager"})
"""Decorators under which a function that yields makes a context of its generator."""
_YIELDS = "yield"
"""Stands for the path of a function of the notebook that makes a generator."""
_TRAVELS = frozenset(
    {
        "dict",
        "enumerate",
        "list",
        "map",
        "range",
        "reversed",
        "set",
        "sorted",
        "str",
        "tuple",
        "zip",
    }
)
"""Python's own, whose iterators travel with their position."""


def _staying(
    statement: ast.stmt, counted: frozenset[str], origins: Mapping[str, str]
) -> Iterator[tuple[str, int, str]]:
    if isinstance(statement, ast.Assign):
        yield from _bound_to(statement, origins)
    elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        call = statement.value
        filled = dotted(call.func) == "exec" and len(call.args) > 1
        if filled and isinstance(call.args[1], ast.Name):
            yield call.args[1].id, statement.lineno, "a namespace that `exec` filled"
    elif isinstance(statement, ast.FunctionDef):
        for decorator in statement.decorator_list:
            called = dotted(decorator.func if isinstance(decorator, ast.Call) else decorator)
            if called in CACHES and statement.name in counted:
                yield statement.name, statement.lineno, "a cache whose hits are counted"


def _bound_to(node: ast.Assign, origins: Mapping[str, str]) -> Iterator[tuple[str, int, str]]:
    if gives_matrices(node.value):
        what = "a matrix of patsy (`return_type='dataframe'` gives a table)"
        yield from ((n, node.lineno, what) for one in node.targets for n in target_names(one))
    elif what := _what_stays(node.value, origins):
        # Unpacked, as in `a, b = (f(x) for x in two)`, it is used up at once.
        names = (target.id for target in node.targets if isinstance(target, ast.Name))
        yield from ((name, node.lineno, what) for name in names)


def _what_stays(value: ast.expr, origins: Mapping[str, str]) -> str:
    if isinstance(value, ast.GeneratorExp):
        return "a generator"
    if isinstance(value, ast.List | ast.Tuple | ast.Set | ast.Dict):
        inner = value.values if isinstance(value, ast.Dict) else value.elts
        return next(
            (f"a container of {what}" for v in inner if (what := _what_stays(v, origins))), ""
        )
    if not isinstance(value, ast.Call):
        return ""
    if calls_what_is_not_there(value):
        return "a model whose formula calls a function of the notebook"
    if isinstance(value.func, ast.Attribute) and _iterates(value.func):
        return "an iterator with a position"
    if any(k.arg == "chunksize" and _gives_pieces(value, k.value) for k in value.keywords):
        return "a reader with a position"
    if isinstance(value.func, ast.Attribute) and _shows_a_file(value, value.func.attr):
        return "an array that writes to its file"
    called = dotted(value.func)
    if isinstance(value.func, ast.Attribute) and isinstance(value.func.value, ast.Call):
        # `KFold(5).split(x)`
        called = f"{MAKERS.get(dotted(value.func.value.func), '')}.{value.func.attr}"
    if called == "iter" and value.args and _iterates_what_travels(value.args[0]):
        return ""
    first, dot, rest = called.partition(".")
    return STAYS.get(called) or STAYS.get(origins.get(first, first) + dot + rest, "")


def _gives_pieces(call: ast.Call, size: ast.expr) -> bool:
    """Whether a call with a `chunksize` reads piece by piece: a model that learns so has the same word."""
    name = str(getattr(call.func, "attr", "") or getattr(call.func, "id", ""))
    is_class = name[:1].isupper() and not name.endswith(("Iterator", "Reader"))
    return ast.unparse(size) != "None" and not is_class and not name.startswith("to_")


def _shows_a_file(call: ast.Call, name: str) -> bool:
    """Whether a call is `np.memmap(...)` or `np.load(..., mmap_mode=...)` and what it gives changes the file."""
    said = {word.arg: word.value for word in call.keywords}
    asked = {"memmap": ("mode", "r+"), "load": ("mmap_mode", "")}.get(name)
    if asked is None or (name == "memmap" and len(call.args) > 2):
        return False
    mode = said.get(asked[0], ast.Constant(asked[1]))
    return isinstance(mode, ast.Constant) and mode.value in ("r+", "w+")


def _iterates(method: ast.Attribute) -> bool:
    of_path = method.attr == "glob" and isinstance(method.value, ast.Call | ast.BinOp)
    return of_path or method.attr in _ITERATES


def _iterates_what_travels(given: ast.expr) -> bool:
    if isinstance(given, ast.Call):
        return dotted(given.func) in _TRAVELS
    return isinstance(
        given, ast.List | ast.Tuple | ast.Set | ast.Dict | ast.Constant | ast.ListComp
    )


def _rebound(step: StepNames, name: str, cell: Cell) -> bool:
    later = [c for c in step.code if c.index > cell.index]
    return any(
        name in cell_names(c.source)[1].binds or name in cell_names(c.source)[1].deletes
        for c in later
    )


def _reader(steps: tuple[StepNames, ...], name: str) -> str | None:
    return next((s.name for s in steps if name in s.reads or name in s.late), None)

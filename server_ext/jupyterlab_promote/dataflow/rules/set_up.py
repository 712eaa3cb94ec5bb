"""What is set up in one kernel only: patched modules, registrations, loggers."""

import ast
import re
import sys
from collections.abc import Iterator
from functools import lru_cache

from jupyterlab_promote.dataflow.called import called_paths, called_words
from jupyterlab_promote.dataflow.flow.behaviour import KNOWN_LIBRARIES
from jupyterlab_promote.dataflow.kept import steps_with, union_of_steps
from jupyterlab_promote.dataflow.library import SETTINGS_ROOTS
from jupyterlab_promote.dataflow.local_names import is_local
from jupyterlab_promote.dataflow.located import located
from jupyterlab_promote.dataflow.names import dotted
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.dataflow.scope.statements import SEEDED
from jupyterlab_promote.dataflow.step_names import StepNames, is_only_imported
from jupyterlab_promote.model.finding import Finding
from jupyterlab_promote.notebook.document import Cell
from jupyterlab_promote.notebook.source import nodes_like


def patched_modules(
    steps: tuple[StepNames, ...], prelude: StepNames, led: frozenset[str]
) -> Iterator[Finding]:
    """PRM205: an attribute of an imported module or library class is replaced, in one kernel only.

    A plain value is given to it again in each later step (`chain.preamble`).

    Args:
        led: the paths by which the notebook has modules of its own, whose attributes travel.
    """
    every = (prelude, *steps)
    imported = set[str]().union(*(step.imports for step in every))
    # It takes away what a line gave.
    reloads = any(True for _ in steps_with(_reloads, steps))
    for step, cell in steps_with(_stores, steps[:-1]):
        read, own = cell_names(cell.source)
        for held, attribute, line in own.stores:
            path = f"{held}.{attribute}"
            root = held.partition(".")[0]
            library = (root in imported and held not in led) or held == _SHELL
            again = own.settings.get(path, ("", 0))[1] == line and is_only_imported(root, every)
            again = again and not reloads
            # An attribute of the notebook itself is one of its names.
            again = again and not any("__main__" in s.imports.get(root, "") for s in every)
            if not library or again or is_no_patch(held, path, cell.source):
                continue
            if _is_otherwise(root, line, cell, every) or is_local(root, line, cell.source, every):
                continue
            yield located(
                cell,
                line + read.line_offset,
                code="PRM205",
                severity="error",
                name=path,
                steps=(step.name,),
                message=f"`{path}` is changed here for this kernel only; later steps have another one.",
                fix="Give `random_state=` to the calls that draw, or merge the steps that do."
                if path.endswith(SEEDED)
                else "Move the line to a cell tagged `imports`, which runs in each step.",
            )


def _is_otherwise(root: str, line: int, cell: Cell, steps: tuple[StepNames, ...]) -> bool:
    """Whether a name stands for something of the notebook's by then: `data = pd.DataFrame()` after an import of it."""
    found = False
    for other in (one for step in steps for one in step.code):
        own = cell_names(other.source)[1]
        here = other.index == cell.index
        if root not in own.binds or (here and own.binds[root] >= line):
            continue
        imported = root in own.imports or root in own.conditional_imports
        if other.index > cell.index:
            found = found and not imported
        elif root in own.definite or imported:
            found = not imported
    return found


_SHELL = "get_ipython()"
_TRAVELS = (*SETTINGS_ROOTS, "os.environ", "sys.path")
"""What goes from step to step as hidden state."""
_OF_THE_FIGURE = re.compile(r"\.(?:gca|gcf|gci|axes|figure|subplot|twin[xy])\(\)(?:\.|$)")
"""Of pyplot's current figure, which no later step has either: `figures_that_go_on` looks after it."""
_STREAMS = re.compile(r"sys\.(stdout|stderr|stdin|argv)")


def is_no_patch(held: str, path: str, source: str) -> bool:
    """Whether a store is of what travels, or of a stream that the cell gives back: `sys.stdout = sys.__stdout__`."""
    if path.startswith(_TRAVELS) or held.endswith("getcontext()") or _is_made(held):
        return True
    if path == "sys.displayhook":
        # IPython puts its own there after each cell (`IPython.core.display_trap`).
        return True
    of_a_logger = "getLogger" in held and path.endswith((".propagate", ".disabled"))
    if of_a_logger or _OF_THE_FIGURE.search(held):
        return True
    stream = _STREAMS.fullmatch(path)
    return stream is not None and _given_back(source, stream[1])


def _is_made(held: str) -> bool:
    """Whether it is an object that the library makes here: `ET.SubElement(page, "b").text = "new"`."""
    made = held.rpartition("()")[0].rpartition(".")[2]
    return made[:1].isupper()


@lru_cache(maxsize=4096)
def _given_back(source: str, stream: str) -> bool:
    """Whether the last store to a stream is of Python's own one, or of a name that kept it."""
    stores = [
        node
        for node in nodes_like(source, ast.Assign)
        if any(dotted(target) == f"sys.{stream}" for target in node.targets)
    ]
    last = max(stores, key=lambda node: node.lineno).value if stores else None
    kept = {
        target.id
        for node in nodes_like(source, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and dotted(node.value) == f"sys.{stream}"
    }
    return last is not None and dotted(last) in {f"sys.__{stream}__", *kept}


@lru_cache(maxsize=4096)
def _reloads(source: str) -> bool:
    return "reload" in called_words(source)


@lru_cache(maxsize=4096)
def _stores(source: str) -> bool:
    return bool(cell_names(source)[1].stores)


def registrations(steps: tuple[StepNames, ...], prelude: StepNames) -> Iterator[Finding]:
    """PRM205: something is registered with a library or the interpreter, in one kernel only."""
    registering = tuple(steps_with(_registers, steps[:-1]))
    if not registering:
        return
    every = (prelude, *steps)
    imported = {n for step in every for n in step.imports if of_a_library(step.imports[n])}
    own = union_of_steps(_own_functions, every)
    for step, cell in registering:
        offset = cell_names(cell.source)[0].line_offset
        for path, word, line in _registering_calls(cell.source):
            of_shell = word in _OF_IPYTHON or path.endswith("events.register")
            root = path.partition(".")[0]
            of_library = root in imported and not is_local(root, line, cell.source, every)
            if of_library or of_shell:
                yield _registered(cell, line + offset, path or word, step)
        for line, name in _registering_decorators(cell.source):
            if name.partition(".")[0] in own:
                # What it fills is the notebook's, and travels; what it calls is asked about where it is written.
                continue
            yield _registered(cell, line + offset, name, step)


_ALSO_INSTALLED = frozenset({"gensim", "nltk", "requests", "spacy", "yaml"})
"""Libraries whose functions may do anything, but whose names no module beside a notebook has."""


@lru_cache(maxsize=4096)
def of_a_library(statement: str) -> bool:
    """Whether an import is of Python's own or of a usual library, and not of a module beside the notebook."""
    top = statement.split()[1].partition(".")[0]
    return top in sys.stdlib_module_names or top in KNOWN_LIBRARIES | _ALSO_INSTALLED


_OF_IPYTHON = frozenset(
    {"for_type", "for_type_by_name", "register_magic_function", "register_magics"}
)


_REGISTERS = re.compile(
    r"^(?:copyreg\.pickle|register(?!_matplotlib_converters)\w*|for_type\w*|add_(?:type|representer|constructor|implicit_resolver)"
    r"|install_opener|resource\.setrlimit|os\.(?:putenv|unsetenv)|setbufsize|addfont|setLoggerClass|setLogRecordFactory|seterrcall"
    r"|sys\.(?:meta_path|path_hooks)\.\w+|sys\.set(?:trace|profile)|sys\.addaudithook|gc\.callbacks\.\w+"
    r"|weakref\.finalize|asyncio\.set_event_loop_policy)$",
    re.MULTILINE,
)
"""Whole names of calls, of which several may be asked at once, each in a line of its own."""


@lru_cache(maxsize=4096)
def _registers(source: str) -> bool:
    """Whether something in a cell says that it registers."""
    return bool(_registering_calls(source) or _registering_decorators(source))


@lru_cache(maxsize=4096)
def _registering_calls(source: str) -> tuple[tuple[str, str, int], ...]:
    """(path, last word, line) of the calls of a cell whose name says so, and that no later step repeats."""
    if _REGISTERS.search("\n".join(called_paths(source) | called_words(source))) is None:
        return ()
    own = cell_names(source)[1]
    found = []
    for path, line, call in own.calls:
        word = path.rpartition(".")[2] or getattr(call.func, "attr", "")
        registers = _REGISTERS.fullmatch(word) or _REGISTERS.fullmatch(path)
        if registers and ast.unparse(call) not in own.magics:
            shell = not path and ast.unparse(call.func).endswith(".events.register")
            found.append(("get_ipython().events.register" if shell else path, word, line))
    return tuple(found)


@lru_cache(maxsize=4096)
def _registering_decorators(source: str) -> tuple[tuple[int, str], ...]:
    """(line, name) of the decorators of a cell whose name says so."""
    tree = cell_names(source)[0].tree if "@" in source else None
    return tuple(
        (decorator.lineno, name)
        for statement in (tree.body if tree is not None else ())
        if isinstance(statement, ast.FunctionDef | ast.ClassDef)
        for decorator in statement.decorator_list
        if _REGISTERS.fullmatch((name := dotted(decorator)).rpartition(".")[2])
    )


@lru_cache(maxsize=4096)
def _own_functions(source: str) -> frozenset[str]:
    """The functions of a cell, with which others are registered: `@register`, `@show.register`."""
    return frozenset(node.name for node in nodes_like(source, ast.FunctionDef))


def _registered(cell: Cell, line: int, path: str, step: StepNames) -> Finding:
    return located(
        cell,
        line,
        code="PRM205",
        severity="error",
        name=path,
        steps=(step.name,),
        message=f"`{path}` sets something up in this kernel only; later steps are without it.",
        fix="Move it to a cell tagged `imports`, which runs in each step, or merge the steps that need it.",
    )


def own_listeners(steps: tuple[StepNames, ...], prelude: StepNames) -> Iterator[Finding]:
    """PRM206: a handler of the notebook's own, or a filter that remembers, listens to a logger, in one kernel only.

    What it is told goes to variables that no line names; the library's own handlers travel (`log_handlers.py`).
    """
    handlers = union_of_steps(_listening_classes, (prelude, *steps))
    for step, cell in steps_with(_listening_lines, steps[:-1] if handlers else (), handlers):
        offset = cell_names(cell.source)[0].line_offset
        for line in _listening_lines(handlers, cell.source):
            yield located(
                cell,
                line + offset,
                code="PRM206",
                severity="error",
                steps=(step.name,),
                message="This handler of the notebook's own listens in this kernel only; "
                "later steps log without it.",
                fix="Use a handler of `logging`, or merge the steps that log.",
            )


@lru_cache(maxsize=4096)
def _listening_classes(source: str) -> frozenset[str]:
    """The classes of a cell that handle what is logged, and those that look at it and remember something."""
    if not any(word in source for word in ("Handler", "Filter", "Formatter")):
        return frozenset()
    return frozenset(
        node.name
        for node in nodes_like(source, ast.ClassDef)
        for base in map(dotted, node.bases)
        if base.endswith("Handler") or (base.endswith(("Filter", "Formatter")) and _remembers(node))
    )


def _remembers(node: ast.ClassDef) -> bool:
    """Whether a method other than the one that sets it up stores to its instance."""
    methods = (n for n in node.body if isinstance(n, ast.FunctionDef) and n.name != "__init__")
    parts = (part for method in methods for part in ast.walk(method))
    stored = (part for part in parts if not isinstance(getattr(part, "ctx", ast.Load()), ast.Load))
    return any(dotted(part).startswith("self.") for part in stored if isinstance(part, ast.expr))


@lru_cache(maxsize=4096)
def _listening_lines(handlers: frozenset[str], source: str) -> tuple[int, ...]:
    """The lines of a cell in which a handler is given to a logger, where one of these classes may be meant."""
    if _GIVES_TO_A_LOGGER.isdisjoint(called_words(source)):
        return ()
    calls = [
        call
        for _, _, call in cell_names(source)[1].calls
        if getattr(call.func, "attr", "") in _GIVES_TO_A_LOGGER
    ]
    made = {
        target.id
        for node in nodes_like(source, ast.Assign)
        if isinstance(node.value, ast.Call) and dotted(node.value.func) not in handlers
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return tuple(
        call.lineno for call in calls if call.args and _may_be(call.args[0], handlers, made)
    )


_GIVES_TO_A_LOGGER = frozenset({"addFilter", "addHandler", "setFormatter"})


def _may_be(given: ast.expr, handlers: frozenset[str], others: set[str]) -> bool:
    if isinstance(given, ast.Call):
        return dotted(given.func) in handlers
    return not (isinstance(given, ast.Name) and given.id in others)

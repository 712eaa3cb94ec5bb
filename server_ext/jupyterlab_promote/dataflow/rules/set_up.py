"""What is set up in one kernel only: patched modules, registrations, loggers."""

import ast
import re
import sys
from collections.abc import Iterator

from jupyterlab_promote.dataflow.behaviour import KNOWN_LIBRARIES
from jupyterlab_promote.dataflow.chain import StepNames
from jupyterlab_promote.dataflow.library import SETTINGS_ROOTS
from jupyterlab_promote.dataflow.names import dotted, is_setting
from jupyterlab_promote.dataflow.rules.located import located
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.model.finding import Action, Finding, FixAction
from jupyterlab_promote.notebook.document import Cell


def patched_modules(steps: tuple[StepNames, ...], prelude: StepNames) -> Iterator[Finding]:
    """PRM205: an attribute of an imported module or library class is replaced, in one kernel only."""
    imported = {name for step in (prelude, *steps) for name in step.imports}
    for step in steps[:-1]:
        for cell in (c for c in step.cells if c.is_code):
            read, own = cell_names(cell.source)
            for path, line in own.stores:
                root = path.partition(".")[0]
                library = (
                    root in imported
                    or root == "decimal.getcontext()"
                    or path.endswith("getcontext()")
                )
                library = library or root == "get_ipython()"
                if not library or path.startswith((*SETTINGS_ROOTS, "os.environ")):
                    continue
                yield located(
                    cell,
                    line + read.line_offset,
                    code="PRM205",
                    severity="error",
                    name=path,
                    steps=(step.name,),
                    message=f"`{path}` is changed here for this kernel only; later steps have another one.",
                    fix="Move the line to a cell tagged `imports`, which runs in each step.",
                )


def registrations(steps: tuple[StepNames, ...], prelude: StepNames) -> Iterator[Finding]:
    """PRM205: something is registered with a library or the interpreter, in one kernel only."""
    imported = {
        n for step in (prelude, *steps) for n in step.imports if _of_a_library(step.imports[n])
    }
    for step in steps[:-1]:
        for cell in (c for c in step.cells if c.is_code):
            read, own = cell_names(cell.source)
            repeated = set(own.magics)
            for path, line, call in own.calls:
                word = path.rpartition(".")[2] or getattr(call.func, "attr", "")
                known = path.partition(".")[0] in imported or word in _OF_IPYTHON
                registers = _REGISTERS.fullmatch(word) or _REGISTERS.fullmatch(path)
                if known and registers and ast.unparse(call) not in repeated:
                    yield _registered(cell, line + read.line_offset, path or word, step)
            for line, name in _registering_decorators(read.tree):
                yield _registered(cell, line + read.line_offset, name, step)


def _of_a_library(statement: str) -> bool:
    """Whether an import is of Python's own or of a usual library, and not of a module beside the notebook."""
    top = statement.split()[1].partition(".")[0]
    return top in sys.stdlib_module_names or top in KNOWN_LIBRARIES | {"yaml"}


_OF_IPYTHON = frozenset(
    {"for_type", "for_type_by_name", "register_magic_function", "register_magics"}
)


_REGISTERS = re.compile(
    r"copyreg\.pickle|register(?!_matplotlib_converters)\w*|for_type\w*|add_(?:type|representer|constructor|implicit_resolver)"
    r"|setdefaulttimeout|field_size_limit|setlocale|set_int_max_str_digits|install_opener"
)


def _registering_decorators(tree: ast.Module | None) -> Iterator[tuple[int, str]]:
    for statement in tree.body if tree is not None else ():
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            for decorator in statement.decorator_list:
                name = dotted(decorator)
                if _REGISTERS.fullmatch(name.rpartition(".")[2]):
                    yield decorator.lineno, name


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


_LOGGER_CALLS = frozenset({"setLevel", "addHandler", "removeHandler"})


def logger_settings(steps: tuple[StepNames, ...]) -> Iterator[Finding]:
    """PRM206: a logger is set up in one kernel only."""
    for step in steps[:-1]:
        for cell in (c for c in step.cells if c.is_code):
            read, own = cell_names(cell.source)
            for _, line, call in own.calls:
                if isinstance(call.func, ast.Attribute) and _sets_logging_up(call):
                    yield located(
                        cell,
                        line + read.line_offset,
                        code="PRM206",
                        severity="warning",
                        steps=(step.name,),
                        message="This logger is set up for this kernel only; later steps log as by default.",
                        fix="Move the line to a cell tagged `imports`, which runs in each step, or accept it.",
                        actions=(Action(kind=FixAction.ACCEPT, label="Accept"),),
                    )


def _sets_logging_up(call: ast.Call) -> bool:
    if dotted(call.func) in (
        "logging.basicConfig",
        "logging.config.dictConfig",
        "logging.config.fileConfig",
    ):
        return not all(is_setting(v) for v in [*call.args, *(k.value for k in call.keywords)])
    return isinstance(call.func, ast.Attribute) and call.func.attr in _LOGGER_CALLS

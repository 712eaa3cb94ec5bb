"""The prelude rule: what above the first step runs again in each step, and what runs once in `setup`.

Replayed: imports, definitions, plain literals, display options. Running them again changes nothing outside the
kernel, and a value of the same name that an earlier step left replaces what they bind.
"""

import ast

from jupyterlab_promote.dataflow.library import SETTINGS_ROOTS, sets_up
from jupyterlab_promote.dataflow.names import dotted, is_literal, is_setting
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.notebook.document import Cell
from jupyterlab_promote.notebook.source import PythonCell, python_cell

_LOGGERS = frozenset(
    {"logging.getLogger", "logging.StreamHandler", "logging.Formatter", "logging.NullHandler"}
)
_SETS_LOGGERS = frozenset({"setLevel", "addHandler", "setFormatter"})
_OPTION_MAGICS = frozenset({"matplotlib", "load_ext", "config", "autoreload", "precision"})


def is_replayed(cell: Cell) -> bool:
    """Whether a prelude cell may run again in each step."""
    read = python_cell(cell.source)
    if not cell.is_code:
        return True
    if read.tree is None:
        return not (read.text or read.writes_file or read.opaque)
    return not read.magic and all(_harmless(statement, read) for statement in read.tree.body)


def without_values_of_setup(
    replayed: tuple[Cell, ...], prelude: tuple[Cell, ...]
) -> tuple[Cell, ...]:
    """The cells that can run again before anything is loaded.

    `def area(of: Shape)` looks `Shape` up when it is defined: if `setup` makes it, the definition goes there as well.
    """
    while True:
        once = [cell for cell in prelude if cell not in replayed]
        made = {name for cell in once for name in cell_names(cell.source)[1].binds}
        kept = tuple(c for c in replayed if not made & cell_names(c.source)[1].reads.keys())
        if kept == replayed:
            return kept
        replayed = kept


def _harmless(statement: ast.stmt, read: PythonCell) -> bool:
    if isinstance(statement, ast.Import | ast.ImportFrom | ast.Pass):
        return True
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        defaults = [*statement.args.defaults, *(d for d in statement.args.kw_defaults if d)]
        return not statement.decorator_list and all(is_literal(d) for d in defaults)
    if isinstance(statement, ast.ClassDef):
        return _plain_class(statement, read)
    if isinstance(statement, ast.Assign):
        if _is_stand_in(statement):
            return True
        plain = is_literal(statement.value) or _of_logging(statement.value)
        return plain and all(_plain_target(t) for t in statement.targets)
    if isinstance(statement, ast.AnnAssign):
        return statement.value is None or (
            is_literal(statement.value) and isinstance(statement.target, ast.Name)
        )
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant) or _is_option(statement.value)
    return False


def _of_logging(node: ast.expr) -> bool:
    """Whether an expression makes or finds a logger, handler or format, which each kernel has for itself."""
    if not isinstance(node, ast.Call) or dotted(node.func) not in _LOGGERS:
        return False
    given = [*node.args, *(keyword.value for keyword in node.keywords)]
    return all(is_setting(a) or (isinstance(a, ast.Name) and a.id == "__name__") for a in given)


def _is_stand_in(statement: ast.Assign) -> bool:
    """`sys.modules["imp"] = importlib`: a name under which a module that is there is imported, in each kernel."""
    target = statement.targets[0]
    return (
        len(statement.targets) == 1
        and isinstance(target, ast.Subscript)
        and isinstance(target.slice, ast.Constant)
        and dotted(target.value) == "sys.modules"
        and bool(dotted(statement.value))
    )


def _plain_target(target: ast.expr) -> bool:
    if isinstance(target, ast.Name):
        return True
    root = target.value if isinstance(target, ast.Subscript) else target
    return dotted(root).startswith(SETTINGS_ROOTS)


def _plain_class(statement: ast.ClassDef, read: PythonCell) -> bool:
    return (
        not statement.decorator_list
        and not statement.keywords
        and all(isinstance(base, ast.Name | ast.Attribute) for base in statement.bases)
        and all(_harmless(inner, read) for inner in statement.body)
    )


def _is_option(node: ast.expr) -> bool:
    if not isinstance(node, ast.Call):
        return False
    path = dotted(node.func)
    if path.rpartition(".")[2] in _SETS_LOGGERS:
        return all(is_setting(a) or _of_logging(a) or isinstance(a, ast.Name) for a in node.args)
    if path:
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        return sets_up(node) and all(is_setting(value) for value in given)
    magic = node.args[0] if node.args else None
    return (
        isinstance(node.func, ast.Attribute)
        and node.func.attr == "run_line_magic"
        and isinstance(magic, ast.Constant)
        and magic.value in _OPTION_MAGICS
    )

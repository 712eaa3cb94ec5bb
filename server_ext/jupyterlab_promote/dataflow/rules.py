"""The findings of the dataflow, one function for each. Codes and fixes stand in docs/findings.md."""

import ast
import re
import sys
from collections.abc import Iterator

from jupyterlab_promote.dataflow.behaviour import KNOWN_LIBRARIES
from jupyterlab_promote.dataflow.chain import StepNames, known_before
from jupyterlab_promote.dataflow.library import (
    DECORATED_STAYS,
    INTERACTIVE,
    SETTINGS_ROOTS,
    STAYS,
    is_history,
    star_names,
)
from jupyterlab_promote.dataflow.names import dotted, is_setting, target_names
from jupyterlab_promote.dataflow.offers import parameter_offer
from jupyterlab_promote.dataflow.order import Wait
from jupyterlab_promote.dataflow.purity import only_computes
from jupyterlab_promote.dataflow.scope import cell_names
from jupyterlab_promote.model.finding import Action, Finding, FixAction
from jupyterlab_promote.notebook.document import Cell


def located(cell: Cell, line: int | None, **fields: object) -> Finding:
    """A finding at a line of a cell."""
    return Finding.model_validate(
        {"cell": cell.id, "cell_index": cell.index, "line": line, **fields}
    )


def syntax_errors(cells: tuple[Cell, ...]) -> Iterator[Finding]:
    """PRM200: a cell that Python cannot parse."""
    for cell in cells:
        read, _ = cell_names(cell.source)
        if read.error is not None:
            message, line = read.error
            yield located(
                cell,
                line,
                code="PRM200",
                severity="error",
                message=f"Python cannot read this cell: {message}.",
                fix="Correct the line, or skip the cell.",
            )


def undefined_names(
    steps: tuple[StepNames, ...], given: frozenset[str], skipped: dict[str, Cell]
) -> Iterator[Finding]:
    """PRM201: a name that nothing earlier binds; PRM202: one that only a skipped cell binds."""
    everywhere = known_before(steps) | given
    for index, step in enumerate(steps):
        known = known_before(steps[:index]) | given
        unseen: set[str] = set()
        for cell in step.cells:
            if cell.is_code:
                yield from _undefined_in_cell(cell, step, known | unseen, everywhere, skipped)
                unseen |= set(cell_names(cell.source)[1].binds)


def _undefined_in_cell(
    cell: Cell, step: StepNames, known: set[str], everywhere: set[str], skipped: dict[str, Cell]
) -> Iterator[Finding]:
    read, own = cell_names(cell.source)
    for name, line in own.reads.items():
        if name in known or name in own.guarded or is_history(name):
            continue
        if name in own.binds and line >= own.binds[name]:
            continue
        yield _undefined(cell, line + read.line_offset, name, step.name, skipped)
    for name, line in own.late.items():
        if name not in everywhere and name not in own.guarded and not is_history(name):
            yield _undefined(cell, line + read.line_offset, name, step.name, skipped)


def _undefined(cell: Cell, line: int, name: str, step: str, skipped: dict[str, Cell]) -> Finding:
    origin = skipped.get(name)
    if origin is not None:
        return located(
            cell,
            line,
            code="PRM202",
            severity="error",
            name=name,
            steps=(step,),
            message=f"Step `{step}` reads `{name}`, which only the skipped cell {origin.index + 1} binds.",
            fix=f"Un-skip cell {origin.index + 1}, or bind `{name}` in a cell that runs.",
            actions=(Action(kind=FixAction.UNSKIP, label="Un-skip", argument=origin.id),),
        )
    return located(
        cell,
        line,
        code="PRM201",
        severity="error",
        name=name,
        steps=(step,),
        message=f"Step `{step}` reads `{name}`, which no earlier cell binds.",
        fix=f"Bind `{name}` in a cell above, or correct the name.",
    )


def history(steps: tuple[StepNames, ...]) -> Iterator[Finding]:
    """PRM203: IPython's history, which numbers and keeps cells of one kernel only."""
    for step in steps:
        earlier_code = False
        for cell in (c for c in step.cells if c.is_code):
            read, own = cell_names(cell.source)
            for name, line in {**own.late, **own.reads}.items():
                if not is_history(name) or name in own.binds or name in step.binds:
                    continue
                if name == "_" and earlier_code:
                    continue
                yield located(
                    cell,
                    line + read.line_offset,
                    code="PRM203",
                    severity="error",
                    name=name,
                    steps=(step.name,),
                    message=f"`{name}` is IPython's history, which is another one in the kernel of a step.",
                    fix="Give the value a name where it is made, and use that name here.",
                )
            earlier_code = True


def opaque_code(steps: tuple[StepNames, ...]) -> Iterator[Finding]:
    """PRM204: code whose names cannot be known; everything travels."""
    for step in steps:
        for cell in (c for c in step.cells if c.is_code):
            read, own = cell_names(cell.source)
            reason, line = own.opaque or ("", 1)
            if not reason:
                unknown = [module for module in own.stars if star_names(module) is None]
                if not unknown:
                    continue
                reason, line = f"from {unknown[0]} import *", own.stars[unknown[0]]
            yield located(
                cell,
                line + read.line_offset,
                code="PRM204",
                severity="warning",
                name=reason,
                steps=(step.name,),
                message=f"The names that `{reason}` uses cannot be known, so every value travels between steps.",
                fix="Name what you need instead, or accept it.",
                actions=(Action(kind=FixAction.ACCEPT, label="Accept"),),
            )


def interactive(cells: tuple[Cell, ...]) -> Iterator[Finding]:
    """PRM401: a call that waits for a person."""
    for cell in cells:
        read, own = cell_names(cell.source)
        for path, line, call in own.calls:
            if path in INTERACTIVE and path.partition(".")[0] not in own.binds:
                yield located(
                    cell,
                    line + read.line_offset,
                    code="PRM401",
                    severity="error",
                    name=path,
                    message=f"`{path}()` {INTERACTIVE[path]}; a scheduled run has nobody there.",
                    fix="Make the value a parameter, or read it from a secret.",
                    actions=parameter_offer(path, read.tree, call),
                )


def stays_behind(steps: tuple[StepNames, ...], carried: dict[str, set[str]]) -> Iterator[Finding]:
    """PRM210: a value that lives in one kernel and that a later step needs.

    Args:
        carried: step -> names that travel on from it.
    """
    for index, step in enumerate(steps[:-1]):
        for cell in (c for c in step.cells if c.is_code):
            read, _ = cell_names(cell.source)
            if read.tree is None:
                continue
            for name, line, what in _kept(read.tree):
                if name not in carried.get(step.name, set()) or _rebound(step, name, cell):
                    continue
                follower = _reader(steps[index + 1 :], name) or steps[index + 1].name
                yield located(
                    cell,
                    line + read.line_offset,
                    code="PRM210",
                    severity="error",
                    name=name,
                    steps=(step.name, follower),
                    message=f"`{name}` is {what}, which cannot travel from step `{step.name}` to `{follower}`.",
                    fix=_another(name, what, follower, cell.source),
                    actions=(
                        Action(
                            kind=FixAction.MERGE,
                            label=f"Merge {step.name} and {follower}",
                            argument=f"{step.name},{follower}",
                        ),
                    ),
                )


def _another(name: str, what: str, follower: str, source: str) -> str:
    again = f"Make `{name}` again in `{follower}`, or merge the two steps."
    in_memory = "connection" in what and ":memory:" in source
    return (
        "Merge the two steps: another connection is to an empty database." if in_memory else again
    )


def _kept(tree: ast.Module) -> Iterator[tuple[str, int, str]]:
    """(name, line, what) of top-level statements that bind what cannot travel."""
    for statement in tree.body:
        if isinstance(statement, ast.Assign):
            what = _what_stays(statement.value)
            for target in statement.targets if what else ():
                for name in target_names(target):
                    yield name, statement.lineno, what
        elif isinstance(statement, ast.FunctionDef):
            for decorator in statement.decorator_list:
                called = decorator.func if isinstance(decorator, ast.Call) else decorator
                cached = dotted(called).rpartition(".")[2] in ("lru_cache", "cache")
                if dotted(called) in DECORATED_STAYS and not (cached and only_computes(statement)):
                    yield statement.name, statement.lineno, DECORATED_STAYS[dotted(called)]


def _what_stays(value: ast.expr) -> str:
    if isinstance(value, ast.GeneratorExp):
        return "a generator"
    if not isinstance(value, ast.Call):
        return ""
    if isinstance(value.func, ast.Attribute) and value.func.attr in ("iterrows", "itertuples"):
        return "an iterator with a position"
    if any(keyword.arg == "chunksize" for keyword in value.keywords):
        return "a reader with a position"
    return STAYS.get(dotted(value.func), "")


def _rebound(step: StepNames, name: str, cell: Cell) -> bool:
    later = [c for c in step.cells if c.is_code and c.index > cell.index]
    return any(
        name in cell_names(c.source)[1].binds or name in cell_names(c.source)[1].deletes
        for c in later
    )


def _reader(steps: tuple[StepNames, ...], name: str) -> str | None:
    return next((s.name for s in steps if name in s.reads or name in s.late), None)


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


def unknown_places(waits: tuple[Wait, ...], steps: tuple[StepNames, ...]) -> Iterator[Finding]:
    """PRM220: steps wait for each other only because a path cannot be known."""
    told: set[tuple[str, int]] = set()
    for wait in waits:
        if wait.known or (wait.made.cell.id, wait.made.line) in told:
            continue
        told.add((wait.made.cell.id, wait.made.line))
        one, other = steps[wait.before].name, steps[wait.after].name
        yield located(
            wait.made.cell,
            wait.made.line,
            code="PRM220",
            severity="info",
            name=wait.thing,
            steps=(one, other),
            message=f"Step `{other}` waits for `{one}`, since `{wait.made.why}` may touch what "
            f"`{wait.used.why}` in cell {wait.used.cell.index + 1} touches.",
            fix="If they are apart, write what each step reads and writes into its settings.",
        )


def not_collected(lost: list[tuple[str, ...]], steps: tuple[StepNames, ...]) -> Iterator[Finding]:
    """PRM221: a step that runs once for each item makes what a later step needs, and does not collect it."""
    for names, step in zip(lost, steps, strict=True):
        for name in names:
            cell, line = step.binds.get(name) or step.reads.get(name) or (step.cells[0], 1)
            yield located(
                cell,
                line,
                code="PRM221",
                severity="error",
                name=name,
                steps=(step.name,),
                message=f"Step `{step.name}` runs once for each item and changes `{name}`, which a later step needs.",
                fix=f"Add `{name}` to what `{step.name}` collects, so that it is a list afterwards; "
                "or give the name another one in this step.",
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


def classes_that_register(steps: tuple[StepNames, ...]) -> Iterator[Finding]:
    """PRM211: making a subclass runs code of the notebook, which would run again in each later step."""
    for step in steps[:-1]:
        for cell in (c for c in step.cells if c.is_code):
            read, own = cell_names(cell.source)
            for node in own.classes:
                if _registers(node):
                    yield located(
                        cell,
                        node.lineno + read.line_offset,
                        code="PRM211",
                        severity="error",
                        name=node.name,
                        steps=(step.name,),
                        message=f"Making a subclass of `{node.name}` runs code, which would run again in later steps.",
                        fix=f"Put `{node.name}` into a module beside the notebook, or merge the steps that use it.",
                    )


def _registers(node: ast.ClassDef) -> bool:
    metaclass = any(isinstance(base, ast.Name) and base.id == "type" for base in node.bases)
    methods = {f.name for f in node.body if isinstance(f, ast.FunctionDef)}
    return "__init_subclass__" in methods or (metaclass and bool(methods & {"__new__", "__init__"}))

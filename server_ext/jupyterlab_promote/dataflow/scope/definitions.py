"""Code with names of its own: functions, lambdas, classes and comprehensions."""

import ast

from jupyterlab_promote.dataflow.names import bound_in, parameters, target_names
from jupyterlab_promote.dataflow.scope.idle import idle_function
from jupyterlab_promote.dataflow.scope.walk import Comprehension, Handlers, Walk


def _function(walk: Walk, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    for decorator in node.decorator_list:
        walk.visit(decorator)
    _signature(walk, node.args)
    if node.returns is not None:
        walk.visit(node.returns)
    walk.bind(node.name, node.lineno)
    _body(walk, node.args, node.body)
    if (idle := idle_function(node)) is not None and not (walk.in_function or walk.conditional):
        walk.idle[node.name] = idle


def _lambda(walk: Walk, node: ast.Lambda) -> None:
    _signature(walk, node.args)
    _body(walk, node.args, [ast.Expr(node.body, lineno=node.lineno, col_offset=0)])


def _signature(walk: Walk, arguments: ast.arguments) -> None:
    for default in [*arguments.defaults, *(d for d in arguments.kw_defaults if d)]:
        walk.visit(default)
    named = (*arguments.posonlyargs, *arguments.args, arguments.vararg, *arguments.kwonlyargs)
    for argument in (*named, arguments.kwarg):
        if argument is not None and argument.annotation is not None:
            walk.visit(argument.annotation)


def _body(walk: Walk, arguments: ast.arguments, body: list[ast.stmt]) -> None:
    own, declared = bound_in(body)
    walk.in_function += 1
    with walk.within((own | set(parameters(arguments))) - declared):
        walk.body(body)
    walk.in_function -= 1


def _class(walk: Walk, node: ast.ClassDef) -> None:
    walk.names.classes.append(node)
    for part in [*node.decorator_list, *node.bases, *(k.value for k in node.keywords)]:
        walk.visit(part)
    walk.bind(node.name, node.lineno)
    own, _ = bound_in(node.body)
    own_scope = set(own)
    for statement in node.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            with walk.within(own_scope):
                for decorator in statement.decorator_list:
                    walk.visit(decorator)
                _signature(walk, statement.args)
            _body(walk, statement.args, statement.body)
        else:
            with walk.within(own_scope):
                walk.visit(statement)


def _comprehension(
    walk: Walk, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
) -> None:
    scopes: list[set[str]] = []
    for generator in node.generators:
        walk.visit(generator.iter)
        scope = Comprehension(target_names(generator.target))
        walk.locals.append(scope)
        scopes.append(scope)
        for condition in generator.ifs:
            walk.visit(condition)
    for part in [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]:
        walk.visit(part)
    del walk.locals[len(walk.locals) - len(scopes) :]


DEFINITIONS: Handlers = {
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.Lambda: _lambda,
    ast.ClassDef: _class,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _comprehension,
}

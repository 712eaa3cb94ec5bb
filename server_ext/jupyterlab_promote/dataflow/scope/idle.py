"""Functions that do nothing, such as people give to `warnings.warn`: any kernel can have the same again."""

import ast


def idle_function(node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.Lambda | None:
    """The same function as an expression, where it does nothing: `def ignore(*args, **kwargs): pass`."""
    if isinstance(node, ast.AsyncFunctionDef) or node.decorator_list or node.returns is not None:
        return None
    idle = all(
        isinstance(one, ast.Pass)
        or (
            isinstance(one, ast.Expr | ast.Return)
            and (one.value is None or isinstance(one.value, ast.Constant))
        )
        for one in node.body
    )
    return ast.Lambda(node.args, _given(node.body)) if idle and is_plain(node.args) else None


def is_plain(arguments: ast.arguments) -> bool:
    """Whether parameters are names alone, without defaults and annotations."""
    given = (*arguments.defaults, *(d for d in arguments.kw_defaults if d))
    named = (*arguments.posonlyargs, *arguments.args, arguments.vararg, *arguments.kwonlyargs)
    every = (argument for argument in (*named, arguments.kwarg) if argument is not None)
    return not given and all(argument.annotation is None for argument in every)


def _given(body: list[ast.stmt]) -> ast.expr:
    """What a function gives that does nothing else."""
    said = (one.value for one in body if isinstance(one, ast.Return))
    return next(said, None) or ast.Constant(None)

"""Decorators of ipywidgets that draw controls for a function, and give the function itself back."""

import ast

from jupyterlab_promote.dataflow.names import last_word

_DRAW = frozenset({"interact", "interact_manual"})


def draws_controls(decorator: ast.expr) -> bool:
    """Whether a decorator is `@interact`, `@widgets.interact(k=(5, 50))` or the like."""
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return last_word(called) in _DRAW

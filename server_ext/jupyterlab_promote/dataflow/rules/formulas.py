"""What is made by a formula: a model that is loaded has patsy read it again, which knows nothing of the notebook."""

import ast
import re
from functools import lru_cache

from jupyterlab_promote.dataflow.library import FORMULAS
from jupyterlab_promote.notebook.nodes import nodes_under

_CALLED = re.compile(r"(?<![\w.])([A-Za-z_][\w.]*)\s*\(")
_KNOWN = frozenset(
    {
        "C", "Diff", "Helmert", "I", "Poly", "Q", "Sum", "Treatment", "abs", "bs", "cc", "center", "cr", "dmatrix",
        "float", "int", "max", "min", "pow", "round", "scale", "standardize", "str", "te",
    }
)  # fmt: skip
"""What patsy and Python have."""
_MODELS = FORMULAS - {"query", "eval", "evaluate"}


def calls_what_is_not_there(value: ast.expr) -> bool:
    """Whether an expression makes a model whose formula calls what the notebook defines: `ols('y ~ own(x)', df)`."""
    return any(
        isinstance(one, ast.Call)
        and _word(one.func).lower() in _MODELS
        and any(map(_is_own, _texts(one)))
        for one in _parts(value)
    )


def gives_matrices(value: ast.expr) -> bool:
    """Whether an expression is a call that gives matrices of patsy's own, and not tables."""
    if not isinstance(value, ast.Call) or _word(value.func) not in ("dmatrix", "dmatrices"):
        return False
    said = {keyword.arg: keyword.value for keyword in value.keywords}
    kind = said.get("return_type")
    return kind is None or (isinstance(kind, ast.Constant) and kind.value == "matrix")


def _parts(value: ast.expr) -> list[ast.AST]:
    found: list[ast.AST] = [value]
    for one in found:
        found += nodes_under(one)
    return found


def _word(function: ast.expr) -> str:
    return str(getattr(function, "attr", "") or getattr(function, "id", ""))


def _texts(call: ast.Call) -> list[str]:
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    constants = (one.value for one in given if isinstance(one, ast.Constant))
    return [text for text in constants if isinstance(text, str) and "~" in text]


@lru_cache(maxsize=4096)
def _is_own(formula: str) -> bool:
    return any(
        name not in _KNOWN and not name.startswith("np.") for name in _CALLED.findall(formula)
    )

"""What each value looks like, as JSON of the form of `model.run.Preview`, so that nobody unpickles to look.

A preview never fails a step: what cannot be shown is shown by its type.
"""

import base64
import io
import math
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jupyterlab_promote.worker.handoff.files.manifest import PREVIEWS, write_json
from jupyterlab_promote.worker.handoff.users_code import Failed, ran
from jupyterlab_promote.worker.handoff.values.kinds import module_of

ROWS, COLUMNS, TEXT, CELL = 8, 30, 2000, 60
COUNTED = 4_000_000
"""Values of an array that its statistics are made of."""
_UNSHOWN = {"function", "type", "module", "builtin_function_or_method", "method"}


def write_previews(values: Mapping[str, Any], folder: Path, *, secrets: frozenset[str]) -> None:
    """Write `previews/<name>.json` for each value; functions, classes and modules have none."""
    target = folder / PREVIEWS
    target.mkdir(exist_ok=True)
    hidden = tuple(value for name in secrets if (value := os.environ.get(name)))
    for name, value in values.items():
        code = callable(value) and isinstance(getattr(value, "__name__", None), str)
        if type(value).__name__ not in _UNSHOWN and not code:
            told = _masked(preview(name, value), hidden)
            write_json(target / f"{name}.json", told, lasting=False)


def preview(name: str, value: Any) -> dict[str, Any]:
    """The preview of one value."""
    kind = type(value)
    shown: dict[str, Any] = {"name": name, "type": f"{kind.__module__}.{kind.__qualname__}"}
    shown["type"] = shown["type"].removeprefix("builtins.")
    described = ran(lambda: _describe(kind)(value))
    if isinstance(described, Failed):
        summary = f"cannot be shown ({type(described.error).__name__})"
        return {**shown, "kind": "other", "summary": summary}
    return {**shown, **described}


def _describe(kind: type) -> Callable[[Any], dict[str, Any]]:
    for base in kind.__mro__:
        found = _DESCRIPTIONS.get((module_of(base).partition(".")[0], base.__name__))
        if found is not None:
            return found
    return _other


def _frame(value: Any) -> dict[str, Any]:
    head = value.head(ROWS).iloc[:, :COLUMNS]
    rows = [
        [_clip(str(index)), *(_clip(str(cell)) for cell in row)]
        for index, row in zip(head.index, head.itertuples(index=False, name=None), strict=True)
    ]
    dtypes = [(_clip(str(column)), str(dtype)) for column, dtype in head.dtypes.items()]
    size = int(value.memory_usage(index=True, deep=False).sum())
    summary = f"{value.shape[0]} x {value.shape[1]} frame"
    return {
        "kind": "frame",
        "summary": summary,
        "shape": list(value.shape),
        "columns": [("", str(value.index.dtype)), *dtypes],
        "head": rows,
        "bytes": size,
    }


def _series(value: Any) -> dict[str, Any]:
    head = value.head(ROWS)
    return {
        "kind": "series",
        "summary": f"series of {len(value)} {value.dtype}",
        "shape": [len(value)],
        "dtype": str(value.dtype),
        "columns": [("", str(value.index.dtype)), (_clip(str(value.name)), str(value.dtype))],
        "head": [[_clip(str(index)), _clip(str(cell))] for index, cell in head.items()],
        "bytes": int(value.memory_usage(index=True, deep=False)),
    }


def _polars(value: Any) -> dict[str, Any]:
    head = value.head(ROWS)
    columns = head.columns[:COLUMNS]
    return {
        "kind": "frame",
        "summary": f"{value.shape[0]} x {value.shape[1]} frame",
        "shape": list(value.shape),
        "columns": [(_clip(name), str(head.schema[name])) for name in columns],
        "head": [[_clip(str(cell)) for cell in row[:COLUMNS]] for row in head.rows()],
        "bytes": int(value.estimated_size()),
    }


def _array(value: Any) -> dict[str, Any]:
    shape = " x ".join(str(length) for length in value.shape) or "scalar"
    is_row = len(value.shape) == 1
    first = [_clip(str(cell)) for cell in value.flat[:ROWS]]
    return {
        "kind": "array",
        "summary": f"array of {shape} {value.dtype}"
        if is_row
        else f"{shape} array of {value.dtype}",
        "shape": list(value.shape),
        "dtype": str(value.dtype),
        "head": [first],
        "text": "\n".join([*_statistics(value), *_beginning(first, value.size)]),
        "bytes": int(value.nbytes),
    }


def _statistics(value: Any) -> list[str]:
    """Smallest, largest, mean and how many are missing; nothing for text and objects."""
    # A view where it can be one: `ravel` would copy all of an array that lies in another order.
    kind, flat = value.dtype.kind, value.ravel() if value.flags.c_contiguous else value.flat
    part = flat[:COUNTED]
    is_plain = type(value).__name__ in ("ndarray", "memmap")  # a masked array counts otherwise
    if kind not in "biufmM" or part.size == 0 or not is_plain:
        return []
    of = f", of the first {part.size} values" if part.size < value.size else ""
    if kind == "b":
        return [f"{int(part.sum())} of {part.size} are True"]
    known = part[part == part]  # what is missing equals nothing, not even itself
    facts = []
    if known.size:
        low, high = known.min(), known.max()
        facts = [f"min {_number_text(low)}", f"max {_number_text(high)}"]
        if kind in "iuf" and abs(float(low)) < math.inf and abs(float(high)) < math.inf:
            facts.append(f"mean {known.mean(dtype='float64'):.6g}")
    if missing := part.size - known.size:
        facts.append(f"{missing} {'NaT' if kind in 'mM' else 'NaN'}")
    return [", ".join(facts) + of]


def _number_text(value: Any) -> str:
    return f"{value:.6g}" if value.dtype.kind == "f" else str(value)


def _beginning(first: list[str], count: int) -> list[str]:
    if not first:
        return []
    return [f"first: {', '.join(first)}{', …' if count > len(first) else ''}"]


def _tensor(value: Any) -> dict[str, Any]:
    return {
        "kind": "array",
        "summary": f"tensor {tuple(value.shape)} of {value.dtype}",
        "shape": list(value.shape),
        "dtype": str(value.dtype),
        "bytes": int(value.element_size() * value.nelement()),
    }


def _figure(value: Any) -> dict[str, Any]:
    picture = io.BytesIO()
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas, dots = value.canvas, value.dpi
    try:
        FigureCanvasAgg(value).print_png(picture, metadata={"Software": None})
    finally:
        value.set_canvas(canvas)
        value.dpi = dots
    width, height = value.get_size_inches()
    summary = f"figure of {width:g} x {height:g} inches"
    png = base64.b64encode(picture.getvalue()).decode()
    return {"kind": "figure", "summary": summary, "png": png}


def _number(value: Any) -> dict[str, Any]:
    return {"kind": "number", "summary": _clip(repr(value)), "text": _clip(repr(value))}


def _text(value: Any) -> dict[str, Any]:
    summary = f"text of {len(value)} characters"
    return {"kind": "text", "summary": summary, "text": value[:TEXT], "bytes": len(value)}


def _bytes(value: Any) -> dict[str, Any]:
    size = len(value)
    return {
        "kind": "other",
        "summary": f"{type(value).__name__} of {size}",
        "text": _short(value[:TEXT]),
        "bytes": size,
    }


def _collection(value: Any) -> dict[str, Any]:
    summary = f"{type(value).__name__} of {len(value)}"
    return {"kind": "collection", "summary": summary, "text": _short(value)}


def _short(value: Any) -> str:
    """The text of a collection, of which only the first elements are asked for theirs."""
    import reprlib

    shortener = reprlib.Repr()
    shortener.maxdict = shortener.maxlist = shortener.maxtuple = shortener.maxset = 20
    shortener.maxstring = shortener.maxother = 80
    return shortener.repr(value)[:TEXT]


def _other(value: Any) -> dict[str, Any]:
    text = _short(value)
    return {"kind": "other", "summary": _clip(text.splitlines()[0] if text else ""), "text": text}


def _clip(text: str) -> str:
    return text if len(text) <= CELL else text[: CELL - 1] + "…"


def _masked(value: Any, hidden: tuple[str, ...]) -> Any:
    """The same with every secret's value as `***`."""
    if isinstance(value, str):
        for secret in hidden:
            value = value.replace(secret, "***")
        return value
    if isinstance(value, list | tuple):
        return [_masked(part, hidden) for part in value]
    if isinstance(value, dict):
        return {key: part if key == "png" else _masked(part, hidden) for key, part in value.items()}
    return value


_DESCRIPTIONS: Mapping[tuple[str, str], Callable[[Any], dict[str, Any]]] = {
    ("pandas", "DataFrame"): _frame,
    ("pandas", "Series"): _series,
    ("polars", "DataFrame"): _polars,
    ("numpy", "ndarray"): _array,
    ("torch", "Tensor"): _tensor,
    ("matplotlib", "Figure"): _figure,
    ("numpy", "number"): _number,
    ("builtins", "int"): _number,
    ("builtins", "float"): _number,
    ("builtins", "complex"): _number,
    ("builtins", "str"): _text,
    ("builtins", "bytes"): _bytes,
    ("builtins", "bytearray"): _bytes,
    ("builtins", "list"): _collection,
    ("builtins", "tuple"): _collection,
    ("builtins", "dict"): _collection,
    ("builtins", "set"): _collection,
    ("builtins", "frozenset"): _collection,
}

"""The data that xgboost and lightgbm keep in memory of their own: both write it whole to a file, and read it again."""

import contextlib
import io
import pickle
import tempfile
from pathlib import Path
from typing import Any

_HANDLES = ("handle", "_handle")
"""Attributes that are addresses in this kernel."""


def reduce_matrix(obj: Any) -> Any:
    """xgboost's `DMatrix`."""
    return (_matrix, (type(obj), _written(obj)), _state(obj))


def _matrix(kind: Any, content: Any) -> Any:
    return _read(kind, content)


def reduce_dataset(obj: Any) -> Any:
    """lightgbm's `Dataset`; as long as nobody trained with it, it is still the tables that it was given."""
    if obj._handle is None:
        return None
    return (_dataset, (type(obj), _written(obj)), _state(obj))


def _dataset(kind: Any, content: Any) -> Any:
    return _read(lambda path: kind(path).construct(), content)


def _state(obj: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(obj).items() if name not in _HANDLES}


def _written(obj: Any) -> pickle.PickleBuffer:
    with tempfile.TemporaryDirectory() as folder, _silently():
        path = Path(folder) / "data"
        obj.save_binary(str(path))
        return pickle.PickleBuffer(path.read_bytes())


def _read(make: Any, content: Any) -> Any:
    with tempfile.TemporaryDirectory() as folder, _silently():
        path = Path(folder) / "data"
        path.write_bytes(content)
        return make(str(path))


def _silently() -> Any:
    """lightgbm tells that it reads or writes a file, where the notebook prints nothing."""
    return contextlib.redirect_stdout(io.StringIO())

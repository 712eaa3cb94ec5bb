"""Which values the names of a notebook have after each cell and at the end, for `jupyter promote verify` only.

Asked for by a variable of the environment that the worker sets; no run of a pipeline ever does this.
"""

import hashlib
import json
import re
import sys
import time
import types
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from jupyterlab_promote.worker.handoff.checks.fingerprint import (
    NONE,
    QUICK,
    THOROUGH,
    Limits,
    fingerprint,
)

_WORD = re.compile(r"[^\W\d]\w*")
_OF_IPYTHON = re.compile(r"_(i?\d*|i{2,3}|_{1,2}|[iod]h|exit_code|sh)|__\w+__|In|Out")
_CELL_SECONDS, _CELL_SHARE = 0.05, 0.1
_END_SECONDS, _END_SHARE = 1.0, 0.2
_LATE = f"{NONE}it would take too long"


def source_key(source: str) -> str:
    """By which a cell is known."""
    return hashlib.sha256(source.encode()).hexdigest()[:16]


class Watch:
    """Writes a line of JSON after each cell, and one at the end of the last.

    Args:
        file: where to.
        last: key of the last cell of the user's.
    """

    def __init__(self, *, file: str, last: str) -> None:
        self._file = Path(file)
        self._last = last
        self._namespace: dict[str, Any] = {}
        self._before: dict[str, Any] = {}
        self._began = self._ended = time.monotonic()

    def start(self) -> None:
        """Watch this kernel's cells from now on."""
        shell = sys.modules["IPython"].get_ipython()
        self._namespace = shell.user_ns
        self._before = dict(shell.user_ns)
        shell.events.register("post_run_cell", self._after)

    def _after(self, result: Any) -> None:
        source = result.info.raw_cell or ""
        took = time.monotonic() - self._ended
        names = self._names() & set(_WORD.findall(source))
        line: dict[str, Any] = {"source": source_key(source)}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            line["names"] = self._taken(names, QUICK, _CELL_SECONDS + _CELL_SHARE * took)
            if line["source"] == self._last:
                whole = time.monotonic() - self._began
                line["end"] = self._taken(
                    self._names(), THOROUGH, _END_SECONDS + _END_SHARE * whole
                )
        with self._file.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(line) + "\n")
        self._ended = time.monotonic()

    def _names(self) -> set[str]:
        return {
            name
            for name, value in self._namespace.items()
            if not _OF_IPYTHON.fullmatch(name)
            and not isinstance(value, types.ModuleType)
            and not str(getattr(value, "__module__", "")).startswith(__package__)
            and (name not in self._before or self._before[name] is not value)
        }

    def _taken(self, names: Iterable[str], limits: Limits, seconds: float) -> dict[str, str]:
        until = time.monotonic() + seconds
        return {
            name: fingerprint(self._namespace[name], limits) if time.monotonic() < until else _LATE
            for name in sorted(names)
        }

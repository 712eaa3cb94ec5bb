"""A step's secrets on the worker: opened for the kernel, and replaced in all that leaves the step.

The kernel gets them in its first, hidden request. The notebook, the events and the outcome say `***` instead.
"""

import base64
import html
import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

from jupyterlab_promote.errors import InvalidInput
from jupyterlab_promote.model.run import StepRequest
from jupyterlab_promote.model.secret import parse_secret
from jupyterlab_promote.store.sealing import unseal

KEY_VARIABLE = "PROMOTE_SECRET_KEY"
STARS = "***"
_OURS = "PROMOTE_"
_SHORTEST = 3
"""Shorter values would turn much of an output into stars."""
_SHORTEST_LINE = 8


def open_secrets(request: StepRequest, worker: Mapping[str, str]) -> dict[str, str]:
    """The values of the step's secrets, by variable.

    Raises:
        InvalidInput: one is not there, or cannot be opened.
    """
    found: dict[str, str] = {}
    for variable, text in request.environment.secrets.items():
        try:
            reference = parse_secret(text)
        except ValueError as error:
            raise InvalidInput(f"secret {variable}", str(error)) from error
        if reference.place == "env":
            found[variable] = _from_worker(variable, reference.name, worker)
        else:
            found[variable] = _unsealed(variable, request, worker)
    return found


def _from_worker(variable: str, name: str, worker: Mapping[str, str]) -> str:
    if name not in worker or name.startswith(_OURS):
        raise InvalidInput(
            f"secret {variable}",
            f"the worker has no variable {name!r} for steps",
            hint="Start the Ray nodes with it; on the embedded stack name it in PROMOTE_STACK_PASS.",
        )
    return worker[name]


def _unsealed(variable: str, request: StepRequest, worker: Mapping[str, str]) -> str:
    sealed = request.sealed_secrets.get(variable)
    if sealed is None:
        raise InvalidInput(
            f"secret {variable}",
            "is a secret of Airflow, and this run was not started by Airflow",
            hint="Use secret://env/NAME for a run without Airflow, or publish the notebook.",
        )
    return unseal(sealed, key=worker.get(KEY_VARIABLE, ""), purpose=f"{request.job_id}/{variable}")


class Mask:
    """Replaces values by stars, in the forms in which a cell may show them."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        forms = {form for value in values for form in _forms(value)}
        # Longest first, so that no part of one stays.
        self._forms = tuple(sorted(forms, key=len, reverse=True))

    @property
    def idle(self) -> bool:
        """Whether there is nothing to replace."""
        return not self._forms

    def text(self, text: str) -> str:
        """A text without the values."""
        for form in self._forms:
            text = text.replace(form, STARS)
        return text

    def content(self, content: Any) -> Any:
        """A message of the kernel without the values; what its parts are called stays."""
        if self.idle:
            return content
        if isinstance(content, str):
            return self.text(content)
        if isinstance(content, Mapping):
            return {
                key: value if key in _NAMES else self.content(value)
                for key, value in content.items()
            }
        if isinstance(content, list | tuple):
            return [self.content(value) for value in content]
        return content

    def begun(self, text: str) -> int:
        """How many letters at the end of a text may be the beginning of a value."""
        ends = (
            size
            for form in self._forms
            for size in range(min(len(form) - 1, len(text)), 0, -1)
            if text.endswith(form[:size])
        )
        return max(ends, default=0)

    def shows(self, data: bytes) -> bool:
        """Whether data that is not text holds one."""
        return any(form.encode() in data for form in self._forms)


_NAMES = frozenset({"name", "output_type", "comm_id", "target_name", "msg_type", "metadata"})
"""Parts of messages that are words of the protocol."""


def _forms(value: str) -> Iterable[str]:
    lines = [line for line in value.splitlines() if len(line.strip()) >= _SHORTEST_LINE]
    for shown in {value, value.strip(), *lines}:
        if len(shown) >= _SHORTEST:
            yield from (shown, repr(shown)[1:-1], json.dumps(shown)[1:-1], html.escape(shown))
            yield from (quote(shown), quote(shown, safe=""), quote_plus(shown))
        if len(shown) >= _SHORTEST_LINE:
            yield from (shown.encode().hex(), *_in_base64(shown.encode()))


def _in_base64(data: bytes) -> Iterable[str]:
    """What base64 makes of it, by itself or after something else, as in `user:password`."""
    yield base64.b64encode(data).decode().rstrip("=")
    for before in (1, 2):
        # The letters that hold bits of a neighbour are another one each time.
        first, last = -(-before * 8 // 6), (before + len(data)) * 8 // 6
        yield base64.b64encode(bytes(before) + data).decode()[first:last]
    yield base64.b64encode(data).decode()[: len(data) * 8 // 6]

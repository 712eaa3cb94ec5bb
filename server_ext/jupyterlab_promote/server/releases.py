"""Jupyter and Airflow's plugin of different releases: what still fits, and what is said of what does not."""

import copy
import json
from collections.abc import Mapping
from typing import TypeVar

from packaging.version import InvalidVersion, Version
from pydantic import JsonValue, TypeAdapter, ValidationError

from jupyterlab_promote._version import __version__
from jupyterlab_promote.errors import Unavailable

T = TypeVar("T")


def readable(body: JsonValue, kind: type[T]) -> T:
    """The document of an answer, without what a newer plugin adds to it. Raises ValidationError."""
    adapter = TypeAdapter(kind)
    try:
        return adapter.validate_json(json.dumps(body))
    except ValidationError as error:
        added = [each["loc"] for each in error.errors() if each["type"] == "extra_forbidden"]
        if not added:
            raise
        known = copy.deepcopy(body)
        for place in added:
            _remove(known, place)
        return adapter.validate_json(json.dumps(known))


def _remove(body: JsonValue, place: tuple[int | str, ...]) -> None:
    *parents, last = place
    inner = body
    for part in parents:
        if isinstance(inner, dict):
            inner = inner.get(str(part))
        elif isinstance(inner, list) and isinstance(part, int):
            inner = inner[part]
    if isinstance(inner, dict):
        inner.pop(str(last), None)


def is_of_another_release(status: int, problem: Mapping[str, object]) -> bool:
    """Whether a refusal is of a route or of a document's form, which only another release can have got wrong."""
    fields = problem.get("fields")
    form = isinstance(fields, dict) and set(fields) == {"field"}
    return (status == 404 and "code" not in problem) or (status == 422 and form)


def other_release(url: str, theirs: str, reason: str) -> Unavailable:
    """What is said then, with both releases and which one to upgrade.

    Args:
        theirs: the release in Airflow; empty when it does not say.
    """
    error = Unavailable(
        "The plugin jupyterlab-promote",
        url,
        f"Jupyter has release {__version__}, Airflow {theirs or 'an unknown one'}; {reason}",
        hint=_what_to_upgrade(theirs),
    )
    error.code = "other_release"
    return error


def _what_to_upgrade(theirs: str) -> str:
    try:
        newer, older = (
            Version(theirs) > Version(__version__),
            Version(theirs) < Version(__version__),
        )
    except InvalidVersion:
        newer = older = False
    if newer:
        return f"Upgrade Jupyter's: pip install jupyterlab-promote=={theirs}, then restart Jupyter."
    if older:
        return (
            f"Upgrade Airflow's: pip install 'jupyterlab-promote[airflow]=={__version__}' there, "
            "then restart Airflow."
        )
    return "Install the same release of jupyterlab-promote on both sides."

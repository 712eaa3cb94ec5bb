"""The base of every document and the canonical form that is hashed."""

import hashlib
import json
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from jupyterlab_promote.ids import Sha256

SCHEMA_VERSION = 1
"""Written into every stored document. Readers accept this and the one before it."""


class Document(BaseModel):
    """A frozen value that crosses a process; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def former_keys(*names: str) -> Any:
    """What a class of documents assigns to `_former`: keys of earlier releases that it passes over when it is read."""

    def without(given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        return {key: value for key, value in given.items() if key not in names}

    return model_validator(mode="before")(without)


def canonical_json(value: Any) -> bytes:
    """The one byte form of a JSON value: sorted keys, no spaces, UTF-8; what gets hashed."""
    text = json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode()


def dump(document: BaseModel) -> dict[str, Any]:
    """The JSON form of a document as it is stored and sent, with the wire's names."""
    return document.model_dump(mode="json", by_alias=True)


def sha256_of(document: BaseModel) -> Sha256:
    """The sha256 of a document's canonical form."""
    return Sha256(hashlib.sha256(canonical_json(dump(document))).hexdigest())

"""A notebook as a value. Reading never changes the file; what cannot be read is refused with the reason."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple

import nbformat

from jupyterlab_promote.errors import InvalidInput
from jupyterlab_promote.notebook.blocks import Code

CellKind = Literal["code", "markdown", "raw"]


class Cell(NamedTuple):
    """One cell, as far as it matters; compared some thousand times for each edit.

    Attributes:
        id: the cell's id; where the file has none or repeats one, a deterministic substitute.
        index: 0-based place in the notebook.
    """

    id: str
    index: int  # type: ignore[assignment]
    kind: CellKind
    source: str
    tags: tuple[str, ...] = ()
    execution_count: int | None = None

    @property
    def is_code(self) -> bool:
        """Whether it runs."""
        return self.kind == "code"

    @property
    def source_hash(self) -> str:
        """Names the cell's text, for warnings accepted as it stands."""
        return hashlib.sha256(self.source.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Notebook:
    """A notebook: its cells, its metadata, and the kernel that it wants.

    Attributes:
        kernel: kernelspec name.
        language: lower-case language of that kernel.
        content: the nbformat 4 JSON that it was read from, with ids filled in.
    """

    cells: tuple[Cell, ...]
    metadata: Mapping[str, Any]
    kernel: str
    language: str
    content: Mapping[str, Any]

    @cached_property
    def code(self) -> Code:
        """The cells that run."""
        return Code([cell for cell in self.cells if cell.kind == "code"])

    @property
    def python_version(self) -> str:
        """The version of Python that it was last run with, as the file says; empty where it does not."""
        told = self.metadata.get("language_info")
        version = told.get("version") if isinstance(told, Mapping) else None
        return version if isinstance(version, str) and self.language == "python" else ""

    def cell(self, cell_id: str) -> Cell:
        """The cell with that id."""
        return next(cell for cell in self.cells if cell.id == cell_id)

    @property
    def by_id(self) -> dict[str, Cell]:
        """All cells by id."""
        return {cell.id: cell for cell in self.cells}


def read_notebook(data: bytes | str | Mapping[str, Any]) -> Notebook:
    """Read nbformat 3 or 4 from text or JSON.

    Raises:
        InvalidInput: it is no JSON, no notebook, or holds no cells; the message says which.
    """
    content = _upgraded(_parsed(data))
    raw_cells = content.get("cells")
    if not isinstance(raw_cells, list):
        raise InvalidInput("notebook", "the file has no list of cells", hint=_HINT)
    if not raw_cells:
        raise InvalidInput("notebook", "it has no cells", hint="Write a cell of code first.")
    ids = _ids(raw_cells)
    filled = [{**raw, "id": cell_id} for raw, cell_id in zip(raw_cells, ids, strict=True)]
    metadata = content.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    kernel, language = _kernel(metadata)
    return Notebook(
        cells=tuple([_cell(raw, index) for index, raw in enumerate(filled)]),
        metadata=metadata,
        kernel=kernel,
        language=language,
        content={**content, "cells": filled, "metadata": metadata},
    )


_HINT = "Open and save the notebook in JupyterLab, then try again."


def _parsed(data: bytes | str | Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(data, Mapping):
        return dict(data)
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
        content = json.loads(text)
    except UnicodeDecodeError as error:
        raise InvalidInput("notebook", "the file is not UTF-8 text", hint=_HINT) from error
    except ValueError as error:
        raise InvalidInput(
            "notebook", f"the file is not valid JSON ({error})", hint=_HINT
        ) from error
    except RecursionError as error:
        raise InvalidInput("notebook", "the JSON is nested too deeply", hint=_HINT) from error
    if not isinstance(content, dict):
        raise InvalidInput("notebook", "the file holds JSON but no notebook", hint=_HINT)
    return content


def _upgraded(content: dict[str, Any]) -> dict[str, Any]:
    major = content.get("nbformat")
    if major == 4:
        return content
    if not isinstance(major, int):
        raise InvalidInput("notebook", "the file holds JSON but no notebook", hint=_HINT)
    if major > 4:
        raise InvalidInput(
            "notebook", f"nbformat {major} is newer than this tool knows", hint="Upgrade the tool."
        )
    try:
        # Files hold a cell's lines as a list; only the reader of that format joins them.
        upgraded = nbformat.convert(nbformat.reader.reads(json.dumps(content)), 4)
    except (ValueError, KeyError, AttributeError, TypeError, nbformat.ValidationError) as error:
        raise InvalidInput(
            "notebook", f"nbformat {major} could not be upgraded ({error})", hint=_HINT
        ) from error
    return dict(json.loads(nbformat.writes(upgraded)))


def _ids(raw_cells: list[Any]) -> list[str]:
    """The cells' ids; a missing or repeated one becomes `cell-<index>-<hash of the source>`."""
    seen: set[str] = set()
    ids: list[str] = []
    for index, raw in enumerate(raw_cells):
        if not isinstance(raw, dict):
            raise InvalidInput("notebook", f"cell {index + 1} is not an object", hint=_HINT)
        cell_id = raw.get("id")
        if not isinstance(cell_id, str) or not cell_id or cell_id in seen:
            digest = hashlib.sha256(_text(raw.get("source")).encode("utf-8", "replace")).hexdigest()
            cell_id = f"cell-{index}-{digest[:8]}"
        seen.add(cell_id)
        ids.append(cell_id)
    return ids


def _cell(raw: dict[str, Any], index: int) -> Cell:
    kind = raw.get("cell_type")
    metadata = raw.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    count = raw.get("execution_count")
    return Cell(
        id=raw["id"],
        index=index,
        kind=kind if kind in ("code", "markdown") else "raw",
        source=_text(raw.get("source")),
        tags=tuple(t for t in tags if isinstance(t, str)) if isinstance(tags, list) else (),
        execution_count=count if isinstance(count, int) else None,
    )


def _text(source: Any) -> str:
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    return source.replace("\r\n", "\n") if isinstance(source, str) else ""


_PYTHON = re.compile(r"i?python[\d.]*")


def _kernel(metadata: Mapping[str, Any]) -> tuple[str, str]:
    """(kernelspec name, language); a notebook that says nothing gets python3."""
    spec = metadata.get("kernelspec")
    info = metadata.get("language_info")
    spec = spec if isinstance(spec, dict) else {}
    info = info if isinstance(info, dict) else {}
    name = spec.get("name") or "python3"
    language = spec.get("language") or info.get("name") or "python"
    if not isinstance(name, str) or not isinstance(language, str):
        return "python3", "python"
    # Jupyter Book's kernelspecs say `python3` where they mean the language, old notebooks `ipython`.
    said = language.lower()
    return name, "python" if _PYTHON.fullmatch(said) else said

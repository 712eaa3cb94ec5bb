"""Which cell is which across edits, and what of a notebook is published.

Cells are matched by id and similar source, else by diff: git filters such as nbstripout renumber ids.
"""

import difflib
from collections.abc import Mapping
from typing import Any

from jupyterlab_promote.model.document import canonical_json
from jupyterlab_promote.notebook.document import Notebook
from jupyterlab_promote.notebook.settings import DERIVED_KEY, KEY

_SIMILAR = 0.5
"""Sources with at least this difflib ratio and the same id are the same cell, edited."""


_NOT_OF_THE_VERSION = frozenset({"published", "published_as", "schedules"})
"""Settings that say under which identities and further schedules the same notebook is published."""


def published_source(nb: Notebook) -> dict[str, Any]:
    """The notebook as it is hashed: no outputs, no execution counts, no identity, no kernel build."""
    metadata = {k: v for k, v in nb.metadata.items() if k not in ("language_info", "widgets")}
    own = metadata.pop(KEY, None)
    if isinstance(own, Mapping):
        kept = {k: v for k, v in own.items() if k not in _NOT_OF_THE_VERSION}
        # Writing the identity into a notebook without settings must not make another version of it.
        if kept.keys() - {"schema_version"}:
            metadata[KEY] = kept
    # Lab fills in the rest of the kernelspec once the kernel has answered; it is the same notebook.
    metadata["kernelspec"] = {
        "name": nb.kernel,
        "display_name": nb.kernel,
        "language": nb.language,
    }
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": metadata,
        "cells": [_stripped(raw) for raw in nb.content["cells"]],
    }


def published_bytes(nb: Notebook) -> bytes:
    """`published_source` in its canonical form."""
    return canonical_json(published_source(nb))


def is_derived(nb: Notebook) -> bool:
    """Whether it is an executed, stitched or debug notebook, which never publishes."""
    return isinstance(nb.metadata.get(DERIVED_KEY), Mapping)


def _stripped(raw: Mapping[str, Any]) -> dict[str, Any]:
    metadata = raw.get("metadata")
    kept = {
        k: v
        for k, v in (metadata if isinstance(metadata, Mapping) else {}).items()
        if k not in ("execution", "collapsed", "scrolled", "ExecuteTime", "trusted")
        # What is left of a cell whose last tag was taken away.
        and (k, v) != ("tags", [])
    }
    source = raw.get("source", "")
    cell = {
        "id": raw["id"],
        "cell_type": raw.get("cell_type", "raw"),
        "metadata": kept,
        "source": "".join(source) if isinstance(source, list) else source,
    }
    if cell["cell_type"] == "code":
        cell |= {"outputs": [], "execution_count": None}
    return cell


def match_cells(old: Notebook, new: Notebook) -> dict[str, str]:
    """Old cell id -> new cell id, for cells that are the same one, perhaps edited or moved."""
    new_by_id = new.by_id
    matched = {
        cell.id: cell.id
        for cell in old.cells
        if cell.id in new_by_id and _similar(cell.source, new_by_id[cell.id].source)
    }
    taken = set(matched.values())
    left = [cell for cell in old.cells if cell.id not in matched]
    free = [cell for cell in new.cells if cell.id not in taken]
    blocks = difflib.SequenceMatcher(
        a=[cell.source for cell in left], b=[cell.source for cell in free], autojunk=False
    ).get_matching_blocks()
    for block in blocks:
        for offset in range(block.size):
            matched[left[block.a + offset].id] = free[block.b + offset].id
    return matched


def _similar(a: str, b: str) -> bool:
    return a == b or difflib.SequenceMatcher(a=a, b=b).ratio() >= _SIMILAR

"""The worker's half of `handoff/surviving.py`: asking a kernel for fingerprints, and reading what it wrote."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyterlab_promote.worker.handoff.begin import WATCHED
from jupyterlab_promote.worker.handoff.checks.surviving import source_key

if TYPE_CHECKING:
    import nbformat


@dataclass(frozen=True)
class Watched:
    """Fingerprints of one execution of a step.

    Attributes:
        cells: by cell id, then by the names that the cell mentions: as they are after it.
        end: by name, all that is there after the last cell.
    """

    cells: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    end: Mapping[str, str] = field(default_factory=dict)


def asking(file: Path, notebook: "nbformat.NotebookNode", cells: Collection[str]) -> dict[str, str]:
    """The variables that ask the kernel of a step notebook for fingerprints, the last of them after `cells`."""
    sources = [c.source for c in notebook.cells if c.cell_type == "code" and c["id"] in cells]
    said = [source for source in sources if source.strip()]
    last = source_key(said[-1]) if said else ""
    return {WATCHED: json.dumps({"file": str(file), "last": last})}


def read_watched(file: Path, executed: Mapping[str, Any]) -> Watched:
    """What a kernel wrote; nothing for one of another language.

    Cells that run other cells write lines as well, so that a cell takes the next line of its own source.
    """
    if not file.is_file():
        return Watched()
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    cells: dict[str, Mapping[str, str]] = {}
    place = 0
    for cell in executed["cells"]:
        source = cell["source"]
        key = source_key(source if isinstance(source, str) else "".join(source))
        found = (k for k in range(place, len(lines)) if lines[k]["source"] == key)
        if cell["cell_type"] == "code" and (at := next(found, None)) is not None:
            cells[cell["id"]] = lines[at]["names"]
            place = at + 1
    ends = [line["end"] for line in lines if "end" in line]
    return Watched(cells, ends[-1] if ends else {})

"""Outputs of cells, bounded and writable: limits, joined streams, text that any reader accepts.

Pure; the engine calls it for each message of the kernel.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode

from jupyterlab_promote.model.settings import format_bytes
from jupyterlab_promote.worker.masking import Mask
from jupyterlab_promote.worker.told import shown_once

CELL_LIMIT = 8 * 2**20
NOTEBOOK_LIMIT = 64 * 2**20
COUNT_LIMIT = 2000
_CHUNK = 64 * 2**10
_TRACEBACK_LIMIT = 256 * 2**10


@dataclass
class OutputBudget:
    """What a notebook's cells may still put out; one per step.

    Attributes:
        cell_limit, notebook_limit: bytes of text and encoded pictures.
        count_limit: outputs of one cell.
    """

    cell_limit: int = CELL_LIMIT
    notebook_limit: int = NOTEBOOK_LIMIT
    count_limit: int = COUNT_LIMIT
    _total: int = 0
    _cells: dict[int, int] = field(default_factory=dict)

    def admits(self, cell_index: int, content: Mapping[str, Any], outputs: int) -> bool:
        """Count an output of a cell; False when it is over the limits."""
        size = content_size(content)
        used = self._cells.get(cell_index, 0)
        if used + size > self.cell_limit or outputs >= self.count_limit:
            return False
        if self._total + size > self.notebook_limit:
            return False
        self._cells[cell_index] = used + size
        self._total += size
        return True

    def note(self) -> NotebookNode:
        """The visible output that stands for what was not kept."""
        text = (
            f"[promote] The output goes on, but is not kept: a cell keeps {format_bytes(self.cell_limit)} "
            f"or {self.count_limit} outputs, a step {format_bytes(self.notebook_limit)}.\n"
        )
        return NotebookNode(
            output_type="stream", name="stderr", text=text, metadata={"promote": "cut"}
        )


def content_size(content: Any) -> int:
    """About how many bytes a message's content takes in the notebook."""
    if isinstance(content, str):
        return len(content)
    if isinstance(content, Mapping):
        return sum(content_size(value) for value in content.values())
    if isinstance(content, list | tuple):
        return sum(content_size(value) for value in content)
    return 8


def append_stream(outputs: list[NotebookNode], name: str, text: str, *, mask: Mask) -> None:
    """Add text to the cell's outputs, joined with the stream output before it while that is small."""
    last = outputs[-1] if outputs else None
    joins = last is not None and last.get("output_type") == "stream" and last.get("name") == name
    if last is not None and joins and "metadata" not in last and len(last["text"]) < _CHUNK:
        # A secret may come in two messages.
        last["text"] = mask.text(last["text"] + text)
    else:
        outputs.append(NotebookNode(output_type="stream", name=name, text=text))


def finished_outputs(outputs: list[NotebookNode], *, mask: Mask) -> list[NotebookNode]:
    """A cell's outputs as they are kept: adjacent streams joined, lines rewritten by `\\r` shown once."""
    groups: list[list[NotebookNode]] = []
    for output in outputs:
        output.pop("metadata", None) if output["output_type"] == "stream" else None
        same = (
            groups
            and output["output_type"] == "stream"
            and groups[-1][-1]["output_type"] == "stream"
            and groups[-1][-1]["name"] == output["name"]
        )
        if same:
            groups[-1].append(output)
        else:
            groups.append([output])
    return [_joined(group, mask) for group in groups]


def _joined(group: list[NotebookNode], mask: Mask) -> NotebookNode:
    first = group[0]
    if first["output_type"] == "stream":
        text = mask.text("".join(output["text"] for output in group))
        first["text"] = shown_once(text)
    elif first["output_type"] == "error":
        first["traceback"] = _clipped(first["traceback"])
    return first


def _clipped(traceback: list[str]) -> list[str]:
    if sum(map(len, traceback)) <= _TRACEBACK_LIMIT:
        return traceback
    share = _TRACEBACK_LIMIT // max(1, min(len(traceback), 40))
    kept = [*traceback[:20], *traceback[-20:]] if len(traceback) > 40 else traceback
    return [line if len(line) <= share else line[:share] + " ... [cut]" for line in kept]

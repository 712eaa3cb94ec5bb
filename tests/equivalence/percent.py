"""Whole notebooks written as text: `# %%` starts a code cell, with `step:NAME`, `tags:a,b`, `[markdown]` or `file:PATH`."""

import re
from pathlib import Path
from typing import Any

import nbformat


def read_percent(path: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """The notebook that a percent file describes, and the files that lie beside it by relative path."""
    cells: list[Any] = []
    files: dict[str, str] = {}
    for block in re.split(r"^# %%", path.read_text(), flags=re.MULTILINE)[1:]:
        head, _, body = block.partition("\n")
        body = body.strip("\n")
        if found := re.search(r"file:(\S+)", head):
            files[found[1]] = body + "\n"
            continue
        if "[markdown]" in head:
            cell = nbformat.v4.new_markdown_cell(re.sub(r"^# ?", "", body, flags=re.MULTILINE))
        else:
            cell = nbformat.v4.new_code_cell(body)
        cell["id"] = f"c{len(cells)}"
        tags = [f"step:{name}" for name in re.findall(r"step:(\S+)", head)]
        for more in re.findall(r"tags:(\S+)", head):
            tags += more.split(",")
        if tags:
            cell["metadata"]["tags"] = tags
        cells.append(cell)
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook["metadata"]["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    return notebook, files

"""Notebooks written as a few lines of Python."""

import pytest

from jupyterlab_promote.notebook.document import read_notebook

_KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def content(*cells, kernel=_KERNEL, **promote):
    """nbformat JSON. A cell is its source, or (tags, source); sources that begin with `# ` are markdown."""
    made = []
    for index, cell in enumerate(cells):
        tags, source = cell if isinstance(cell, tuple) else ("", cell)
        markdown = source.startswith("# ")
        raw = {
            "id": f"c{index}",
            "cell_type": "markdown" if markdown else "code",
            "metadata": {"tags": tags.split(",")} if tags else {},
            "source": source,
        }
        made.append(raw if markdown else {**raw, "outputs": [], "execution_count": None})
    metadata = {"kernelspec": dict(kernel)}
    if promote:
        metadata["promote"] = promote
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": made}


@pytest.fixture
def nb_json():
    return content


@pytest.fixture
def notebook():
    return lambda *cells, **more: read_notebook(content(*cells, **more))

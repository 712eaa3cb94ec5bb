"""The linear run of `verify`: the same notebook as one step, from top to bottom, in its whole folder.

What is compared with it is `verify.py`'s.
"""

import glob
import itertools
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Any

from jupyterlab_promote.dataflow.analysis import Context, analyse
from jupyterlab_promote.notebook.document import Notebook, read_notebook
from jupyterlab_promote.notebook.tags import retagged
from jupyterlab_promote.split.plan import plan
from jupyterlab_promote.store.never import never_travels
from jupyterlab_promote.store.version_files import MAX_FILES_BYTES
from jupyterlab_promote.worker.verify_run import Execution, Runs


def linear_runs(
    content: dict[str, Any], name: str, runs: Runs, *, context: Context
) -> Iterator[Execution]:
    """Runs of a notebook's content as one step, as many as are asked for."""
    whole = read_notebook(_untagged(content))
    files = _whole_folder(runs.folder, context.files or frozenset())
    pipeline = plan(analyse(whole, context=context), whole, name=name)
    with_files = pipeline.model_copy(update={"file_globs": files})
    for count in itertools.count(1):
        yield Execution(with_files, whole, runs, run_id=f"linear-{count}")


def without(nb: Notebook, cells: frozenset[str]) -> dict[str, Any]:
    """The notebook's content without some cells; those that are left have their ids."""
    content = json.loads(json.dumps(nb.content))
    kept = [
        {**raw, "id": cell.id}
        for raw, cell in zip(content["cells"], nb.cells, strict=True)
        if cell.id not in cells
    ]
    return {**content, "cells": kept}


def _untagged(content: dict[str, Any]) -> dict[str, Any]:
    """The same notebook as one step; `imports` cells and the prelude stay where they are."""
    cells = []
    for raw in content["cells"]:
        metadata = raw.get("metadata", {})
        tags = retagged(tuple(metadata.get("tags", ())), None)
        kept = [tag for tag in tags if tag not in ("imports", "functions")]
        cells.append({**raw, "metadata": {**metadata, "tags": kept}})
    return {**content, "cells": cells}


def _whole_folder(folder: Path, files: frozenset[str]) -> tuple[str, ...]:
    """What the linear run finds beside it: all that the notebook does and that may travel, unless it is too large.

    So a file that the analysis missed shows as a difference.
    """
    # A pattern that only a credential matches would be refused as one that matches no file.
    files = frozenset(p for p in files if not never_travels(PurePath(p)))
    sizes = ((folder / path).stat().st_size for path in files if (folder / path).is_file())
    if sum(sizes) > MAX_FILES_BYTES:
        return ()
    # Names that only differ in case cannot travel together; those that the notebook reads go all the same.
    met = Counter(path.casefold() for path in files)
    twins = {path.partition("/")[0] for path in files if met[path.casefold()] > 1}
    above = {path for path in files if path.startswith("../")}
    tops = {path.partition("/")[0] for path in files - above} - twins
    return (
        *(
            f"{glob.escape(top)}/**/*" if (folder / top).is_dir() else glob.escape(top)
            for top in sorted(tops)
        ),
        *(glob.escape(path) for path in sorted(above)),
    )

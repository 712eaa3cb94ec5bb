"""Use cases about the files that steps wrote: fetch one, or put a copy beside the source notebook."""

import tempfile
from pathlib import Path

from jupyterlab_promote.errors import InvalidInput
from jupyterlab_promote.model.review import CopiedFile, FileRequest
from jupyterlab_promote.server.debug_notebooks import beside_source
from jupyterlab_promote.server.site import Site

_MOST_COPIES = 1000


def fetch(site: Site, dag_id: str, run_id: str, step: str, wish: FileRequest, *, to: Path) -> None:
    """Bring the file to a local path. Raises NotFound when the step wrote no such file."""
    site.session(reading=True).registration.written_file(
        dag_id,
        run_id,
        step,
        wish.path,
        map_index=wish.map_index,
        attempt=wish.attempt,
        to=to,
    )


def copy(site: Site, dag_id: str, run_id: str, step: str, wish: FileRequest) -> CopiedFile:
    """Put a copy beside the notebook that the pipeline is published from; nothing there is replaced.

    Raises:
        InvalidInput: the notebook is not in what this Jupyter serves.
        NotFound: the step wrote no such file.
    """
    source = site.session(reading=True).head(dag_id).entry.path
    folder = beside_source(site.root, source) if site.root is not None else None
    if site.root is None or folder is None:
        raise InvalidInput(
            "path",
            "the notebook that it was published from is not here",
            hint="Download the file instead.",
        )
    with tempfile.TemporaryDirectory(prefix="promote-file-") as passing:
        local = Path(passing) / "content"
        fetch(site, dag_id, run_id, step, wish, to=local)
        made = _free(folder, Path(wish.path).name, local.read_bytes())
    return CopiedFile(path=made.relative_to(site.root).as_posix())


def _free(folder: Path, name: str, data: bytes) -> Path:
    """Write under the name, or under one with a number where that is taken."""
    stem, dot, ending = name.partition(".")
    for number in range(_MOST_COPIES):
        path = folder / (f"{stem}-{number}{dot}{ending}" if number else name)
        try:
            with path.open("xb") as target:
                target.write(data)
        except FileExistsError:
            continue
        return path
    raise InvalidInput(
        "path",
        f"there are {_MOST_COPIES} copies of {name} beside the notebook already",
        hint="Delete some of them.",
    )

"""Where the Lab puts debug notebooks: in `debug/` beside the source notebook, else in Jupyter's own folder."""

from pathlib import Path

from jupyterlab_promote.errors import InvalidInput
from jupyterlab_promote.model.review import DebugPlan, DebugRequest
from jupyterlab_promote.server import debugging, runs
from jupyterlab_promote.server.site import Site

_FOLDER = "debug"


def debug(site: Site, dag_id: str, run_id: str, step: str, request: DebugRequest) -> DebugPlan:
    """Say what a debug notebook would load; write it once that was confirmed.

    Raises:
        InvalidInput: the notebooks of this Jupyter are not files of this computer.
        NotFound: there is no such step, or one of its inputs is gone.
    """
    if site.root is None:
        raise InvalidInput(
            "path",
            "the notebooks of this Jupyter are no files of this computer",
            hint="Use `jupyter promote debug RUN STEP` where there are files.",
        )
    session = site.session(reading=True)
    wanted = debugging.step_of_run(
        session,
        runs.show(session, dag_id, run_id),
        step,
        map_index=request.map_index,
        attempt=request.attempt,
    )
    beside = beside_source(site.root, session.head(dag_id).entry.path)
    folder = (beside or site.root) / _FOLDER / wanted.folder_name
    file = folder / f"{step}.ipynb"
    if request.confirm:
        file = debugging.write(wanted, folder, beside=beside)
    path = file.relative_to(site.root).as_posix()
    return debugging.explain(wanted, path=path, beside=beside, written=request.confirm)


def beside_source(root: Path, source: str) -> Path | None:
    """The source notebook's folder, where it lies in what Jupyter serves."""
    folder = Path(source).parent if source else root
    known = folder if folder.is_absolute() else root / folder
    return known if known.is_dir() and known.is_relative_to(root) else None

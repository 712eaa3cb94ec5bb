"""What a notebook reads by way of its configuration, as far as the configuration names it.

Which paths a configuration names is found where files are (`store/config_files.py`).
"""

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from jupyterlab_promote.dataflow.located import located
from jupyterlab_promote.model.finding import Action, Finding, FixAction
from jupyterlab_promote.model.pipeline import FileUse
from jupyterlab_promote.notebook.document import Cell

_MOST_TOLD = 3


def with_named_files(
    uses: tuple[FileUse, ...], named: Mapping[str, Sequence[str]]
) -> tuple[FileUse, ...]:
    """The files that a notebook reads, and those that its configuration names, at the place where that is read.

    Args:
        named: by configuration file, the paths that it names; folders end in `/`.
    """
    known = {use.path for use in uses}
    more: dict[str, FileUse] = {}
    for use in uses:
        for path in named.get(use.path, ()):
            if path not in known and not path.endswith("/"):
                further = FileUse(path=path, kind="data", travels="frozen", place=use.place)
                more.setdefault(path, further)
    return (*uses, *more.values())


def named_folders(
    cells: tuple[Cell, ...],
    uses: tuple[FileUse, ...],
    named: Mapping[str, Sequence[str]],
    declared: Sequence[str],
) -> Iterator[Finding]:
    """PRM416: a configuration names a folder; which of its files are read, only the run knows.

    Args:
        declared: patterns of files that travel because the user says so.
    """
    by_id = {cell.id: cell for cell in cells} if named else {}
    for use in uses:
        folders = [path for path in named.get(use.path, ()) if path.endswith("/")]
        open_ones = [f for f in folders if not _is_declared(f, uses, declared)]
        cell = by_id.get(use.place.cell or "")
        if cell is None or not open_ones:
            continue
        listed = ", ".join(f"`{folder.rstrip('/')}`" for folder in open_ones[:_MOST_TOLD])
        yield located(
            cell,
            use.place.line,
            code="PRM416",
            severity="warning",
            name=use.path,
            message=f"`{use.path}` names {listed}: what the notebook reads there does not travel with the version.",
            fix=f"Add `{open_ones[0]}**` to the notebook's files, read it from a mount, or accept it where the "
            "notebook only writes there.",
            actions=(Action(kind=FixAction.ACCEPT, label="Accept"),),
        )


def _is_declared(folder: str, uses: tuple[FileUse, ...], declared: Sequence[str]) -> bool:
    inside = f"{folder}x"
    read = any(use.path.startswith(folder) for use in uses)
    return read or any(fnmatchcase(inside, pattern) for pattern in declared)

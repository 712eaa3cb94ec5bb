"""From a pipeline and its notebook to a draft: renders the step notebooks, places and hashes the files."""

import importlib.metadata
import os
import platform
import posixpath
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from jupyterlab_promote.dataflow.around import Named, may_be_a_path, named_in
from jupyterlab_promote.dataflow.files.folders import MOST_ABOVE, levels_above
from jupyterlab_promote.dataflow.files.written_folders import listed_in, not_made, written_folders
from jupyterlab_promote.model.document import canonical_json
from jupyterlab_promote.model.pipeline import Pipeline
from jupyterlab_promote.model.version import FileEntry, Manifest, Package
from jupyterlab_promote.notebook.document import Cell, Notebook
from jupyterlab_promote.notebook.identity import published_bytes
from jupyterlab_promote.split.render import render
from jupyterlab_promote.store.blobs import sha256_of_content
from jupyterlab_promote.store.folder import folder_context
from jupyterlab_promote.store.version_files import collect_files, inside
from jupyterlab_promote.store.versions import Draft


def make_draft(
    pipeline: Pipeline,
    nb: Notebook,
    folder: Path | None,
    *,
    uid: str,
    dag_id: str,
    packages: tuple[Package, ...] | None = None,
) -> Draft:
    """The version that publishing would store.

    Args:
        folder: where the notebook lies; None for a notebook without a file.
        uid: the pipeline's identity.
        packages: installed versions in the kernel's environment; None asks this interpreter.

    Raises:
        NotPromotable: a file that the notebook reads is missing, too large, or must not travel.
    """
    placed = _place(pipeline, nb, folder)
    notebooks = {made.step: canonical_json(made.content) for made in render(pipeline, nb)}
    source = published_bytes(nb)
    manifest = Manifest(
        dag_id=dag_id,
        uid=uid,
        name=pipeline.name,
        description=pipeline.description,
        kernel=pipeline.kernel,
        language=pipeline.language,
        steps=pipeline.steps,
        edges=pipeline.edges,
        parameters=pipeline.parameters,
        schedule=pipeline.schedule,
        requirements=pipeline.requirements,
        packages=installed_packages(pipeline.imports) if packages is None else packages,
        python=platform.python_version(),
        file_uses=pipeline.files,
        files=placed.entries,
        folder=placed.folder,
        folders=placed.folders,
        produces=pipeline.produces,
        notebooks={step: sha256_of_content(data) for step, data in notebooks.items()},
        source=sha256_of_content(source),
    )
    return Draft(manifest=manifest, notebooks=notebooks, source=source, files=placed.files)


@dataclass(frozen=True)
class _Placed:
    """Where things lie in a version, seen from the highest folder that the notebook's paths climb to.

    Attributes:
        executable: the paths of those that may be started by their name.
        folder: the notebook's own.
        folders: those that must be there because it writes into them.
    """

    files: dict[str, bytes | Path]
    executable: frozenset[str]
    folder: str
    folders: tuple[str, ...]

    @property
    def entries(self) -> tuple[FileEntry, ...]:
        """The files as the manifest lists them."""
        return tuple(
            FileEntry(
                path=path,
                sha256=sha256_of_content(content),
                size=_size(content),
                executable=path in self.executable,
            )
            for path, content in sorted(self.files.items())
        )


def _place(pipeline: Pipeline, nb: Notebook, folder: Path | None) -> _Placed:
    found = collect_files(pipeline, folder)
    code = tuple(cell for cell in nb.cells if cell.is_code)
    python = pipeline.language == "python"
    named = named_in(code, folder_context(folder, nb).around) if python else None
    written = _written(folder, code, named) if named else ()
    climbing = named_in(code).above().named if python else ()
    below = _below(folder, [*found, *written, *climbing])
    places = {path: posixpath.normpath(f"{below}/{path}") if below else path for path in found}
    return _Placed(
        files={places[path]: content for path, content in found.items()},
        executable=frozenset(
            place
            for path, place in places.items()
            if folder is not None and os.access(folder / path, os.X_OK)
        ),
        folder=below,
        folders=tuple(posixpath.normpath(posixpath.join(below, path)) for path in written),
    )


def _written(folder: Path | None, code: tuple[Cell, ...], named: Named) -> tuple[str, ...]:
    """The folders beside or above the notebook that it writes into; it makes the others, or fails as it would here."""
    if folder is None:
        return ()
    wanted = (*written_folders(code), *not_made(code, named.folders()))
    near = (path for path in wanted if inside(path) and path.strip("./"))
    found = [path for path in near if may_be_a_path(path) and (folder / path).is_dir()]
    return tuple(dict.fromkeys([*found, *_entries(folder, listed_in(code))]))


def _entries(folder: Path, listed: Iterable[str]) -> list[str]:
    """The folders in those that are listed, without what Jupyter, Python and git keep there."""
    inside_each = (
        entry
        for path in listed
        if inside(path) and (folder / path).is_dir()
        for entry in sorted((folder / path).iterdir())
        if entry.is_dir() and not entry.name.startswith((".", "__"))
    )
    found = [entry.relative_to(folder).as_posix() for entry in inside_each]
    return found if len(found) <= _MOST_FOLDERS else []


_MOST_FOLDERS = 200


def _below(folder: Path | None, paths: Iterable[str]) -> str:
    """The folders from the highest one that the notebook's paths climb to down to the notebook: `proj/notebooks`."""
    climbs = [levels for path in paths if (levels := levels_above(path)) <= MOST_ABOVE]
    parts = folder.resolve().parts[1:] if folder is not None else ()
    highest = min(max(climbs, default=0), len(parts))
    return "/".join(parts[len(parts) - highest :])


def installed_packages(imports: Sequence[str]) -> tuple[Package, ...]:
    """Distributions that provide imported modules, with their installed versions."""
    providers = importlib.metadata.packages_distributions()
    top = {name.partition(".")[0] for name in imports}
    names = sorted({name for module in top for name in providers.get(module, ())})
    return tuple(Package(name=name, version=importlib.metadata.version(name)) for name in names)


def _size(content: bytes | Path) -> int:
    return len(content) if isinstance(content, bytes) else content.stat().st_size

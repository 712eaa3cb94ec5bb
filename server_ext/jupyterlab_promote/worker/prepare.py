"""Before the first cell: the notebook with its parameters, the working directory, the kernel's context."""

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import JsonValue

from jupyterlab_promote.errors import InvalidInput, NotFound
from jupyterlab_promote.ids import UNMAPPED
from jupyterlab_promote.model.pipeline import Step
from jupyterlab_promote.model.run import InputRef, Outcome, StepRequest, WorkingFile
from jupyterlab_promote.model.version import Manifest
from jupyterlab_promote.store import layout
from jupyterlab_promote.store.node_cache import NodeCache
from jupyterlab_promote.store.runs import AttemptRef, input_outcome, ref_of_input
from jupyterlab_promote.store.store import Store
from jupyterlab_promote.store.workdir import restore
from jupyterlab_promote.worker.handoff.problems import InputCorrupt, InputMissing
from jupyterlab_promote.worker.lean import import_papermill

if TYPE_CHECKING:
    import nbformat

_INJECTED = "promote-injected-parameters"
_STARTED = 0o755
_SECOND = 10**9


@dataclass(frozen=True)
class Given:
    """One input: its reference, its outcome, and its handoff's folder on this machine (None when it left none)."""

    ref: InputRef
    outcome: Outcome
    folder: Path | None


@contextmanager
def given_inputs(store: Store, request: StepRequest) -> Iterator[tuple[Given, ...]]:
    """The inputs of a request, checked and on this machine, kept while the context is open.

    Raises:
        InputMissing: an input's outcome or a file of it is gone.
        InputCorrupt: it is not the one that was referred to.
        Unavailable: the store cannot be read.
    """
    with ExitStack() as held:
        yield tuple(_given(store, request, ref, held) for ref in request.inputs)


def _given(store: Store, request: StepRequest, ref: InputRef, held: ExitStack) -> Given:
    prefix = f"{layout.HANDOFF}/"
    cache = NodeCache(Path(tempfile.gettempdir()) / "promote-handoffs")
    try:
        outcome = input_outcome(store, request, ref)
        files = [
            file.model_copy(update={"path": file.path.removeprefix(prefix)})
            for file in outcome.files
            if file.path.startswith(prefix)
        ]
        if not files:
            return Given(ref, outcome, None)
        path = ref_of_input(request, ref).path(layout.HANDOFF)
        folder = held.enter_context(cache.folder(store, path, files, key=ref.outcome_sha256))
    except NotFound as error:
        raise InputMissing(error.message, hint=error.hint) from error
    except InvalidInput as error:
        raise InputCorrupt(error.message, hint=error.hint) from error
    return Given(ref, outcome, folder)


def fill_folder(store: Store, manifest: Manifest, given: tuple[Given, ...], folder: Path) -> None:
    """The version's files, then what upstream steps changed, in the notebook's order."""
    order = {step.name: index for index, step in enumerate(manifest.steps)}
    changes = sorted(given, key=lambda g: (order.get(g.ref.step, 0), g.ref.map_index))
    restore(store, [change for g in changes for change in g.outcome.changes], folder)


def version_files(store: Store, manifest: Manifest, given: tuple[Given, ...], folder: Path) -> None:
    """The files that were frozen with the version, and the folders that its steps write into.

    They are older than what upstream steps wrote, since a step may look for the newest file.
    """
    written = [c.modified for g in given for c in g.outcome.changes if c.modified is not None]
    files = [
        WorkingFile(
            path=f.path,
            size=f.size,
            sha256=f.sha256,
            mode=_STARTED if f.executable else None,
            modified=min(written) - _SECOND if written else None,
        )
        for f in manifest.files
    ]
    restore(store, files, folder)
    for path in manifest.folders:
        (folder / path).mkdir(parents=True, exist_ok=True)


def handoff_folder(store: Store, ref: AttemptRef, scratch: Path) -> Path:
    """Where the kernel leaves its values: in the store itself when it is on this machine."""
    local = store.local_path(ref.path(layout.HANDOFF))
    return local if local is not None else scratch / layout.HANDOFF


def write_context(
    request: StepRequest,
    step: Step,
    given: tuple[Given, ...],
    *,
    manifest: Manifest,
    output: Path,
    workdir: Path,
    scratch: Path,
) -> Path:
    """The file that tells the kernel's half of the handoff where it stands."""
    inputs: dict[str, list[str]] = {}
    for one in given:
        if one.folder is not None:
            inputs.setdefault(one.ref.step, []).append(str(one.folder))
    # Told by the version and not by the inputs: of a list without elements there are none.
    mapped = sorted(
        {i.step for i in step.inputs if manifest.step(i.step).settings.map_over is not None}
    )
    over = step.settings.map_over
    item = None
    if over is not None and request.map_index != UNMAPPED:
        item = {"name": over.item, "over": over.over, "index": request.map_index}
    context = {
        "step": request.step,
        "inputs": inputs,
        "mapped": mapped,
        "item": item,
        "changes": step.changes,
        "rebound": [name for given in step.inputs for name in given.rebound],
        "changed": {given.step: given.changed for given in step.inputs if given.changed},
        "output": str(output),
        "metrics": str(scratch / "metrics.jsonl"),
        "workdir": str(workdir),
        "secrets": sorted(request.environment.secrets),
    }
    path = scratch / "context.json"
    path.write_text(json.dumps(context))
    return path


def prepared_notebook(
    data: bytes, manifest: Manifest, request: StepRequest
) -> "nbformat.NotebookNode":
    """The step notebook with its parameters injected, as papermill does it.

    Raises:
        InvalidInput: a parameter that the pipeline does not have, or a value that is not of its type.
    """
    # Imported here, so that the kernel boots meanwhile; so is what injects parameters.
    import nbformat

    known = {parameter.name: parameter for parameter in manifest.parameters}
    for name in request.parameters:
        if name not in known:
            raise InvalidInput(
                f"parameter {name}",
                "is not one of the pipeline",
                hint=f"There are: {', '.join(known) or 'none'}.",
            )
    notebook = nbformat.reads(data.decode(), as_version=4)
    notebook.metadata["papermill"] = {"parameters": {}, "version": ""}
    for cell in notebook.cells:
        cell.metadata.setdefault("tags", [])
        cell.metadata["papermill"] = {}
    wanted = {
        n: v
        for n, v in request.parameters.items()
        if n in manifest.step(request.step).reads_parameters
    }
    if not wanted:
        return notebook
    return _injected(notebook, manifest, wanted)


def _injected(
    notebook: "nbformat.NotebookNode",
    manifest: Manifest,
    wanted: Mapping[str, JsonValue],
) -> "nbformat.NotebookNode":
    from jupyterlab_promote.worker.translator import register, typed

    register()
    values = typed(wanted, manifest.parameters)
    parameterize = import_papermill("papermill.parameterize")
    result: nbformat.NotebookNode = parameterize.parameterize_notebook(
        notebook, values, kernel_name=manifest.kernel, language=manifest.language
    )
    result.metadata["papermill"]["parameters"] = dict(wanted)
    for cell in result.cells:
        if "injected-parameters" in cell.metadata.get("tags", ()):
            cell["id"] = _INJECTED
            cell.metadata["papermill"] = {}
    return result

"""Earlier outcomes of steps by what went into them. Used only for steps whose settings ask for it.

A key is made of the step's code, what it builds on by content, its parameters, files and environment: the publisher's,
of which an outcome tells how it differs, and the one in which the step runs, which only a worker knows. An entry is a
hint: one whose outcome or files are gone is a miss.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jupyterlab_promote._version import __version__
from jupyterlab_promote.errors import InvalidInput, NotFound
from jupyterlab_promote.ids import UNMAPPED
from jupyterlab_promote.model.document import Document, canonical_json, dump, sha256_of
from jupyterlab_promote.model.pipeline import Step
from jupyterlab_promote.model.run import Outcome, StepRequest
from jupyterlab_promote.model.version import Manifest
from jupyterlab_promote.store import layout
from jupyterlab_promote.store.runs import (
    AttemptRef,
    input_outcome,
    outcome_sha256,
    read_outcome,
    ref_of,
)
from jupyterlab_promote.store.store import Store

_CONTENT = frozenset(f"{layout.HANDOFF}/{name}" for name in ("handoff.json", "streams", "buffers"))


class _Key(Document):
    """All that the result of a step depends on; its hash is the key."""

    product: str
    notebook: str
    kernel: str
    python: str
    packages: tuple[Any, ...]
    environment: Any
    surroundings: str
    parameters: dict[str, Any]
    files: tuple[Any, ...]
    live_files: tuple[tuple[str, int, int], ...]
    inputs: tuple[Any, ...]
    map_index: int


class _Entry(Document):
    """Which attempt has the result."""

    run_id: str
    map_index: int = UNMAPPED
    attempt: int
    outcome_sha256: str


def cache_key(store: Store, manifest: Manifest, request: StepRequest, *, surroundings: str) -> str:
    """The key of a step run.

    Args:
        surroundings: what the step finds on the machine that runs it, as one text.

    Raises:
        NotFound, InvalidInput: an input is not there any more.
        Unavailable: the store cannot be read.
    """
    step = manifest.step(request.step)
    return sha256_of(
        _Key(
            product=__version__,
            notebook=manifest.notebooks[step.name],
            kernel=manifest.kernel,
            python=manifest.python,
            packages=tuple(dump(package) for package in manifest.packages),
            environment=dump(request.environment),
            surroundings=surroundings,
            parameters={n: v for n, v in request.parameters.items() if n in step.reads_parameters},
            files=tuple(dump(file) for file in manifest.files),
            live_files=tuple(_live_files(manifest, step)),
            inputs=tuple(_inputs(store, step, request)),
            map_index=request.map_index,
        )
    )


def _inputs(store: Store, step: Step, request: StepRequest) -> Iterator[Any]:
    """What the step builds on, by content: the same values left by another run are the same input."""
    providers = {given.step for given in step.inputs}
    for given in request.inputs:
        outcome = input_outcome(store, request, given)
        values = [
            f.sha256 for f in sorted(outcome.files, key=lambda f: f.path) if f.path in _CONTENT
        ]
        changes = [{**dump(change), "modified": None} for change in outcome.changes]
        yield [given.step, given.map_index, values if given.step in providers else [], changes]


def _live_files(manifest: Manifest, step: Step) -> Iterator[tuple[str, int, int]]:
    """Files outside the version that the step reads on this machine: size and time tell of a change."""
    cells = {*step.cells, *step.replay}
    for use in manifest.file_uses:
        if use.travels == "live" and use.place.cell in cells:
            with contextlib.suppress(OSError):
                about = Path(use.path).stat()
                yield use.path, about.st_size, about.st_mtime_ns


def remember(store: Store, outcome: Outcome, *, key: str) -> None:
    """Let later runs find a success; raises Unavailable."""
    entry = _Entry(
        run_id=outcome.run_id,
        map_index=outcome.map_index,
        attempt=outcome.attempt,
        outcome_sha256=outcome_sha256(store, ref_of(outcome)),
    )
    store.put(layout.cache_entry(outcome.dag_id, key), canonical_json(dump(entry)))


def take(store: Store, request: StepRequest, *, key: str) -> Outcome | None:
    """An earlier success as the outcome of an attempt that the caller has claimed; None for a miss.

    Its files are copied within the store, so that the attempt is whole like any other.

    Raises:
        Unavailable: the store cannot be used.
    """
    earlier = _find(store, request, key)
    if earlier is None:
        return None
    source, target = ref_of(earlier), ref_of(request)
    try:
        for file in earlier.files:
            store.copy(source.path(file.path), target.path(file.path))
    except NotFound:
        return None
    return earlier.model_copy(
        update={
            "run_id": request.run_id,
            "version": request.version,
            "map_index": request.map_index,
            "attempt": request.attempt,
            "cached_from": earlier.cached_from or earlier.run_id,
            "queued_seconds": None,
            "seconds": 0.0,
        }
    )


def _find(store: Store, request: StepRequest, key: str) -> Outcome | None:
    try:
        entry = _Entry.model_validate(
            store.read_json(layout.cache_entry(request.dag_id, key)), strict=False
        )
        ref = AttemptRef(
            dag_id=request.dag_id,
            run_id=entry.run_id,
            step=request.step,
            map_index=entry.map_index,
            attempt=entry.attempt,
        )
        outcome = read_outcome(store, ref)
        same = outcome_sha256(store, ref) == entry.outcome_sha256
    except (NotFound, InvalidInput, ValueError):
        return None
    return outcome if same and outcome is not None and outcome.ok else None

"""The inputs of an attempt: found by reference, checked, brought to this machine.

What was referred to must be there, be a success and have the hash that the reference names; "the latest" is
never looked up. Contents are hashed by the handoff while cells run.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jupyterlab_promote.errors import InvalidInput, NotFound, PromoteError
from jupyterlab_promote.model.run import Cause, InputRef, Outcome, StepRequest
from jupyterlab_promote.model.version import Manifest
from jupyterlab_promote.store import layout, runs
from jupyterlab_promote.store.store import Store


class InputUnusable(PromoteError):
    """An input of a step is missing or not what was referred to."""

    code = "input"

    def __init__(self, cause: Cause, step: str, reason: str) -> None:
        super().__init__(
            f"The values of step {step!r} cannot be used: {reason}.",
            hint=f"Run the pipeline again from step {step!r}.",
            step=step,
        )
        self.cause = cause


@dataclass(frozen=True)
class Inputs:
    """What a step has from earlier ones.

    Attributes:
        outcomes: of all steps before, in the order of the notebook.
        folders: handoff folders on this machine by provider; several for a mapped one, in item order.
    """

    outcomes: tuple[Outcome, ...]
    folders: Mapping[str, tuple[Path, ...]]


def collect(store: Store, request: StepRequest, *, manifest: Manifest, scratch: Path) -> Inputs:
    """Check all inputs and bring the needed handoffs here.

    Raises:
        InputUnusable: one is gone, incomplete or another one than referred to.
        Unavailable: the store cannot be read.
    """
    order = {step.name: place for place, step in enumerate(manifest.steps)}
    given = sorted(
        request.inputs, key=lambda ref: (order.get(ref.step, len(order)), ref.map_index)
    )
    outcomes = tuple(_outcome(store, request, ref) for ref in given)
    folders: dict[str, tuple[Path, ...]] = {}
    needed = {source.step for source in manifest.step(request.step).inputs}
    for ref, outcome in zip(given, outcomes, strict=True):
        if ref.step in needed:
            folder = _folder(store, outcome, scratch=scratch)
            folders[ref.step] = (*folders.get(ref.step, ()), folder)
    for missing in sorted(needed - folders.keys()):
        raise InputUnusable(Cause.INPUT_MISSING, missing, "no finished attempt of it was named")
    return Inputs(outcomes=outcomes, folders=folders)


def _outcome(store: Store, request: StepRequest, ref: InputRef) -> Outcome:
    try:
        return runs.input_outcome(store, request, ref)
    except NotFound as error:
        raise InputUnusable(Cause.INPUT_MISSING, ref.step, "its outcome is gone") from error
    except InvalidInput as error:
        raise InputUnusable(Cause.INPUT_CORRUPT, ref.step, error.fields["reason"]) from error


def _folder(store: Store, outcome: Outcome, *, scratch: Path) -> Path:
    """The handoff folder of an outcome on this machine, each file there with the size it should have."""
    ref = runs.ref_of(outcome)
    files = [file for file in outcome.files if file.path.startswith(f"{layout.HANDOFF}/")]
    local = store.local_path(ref.path(layout.HANDOFF))
    target = local or scratch / "inputs" / ref.step / str(ref.map_index) / layout.HANDOFF
    for file in files:
        path = target / file.path.removeprefix(f"{layout.HANDOFF}/")
        try:
            if local is None:
                path.parent.mkdir(parents=True, exist_ok=True)
                store.download(ref.path(file.path), path)
            size = path.stat().st_size
        except (NotFound, FileNotFoundError) as error:
            raise InputUnusable(
                Cause.INPUT_MISSING, ref.step, f"{file.path} of attempt {ref.attempt} is gone"
            ) from error
        if size != file.size:
            reason = f"{file.path} has {size} bytes instead of {file.size}"
            raise InputUnusable(Cause.INPUT_CORRUPT, ref.step, reason)
    return target

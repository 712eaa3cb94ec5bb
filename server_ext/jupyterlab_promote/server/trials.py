"""Trying a notebook on this computer before it is published: a test run, or the proof that the result is the same.

The work is done by `jupyter promote run` and `jupyter promote verify` in a process of their own, because the
Jupyter server imports neither Ray nor papermill.
"""

import contextlib
import json
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from jupyterlab_promote.errors import InvalidInput, NotFound, Unavailable
from jupyterlab_promote.model.review import TrialCell, TrialRequest, TrialResult
from jupyterlab_promote.server.operations import Progress
from jupyterlab_promote.server.site import Site

STAGES: Mapping[str, str] = {"test_run": "run here", "verify": "compare"}

_MODULE = "jupyterlab_promote.cli.main"
_LOOK_SECONDS = 0.5
_END_SECONDS = 30.0
_SHOWN_CELLS = 20
_SHOWN_LETTERS = 2000


def run_trial(site: Site, request: TrialRequest, progress: Progress) -> TrialResult:
    """Do it and wait for its end.

    Raises:
        NotPromotable: the notebook is refused before anything runs.
        InvalidInput: the notebooks of this Jupyter are not files of this computer.
        Unavailable: the process ended without an answer.
    """
    shown = request.notebook if request.notebook is not None else site.read(request.path)
    steps = [step.name for step in site.source(request.path, shown).pipeline(start=None).steps]
    if request.until and request.until not in steps:
        raise InvalidInput("until", f"there is no step {request.until!r}")
    chosen = steps[: steps.index(request.until) + 1] if request.until else []
    command = _command(request, _file(site, request.path), chosen)
    stage = STAGES[request.kind]
    answer = _answer(command, shown, lambda line: progress(stage, line or "starting"))
    if request.kind == "verify":
        return _verified(answer)
    return ran(answer, until=request.until if len(chosen) < len(steps) else "")


def executed(site: Site, operation_id: str) -> dict[str, Any]:
    """The whole notebook of a test run. Raises NotFound."""
    trial = site.operations.get(operation_id).trial
    file = Path(trial.notebook) if trial is not None and trial.notebook else None
    if file is None or not file.is_file():
        raise NotFound("test run", operation_id, hint="Run it again.")
    content: dict[str, Any] = json.loads(file.read_text())
    return content


def _file(site: Site, path: str) -> Path:
    file = site.root / path.strip("/") if site.root is not None else None
    if file is None or not file.is_file():
        raise InvalidInput(
            "path",
            f"{path!r} is no file of this computer",
            hint="Publish the notebook and run it in Airflow.",
        )
    return file


def _command(request: TrialRequest, file: Path, steps: Sequence[str]) -> list[str]:
    verb: Literal["run", "verify"] = "verify" if request.kind == "verify" else "run"
    command = [sys.executable, "-m", _MODULE, verb, str(file), "--shown", "--json", "--progress"]
    if verb == "run":
        for name, value in request.parameters.items():
            text = value if isinstance(value, str) else json.dumps(value)
            command += ["-p", name, text]
        if steps:
            command += ["--steps", ",".join(steps)]
    return command


def _answer(
    command: Sequence[str], shown: Mapping[str, Any], tell: Callable[[str], None]
) -> dict[str, Any]:
    """Run the command and read the line of JSON that it ends with; ended early when `tell` raises."""
    last = ""
    # The answer goes into a file: nobody reads a pipe while the progress is read.
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        process = subprocess.Popen(  # noqa: S603 - our own command with the user's own notebook
            command,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        try:
            _give(process, shown)
            for line in _lines(process):
                last = line or last
                tell(last)
        finally:
            _stop(process)
        output.seek(0)
        lines = [line for line in output.read().splitlines() if line.startswith("{")]
    if not lines:
        raise Unavailable("The test run", "this computer", last or "it ended without an answer")
    answer: dict[str, Any] = json.loads(lines[-1])
    return answer


def _stop(process: subprocess.Popen[str]) -> None:
    """Close its input, at which it puts away what it began, and ends."""
    if process.stdin is not None:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _give(process: subprocess.Popen[str], shown: Mapping[str, Any]) -> None:
    """One line for the notebook; that the pipe stays open says that somebody still waits."""
    if process.stdin is not None:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(json.dumps(shown) + "\n")
            process.stdin.flush()


def _lines(process: subprocess.Popen[str]) -> Iterator[str]:
    """What it says, and nothing every now and then while it says nothing, so that it can be ended any time."""
    told: queue.SimpleQueue[str | None] = queue.SimpleQueue()

    def read() -> None:
        for line in process.stderr or ():
            told.put(line.strip())
        told.put(None)

    reader = threading.Thread(target=read, name="promote-trial-progress", daemon=True)
    reader.start()
    while True:
        try:
            line = told.get(timeout=_LOOK_SECONDS)
        except queue.Empty:
            yield ""
            continue
        if line is None:
            return
        yield line


def ran(answer: Mapping[str, Any], *, until: str) -> TrialResult:
    """What `jupyter promote run` tells; `until` is the last step that was asked for, empty for all of them."""
    ok = answer["state"] == "success"
    all_went_well = f"The steps up to {until} ran." if until else "All steps ran."
    return TrialResult(
        ok=ok,
        message=all_went_well if ok else str(answer.get("message", "")),
        hint="" if ok else str(answer.get("hint", "")),
        step=str(answer.get("step") or ""),
        cell_index=answer.get("cell_index"),
        notebook=str(answer.get("whole") or ""),
    )


def _verified(answer: Mapping[str, Any]) -> TrialResult:
    different = [
        c for c in answer.get("cells", ()) if c["verdict"] in ("different", "nondeterministic")
    ]
    ok = bool(answer.get("equal"))
    first = answer.get("first") or {}
    return TrialResult(
        ok=ok,
        message="Same result as from top to bottom." if ok else str(answer.get("message", "")),
        hint=str(answer.get("hint", "")),
        cell_index=first.get("cell_index"),
        cells=tuple(
            TrialCell(
                index=cell["cell_index"],
                step=cell["step"],
                verdict=cell["verdict"],
                linear=cell["linear"][:_SHOWN_LETTERS],
                split=cell["split"][:_SHOWN_LETTERS],
            )
            for cell in different[:_SHOWN_CELLS]
        ),
    )

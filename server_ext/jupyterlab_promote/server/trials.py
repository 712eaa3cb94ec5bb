"""Trying a notebook on this computer before it is published: a test run, or the proof that the result is the same.

The work is done by `jupyter promote run` and `jupyter promote verify` in a process of their own, because the
Jupyter server imports neither Ray nor papermill.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from jupyterlab_promote.errors import InvalidInput, NotFound, Unavailable
from jupyterlab_promote.model.review import TrialCell, TrialRequest, TrialResult
from jupyterlab_promote.server.operations import Progress
from jupyterlab_promote.server.site import Site

STAGES: Mapping[str, str] = {"test_run": "run here", "verify": "compare"}

_MODULE = "jupyterlab_promote.cli.main"
_SHOWN_CELLS = 20
_SHOWN_LETTERS = 2000


def run_trial(site: Site, request: TrialRequest, progress: Progress) -> TrialResult:
    """Do it and wait for its end.

    Raises:
        NotPromotable: the notebook is refused before anything runs.
        InvalidInput: the notebooks of this Jupyter are not files of this computer.
        Unavailable: the process ended without an answer.
    """
    pipeline = site.source(request.path).pipeline(start=None)
    steps = [step.name for step in pipeline.steps]
    if request.until and request.until not in steps:
        raise InvalidInput("until", f"there is no step {request.until!r}")
    chosen = steps[: steps.index(request.until) + 1] if request.until else []
    command = _command(request, _file(site, request.path), chosen)
    stage = STAGES[request.kind]
    progress(stage, "")
    answer = _answer(command, lambda line: progress(stage, line))
    return _verified(answer) if request.kind == "verify" else _ran(answer)


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
    command = [sys.executable, "-m", _MODULE, verb, str(file), "--json", "--progress"]
    if verb == "run":
        for name, value in request.parameters.items():
            text = value if isinstance(value, str) else json.dumps(value)
            command += ["-p", name, text]
        if steps:
            command += ["--steps", ",".join(steps)]
    return command


def _answer(command: Sequence[str], tell: Callable[[str], None]) -> dict[str, Any]:
    """Run the command and read the line of JSON that it ends with; ended early when `tell` raises."""
    last = ""
    # The answer goes into a file: nobody reads a pipe while the progress is read.
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        process = subprocess.Popen(  # noqa: S603 - our own command with the user's own notebook
            command, stdout=output, stderr=subprocess.PIPE, text=True, encoding="utf-8"
        )
        try:
            for line in process.stderr or ():
                last = line.strip() or last
                tell(line.strip())
        finally:
            process.terminate()
            process.wait()
        output.seek(0)
        lines = [line for line in output.read().splitlines() if line.startswith("{")]
    if not lines:
        raise Unavailable("The test run", "this computer", last or "it ended without an answer")
    answer: dict[str, Any] = json.loads(lines[-1])
    return answer


def _ran(answer: Mapping[str, Any]) -> TrialResult:
    ok = answer["state"] == "success"
    return TrialResult(
        ok=ok,
        message="All steps ran." if ok else str(answer.get("message", "")),
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

"""How a step ended, in the words that Airflow's log, the command line and the Lab all show.

Pure: from what was observed to cause, sentence and hint. The sentences live here and nowhere else.
"""

import math
import re
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jupyterlab_promote.model.run import Cause
from jupyterlab_promote.model.settings import format_bytes

INPUTS_TAG = "promote-inputs"
OUTPUTS_TAG = "promote-outputs"

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_FRAME = re.compile(r"(?:Cell )?In\s?\[(\d+)\], line (\d+)")
_ARROW = re.compile(r"^-+> (\d+)", re.MULTILINE)
_HANDOFF_CAUSES = {
    "NotPicklable": Cause.NOT_PICKLABLE,
    "ChangedUnseen": Cause.CHANGED_UNSEEN,
    "InputMissing": Cause.INPUT_MISSING,
    "InputCorrupt": Cause.INPUT_CORRUPT,
    "HandoffMissing": Cause.INPUT_MISSING,
    "HandoffCorrupt": Cause.INPUT_CORRUPT,
}
_SPACE = ("No space left on device", "Disk quota exceeded")


@dataclass(frozen=True, kw_only=True)
class Ending:
    """What was observed when the cells ended.

    Attributes:
        stopped: the supervisor's cause, if it ended the step.
        died, exit_code: the kernel's process is gone, and how (negative: by that signal).
        struck: the machine's OOM killer struck meanwhile.
        place: 0-based place of the cell in the source notebook; `tags` are that cell's.
        error: name, text and traceback of what the cell raised.
        execution_count: of the cell that raised.
    """

    stopped: Cause | None = None
    died: bool = False
    exit_code: int | None = None
    struck: bool = False
    place: int | None = None
    tags: Sequence[str] = ()
    error: tuple[str, str, tuple[str, ...]] | None = None
    execution_count: int | None = None
    peak: int = 0
    memory: int | None = None
    timeout: float | None = None


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Cause, one sentence for a person, what to do next, and the line of the failing cell."""

    cause: Cause
    message: str = ""
    hint: str = ""
    line: int | None = None


def judge(ending: Ending) -> Verdict:
    """The verdict over an ending."""
    if ending.stopped is not None:
        return _stopped(ending, ending.stopped)
    if ending.died:
        return _died(ending)
    if ending.error is not None:
        return _raised(ending, ending.error)
    return Verdict(cause=Cause.OK)


def _where(ending: Ending) -> str:
    return f"cell {ending.place + 1}" if ending.place is not None else "a cell"


def _stopped(ending: Ending, cause: Cause) -> Verdict:
    where = _where(ending)
    if cause == Cause.OUT_OF_MEMORY and ending.memory is not None:
        return Verdict(
            cause=cause,
            message=f"The step used {format_bytes(ending.peak)} of {format_bytes(ending.memory)} asked, in {where}.",
            hint=f"Raise memory to about {format_bytes(_suggested(ending.peak))}.",
        )
    if cause == Cause.STEP_TIMEOUT:
        return Verdict(
            cause=cause,
            message=f"The step ran longer than its limit of {ending.timeout:g} s and was stopped in {where}.",
            hint="Raise the step's timeout, or look in its notebook at what takes long.",
        )
    return Verdict(
        cause=cause,
        message=f"The step was cancelled while {where} ran.",
        hint="Repair the run to go on from this step.",
    )


def _suggested(peak: int) -> int:
    """The next whole GiB (or 256 MiB, for small steps) above the peak and a quarter."""
    unit = 2**30 if peak >= 2**30 else 2**28
    return math.ceil(peak * 1.25 / unit) * unit


def _died(ending: Ending) -> Verdict:
    where, code = _where(ending), ending.exit_code
    if code == -signal.SIGKILL and ending.struck:
        asked = f" of {format_bytes(ending.memory)} asked" if ending.memory else ""
        return Verdict(
            cause=Cause.OUT_OF_MEMORY,
            message=f"The machine ran out of memory and killed the kernel in {where}; "
            f"the step had used {format_bytes(ending.peak)}{asked}.",
            hint=f"Ask for more memory, about {format_bytes(_suggested(ending.peak))}, or use less.",
        )
    if code is not None and code >= 0:
        return Verdict(
            cause=Cause.EXITED,
            message=f"The kernel's process ended itself in {where} with exit code {code} (os._exit?).",
            hint="Let the cell end without leaving the process.",
        )
    return Verdict(
        cause=Cause.KERNEL_DIED,
        message=f"The kernel died in {where}: {_signal(code)}.",
        hint="Run the cell alone to find the call that crashes; a native library is the usual reason."
        if code != -signal.SIGKILL
        else "Often the system ended it for lack of memory; ask for more memory and try again.",
    )


def _signal(code: int | None) -> str:
    if code is None:
        return "it gave no reason"
    names: Mapping[int, str] = {
        signal.SIGSEGV: "segmentation fault",
        signal.SIGKILL: "killed (SIGKILL)",
        signal.SIGABRT: "aborted (SIGABRT)",
        signal.SIGTERM: "terminated (SIGTERM)",
        signal.SIGBUS: "bus error (SIGBUS)",
    }
    return names.get(-code, f"signal {-code}")


def _raised(ending: Ending, error: tuple[str, str, tuple[str, ...]]) -> Verdict:
    name, text, traceback = error
    line = failing_line(traceback, execution_count=ending.execution_count)
    short = _one_line(text)
    if OUTPUTS_TAG in ending.tags or INPUTS_TAG in ending.tags:
        return _handoff(ending, name=name, text=short)
    if name == "SystemExit":
        return Verdict(
            cause=Cause.EXITED,
            message=f"sys.exit({short}) in {_where(ending)} ended the step before its last cell.",
            hint="Let the cells run to their end; use `if` instead of leaving early.",
            line=line,
        )
    if name == "StdinNotImplementedError":
        return Verdict(
            cause=Cause.CELL_ERROR,
            message=f"{_where(ending).capitalize()} asks for input, but nobody is there in a run.",
            hint="Make the value a parameter, or a secret of the step.",
            line=line,
        )
    at = f", line {line}" if line else ""
    return Verdict(
        cause=Cause.CELL_ERROR,
        message=f"{name} in {_where(ending)}{at}: {short}",
        hint="Open the executed notebook at this cell, or debug the step with its inputs loaded.",
        line=line,
    )


def _handoff(ending: Ending, *, name: str, text: str) -> Verdict:
    if any(words in text for words in _SPACE):
        return Verdict(
            cause=Cause.STORE_FULL,
            message=f"The values of the step could not be stored: {text}",
            hint="Free space in the store, then repair the run from this step.",
        )
    cause = _HANDOFF_CAUSES.get(name, Cause.CELL_ERROR)
    first, _, rest = text.partition(" Fix: ")
    return Verdict(cause=cause, message=first if cause != Cause.CELL_ERROR else f"{name}: {text}", hint=rest)


def failing_line(traceback: Sequence[str], *, execution_count: int | None) -> int | None:
    """The line of the failing cell that was running, 1-based, from IPython's traceback."""
    text = _ANSI.sub("", "\n".join(traceback))
    frames = [(int(count), int(line)) for count, line in _FRAME.findall(text)]
    own = [line for count, line in frames if count == execution_count]
    if own:
        return own[-1]
    arrows = _ARROW.findall(text)
    return int(arrows[0]) if arrows else None


def _one_line(text: str, *, limit: int = 500) -> str:
    plain = " ".join(_ANSI.sub("", text).split())
    return plain if len(plain) <= limit else plain[: limit - 1] + "…"

"""How the verbs reach Airflow and show what they got. Each verb's own words are in its module."""

import argparse
import json
import sys
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, tzinfo

from pydantic import BaseModel, JsonValue

from jupyterlab_promote.errors import InvalidInput
from jupyterlab_promote.model.pipeline import Parameter
from jupyterlab_promote.model.run_views import Run
from jupyterlab_promote.notebook.values import typed
from jupyterlab_promote.server import local_stack, runs
from jupyterlab_promote.server.run_views import LIVE
from jupyterlab_promote.server.session import Session, connect
from jupyterlab_promote.server.settings import from_environment

_LOOK_SECONDS = 0.5
_STARTS = 5.0
"""Seconds that a step may take to start without having waited for anything."""


def add_connection(parser: argparse.ArgumentParser) -> None:
    """The argument that names another Airflow than the embedded one."""
    parser.add_argument(
        "--airflow-url",
        default="",
        help="Airflow's base URL; else PROMOTE_AIRFLOW_URL, else the embedded Airflow",
    )


def add_pipeline(parser: argparse.ArgumentParser) -> None:
    """The argument that names a pipeline."""
    parser.add_argument("pipeline", help="its id, as `jupyter promote versions` lists it")


def at_least_one(text: str) -> int:
    """A number of things, as argparse reads it. Raises ValueError, ArgumentTypeError."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is too few; write 1 or more")
    return number


def session_of(args: argparse.Namespace, *, reading: bool = False) -> Session:
    """The session that the arguments and the environment mean. Raises Unavailable.

    Args:
        reading: the verb only shows what is there, so that the embedded Airflow answers also without Ray.
    """
    settings = from_environment(airflow_url=args.airflow_url)
    return connect(local_stack.required(settings, reading=reading))


def add_parameters(parser: argparse.ArgumentParser) -> None:
    """`-p name value`, as papermill has it."""
    parser.add_argument(
        "-p",
        "--parameter",
        nargs=2,
        action="append",
        default=[],
        metavar=("NAME", "VALUE"),
        help="a parameter of the run; the value is JSON, or text as it stands",
    )


def parameters_of(args: argparse.Namespace, known: Iterable[Parameter]) -> dict[str, JsonValue]:
    """The parameters that were given, read as those that are known take them."""
    named = {parameter.name: parameter for parameter in known}
    return {name: typed(named.get(name), text) for name, text in args.parameter}


def moment(text: str, field: str, *, zone: tzinfo = UTC, end: bool = False) -> datetime:
    """A date or a moment in ISO form. Raises InvalidInput.

    Args:
        zone: where it says nothing of it.
        end: a date alone means its end, not its beginning.
    """
    try:
        value = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(field, f"{text!r} is no date; write for example 2026-01-31") from error
    if end and len(text) == len("2026-01-31"):
        value = value.replace(hour=23, minute=59, second=59)
    return value if value.tzinfo else value.replace(tzinfo=zone)


def say(args: argparse.Namespace, document: BaseModel | Sequence[BaseModel], text: str) -> None:
    """The result: one line of JSON, or words."""
    if not args.json:
        print(text)
    elif isinstance(document, BaseModel):
        print(document.model_dump_json())
    else:
        print(json.dumps([item.model_dump(mode="json") for item in document]))


def table(rows: Iterable[Sequence[object]], *, heads: Sequence[str]) -> str:
    """Columns as wide as they need to be."""
    lines = [tuple(heads), *(tuple("" if x is None else str(x) for x in row) for row in rows)]
    widths = [max(len(line[k]) for line in lines) for k in range(len(heads))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def short(value: datetime | None) -> str:
    """A moment to the second, in UTC."""
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S") if value else ""


def in_words(state: str) -> str:
    """A state as a person calls it."""
    return "not run" if state == "upstream_failed" else state


def wait_for(session: Session, run: Run, args: argparse.Namespace) -> Run:
    """Wait until the run ends, telling each step's state as it changes."""
    told: dict[str, str] = {}
    while True:
        view = runs.show(session, run.dag_id, run.run_id)
        for step in view.steps:
            key = step.step if step.map_index < 0 else f"{step.step}[{step.map_index}]"
            if told.get(key) != step.state and step.state != "queued":
                told[key] = step.state
                if not args.json:
                    print(f"  {key}: {in_words(step.state)}", file=sys.stderr)
        if view.state not in LIVE:
            return view
        time.sleep(_LOOK_SECONDS)


def shown_run(run: Run) -> str:
    """A run and its steps in words."""
    rows = (
        (
            step.step if step.map_index < 0 else f"{step.step}[{step.map_index}]",
            in_words(step.state),
            ", ".join(source for source, target in run.edges if target == step.step) or "-",
            step.attempt or "",
            f"{step.seconds:.1f}" if step.seconds is not None and step.attempt else "",
            step.message,
        )
        for step in run.steps
    )
    version = f"v{run.version}" if run.version else "version unknown"
    head = f"{run.dag_id}/{run.run_id}: {run.state} ({version}, {run.kind}, {short(run.started)})"
    shown = table(rows, heads=("STEP", "STATE", "AFTER", "ATTEMPT", "SECONDS", "MESSAGE"))
    hints = [f"\n{step.step}: {step.hint}" for step in run.steps if step.hint]
    waited = [
        f"\n{step.step}: waited {step.queued_seconds:.0f} s for resources before it ran."
        for step in run.steps
        if step.queued_seconds is not None and step.queued_seconds > _STARTS
    ]
    return "".join((head, "\n", shown, *waited, *hints))


def exit_code(run: Run) -> int:
    """0 for a run that did not fail."""
    return 1 if run.state in ("failed", "cancelled", "upstream_failed") else 0

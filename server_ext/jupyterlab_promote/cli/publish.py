"""`jupyter promote publish`: a notebook becomes a registered pipeline; its identity is written into the file."""

import argparse
import json
from pathlib import Path
from typing import Any

from jupyterlab_promote.cli.airflow import add_connection, say, session_of, short
from jupyterlab_promote.errors import InvalidInput
from jupyterlab_promote.model.api import PublishResult
from jupyterlab_promote.model.document import dump
from jupyterlab_promote.notebook.document import read_notebook
from jupyterlab_promote.notebook.settings import (
    check_cron,
    check_timezone,
    read_settings,
    with_published,
    with_setting,
)
from jupyterlab_promote.server.notebooks import open_source
from jupyterlab_promote.server.publish import Options, publish
from jupyterlab_promote.store.folder import write_notebook


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the notebook, its schedule and the answers to the questions that a publish may ask."""
    parser.add_argument("notebook", type=Path)
    parser.add_argument(
        "--schedule", metavar="CRON", help="cron or preset; `none` for by hand only"
    )
    parser.add_argument("--timezone", help="IANA name, such as Europe/Berlin")
    parser.add_argument("--message", "-m", default="", help="what changed")
    state = parser.add_mutually_exclusive_group()
    state.add_argument("--pause", action="store_true", help="switch the schedule off")
    state.add_argument("--unpause", action="store_true", help="switch the schedule on")
    parser.add_argument("--moved", action="store_true", help="it is the same pipeline, moved here")
    parser.add_argument("--new", action="store_true", help="publish it as a new pipeline")
    parser.add_argument(
        "--over", type=int, metavar="REVISION", help="publish on top of this revision"
    )
    parser.add_argument(
        "--wait", action="store_true", help="return when Airflow shows the version (always so)"
    )
    add_connection(parser)


def execute(args: argparse.Namespace) -> int:
    """Publish, and write the identity into the notebook."""
    content = _content(args.notebook)
    changed = _with_schedule(content, args.schedule, args.timezone)
    path = args.notebook.resolve()
    source = open_source(changed, path=path.as_posix(), folder=path.parent)

    def progress(stage: str, message: str) -> None:
        if not args.json:
            print(f"{stage}: {message}", flush=True)

    options = Options(
        message=args.message,
        moved=args.moved,
        as_new=args.new,
        expected_revision=args.over,
        paused=True if args.pause else False if args.unpause else None,
    )
    result = publish(source, session_of(args), options, progress=progress)
    write_notebook(path, with_published(changed, result.published))
    say(args, result, _words(result))
    return 0


def _content(path: Path) -> dict[str, Any]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InvalidInput("notebook", f"{path} cannot be read ({error.strerror})") from error
    read_notebook(data)
    content: dict[str, Any] = json.loads(data.decode("utf-8-sig"))
    return content


def _with_schedule(
    content: dict[str, Any], cron: str | None, timezone: str | None
) -> dict[str, Any]:
    if cron is None and timezone is None:
        return content
    off = cron == "none"
    if cron is not None and not off and (reason := check_cron(cron)):
        raise InvalidInput("--schedule", f"{cron!r} {reason}")
    if timezone is not None and (reason := check_timezone(timezone)):
        raise InvalidInput("--timezone", f"{timezone!r} {reason}")
    settings, _ = read_settings(read_notebook(content))
    changes: dict[str, Any] = {} if cron is None else {"cron": None if off else cron}
    changes |= {} if timezone is None else {"timezone": timezone}
    return with_setting(content, "schedule", dump(settings.schedule.model_copy(update=changes)))


def _words(result: PublishResult) -> str:
    state = "On."
    if result.paused:
        state = f"Paused{f' by {result.paused_by}' if result.paused_by else ''}."
    following = f" Next run {short(result.next_run)} UTC." if result.next_run else ""
    took = f"Airflow has it after {result.seconds:.1f} s."
    notes = "".join(f"\n{note}" for note in result.notes)
    return f"{result.dag_id} v{result.number} ({result.version}). {took} {state}{following}{notes}"

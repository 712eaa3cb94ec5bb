"""`jupyter promote publish`: a notebook becomes a registered pipeline; its identity is written into the file."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jupyterlab_promote.cli.airflow import (
    add_connection,
    add_parameters,
    parameters_of,
    say,
    session_of,
    short,
)
from jupyterlab_promote.cli.plan_view import finding_lines
from jupyterlab_promote.cli.schedule_arguments import add_schedule, is_given, scheduled
from jupyterlab_promote.cli.source import read_file, read_source
from jupyterlab_promote.errors import Conflict, InvalidInput
from jupyterlab_promote.model.document import dump
from jupyterlab_promote.model.finding import Finding
from jupyterlab_promote.model.publishing import PublishResult
from jupyterlab_promote.notebook import further
from jupyterlab_promote.notebook.document import read_notebook
from jupyterlab_promote.notebook.settings import read_settings
from jupyterlab_promote.notebook.settings_edits import with_published, with_setting
from jupyterlab_promote.server.further import publish_one
from jupyterlab_promote.server.notebooks import open_source
from jupyterlab_promote.server.publish import Options, publish
from jupyterlab_promote.server.session import Session
from jupyterlab_promote.store.folder import write_notebook


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the notebook, its schedule and the answers to the questions that a publish may ask."""
    parser.add_argument("notebook", type=Path, help="file that ends in .ipynb")
    add_schedule(parser)
    parser.add_argument(
        "--produces",
        metavar="ASSET",
        action="append",
        help="each run updates this asset of Airflow, which may start other pipelines",
    )
    parser.add_argument("--message", "-m", default="", help="what changed")
    state = parser.add_mutually_exclusive_group()
    state.add_argument("--pause", action="store_true", help="switch the schedule off")
    state.add_argument("--unpause", action="store_true", help="switch the schedule on")
    parser.add_argument("--moved", action="store_true", help="it is the same pipeline, moved here")
    parser.add_argument("--new", action="store_true", help="publish it as a new pipeline")
    parser.add_argument(
        "--over", type=int, metavar="REVISION", help="publish on top of this revision"
    )
    parser.add_argument("--wait", action="store_true", help=argparse.SUPPRESS)  # it always does
    parser.add_argument(
        "--as",
        dest="further",
        metavar="NAME",
        help="publish it once more as the pipeline <id>__NAME, with this schedule and these -p values",
    )
    add_parameters(parser)
    add_connection(parser)


def execute(args: argparse.Namespace) -> int:
    """Publish, and write the identity into the notebook; its further schedules are published with it."""
    content = _content(args.notebook)
    if args.further is None and args.parameter:
        raise InvalidInput("-p", "is for a further schedule", hint="Name it with --as NAME.")
    path = args.notebook.resolve()
    session = session_of(args)
    source = read_source(args.notebook)
    warn([f for f in source.analysis.findings if f.group == "check"], as_json=args.json)
    if args.further is None:
        changed = _with_settings(content, args)
        result = _publish(args, session, changed, path)
        changed = with_published(changed, result.published)
        _write(path, changed, result)
        again = further.names(changed)
    else:
        schedule, values = further.schedule_of(content, args.further)
        schedule = scheduled(schedule, args)
        values |= parameters_of(args, source.analysis.parameters)
        changed = further.with_further(content, args.further, schedule, values)
        again = (args.further,)
    for name in again:
        result = _publish(args, session, changed, path, name=name)
        changed = further.with_identity(changed, name, result.published)
        _write(path, changed, result)
    return 0


def _write(path: Path, content: dict[str, Any], result: PublishResult) -> None:
    """Let the notebook know what it is published as."""
    try:
        write_notebook(path, content)
    except InvalidInput as error:
        raise InvalidInput(
            "notebook",
            error.fields["reason"],
            hint=f"{result.dag_id} is published all the same. Make the file writable and publish again, "
            "so that it knows of that.",
        ) from error


def _publish(
    args: argparse.Namespace,
    session: Session,
    content: dict[str, Any],
    path: Path,
    *,
    name: str = "",
) -> PublishResult:
    """Publish the notebook's own pipeline, or the further schedule of that name."""

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
    source = open_source(content, path=path.as_posix(), folder=path.parent)
    try:
        if name:
            result = publish_one(source, session, options, name=name, progress=progress)
        else:
            result = publish(source, session, options, progress=progress)
    except Conflict as conflict:
        conflict.hint = answers(conflict, moved=options.moved, expected=options.expected_revision)
        raise
    say(args, result, _words(result))
    return result


def warn(warnings: Sequence[Finding], *, as_json: bool) -> None:
    """What did not stand in the way but should be looked at; before the result, which is the last line."""
    if not warnings:
        return
    if as_json:
        print(json.dumps({"findings": [dump(finding) for finding in warnings]}))
        return
    print("Check:", file=sys.stderr)
    for finding in warnings:
        print("\n".join(finding_lines(finding)), file=sys.stderr)


def answers(conflict: Conflict, *, moved: bool, expected: int | None) -> str:
    """What the questions of a publish, buttons in the Lab, are answered with here.

    Args:
        moved, expected: the answers that were given already and are to be given again.
    """
    match conflict.code:
        case "moved":
            over = "" if expected is None else f" --over {expected}"
            return f"--moved{over} if it is the same pipeline, --new to publish it as another one."
        case "name_taken":
            return f"--new publishes it as {conflict.fields['suggestion']!r}."
        case "changed" if conflict.fields["revision"]:
            fields = conflict.fields
            # Who lost the race to the plugin itself is told less.
            words = ("jupyter promote diff", fields.get("pipeline"), fields.get("known"))
            look = " ".join(word for word in words if word)
            over = " ".join((*(["--moved"] if moved else []), f"--over {fields['revision']}"))
            return f"`{look}` shows what changed; {over} publishes on top of it."
        case "changed":
            return f"{conflict.hint} --new does that."
    return conflict.hint


def _content(path: Path) -> dict[str, Any]:
    read_file(str(path))
    content: dict[str, Any] = json.loads(path.read_bytes().decode("utf-8-sig"))
    return content


def _with_settings(content: dict[str, Any], args: argparse.Namespace) -> dict[str, Any]:
    settings, _ = read_settings(read_notebook(content))
    if is_given(args):
        wanted = scheduled(settings.schedule, args)
        content = with_setting(content, "schedule", dump(wanted))
    if args.produces:
        content = with_setting(content, "produces", args.produces)
    return content


def _words(result: PublishResult) -> str:
    state = "It is on."
    if result.paused:
        state = f"It is paused{f' by {result.paused_by}' if result.paused_by else ''}."
    following = f" Next run {short(result.next_run)} UTC." if result.next_run else ""
    took = f"Airflow has it after {result.seconds:.1f} s."
    notes = "".join(f"\n{note}" for note in result.notes)
    return f"{result.dag_id} v{result.number} ({result.version}). {took} {state}{following}{notes}"

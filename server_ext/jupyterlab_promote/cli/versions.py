"""`jupyter promote versions`: the published versions of a pipeline, or all pipelines."""

import argparse
from collections.abc import Iterable

from jupyterlab_promote.cli.airflow import add_connection, say, session_of, short, table
from jupyterlab_promote.model.run_views import PipelineRow
from jupyterlab_promote.server.pipelines import rows


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the pipeline."""
    parser.add_argument("pipeline", nargs="?", help="all pipelines when it is left out")
    add_connection(parser)


def execute(args: argparse.Namespace) -> int:
    """List them, newest first."""
    session = session_of(args, reading=True)
    if args.pipeline is None:
        found = rows(session, exists=lambda _: True)
        say(args, found, listed(found))
        return 0
    known = session.registration.versions(args.pipeline)
    text = table(
        (
            (
                f"v{v.number}{' *' if v.current else ''}{' (unpublished)' if v.retired else ''}",
                v.version,
                v.by,
                short(v.at),
                v.message,
            )
            for v in known
        ),
        heads=("VERSION", "ID", "BY", "AT (UTC)", "MESSAGE"),
    )
    say(args, known, text)
    return 0


def listed(pipelines: Iterable[PipelineRow]) -> str:
    """All pipelines as a table; moments in UTC."""
    heads = ("PIPELINE", "VERSION", "BY", "AT (UTC)", "SCHEDULE", "NEXT RUN (UTC)", "NOTEBOOK")
    lines = (
        (r.dag_id, f"v{r.number}", r.by, short(r.at), _schedule(r), short(r.next_run), r.path)
        for r in pipelines
    )
    return table(lines, heads=heads)


def _schedule(row: PipelineRow) -> str:
    if row.retired:
        return "unpublished"
    said = row.schedule or "by hand"
    return f"{said} (paused)" if row.paused else said

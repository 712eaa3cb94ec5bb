"""`jupyter promote learn NB`: write into the settings what a run found out of the notebook's values."""

import argparse
import json

from jupyterlab_promote.cli.source import read_source
from jupyterlab_promote.errors import InvalidInput, NotFound
from jupyterlab_promote.model.run import Learned
from jupyterlab_promote.notebook.settings_edits import with_learned
from jupyterlab_promote.store.folder import write_notebook


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the notebook and what was learned."""
    parser.add_argument("notebook", metavar="NB", help="the notebook; it is changed")
    either = parser.add_mutually_exclusive_group(required=True)
    either.add_argument(
        "--changes", nargs="+", metavar="WORD", help="a step, and names that it changes"
    )
    either.add_argument("--shared", nargs="+", metavar="NAME", help="names that lead to one object")


def execute(args: argparse.Namespace) -> int:
    """Write it and say so."""
    source = read_source(args.notebook)
    step, names = (args.changes[0], args.changes[1:]) if args.changes else ("", args.shared)
    if len(names) < (1 if args.changes else 2):
        raise InvalidInput("names", "names are missing", hint="See `jupyter promote learn --help`.")
    steps = [one.name for one in source.analysis.steps]
    if args.changes and step not in steps:
        raise NotFound("step", step, hint=f"There are: {', '.join(steps)}.")
    learned = Learned(kind="changes" if args.changes else "shared", names=tuple(names))
    write_notebook(source.path, with_learned(source.notebook.content, learned, step=step))
    if args.json:
        print(json.dumps({"state": "success", "notebook": str(source.path)}))
    else:
        print(f"Written into {source.path.name}. Publish it again.")
    return 0

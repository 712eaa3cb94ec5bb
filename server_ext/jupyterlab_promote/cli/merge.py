"""`jupyter promote merge NB A B`: tag the cells of two steps, and of those between, as one step."""

import argparse
import json

from jupyterlab_promote.cli.source import read_source
from jupyterlab_promote.notebook.retag import merge_steps
from jupyterlab_promote.store.folder import write_notebook


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the notebook and the steps."""
    parser.add_argument("notebook", metavar="NB", help="the notebook; it is changed")
    parser.add_argument("first", metavar="A", help="the step whose name is kept")
    parser.add_argument("others", metavar="B", nargs="+", help="the step that joins it")


def execute(args: argparse.Namespace) -> int:
    """Change the tags and say which steps there are now."""
    source = read_source(args.notebook)
    write_notebook(source.path, merge_steps(source.notebook, [args.first, *args.others]))
    names = [step.name for step in read_source(args.notebook).analysis.steps]
    if args.json:
        print(json.dumps({"state": "success", "notebook": str(source.path), "steps": names}))
    else:
        print(f"{source.path.name} now has the steps {', '.join(names)}.")
    return 0

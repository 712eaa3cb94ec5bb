"""`jupyter promote merge NB A B`: tag the cells of two steps, and of those between, as one step."""

import argparse
import json

from jupyterlab_promote.cli.notebook_file import open_notebook, write_notebook
from jupyterlab_promote.notebook.retag import merge_steps


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the notebook and the steps."""
    parser.add_argument("notebook", help="path of the notebook; it is changed")
    parser.add_argument("steps", nargs="+", metavar="STEP", help="the first one's name is kept")


def execute(args: argparse.Namespace) -> int:
    """Change the tags and say which steps there are now."""
    file = open_notebook(args.notebook)
    content = merge_steps(file.notebook, args.steps)
    write_notebook(file.path, content)
    after = open_notebook(file.path)
    names = [step.name for step in after.analysis.steps]
    if args.json:
        print(json.dumps({"state": "success", "notebook": str(file.path), "steps": names}))
    else:
        print(f"{file.path.name} now has the steps {', '.join(names)}.")
    return 0

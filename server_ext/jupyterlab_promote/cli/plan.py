"""`jupyter promote plan NB`: steps, edges with reasons, findings. Exit code 1 when something blocks publishing."""

import argparse
import json

from jupyterlab_promote.cli.notebook_file import open_notebook
from jupyterlab_promote.cli.plan_view import plan_json, shown


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the notebook."""
    parser.add_argument("notebook", help="path of the notebook")


def execute(args: argparse.Namespace) -> int:
    """Show the plan, whatever stands in its way."""
    file = open_notebook(args.notebook)
    if args.json:
        print(json.dumps(plan_json(file.analysis), ensure_ascii=False))
    else:
        print(shown(file.analysis, file.notebook, file.name))
    return 0 if file.analysis.promotable else 1

"""`jupyter promote plan NB`: steps, edges with reasons, findings. Exit code 1 when something blocks publishing."""

import argparse
import json

from jupyterlab_promote.cli.plan_view import plan_json, shown
from jupyterlab_promote.cli.source import read_source


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the notebook."""
    parser.add_argument("notebook", metavar="NB")


def execute(args: argparse.Namespace) -> int:
    """Show the plan, whatever stands in its way."""
    source = read_source(args.notebook)
    if args.json:
        print(json.dumps(plan_json(source.analysis)))
    else:
        print(shown(source.analysis, source.notebook, source.path.stem))
    return 0 if source.analysis.promotable else 1

"""`jupyter promote status`: what of the embedded stack runs."""

import argparse
import json

from jupyterlab_promote.cli.stack_view import shown, stack_json
from jupyterlab_promote.stack import status


def configure(parser: argparse.ArgumentParser) -> None:
    """No arguments of its own."""


def execute(args: argparse.Namespace) -> int:
    """Show it; exit code 1 when it does not run, or not as a whole."""
    info = status()
    if info is None:
        text = "The stack does not run. Start it with `jupyter promote up`."
        print(json.dumps({"state": "stopped"}) if args.json else text)
        return 1
    state = "degraded" if info.missing else "running"
    print(json.dumps({"state": state, **stack_json(info)}) if args.json else shown(info))
    return 1 if info.missing else 0

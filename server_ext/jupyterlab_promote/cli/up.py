"""`jupyter promote up`: start the embedded Airflow and Ray."""

import argparse
import json

from jupyterlab_promote.cli.stack_view import shown, stack_json
from jupyterlab_promote.stack import up


def configure(parser: argparse.ArgumentParser) -> None:
    """No arguments of its own."""


def execute(args: argparse.Namespace) -> int:
    """Start it, telling each component as it gets ready."""

    def progress(text: str) -> None:
        print(json.dumps({"progress": text}) if args.json else text, flush=True)

    info = up(progress)
    print(json.dumps({"state": "running", **stack_json(info)}) if args.json else shown(info))
    return 0

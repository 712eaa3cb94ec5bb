"""`jupyter promote down`: end the embedded Airflow and Ray."""

import argparse
import json

from jupyterlab_promote.stack import down


def configure(parser: argparse.ArgumentParser) -> None:
    """Add `--force`."""
    parser.add_argument("--force", action="store_true", help="cut off the runs that are live")


def execute(args: argparse.Namespace) -> int:
    """End it; refused while runs are live, unless forced."""
    ended = down(force=args.force)
    if args.json:
        print(json.dumps({"state": "stopped", "ended": ended}))
    else:
        print(f"Ended {', '.join(ended)}." if ended else "The stack was not running.")
    return 0

"""`jupyter promote clear`: run all steps of a run again, or one step and what follows it, also finished ones."""

import argparse

from jupyterlab_promote.cli import repair
from jupyterlab_promote.model.run_views import RepairRequest


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the run and which code runs."""
    repair.configure(parser)


def execute(args: argparse.Namespace) -> int:
    """Clear the run from the step, or from its beginning."""
    request = RepairRequest(version=args.version, step=args.step, everything=args.step is None)
    return repair.run_again(args, request)

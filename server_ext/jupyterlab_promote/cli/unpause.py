"""`jupyter promote unpause`: switch a pipeline's schedule on."""

import argparse

from jupyterlab_promote.cli import pause


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the pipeline."""
    pause.configure(parser)


def execute(args: argparse.Namespace) -> int:
    """Start runs by the schedule again, from now on."""
    return pause.switch(args, paused=False)

"""`jupyter promote doctor`: look at everything that a run needs and say what to do."""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict

from jupyterlab_promote.stack import status
from jupyterlab_promote.stack.checks import Check, check_stack, check_versions

_MARKS = {"ok": "ok", "warning": "CHECK", "failed": "FAILED"}


def configure(parser: argparse.ArgumentParser) -> None:
    """No arguments of its own."""


def execute(args: argparse.Namespace) -> int:
    """Show each check as it is made; exit code 1 when one failed."""
    failed = 0
    found = []
    for check in _checks():
        failed += check.state == "failed"
        found.append(asdict(check))
        if not args.json:
            print(f"{_MARKS[check.state]:8}{check.subject}: {check.found}", flush=True)
            if check.advice:
                print(f"{'':8}{check.advice}", flush=True)
    if args.json:
        print(json.dumps({"state": "failed" if failed else "ok", "checks": found}))
    return 1 if failed else 0


def _checks() -> Iterator[Check]:
    yield check_versions()
    info = status()
    if info is None:
        yield Check(
            "Stack",
            "failed",
            "the embedded Airflow and Ray do not run",
            "Start them with `jupyter promote up`.",
        )
        return
    yield from check_stack(info)

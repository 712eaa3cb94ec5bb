"""`jupyter promote doctor`: look at everything that a run needs and say what to do."""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict

from jupyterlab_promote.cli.airflow import add_connection
from jupyterlab_promote.errors import PromoteError
from jupyterlab_promote.server.settings import Settings, from_environment
from jupyterlab_promote.server.sign_in import Tokens
from jupyterlab_promote.stack import status
from jupyterlab_promote.stack.checks import (
    Airflow,
    Check,
    check_airflow,
    check_stack,
    check_versions,
)

_MARKS = {"ok": "ok", "warning": "CHECK", "failed": "FAILED"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add which Airflow is meant."""
    add_connection(parser)


def execute(args: argparse.Namespace) -> int:
    """Show each check as it is made; exit code 1 when one failed."""
    failed = 0
    found = []
    for check in _checks(args.airflow_url):
        failed += check.state == "failed"
        found.append(asdict(check))
        if not args.json:
            print(f"{_MARKS[check.state]:8}{check.subject}: {check.found}", flush=True)
            if check.advice:
                print(f"{'':8}{check.advice}", flush=True)
    if args.json:
        print(json.dumps({"state": "failed" if failed else "ok", "checks": found}))
    return 1 if failed else 0


def _checks(airflow_url: str) -> Iterator[Check]:
    settings = from_environment(airflow_url=airflow_url)
    if not settings.embedded:
        yield check_versions(("lab",))
        yield from _check_other(settings)
        return
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


def _check_other(settings: Settings) -> Iterator[Check]:
    """Another Airflow than the embedded one, as the Lab uses it."""
    url = settings.airflow_url.rstrip("/")
    try:
        token = Tokens(settings).current()
    except PromoteError as error:
        yield Check("Airflow", "failed", error.message, error.hint)
        return
    hint = "Correct the address, or ask who runs it."
    yield from check_airflow(Airflow(url, token), hint=hint)

"""The entry point of `jupyter promote`.

Exit codes: 0 ok, 1 refused or failed, 2 usage, 130 interrupted. With `--json` a verb prints machine-readable lines and
its last line is the result.
"""

import argparse
import difflib
import importlib
import json
import sys
from collections.abc import Sequence
from typing import NoReturn, Protocol, cast

from jupyterlab_promote.cli.missing_extra import missing_extra
from jupyterlab_promote.errors import NotPromotable, PromoteError
from jupyterlab_promote.model.document import dump

VERBS: dict[str, str] = {
    "plan": "steps, edges with reasons, findings",
    "split": "write the step notebooks",
    "run": "run on Ray without Airflow",
    "verify": "linear run against split run: cells and variables",
    "merge": "run two steps in one kernel",
    "learn": "let the settings say what a run found out",
    "publish": "publish a notebook to Airflow",
    "unpublish": "no new runs; history stays",
    "versions": "the published versions of a pipeline",
    "rollback": "serve an earlier version again",
    "diff": "what changed between two versions",
    "trigger": "start a run",
    "runs": "the runs of a pipeline",
    "show": "one run: steps, states, causes",
    "logs": "the log of a step",
    "open": "write a run's notebooks beside you",
    "cancel": "end a run",
    "pause": "switch the schedule off",
    "unpause": "switch the schedule on",
    "repair": "run again what failed",
    "clear": "run all of a run again",
    "backfill": "run past dates",
    "debug": "a notebook with a step's inputs loaded",
    "runners": "the gateway and its kernels started ahead",
    "up": "start the embedded Airflow and Ray",
    "down": "stop them",
    "status": "what runs",
    "demo": "up, publish an example, run it, show it",
    "doctor": "check everything and say what to do",
}
"""Verb -> help. A verb `x` lives in `cli/x.py`."""


class Verb(Protocol):
    """What a verb's module has."""

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the verb's arguments; `--json` is there already."""

    def execute(self, args: argparse.Namespace) -> int:
        """Do it and give the exit code."""


class _Parser(argparse.ArgumentParser):
    """Tells a wrong use in one sentence and the way to the help, not with the whole usage."""

    def error(self, message: str) -> NoReturn:
        """End with exit code 2."""
        self.exit(2, f"error: {message}\n  `{self.prog} --help` says how it is used.\n")


def _parser(argv: Sequence[str]) -> argparse.ArgumentParser:
    parser = _Parser(prog="jupyter promote", description="From a notebook to a scheduled pipeline.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    chosen = next((word for word in argv if not word.startswith("-")), None)
    if chosen is not None and chosen not in VERBS:
        parser.error(_unknown(chosen))
    for name, text in VERBS.items():
        module = _module(name) if name == chosen else None
        said = _said(module) if module is not None else text
        verb = verbs.add_parser(name, help=text, description=said)
        verb.add_argument("--json", action="store_true", help="machine-readable output")
        if module is not None:
            module.configure(verb)
    return parser


def _unknown(word: str) -> str:
    """An option of a verb may stand before it; what follows such an option is then no verb."""
    near = difflib.get_close_matches(word, VERBS, n=1)
    meant = f"; did you mean {near[0]!r}?" if near else ""
    return f"{word!r} is no verb{meant or ', and a verb comes first'}"


def _said(module: Verb) -> str:
    """What a verb's module says of it in its first sentences, without its name."""
    first = (module.__doc__ or "").strip().partition("\n\n")[0].replace("\n", " ")
    words = first.partition(": ")[2]
    return words[:1].upper() + words[1:]


def _module(name: str) -> Verb:
    return cast("Verb", importlib.import_module(f"jupyterlab_promote.cli.{name}"))


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb and give its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        # Parsing imports the verb, which takes long enough to be interrupted.
        return _do(_parser(words).parse_args(words))
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    except ModuleNotFoundError as error:
        if (missing := missing_extra(error)) is None:
            raise
        _report(missing, as_json="--json" in words)
        return 1


def _do(args: argparse.Namespace) -> int:
    try:
        return _module(args.verb).execute(args)
    except PromoteError as error:
        _report(error, as_json=args.json)
        return 1


def _report(error: PromoteError, *, as_json: bool) -> None:
    if as_json:
        fields = {k: v for k, v in error.fields.items() if k != "findings"}
        body = {"state": "failed", "code": error.code, "message": error.message, "hint": error.hint}
        if isinstance(error, NotPromotable):
            body["state"] = "refused"
            fields["findings"] = [dump(finding) for finding in error.findings]
        print(json.dumps({**body, **fields}, default=str))
        return
    print(f"error: {error.message}", file=sys.stderr)
    if isinstance(error, NotPromotable):
        for finding in error.findings:
            place = (
                f"cell {finding.cell_index + 1}" if finding.cell_index is not None else "notebook"
            )
            line = f", line {finding.line}" if finding.line else ""
            print(
                f"  {finding.code} {finding.severity}: {place}{line}: {finding.message}",
                file=sys.stderr,
            )
            if finding.fix:
                print(f"      {finding.fix}", file=sys.stderr)
    elif error.hint:
        print(f"  {error.hint}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())

"""`jupyter promote verify NB`: linear run against split run, cells and variables. Exit code 0 only if equal."""

import argparse
import contextlib
import dataclasses
import json
import os
import sys
import tempfile
from collections.abc import Iterator

from jupyterlab_promote.cli.shown import read_shown
from jupyterlab_promote.cli.source import read_source
from jupyterlab_promote.store.folder import folder_context
from jupyterlab_promote.store.store import open_store
from jupyterlab_promote.worker.lean import block_slow_imports

_SAME = "Equal: the split run says what the notebook says, and leaves the same variables."


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("notebook", metavar="NB")
    parser.add_argument(
        "--shown",
        action="store_true",
        help="the notebook is a line of JSON on standard input, whose end ends this",
    )
    parser.add_argument(
        "--seed", type=int, default=0, help="of the order of steps that could run in parallel"
    )
    parser.add_argument(
        "--progress", action="store_true", help="tell what runs, also with --json (on stderr)"
    )


@contextlib.contextmanager
def _answer_alone() -> Iterator[None]:
    """What kernels write past Jupyter, such as the lines of a solver, goes to standard error meanwhile."""
    sys.stdout.flush()
    output = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(output, 1)
        os.close(output)


def execute(args: argparse.Namespace) -> int:
    """Run both ways and compare."""
    block_slow_imports()
    from jupyterlab_promote.worker.verify import verify

    source = read_source(args.notebook, shown=read_shown() if args.shown else None)
    source.pipeline()
    told = args.progress or not args.json
    with tempfile.TemporaryDirectory(prefix="promote-verify-") as folder, _answer_alone():
        verdict = verify(
            source.notebook,
            name=source.path.stem,
            folder=source.folder,
            context=folder_context(source.folder, source.notebook),
            store=open_store(folder),
            seed=args.seed,
            tell=lambda text: print(text, file=sys.stderr) if told else None,
        )
    if args.json:
        print(
            json.dumps(
                {"state": "equal" if verdict.equal else "different", **dataclasses.asdict(verdict)}
            )
        )
        return 0 if verdict.equal else 1
    for cell in verdict.cells:
        if cell.verdict in ("different", "nondeterministic"):
            print(f"cell {cell.cell_index + 1} ({cell.step}): {cell.verdict}")
        if cell.verdict == "different":
            print(f"  linear: {cell.linear[:300]}\n  split:  {cell.split[:300]}")
    for variable in verdict.variables:
        if variable.first is not None:
            print(variable.first)
    for note in verdict.notes:
        print(note)
    print(_SAME if verdict.equal else verdict.message)
    return 0 if verdict.equal else 1

"""`jupyter promote split NB -o DIR`: write the step notebooks, to be opened and run by hand one after another."""

import argparse
import json
from pathlib import Path

from jupyterlab_promote.cli.source import read_source
from jupyterlab_promote.split.render import render
from jupyterlab_promote.store.folder import write_notebook


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the notebook and the target."""
    parser.add_argument("notebook", metavar="NB")
    parser.add_argument("-o", "--output", metavar="DIR", required=True, help="where to write")


def execute(args: argparse.Namespace) -> int:
    """Write one notebook for each step."""
    source = read_source(args.notebook)
    target = Path(args.output).absolute()
    written: list[dict[str, str]] = []
    for made in render(source.pipeline(), source.notebook):
        path = target / f"{made.step}.ipynb"
        write_notebook(path, made.content)
        written.append({"name": made.step, "notebook": str(path)})
    if args.json:
        print(json.dumps({"state": "success", "directory": str(target), "steps": written}))
    else:
        print("\n".join(step["notebook"] for step in written))
    return 0

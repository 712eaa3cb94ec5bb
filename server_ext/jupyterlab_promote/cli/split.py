"""`jupyter promote split NB -o DIR`: write the step notebooks."""

import argparse
import json
from pathlib import Path

from jupyterlab_promote.cli.source import read_source
from jupyterlab_promote.split.render import render


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("notebook", metavar="NB")
    parser.add_argument("-o", "--output", metavar="DIR", required=True, help="where to write")


def execute(args: argparse.Namespace) -> int:
    """Write one notebook for each step."""
    source = read_source(args.notebook)
    folder = Path(args.output)
    folder.mkdir(parents=True, exist_ok=True)
    written: list[dict[str, str]] = []
    for made in render(source.pipeline(), source.notebook):
        path = folder / f"{made.step}.ipynb"
        path.write_text(json.dumps(made.content, indent=1, ensure_ascii=False) + "\n")
        written.append({"step": made.step, "notebook": str(path)})
    if args.json:
        print(json.dumps({"state": "success", "steps": written}))
    else:
        for one in written:
            print(one["notebook"])
    return 0

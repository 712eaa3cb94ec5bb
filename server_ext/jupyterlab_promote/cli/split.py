"""`jupyter promote split NB -o DIR`: write the step notebooks, to be opened and run by hand one after another."""

import argparse
import json
from pathlib import Path

from jupyterlab_promote.cli.notebook_file import open_notebook, write_notebook
from jupyterlab_promote.split.render import render


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the notebook and the target."""
    parser.add_argument("notebook", help="path of the notebook")
    parser.add_argument("-o", "--output", required=True, metavar="DIR", help="where to write")


def execute(args: argparse.Namespace) -> int:
    """Write one notebook for each step."""
    file = open_notebook(args.notebook)
    made = render(file.pipeline(), file.notebook)
    target = Path(args.output).absolute()
    written = [(step.step, target / f"{step.step}.ipynb") for step in made]
    for step, (_, path) in zip(made, written, strict=True):
        write_notebook(path, step.content)
    if args.json:
        steps = [{"name": name, "notebook": str(path)} for name, path in written]
        print(json.dumps({"state": "success", "directory": str(target), "steps": steps}))
    else:
        print("\n".join(str(path) for _, path in written))
    return 0

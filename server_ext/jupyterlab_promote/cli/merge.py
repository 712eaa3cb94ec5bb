"""`jupyter promote merge NB A B`: run two steps, and what stands between them, in one kernel."""

import argparse
import json

from jupyterlab_promote.cli.source import read_source
from jupyterlab_promote.errors import InvalidInput
from jupyterlab_promote.notebook.layout import layout
from jupyterlab_promote.notebook.tags import retagged


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("notebook", metavar="NB")
    parser.add_argument("first", metavar="A", help="the step that stays")
    parser.add_argument("last", metavar="B", help="the last step that joins it")


def execute(args: argparse.Namespace) -> int:
    """Retag the cells and write the notebook."""
    source = read_source(args.notebook)
    names = [group.name for group in layout(source.notebook).groups]
    for name in (args.first, args.last):
        if name not in names:
            raise InvalidInput(
                "step", f"there is no step {name!r}", hint=f"There are: {', '.join(names)}."
            )
    low, high = sorted((names.index(args.first), names.index(args.last)))
    joined = names[low : high + 1]
    content = json.loads(source.path.read_text(encoding="utf-8-sig"))
    for cell, known in zip(content["cells"], source.notebook.cells, strict=True):
        tags = retagged(known.tags, names[low])
        if source.analysis.cell_steps.get(known.id) in joined and known.tags and tags != known.tags:
            cell.setdefault("metadata", {})["tags"] = list(tags)
    source.path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    if args.json:
        print(json.dumps({"state": "success", "step": names[low], "merged": joined[1:]}))
    else:
        print(f"{', '.join(joined[1:])} joined {names[low]} in {args.notebook}")
    return 0

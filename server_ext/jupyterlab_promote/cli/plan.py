"""`jupyter promote plan NB`: steps, edges with reasons, findings."""

import argparse
import json
import textwrap

from jupyterlab_promote.cli.source import read_source
from jupyterlab_promote.model.document import dump
from jupyterlab_promote.model.finding import Finding
from jupyterlab_promote.model.pipeline import Analysis
from jupyterlab_promote.model.settings import format_bytes


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("notebook", metavar="NB")


def execute(args: argparse.Namespace) -> int:
    """Show the plan; 1 when the notebook cannot be published."""
    source = read_source(args.notebook)
    if args.json:
        print(json.dumps(as_json(source.analysis)))
    else:
        _show(source.analysis)
    return 0 if source.analysis.promotable else 1


def as_json(analysis: Analysis) -> dict[str, object]:
    """The analysis in the words of the command line."""
    told = dump(analysis)
    for step in told["steps"]:
        step["resources"] = step["settings"]["resources"]
    return told


def _show(analysis: Analysis) -> None:
    width = max((len(step.name) for step in analysis.steps), default=4)
    print(f"{len(analysis.steps)} steps, kernel {analysis.kernel}")
    for step in analysis.steps:
        resources = step.settings.resources
        wants = f"{resources.cpus:g} CPU"
        wants += f", {resources.gpus:g} GPU" if resources.gpus else ""
        wants += f", {format_bytes(resources.memory)}" if resources.memory else ""
        automatic = "  (made by the tool)" if step.automatic else ""
        print(f"  {step.name:<{width}}  {len(step.cells):>3} cells  {wants}{automatic}")
    for edge in analysis.edges:
        print(f"  {edge.source} -> {edge.target}: {edge.reason}")
    for use in analysis.files:
        how = "frozen in this version" if use.travels == "frozen" else "read live"
        print(f"  file {use.path}: {how}")
    for title, group in (("Blocks", "blocks"), ("Check", "check"), ("Fine", "fine")):
        found = [f for f in analysis.findings if f.group == group]
        if found:
            print(f"\n{title}")
        for finding in found:
            _show_finding(finding)
    if analysis.suggested and len(analysis.steps) <= 1:
        print("\nSteps that the headings suggest: " + ", ".join(s.name for s in analysis.suggested))


def _show_finding(finding: Finding) -> None:
    place = f"cell {finding.cell_index + 1}" if finding.cell_index is not None else "notebook"
    place += f", line {finding.line}" if finding.line else ""
    print(textwrap.fill(f"{finding.code} {place}: {finding.message}", 100, initial_indent="  ",
                        subsequent_indent="      "))  # fmt: skip
    if finding.fix:
        print(textwrap.fill(finding.fix, 100, initial_indent="      ", subsequent_indent="      "))

"""What of earlier steps runs again at the beginning of a later one: imports, magics, settings. Nothing that travels."""

from jupyterlab_promote.dataflow.chain import StepNames, only_imported_before


def preambles(replayed: StepNames, steps: tuple[StepNames, ...]) -> tuple[tuple[str, ...], ...]:
    """By step the statements of the steps before it, each once, without those of the cells that run again anyway."""
    again = {*replayed.imports.values(), *replayed.set_up}
    _, *everywhere = only_imported_before((replayed, *steps))
    return tuple(
        tuple(line for line in _in_order(steps[:index], *imported) if line not in again)
        for index, imported in enumerate(zip(only_imported_before(steps), everywhere, strict=True))
    )


def _in_order(before: tuple[StepNames, ...], imported: set[str], everywhere: set[str]) -> list[str]:
    """The statements of some steps.

    Args:
        imported: names that these steps leave bound by an import alone.
        everywhere: those of which the same is true of the cells that run again.
    """
    lines: dict[str, None] = {}
    for step in before:
        lines |= {line: None for name, line in step.import_lines if name in imported}
        for line in step.set_up:
            if "(" in line:
                # What was set last holds.
                lines.pop(line, None)
            lines[line] = None
        for line in step.settings:
            if line.partition(".")[0] in everywhere:
                lines.pop(line, None)
                lines[line] = None
    return sorted(lines, key=lambda line: not line.startswith("from __future__"))

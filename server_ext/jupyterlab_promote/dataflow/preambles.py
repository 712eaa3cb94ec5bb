"""What of earlier steps runs again at the beginning of a later one: imports, magics, settings. Nothing that travels."""

from jupyterlab_promote.dataflow.chain import StepNames, is_only_imported, only_imported_before


def preambles(replayed: StepNames, steps: tuple[StepNames, ...]) -> tuple[tuple[str, ...], ...]:
    """By step the statements of the steps before it, each once, without those of the cells that run again anyway."""
    again = {*replayed.imports.values(), *replayed.set_up}
    return tuple(
        tuple(line for line in _in_order(replayed, steps[:index], imported) if line not in again)
        for index, imported in enumerate(only_imported_before(steps))
    )


def _in_order(replayed: StepNames, before: tuple[StepNames, ...], imported: set[str]) -> list[str]:
    lines: dict[str, None] = {}
    for step in before:
        lines |= {line: None for name, line in step.import_lines if name in imported}
        for line in step.set_up:
            if "(" in line:
                # What was set last holds.
                lines.pop(line, None)
            lines[line] = None
        for line in step.settings:
            if is_only_imported(line.partition(".")[0], (replayed, *before)):
                lines.pop(line, None)
                lines[line] = None
    return sorted(lines, key=lambda line: not line.startswith("from __future__"))

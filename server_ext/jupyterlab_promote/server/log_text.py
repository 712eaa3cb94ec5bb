"""Airflow's log of a try as text."""

from collections.abc import Iterable

_BEGINS = "::group::"
_ENDS = "::endgroup::"


def log_text(lines: Iterable[object]) -> str:
    """The lines as Airflow gives them, one below the other; what folds a group in its pages is a heading here."""
    told = (_line(line) for line in lines)
    return "\n".join(line.replace(_BEGINS, "") for line in told if not line.endswith(_ENDS))


def _line(line: object) -> str:
    if not isinstance(line, dict):
        return str(line)
    moment = f"{line['timestamp']} " if line.get("timestamp") else ""
    return f"{moment}{line.get('event', '')}"

"""Numbers of a run, one JSON line each, for the Lab to show over runs."""

import json
import math
import sys

from jupyterlab_promote.worker.handoff.context import current


def record_metric(name: str, value: float) -> None:
    """Record a number; outside a pipeline it is only printed. Raises ValueError for what is no number."""
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"metric {name!r} is {number}, which is not a finite number")
    context = current()
    if context.metrics is None:
        sys.stdout.write(f"{name} = {number:g}\n")
        return
    line = json.dumps({"name": str(name), "value": number})
    with context.metrics.open("a") as file:
        file.write(line + "\n")

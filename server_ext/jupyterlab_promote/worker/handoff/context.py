"""Where this step stands: its inputs' folders, its output folder; read from `PROMOTE_STEP_CONTEXT`.

Without it the notebook was opened by hand, and the folders lie in `.handoff` beside it; `.handoff/context.json`
says more where the notebook was made from a run, to look for what went wrong.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jupyterlab_promote.worker.handoff.problems import Reach

VARIABLE = "PROMOTE_STEP_CONTEXT"


@dataclass(frozen=True)
class Item:
    """The element of a list that a mapped step handles: `name = over[index]`."""

    name: str
    over: str
    index: int


@dataclass(frozen=True)
class Context:
    """What the worker tells the kernel.

    Attributes:
        inputs: folders of each provider; several when the provider is mapped, in item order.
        mapped: providers whose names arrive as lists, one element for each folder.
        metrics: file that takes one JSON line for each metric; None when opened by hand.
        workdir: the step's working directory, which `os:cwd` is told relative to.
        rebound: loaded names that the step binds anew.
        changes: loaded names that the step may change.
        changed: by provider, the names that steps after it may have changed: themselves or their parts.
        secrets: environment variables whose values must not be stored or shown.
    """

    step: str
    inputs: MappingProxyType[str, tuple[Path, ...]]
    output: Path
    mapped: frozenset[str] = frozenset()
    rebound: frozenset[str] = frozenset()
    changes: Mapping[str, Reach] = field(default_factory=dict)
    changed: Mapping[str, Mapping[str, Reach]] = field(default_factory=dict)
    item: Item | None = None
    metrics: Path | None = None
    workdir: Path = field(default_factory=Path.cwd)
    secrets: frozenset[str] = frozenset()
    by_hand: bool = False

    def folders(self, provider: str) -> tuple[Path, ...]:
        """Where a provider's values lie."""
        if self.by_hand:
            return (self.output.parent / provider,)
        return self.inputs.get(provider, ())


def current(step: str = "notebook") -> Context:
    """The context of this kernel; read anew at each call, since a pre-started kernel gets it late.

    Args:
        step: the name of the step where the notebook was opened by hand.
    """
    path = os.environ.get(VARIABLE)
    if not path:
        folder = Path.cwd() / ".handoff"
        told = folder / "context.json"
        if told.is_file():
            return _parse(json.loads(told.read_text()))
        return Context(step, MappingProxyType({}), folder / step, by_hand=True)
    return _parse(json.loads(Path(path).read_text()))


def _parse(told: dict[str, Any]) -> Context:
    item = told.get("item")
    inputs = {
        provider: tuple(Path(folder).absolute() for folder in folders)
        for provider, folders in told.get("inputs", {}).items()
    }
    return Context(
        step=told["step"],
        inputs=MappingProxyType(inputs),
        output=Path(told["output"]).absolute(),
        mapped=frozenset(told.get("mapped") or ()),
        rebound=frozenset(told.get("rebound") or ()),
        changes=told.get("changes") or {},
        changed=told.get("changed") or {},
        item=Item(item["name"], item["over"], item["index"]) if item else None,
        metrics=Path(told["metrics"]) if told.get("metrics") else None,
        workdir=Path(told.get("workdir") or Path.cwd()),
        secrets=frozenset(told.get("secrets") or ()),
    )

"""How a table of small notebooks is written: a name and the source of each step."""

from dataclasses import dataclass, field

P = "import numpy as np, pandas as pd, os, sys\n"


@dataclass(frozen=True)
class Table:
    """Small notebooks by name: a prelude and steps of one cell each, tagged `step:s<i>`.

    The split run must print what the linear run prints, step by step, or be refused before it runs; `may_refuse` has
    those, with the reason, where a person would refuse as well.
    """

    cases: dict[str, tuple[str, list[str]]] = field(default_factory=dict)
    may_refuse: dict[str, str] = field(default_factory=dict)

    def __call__(
        self, name: str, *steps: str, prelude: str = P, may_refuse: str | None = None
    ) -> None:
        """Add a notebook."""
        assert name not in self.cases, name
        self.cases[name] = (prelude, list(steps))
        if may_refuse:
            self.may_refuse[name] = may_refuse

"""Hidden state as it goes from step to step: random generators, options of libraries, the environment, the folder.

Which calls touch it is found by `hidden.py`; which of it a notebook may touch at all is `library.py`'s.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from jupyterlab_promote.dataflow.flow.behaviour import SET_UP
from jupyterlab_promote.dataflow.wiring.facts import StepFacts
from jupyterlab_promote.dataflow.wiring.steps import Seen

_GENERATORS = ("rng:numpy", "rng:random", "rng:torch")
_ALWAYS_DRAWN = {"rng:torch"}
"""A loop over batches draws from it, which no call tells; so every step of a notebook that seeds does."""
_COUNTED = "numbers:libraries"
"""Numbers that libraries count by: an operator makes something that has one, which no call tells."""
_OF_EVERY_STEP = {"options:pictures": True, "options:handlers": False}
"""Any step that draws sets the backend up, and any that logs writes where handlers do, which no call tells; so every
step does where one of them sets it, or by a line that runs again in each (which is enough for handlers)."""
OF_MODULES = "module:"
"""Begins the name of what a module of the notebook's own keeps."""


@dataclass(frozen=True)
class HiddenStates:
    """The hidden state that a notebook may touch.

    Attributes:
        names: of all of it.
        kept: by step the states of modules that it changes, and where.
        companions: by the state of a module, the names of the notebook that may lead to it or be held by it.
    """

    names: tuple[str, ...]
    kept: Mapping[str, Mapping[str, Seen]] = field(default_factory=dict)
    companions: Mapping[str, frozenset[str]] = field(default_factory=dict)


_SEEDING = re.compile("seed|set_?state", re.IGNORECASE)
"""Part of each name that may set a generator (`behaviour.SEEDS`)."""


def hidden_by_step(
    steps: Sequence[StepFacts], states: tuple[str, ...], *, seeded: bool
) -> list[tuple[set[str], set[str]]]:
    """(read, written) hidden state of each step.

    Without a seed each kernel draws numbers of its own, as the notebook does on each run. Options and the
    environment are read by all that comes after who sets them.
    """
    generators = [s for s in states if s in _GENERATORS] if seeded else []
    counted = {_COUNTED} & set(states)
    others = [state for state in states if state not in (*_GENERATORS, _COUNTED)]
    real = {s for s in others if any(s in _touched(step, others) for step in steps)}
    shown = {s for s in _OF_EVERY_STEP if s in others and any(_sets(step, s) for step in steps)}
    shown |= {s for s in real if s.startswith(OF_MODULES)}
    real |= shown
    found = []
    for index, step in enumerate(steps):
        again = {s for s in real if SET_UP + s in step.touches}
        touched = _touched(step, (*generators, *others)) | again | shown
        drawn = ((touched | _ALWAYS_DRAWN) & set(generators)) | counted
        found.append((drawn | (real if index else set()), drawn | (touched & real)))
    return found


def _touched(step: StepFacts, states: Iterable[str]) -> set[str]:
    return set(states) if "*" in step.touches else {s for s in states if s in step.touches}


def _sets(step: StepFacts, state: str) -> bool:
    again = {SET_UP + state} if _OF_EVERY_STEP[state] else set()
    return not step.touches.isdisjoint({state, "*", *again})


@lru_cache(maxsize=4096)
def seeds(text: str) -> bool:
    """Whether some name in a text may set a random generator."""
    return _SEEDING.search(text) is not None

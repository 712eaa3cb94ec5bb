"""RDKit's molecules and reactions with their properties and exact coordinates, which its own pickling leaves behind.

By default RDKit pickles the graph alone: `SetProp` of a molecule or an atom is lost, and coordinates are rounded to
32 bits (`rdkit.Chem.SetDefaultPickleProperties`).
"""

import sys
from typing import Any


def reduce(obj: Any) -> Any:
    """As RDKit reduces it, with all that it can write."""
    return _with(obj, computed=True)


def reduce_lasting(obj: Any) -> Any:
    """Without what RDKit computed and remembers: a molecule that was only asked for its weight is the same."""
    return _with(obj, computed=False)


def lasting(obj: Any) -> bytes | None:
    """A molecule as `reduce_lasting` writes it; None for anything else."""
    rule = LASTING.get((type(obj).__module__, type(obj).__name__))
    return None if rule is None else _whole(obj, computed=False)


def _with(obj: Any, *, computed: bool) -> Any:
    make, arguments, *state = obj.__reduce_ex__(2)
    if len(arguments) != 1 or not isinstance(arguments[0], bytes):
        return make, arguments, *state
    return (make, (_whole(obj, computed=computed),), *state)


def _whole(obj: Any, *, computed: bool) -> bytes:
    """What is written of a query changes when it is read for the first time, and then no more."""
    kinds = sys.modules["rdkit.Chem.rdchem"].PropertyPickleOptions
    wanted = int(kinds.AllProps) | int(getattr(kinds, "CoordsAsDouble", 0))
    if not computed:
        wanted &= ~int(kinds.ComputedProps)
    content: bytes = type(obj)(obj.ToBinary(wanted)).ToBinary(wanted)
    return content


_KINDS = (
    ("rdkit.Chem.rdchem", "Mol"),
    ("rdkit.Chem.rdchem", "RWMol"),
    ("rdkit.Chem.rdChemReactions", "ChemicalReaction"),
)
RULES = dict.fromkeys(_KINDS, reduce)
LASTING = dict.fromkeys(_KINDS, reduce_lasting)

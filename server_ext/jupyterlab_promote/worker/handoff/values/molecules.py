"""RDKit's molecules and reactions with their properties and exact coordinates, which its own pickling leaves behind.

By default RDKit pickles the graph alone: `SetProp` of a molecule or an atom is lost, and coordinates are rounded to
32 bits (`rdkit.Chem.SetDefaultPickleProperties`).
"""

import sys
from typing import Any


def reduce(obj: Any) -> Any:
    """As RDKit reduces it, with all that it can write."""
    make, arguments, *state = obj.__reduce_ex__(2)
    if len(arguments) != 1 or not isinstance(arguments[0], bytes):
        return None
    return (make, (_whole(obj),), *state)


def _whole(obj: Any) -> bytes:
    """What is written of a query changes when it is read for the first time, and then no more."""
    kinds = sys.modules["rdkit.Chem.rdchem"].PropertyPickleOptions
    wanted = int(kinds.AllProps) | int(getattr(kinds, "CoordsAsDouble", 0))
    content: bytes = type(obj)(obj.ToBinary(wanted)).ToBinary(wanted)
    return content


RULES = {
    ("rdkit.Chem.rdchem", "Mol"): reduce,
    ("rdkit.Chem.rdchem", "RWMol"): reduce,
    ("rdkit.Chem.rdChemReactions", "ChemicalReaction"): reduce,
}

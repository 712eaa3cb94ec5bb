"""Molecules come to the next step as the notebook had them; skipped where RDKit is not installed."""

import pytest

from jupyterlab_promote.worker.handoff.checks.fingerprint import EQUAL, fingerprint

Chem = pytest.importorskip("rdkit.Chem")
AllChem = pytest.importorskip("rdkit.Chem.AllChem")

TRAVELS = {
    "properties": (
        "m = Chem.MolFromSmiles('CCO'); m.SetProp('_Name', 'ethanol'); m.GetAtomWithIdx(2).SetIntProp('at', 7)",
        "print(m.GetProp('_Name'), m.GetAtomWithIdx(2).GetIntProp('at'), m.GetNumAtoms())",
        "ethanol 7 3",
    ),
    "exact coordinates": (
        "m = Chem.AddHs(Chem.MolFromSmiles('CCO')); AllChem.EmbedMolecule(m, randomSeed=1)\n"
        "before = m.GetConformer().GetPositions()",
        "print((before == m.GetConformer().GetPositions()).all())",
        "True",
    ),
    "one molecule under two names, with an attribute": (
        "m = Chem.RWMol(Chem.MolFromSmiles('CC')); m.label = 'x'; m.SetProp('k', 'v'); kept = {'m': m}",
        "kept['m'].AddAtom(Chem.Atom(8)); print(m.GetNumAtoms(), m.label, m.GetProp('k'), type(m).__name__)",
        "3 x v RWMol",
    ),
    "queries and reactions": (
        "q = Chem.MolFromSmarts('[#6;R2]'); r = AllChem.ReactionFromSmarts('[C:1]>>[C:1]O')",
        "print(Chem.MolFromSmiles('c1ccc2ccccc2c1').GetSubstructMatches(q), r.GetNumProductTemplates())",
        "((3,), (8,)) 1",
    ),
}


@pytest.mark.parametrize("case", TRAVELS)
def test_it_travels(case: str, steps) -> None:
    make, use, printed = TRAVELS[case]
    imports = "from rdkit import Chem\nfrom rdkit.Chem import AllChem\n"
    steps.ok("make", imports + make, saves=[["*"]])
    assert steps.ok("use", use, loads={"make": ["*"]}) == printed.splitlines()


def test_a_molecule_that_was_only_asked_is_the_same(steps) -> None:
    imports = "from rdkit import Chem\nfrom rdkit.Chem import Descriptors\n"
    steps.ok("make", f"{imports}m = Chem.MolFromSmiles('CCO'); ms = [m]", saves=[["m", "ms"]])
    asks = "print(round(Descriptors.MolWt(m)), Descriptors.MolLogP(m) < 1, Chem.MolToSmiles(ms[0]))"
    loads = {"make": ["m", "ms"]}
    assert steps.ok("ask", imports + asks, loads=loads, saves=[[]], readonly=["m", "ms"]) == [
        "46 True CCO"
    ]
    changed = steps.run(
        "change", "m.SetProp('a', 'b')", loads=loads, saves=[[]], readonly=["m", "ms"]
    )
    assert changed.problem["cause"] == "changed_unseen"


def _named(number: int) -> object:
    molecule = Chem.MolFromSmiles("CCO")
    molecule.SetIntProp("number", number)
    return molecule


TOLD_APART = {
    "a property": _named,
    "a query": lambda number: Chem.MolFromSmarts(f"[#6;R{number}]"),
    "a reaction": lambda number: AllChem.ReactionFromSmarts(f"[C:1]>>[C:1]{'O' * number}"),
}


@pytest.mark.parametrize("kind", TOLD_APART)
def test_equal_molecules_have_one_fingerprint_and_others_another(kind: str) -> None:
    make = TOLD_APART[kind]
    one, again, other = (fingerprint(make(number)) for number in (1, 1, 2))
    assert one == again
    assert one.startswith(EQUAL)
    assert one != other

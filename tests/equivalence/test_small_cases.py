"""Small notebooks: the split run says what the linear run says, or is refused where a person would refuse."""

import pytest
from tests.equivalence import (
    attack_again,
    attack_blind,
    attack_carried,
    attack_classes,
    attack_effects,
    attack_hidden,
    attack_identity,
    attack_kernel,
    attack_made,
    attack_mutation,
    attack_names,
    attack_rare,
    attack_setups,
    attack_silent,
    attack_state,
    attack_travel,
)
from tests.equivalence.attack_branches import BRANCHES
from tests.equivalence.attack_branches import MAY_REFUSE as BRANCHES_REFUSED
from tests.equivalence.attack_hidden import INSIDE
from tests.equivalence.attack_libraries import LIBRARIES
from tests.equivalence.attack_objects import OBJECTS
from tests.equivalence.attack_public import PUBLIC
from tests.equivalence.dataflow_cases import C
from tests.equivalence.public_cases import SEEN
from tests.equivalence.shells import Result, compare

TABLES = tuple(
    attack.case
    for attack in (
        attack_again,
        attack_blind,
        attack_carried,
        attack_classes,
        attack_effects,
        attack_hidden,
        attack_identity,
        attack_kernel,
        attack_made,
        attack_mutation,
        attack_names,
        attack_rare,
        attack_setups,
        attack_silent,
        attack_state,
        attack_travel,
    )
)

REFUSED = {
    "generator": "a generator does not travel",
    "open_file": "an open file does not travel",
    "out_hist": "history of another kernel",
    "out_underscore": "history of another kernel",
    "Out_dict": "history of another kernel",
    "monkeypatch_mod": "a patched module",
    "class_hierarchy_registry": "making a subclass registers it again",
    "metaclass_state": "making a class runs the notebook's metaclass again",
    "a_context_variable_imported_by_name": "a context variable and a generator live in one kernel",
    "a_figure_that_goes_on": "a figure lives in one kernel",
    "last_result_of_an_earlier_step": "history of another kernel",
    "cache_counted": "how often a cache was asked does not travel",
    "code_that_fills_a_dict": "the dict holds the kernel's builtins, and its functions hold the dict",
    "a_generator_of_a_function_of_the_notebook": "a generator does not travel",
    "a_generator_that_networkx_makes": "a generator does not travel",
    "locale_decimal_context": "a context of this kernel only",
    **{name: why for table in TABLES for name, why in table.may_refuse.items()},
    **dict.fromkeys(BRANCHES_REFUSED, "lives in one kernel only"),
}
"""Cases that a person would refuse as well, and why."""

EVERY = {
    **BRANCHES,
    **C,
    **{k: v for table in TABLES for k, v in table.cases.items()},
    **PUBLIC,
    **SEEN,
}


@pytest.mark.parametrize("name", EVERY)
def test_the_split_run_says_what_the_linear_run_says(name: str) -> None:
    prelude, steps = EVERY[name]
    result = compare(prelude, steps)
    if name in REFUSED:
        assert result.verdict in ("equal", "refused"), result
    else:
        assert result == Result("equal"), result


UNFORESEEN = {**LIBRARIES, **OBJECTS, **INSIDE, **attack_silent.said.cases}


@pytest.mark.parametrize("name", UNFORESEEN)
def test_what_nobody_foresaw_is_the_same_or_said(name: str) -> None:
    prelude, steps = UNFORESEEN[name]
    result = compare(prelude, steps)
    assert result.verdict in ("equal", "refused", "stopped", "warned"), result

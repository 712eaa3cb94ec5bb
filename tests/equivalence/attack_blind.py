"""Small notebooks that attack the dataflow, written without looking at the analysis: as data scientists at many places write."""

from tests.equivalence.table import Table

case = Table()

case(
    "a_literal_above_the_steps_under_two_names",
    "x['k'] = 1",
    "print(y)",
    prelude="x = y = {}",
)
case(
    "a_part_of_a_literal_above_the_steps",
    "optimizer = CFG['optimizer']; optimizer['lr'] = 1",
    "print(rate())",
    prelude="CFG = {'optimizer': {'lr': .1}}\ndef rate(): return CFG['optimizer']['lr']",
)
case(
    "elements_of_a_list_above_the_steps",
    "first, *others = parts\nfirst.append('f'); others[0].append('o')",
    "print(parts)",
    prelude="parts = [[1], [2], [3]]",
)

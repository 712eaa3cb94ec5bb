"""What cells hold is kept by block: it is what a loop over all cells finds, and an edit asks few of them again."""

import ast

from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_promote.dataflow.files.texts import names_of
from jupyterlab_promote.dataflow.kept import (
    any_with,
    by_part,
    cells_with,
    each_of,
    steps_with,
    union_of,
    union_of_steps,
)
from jupyterlab_promote.dataflow.step_names import step_names
from jupyterlab_promote.dataflow.written import Written, shown
from jupyterlab_promote.notebook.blocks import Code
from jupyterlab_promote.notebook.document import Cell

SOURCES = st.lists(st.text("abc \n", max_size=6), max_size=60)


def _code(sources):
    return Code(Cell(f"c{at}", at, "code", source) for at, source in enumerate(sources))


def _words(source):
    return frozenset(source.split())


def _first_word(source):
    return frozenset(source.split()[:1])


def _holds(word, source):
    return word in source


@given(sources=SOURCES)
def test_what_is_found_by_part_is_what_a_loop_over_all_cells_finds(sources):
    code = _code(sources)
    assert [source for block in code.blocks for source in block.sources] == sources
    assert list(cells_with(_words, code)) == [cell for cell in code if _words(cell.source)]
    assert list(cells_with(_holds, code, "a")) == [cell for cell in code if "a" in cell.source]
    assert any_with(_holds, code, "ab") == any("ab" in source for source in sources)
    assert union_of(_words, code) == frozenset().union(*map(_words, sources))
    assert list(each_of(str.split, code)) == [(c, w) for c in code for w in c.source.split()]
    assert [one for part in by_part(_words, code) for one in part.found] == [*map(_words, sources)]


@given(notebook=st.lists(st.lists(st.text("abc \n", max_size=6), max_size=9), max_size=12))
def test_what_is_found_in_steps_is_what_a_loop_over_their_cells_finds(notebook):
    steps = tuple(step_names(f"s{at}", _code(sources)) for at, sources in enumerate(notebook))
    every = [(step, cell) for step in steps for cell in step.cells]
    assert list(steps_with(_holds, steps, "a")) == [pair for pair in every if "a" in pair[1].source]
    assert union_of_steps(_words, steps) == frozenset().union(*(_words(c.source) for _, c in every))


def test_what_an_edit_leaves_as_it_was_is_the_same_object():
    sources = [f"path_{at} = folder + 'data_{at}.csv'\nprint({at})" for at in range(400)]
    edited = [*sources[:395], sources[395] + "\nprint('more')", *sources[396:]]
    assert union_of(_first_word, _code(sources)) is union_of(_first_word, _code(edited))
    assert by_part(_first_word, _code(sources))[0] is by_part(_first_word, _code(edited))[0]
    assert names_of(_code(sources)) is names_of(_code(edited))


def test_an_inserted_cell_changes_one_block():
    sources = [f"v{at} = {at}" for at in range(300)]
    before = _code(sources).blocks
    after = _code([*sources[:150], "new = 1", *sources[150:]]).blocks
    assert len(before) > 10
    assert len(set(after) - set(before)) <= 2


def test_code_is_equal_where_its_text_is_whatever_it_was_read_from():
    one, same, other = (ast.parse(text) for text in ("f( 1,2 )", "f(1, 2)  # again", "f(1)"))
    assert Written((one,)) == Written((same,)) == "f(1, 2)"
    assert hash(Written((one,))) == hash(Written((same,)))
    assert Written((one,)) != Written((other,))


def test_of_long_code_the_first_line_is_shown():
    assert str(shown(ast.parse("f(x)").body[0])) == "f(x)"
    assert str(shown(ast.parse("if x:\n    f(x)").body[0])) == "if x:..."
    assert str(shown(ast.parse(f"f({'x' * 90})").body[0])) == f"f({'x' * 58}..."

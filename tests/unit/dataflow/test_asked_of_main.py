"""Names that a text asks the notebook for."""

from jupyterlab_promote.dataflow.analysis import analyse


def test_what_timeits_setup_imports_from_the_notebook_goes_along(notebook) -> None:
    timed = "import timeit\ntimeit.Timer('f(x)', 'from __main__ import f, x').timeit(3)"
    nb = notebook(("step:a", "def f(n):\n    return n\nx = 3"), ("step:b", timed))
    found = analyse(nb)
    assert found.promotable
    assert {name for given in found.steps[1].inputs for name in given.names} == {"f", "x"}


def test_a_name_that_no_cell_binds_is_not_told_of_a_text(notebook) -> None:
    nb = notebook(("step:a", "print('from __main__ import nothing')"))
    assert not [f for f in analyse(nb).findings if f.severity != "info"]

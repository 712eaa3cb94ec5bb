"""Whatever the tags say, no cell is lost or runs twice, and nothing raises."""

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from jupyterlab_promote.dataflow.analysis import analyse
from jupyterlab_promote.notebook.layout import layout
from jupyterlab_promote.split.plan import plan
from jupyterlab_promote.split.render import render

TAGS = st.lists(
    st.sampled_from(
        [
            "step:a",
            "step:b",
            "step:c d",
            "step:",
            "block:a",
            "prev:a",
            "parameters",
            "skip",
            "imports",
            "other",
        ]
    ),
    max_size=3,
    unique=True,
).map(",".join)
SOURCES = st.sampled_from(
    ["x = 1", "print(x)", "# Text", "import os", "", "%pip install y", "x = (", "def f(): return x"]
)


@settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(cells=st.lists(st.tuples(TAGS, SOURCES), min_size=1, max_size=7))
@example(cells=[("", "print(x)"), ("", "x = 1"), ("step:a", "x = 1")])
@example(cells=[("", "x = 1"), ("step:a,parameters", "x = 1")])
def test_each_cell_is_in_one_place_and_each_step_notebook_holds_its_own(notebook, cells):
    nb = notebook(*cells)
    laid = layout(nb)
    places = [cell.id for group in laid.groups for cell in group.cells]
    places += [cell.id for cell in (*laid.prelude, *laid.skipped)]
    places += [laid.parameters.id] if laid.parameters else []
    assert sorted(places) == sorted(set(places))
    assert {cell.id for cell in nb.cells if cell.is_code} <= set(places)
    analysis = analyse(nb)
    if not analysis.promotable:
        return
    pipeline = plan(analysis, nb, name="n")
    for step, made in zip(pipeline.steps, render(pipeline, nb), strict=True):
        ids = [
            cell["id"] for cell in made.content["cells"] if not cell["id"].startswith("promote-")
        ]
        assert [cell for cell in ids if cell not in step.replay] == list(step.cells)
        assert sorted(ids) == sorted((*step.replay, *step.cells))

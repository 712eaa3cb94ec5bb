"""Tags -> steps: which cell goes where, and what is said about tags that contradict each other."""

import pytest

from jupyterlab_promote.ids import is_step_name, step_slug
from jupyterlab_promote.model.finding import Action, Finding, FixAction
from jupyterlab_promote.notebook.layout import layout


def shape(laid):
    """(steps with the ids of their cells, prelude, parameters, skipped)."""
    return (
        {group.name: " ".join(cell.id for cell in group.cells) for group in laid.groups},
        " ".join(cell.id for cell in laid.prelude),
        laid.parameters.id if laid.parameters else None,
        " ".join(cell.id for cell in laid.skipped),
    )


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (
            ("import a", ("step:load", "x = 1"), "x", ("step:use", "x")),
            ({"load": "c1 c2", "use": "c3"}, "c0", None, ""),
        ),
        (
            (("step:a", "1"), ("step:a", "2"), ("step:b", "3"), "4"),
            ({"a": "c0 c1", "b": "c2 c3"}, "", None, ""),
        ),
        (("x = 1", "# text", "x"), ({"notebook": "c0 c1 c2"}, "", None, "")),
        (
            ("# Title", ("parameters", "n = 1"), "# Load", ("step:load", "n")),
            ({"load": "c0 c2 c3"}, "", "c1", ""),
        ),
        (
            (("step:a", "1"), "# About a", "# B", ("step:b", "2"), "# End"),
            ({"a": "c0", "b": "c1 c2 c3 c4"}, "", None, ""),
        ),
        (
            (("step:a", "1"), ("skip", "2"), ("skip-execution", "3"), "4"),
            ({"a": "c0 c3"}, "", None, "c1 c2"),
        ),
        (
            (
                ("block:a", "1"),
                ("imports", "import x"),
                ("functions", "def f(): pass"),
                ("block:b,prev:a", "2"),
            ),
            ({"a": "c0", "b": "c3"}, "c1 c2", None, ""),
        ),
        (
            (("pipeline-parameters", "n = 1"), ("step:a", "n")),
            ({"a": "c1"}, "", "c0", ""),
        ),
    ],
)
def test_each_cell_goes_to_the_step_that_it_stands_in(notebook, cells, expected):
    assert shape(layout(notebook(*cells))) == expected


def test_text_below_a_steps_code_that_is_no_heading_stays_with_it(notebook, nb_json):
    raw = nb_json(("step:a", "1"), "# x", ("step:b", "2"))
    raw["cells"][1]["source"] = "only a remark"
    from jupyterlab_promote.notebook.document import read_notebook

    assert shape(layout(read_notebook(raw)))[0] == {"a": "c0 c1", "b": "c2"}


def test_legacy_prev_tags_become_wishes(notebook):
    laid = layout(notebook(("block:a", "1"), ("block:b", "2"), ("block:c,prev:a", "3")))
    assert [(g.name, g.after) for g in laid.groups] == [("a", ()), ("b", ()), ("c", ("a",))]
    assert laid.findings == ()


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (
            (("step:a,step:b", "1"),),
            Finding(
                code="PRM101",
                severity="error",
                message="This cell has the step tags `a` and `b`; a cell belongs to one step.",
                fix="Remove all but one step tag.",
                cell="c0",
                cell_index=0,
                steps=("a", "b"),
            ),
        ),
        (
            (("step:a", "1"), ("step:b", "2"), ("step:a", "3")),
            Finding(
                code="PRM102",
                severity="error",
                message="Step `a` begins again here, after `b`; the cells of a step must stand together.",
                fix="Rename this part, or merge everything between into `a`.",
                cell="c2",
                cell_index=2,
                steps=("a",),
                actions=(
                    Action(kind=FixAction.RENAME, label="Rename this part", argument="a_2"),
                    Action(kind=FixAction.MERGE, label="Merge all between", argument="a,b"),
                ),
            ),
        ),
        (
            (("step:My Step", "1"),),
            Finding(
                code="PRM103",
                severity="error",
                message="`My Step` cannot be the name of a step.",
                fix="Use lower-case letters, digits, `_` and `-`, beginning with a letter or `_`, at most 80 "
                "characters; for example `my-step`.",
                cell="c0",
                cell_index=0,
                steps=("My Step",),
                actions=(
                    Action(kind=FixAction.RENAME, label="Rename to my-step", argument="my-step"),
                ),
            ),
        ),
        (
            (("parameters", "n = 1"), ("parameters", "m = 1"), ("step:a", "n")),
            Finding(
                code="PRM104",
                severity="error",
                message="A notebook can have one `parameters` cell; this is another one.",
                fix="Remove the tag `parameters` here, or move its lines to the first one.",
                cell="c1",
                cell_index=1,
            ),
        ),
        (
            ("# Only text", "# and more"),
            Finding(
                code="PRM105",
                severity="error",
                message="No cell holds code that would run.",
                fix="Write a cell of code, or un-skip one.",
            ),
        ),
        (
            ("", "  "),
            Finding(
                code="PRM105",
                severity="error",
                message="No cell holds code that would run.",
                fix="Write a cell of code, or un-skip one.",
            ),
        ),
        (
            ("x = 1",),
            Finding(
                code="PRM106",
                severity="info",
                message="No cell has a step tag, so the whole notebook runs as one step named `notebook`.",
                fix="Tag cells as steps, or take the steps that the sidebar suggests.",
            ),
        ),
        (
            (("step:a", "1"), ("skip", "2")),
            Finding(
                code="PRM107",
                severity="info",
                message="1 skipped cell does not run in the pipeline.",
                cell="c1",
                cell_index=1,
                actions=(Action(kind=FixAction.UNSKIP, label="Un-skip", argument="c1"),),
            ),
        ),
        (
            (("step:a", "import x\n%pip install x"),),
            Finding(
                code="PRM108",
                severity="info",
                message="Moved to environment: `x` is installed before a step starts; the line itself does not run.",
                cell="c0",
                cell_index=0,
                line=2,
            ),
        ),
        (
            (("step:a,prev:b", "1"), ("step:b", "2")),
            Finding(
                code="PRM109",
                severity="error",
                message="The tag `prev:b` wants `a` to run after `b`, but `b` stands further down.",
                fix="Move the cells of `b` above this step, or remove the tag.",
                cell="c0",
                cell_index=0,
                steps=("a",),
            ),
        ),
    ],
)
def test_a_contradiction_is_told_with_its_cell_and_a_way_out(notebook, cells, expected):
    assert layout(notebook(*cells)).findings == (expected,)


def test_a_name_of_300_characters_is_clipped_in_the_message(notebook):
    (finding,) = layout(notebook(("step:" + "a" * 300, "1"))).findings
    assert finding.code == "PRM103"
    assert len(finding.message) < 120


def test_prev_that_names_nothing_lists_the_steps_above(notebook):
    (finding,) = layout(notebook(("step:a", "1"), ("step:b,prev:lost", "2"))).findings
    assert (finding.code, finding.fix) == ("PRM109", "Steps above it: a.")


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("1. Load the data", "load-the-data"),
        ("1.2 Load the data", "load-the-data"),
        ("2.", "step"),
        ("3D plots", "d-plots"),
        ("📊 Explore the data", "explore-the-data"),
        ("Größe schätzen", "grosse-schatzen"),
        ("2. Загрузка данных", "zagruzka-dannykh"),
        ("加载数据", "jiazaishuju"),
        ("訓練 model_a", "xunlian-model_a"),
        ("تدريب", "tdryb"),
        ("🚀", "step"),
    ],
)
def test_the_name_that_a_heading_gives_can_name_a_step(title: str, name: str) -> None:
    assert step_slug(title) == name
    assert is_step_name(name)

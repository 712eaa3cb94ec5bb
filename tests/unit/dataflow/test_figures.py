"""A step that would go on with an earlier step's figure is refused, and only where figures outlive their cell."""

import pytest

from jupyterlab_promote.dataflow.analysis import analyse

PLT = "import matplotlib.pyplot as plt\nimport matplotlib as mpl"
FIRST = "with plt.rc_context({'font.size': 9}):\n    plt.plot([1])"
WAIT = "plt.rcParams.update(plt.rcParamsDefault)\n"


@pytest.mark.parametrize(
    ("first", "second", "names"),
    [
        ("plt.plot([1])", "plt.title('x')", []),
        ("mpl.use('agg')\nplt.plot([1])", "plt.title('x')", ["title"]),
        ("mpl.use('agg')\nplt.plot([1])\nplt.show()", "plt.title('x')", ["title"]),
        ("mpl.use('agg')\nplt.plot([1])\nplt.close()", "plt.title('x')", []),
        ("mpl.use('agg')\nplt.plot([1])", "plt.figure()\nplt.title('x')\nplt.show()", []),
        (WAIT + "plt.plot([1])", "plt.title('x')", ["title"]),
        (WAIT + "plt.plot([1])", "plt.figure()\nplt.title('x')\nplt.show()", ["show"]),
        (WAIT + "plt.plot([1])\nplt.show()", "plt.title('x')\nplt.show()", []),
        ("plt.plot([1])\n" + WAIT, "plt.title('x')\nplt.show()", []),
        ("plt.ioff()\nplt.plot([1])", "plt.close('all')\nplt.plot([2])\nplt.show()", []),
        ("plt.plot([1])", WAIT + "plt.title('x')\nplt.show()", []),
        # What a comment says is not done, and a class draws on no figure that is there.
        ("# %matplotlib qt shows it\nplt.plot([1])", "plt.title('x')", []),
        (
            "plt.plot([1], '#ff0000'); plt.switch_backend('agg')\nplt.plot([1])",
            "plt.title('x')",
            ["title"],
        ),
        ("mpl.use('agg')\nplt.plot([1])", "c = plt.Circle((0, 0))", []),
        # The first figure ends with its cell; afterwards figures wait for `show`.
        (FIRST, "plt.title('x')", []),
        (f"{FIRST}\nplt.plot([2])", "plt.title('x')", []),
        (f"plt.plot([0])\n{FIRST}", "plt.title('x')", []),
    ],
)
def test_a_figure_that_a_later_step_would_meet(notebook, first, second, names) -> None:
    found = analyse(notebook(PLT, ("step:a", first), ("step:b", second))).findings
    assert [finding.name for finding in found if finding.code == "PRM205"] == names


@pytest.mark.parametrize(("first", "inline"), [("mpl.use('nbagg')", True), ("plt.ioff()", False)])
def test_the_fix_says_show_only_where_that_ends_a_figure(notebook, first, inline) -> None:
    cells = (PLT, ("step:a", f"{first}\nplt.plot([1])"), ("step:b", "plt.title('x')"))
    (refused,) = (f for f in analyse(notebook(*cells)).findings if f.code == "PRM205")
    assert ("%matplotlib inline" in refused.fix, "plt.show()" in refused.fix) == (
        inline,
        not inline,
    )


def test_figures_wait_after_a_context_in_which_the_first_one_was_drawn(notebook) -> None:
    steps = (("step:a", FIRST), ("step:b", "plt.plot([2])"), ("step:c", "plt.title('x')"))
    found = analyse(notebook(PLT, *steps)).findings
    assert [(f.name, f.steps) for f in found if f.code == "PRM205"] == [("title", ("b", "c"))]
    drawn = analyse(notebook(PLT, ("step:z", "plt.plot([0])"), *steps)).findings
    assert not [f for f in drawn if f.code == "PRM205"]

"""Step notebooks: what stands in them, in which order, with which ids."""

import nbformat
import pytest

from jupyterlab_promote.model.pipeline import Pipeline, Step, StepInput
from jupyterlab_promote.notebook.document import read_notebook
from jupyterlab_promote.split.render import render


def pipeline(*steps, language="python"):
    return Pipeline(name="Churn", kernel="python3", language=language, steps=steps, edges=())


def cells(made):
    return [
        (c["id"], c["cell_type"], c["source"], c["metadata"].get("tags", []))
        for c in made.content["cells"]
    ]


def test_a_step_notebook_has_title_prelude_parameters_preamble_inputs_cells_outputs_in_this_order(
    notebook,
):
    nb = notebook(
        "import a", ("parameters", "n = 1"), "def f(): pass", "# Text", ("step:fit,mine", "f(x)")
    )
    step = Step(
        name="fit",
        cells=("c3", "c4"),
        replay=("c2", "c0", "c1"),
        preamble=("%matplotlib inline", "import b"),
        inputs=(StepInput(step="load", names=("x", "rng:numpy", "sys:path")),),
        outputs=(("x", "view"), ("model",)),
        readonly=("cfg",),
    )  # fmt: skip
    (made,) = render(pipeline(step), nb)
    assert made.step == "fit"
    assert cells(made) == [
        ("promote-title-fit", "markdown", "# Churn: fit", []),
        (
            "promote-inputs-where-fit",
            "code",
            "from jupyterlab_promote.worker.handoff import load_inputs\n"
            "load_inputs({'load': ['sys:path']}, before_imports=True)",
            ["promote-inputs"],
        ),
        ("c0", "code", "import a", []),
        ("c1", "code", "n = 1", ["parameters"]),
        ("c2", "code", "def f(): pass", []),
        ("promote-preamble-fit", "code", "%matplotlib inline\nimport b", ["promote-preamble"]),
        (
            "promote-inputs-fit",
            "code",
            "from jupyterlab_promote.worker.handoff import load_inputs\nload_inputs({'load': ['x', 'rng:numpy']})",
            ["promote-inputs"],
        ),
        ("c3", "markdown", "# Text", []),
        ("c4", "code", "f(x)", ["step:fit", "mine"]),
        (
            "promote-outputs-fit",
            "code",
            "from jupyterlab_promote.worker.handoff import save_outputs\n"
            "save_outputs([['x', 'view'], ['model']], readonly=['cfg'], last=True, step='fit')",
            ["promote-outputs"],
        ),
    ]
    nbformat.validate(made.content)


def test_a_step_without_neighbours_has_only_the_users_cells(notebook):
    (made,) = render(pipeline(Step(name="all", cells=("c0",))), notebook(("step:all", "1")))
    assert cells(made) == [
        ("promote-title-all", "markdown", "# Churn: all", []),
        ("c0", "code", "1", ["step:all"]),
    ]


def test_outputs_settings_and_widgets_stay_behind_and_the_kernel_is_named(nb_json):
    raw = nb_json(("step:a", "x = 1"), name="Churn")
    raw["metadata"] |= {"widgets": {"state": {}}, "mood": "good"}
    del raw["metadata"]["kernelspec"]
    raw["cells"][0] |= {
        "outputs": [{"output_type": "stream", "name": "stdout", "text": "x"}],
        "execution_count": 3,
    }
    (made,) = render(pipeline(Step(name="a", cells=("c0",))), read_notebook(raw))
    assert made.content["metadata"] == {
        "mood": "good",
        "kernelspec": {"name": "python3", "display_name": "python3", "language": "python"},
    }
    user = made.content["cells"][1]
    assert (user["outputs"], user["execution_count"]) == ([], None)


def test_install_lines_do_not_run_in_a_step(notebook):
    nb = notebook(("step:a", "%pip install -q pandas\nimport pandas"))
    (made,) = render(pipeline(Step(name="a", cells=("c0",))), nb)
    assert cells(made)[1][2] == "# in the environment: %pip install -q pandas\nimport pandas"


def test_an_empty_list_of_tags_makes_no_other_step_notebook(nb_json):
    raw, untagged = nb_json("x = 1"), nb_json("x = 1")
    untagged["cells"][0]["metadata"]["tags"] = []
    step = pipeline(Step(name="a", cells=("c0",)))
    (made,), (other,) = (render(step, read_notebook(each)) for each in (raw, untagged))
    assert made.content == other.content


def test_papermill_finds_a_parameters_cell_of_another_name(notebook):
    nb = notebook(("pipeline-parameters", "n = 1"), ("step:a", "n"))
    (made,) = render(pipeline(Step(name="a", cells=("c1",), replay=("c0",))), nb)
    assert cells(made)[1][3] == ["pipeline-parameters", "parameters"]


@pytest.mark.parametrize("language", ["r", "bash"])
def test_a_kernel_that_is_not_python_gets_no_line_of_ours(nb_json, language):
    raw = nb_json(("step:a", "%pip install x"), kernel={"name": "k", "language": language})
    step = Step(name="a", cells=("c0",), outputs=(("x",),))
    (made,) = render(pipeline(step, language=language), read_notebook(raw))
    assert [c[2] for c in cells(made)] == ["# Churn: a", "%pip install x"]


def test_what_modules_keep_is_compared_where_a_step_is_given_and_leaves_nothing(notebook):
    step = Step(name="a", cells=("c0",), watched=("conf",))
    made, _ = render(pipeline(step, Step(name="b", cells=("c1",))), notebook(("step:a", "1"), "2"))
    assert cells(made)[-1][2].endswith("save_outputs([], watched=['conf'], step='a')")


def test_quotes_and_braces_in_names_cannot_become_code(notebook):
    step = Step(name="a", cells=("c0",), inputs=(StepInput(step="b", names=("it's {x}", 'a"b')),))
    (made,) = render(pipeline(step), notebook(("step:a", "1")))
    assert cells(made)[1][2].endswith("""load_inputs({'b': ["it's {x}", 'a"b']})""")


def test_long_names_give_valid_ids(notebook):
    step = Step(name="s" * 80, cells=("c0",), outputs=(("x",),))
    (made,) = render(pipeline(step), notebook(("step:" + "s" * 80, "x = 1")))
    nbformat.validate(made.content)


def test_a_line_of_a_cell_in_which_an_exception_is_meant_runs_again_where_it_may_fail(notebook):
    nb = notebook(
        ("step:a,raises-exception", "plt.style.use('gone')\nimport b"),
        ("step:b", "import b\n%matplotlib inline"),
        ("step:c", "x = 1"),
    )
    lines = ("import b", "%matplotlib inline", "plt.style.use('gone')")
    (made,) = render(pipeline(Step(name="c", cells=("c2",), preamble=lines)), nb)
    assert cells(made)[1:-1] == [
        ("promote-preamble-c", "code", "import b\n%matplotlib inline", ["promote-preamble"]),
        (
            "promote-preamble-1-c",
            "code",
            "plt.style.use('gone')",
            ["promote-preamble", "raises-exception"],
        ),
    ]

"""From the analysis to the pipeline."""

import pytest

from jupyterlab_promote.errors import NotPromotable
from jupyterlab_promote.model.finding import Finding
from jupyterlab_promote.model.pipeline import Analysis, Pipeline, Step
from jupyterlab_promote.split.plan import dag_id_of, plan

STEP = Step(name="a", cells=("c0",))


def test_a_notebook_without_errors_is_a_pipeline_with_its_settings(notebook):
    nb = notebook(("step:a", "1"), description="Who leaves", files=["*.csv"], produces=["calls"])
    warning = Finding(code="PRM400", severity="warning", message="Look.")
    made = plan(Analysis(steps=(STEP,), findings=(warning,)), nb, name="churn")
    assert made == Pipeline(
        name="churn",
        description="Who leaves",
        kernel="python3",
        steps=(STEP,),
        edges=(),
        file_globs=("*.csv",),
        produces=("calls",),
        findings=(warning,),
    )


def test_an_error_refuses_with_all_findings(notebook):
    findings = (
        Finding(code="PRM200", severity="error", message="It is broken.", fix="Mend it."),
        Finding(code="PRM106", severity="info", message="One step."),
    )
    with pytest.raises(NotPromotable) as refused:
        plan(Analysis(steps=(STEP,), findings=findings), notebook("1"), name="churn")
    assert refused.value.findings == findings
    assert (refused.value.message, refused.value.hint) == ("It is broken.", "Mend it.")


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, "my-notebook"),
        ({"name": "Churn, weekly"}, "churn-weekly"),
        (
            {
                "name": "New name",
                "published": {"uid": "u", "dag_id": "churn", "version": "v", "revision": 1},
            },
            "churn",
        ),
    ],
)
def test_the_pipeline_id_is_fixed_by_the_first_publish(notebook, settings, expected):
    assert dag_id_of(notebook("1", **settings), "My notebook") == expected

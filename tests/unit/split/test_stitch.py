"""Executed step notebooks back into the notebook that the user wrote."""

import copy

from jupyterlab_promote.split.stitch import stitch

WIDGETS = "application/vnd.jupyter.widget-state+json"
RUN = {"dag_id": "churn", "run_id": "r", "version": "v"}


def printed(text):
    return {"output_type": "stream", "name": "stdout", "text": text}


def executed(**cells):
    """A step notebook: cell id -> (papermill status, printed text)."""
    return {
        "cells": [
            {"id": "promote-title", "cell_type": "markdown", "source": "# T"},
            *(
                {
                    "id": cell,
                    "cell_type": "code",
                    "source": "changed by nobody",
                    "outputs": [printed(text)] if text else [],
                    "execution_count": 9,
                    "metadata": {"papermill": {"status": status}} if status else {},
                }
                for cell, (status, text) in cells.items()
            ),
        ]
    }


def outputs(whole):
    return {
        c["id"]: [o["text"] for o in c["outputs"]]
        for c in whole["cells"]
        if c["cell_type"] == "code"
    }


def test_each_cell_of_the_user_shows_what_it_printed_in_the_run(nb_json):
    source = nb_json("import a", "# T", ("step:a", "1"), ("step:b", "2"), name="Churn")
    source["cells"][2] |= {"outputs": [printed("of last week")], "execution_count": 3}
    before = copy.deepcopy(source)
    steps = {
        "a": executed(c0=("completed", "first"), c2=("completed", "one")),
        "b": executed(c0=("completed", "again"), c3=("failed", "two")),
    }
    whole = stitch(source, steps, derived_from=RUN)
    assert outputs(whole) == {"c0": ["first"], "c2": ["one"], "c3": ["two"]}
    assert [c["source"] for c in whole["cells"]] == [c["source"] for c in source["cells"]]
    assert whole["cells"][3]["metadata"] == {"tags": ["step:b"], "papermill": {"status": "failed"}}
    assert source == before


def test_the_language_is_what_the_kernels_said_so_that_code_is_coloured(nb_json):
    source = nb_json(("step:a", "1"), ("step:b", "2"))
    source["metadata"].pop("language_info", None)
    told = {"language_info": {"name": "python", "version": "3.12"}}
    steps = {"a": executed(), "b": {**executed(), "metadata": told}}
    whole = stitch(source, steps, derived_from=RUN)
    assert whole["metadata"]["language_info"] == told["language_info"]


def test_the_widgets_of_all_steps_are_there(nb_json):
    def shown(**states):
        kept = {"state": states, "version_major": 2, "version_minor": 0}
        return {**executed(), "metadata": {"widgets": {WIDGETS: kept}}}

    source = nb_json(("step:a", "1"), ("step:b", "2"))
    steps = {"a": shown(w1={"n": 1}), "b": executed(), "c": shown(w2={"n": 2})}
    whole = stitch(source, steps, derived_from=RUN)
    assert whole["metadata"]["widgets"] == {
        WIDGETS: {
            "state": {"w1": {"n": 1}, "w2": {"n": 2}},
            "version_major": 2,
            "version_minor": 0,
        }
    }
    assert "widgets" not in stitch(source, {"b": executed()}, derived_from=RUN)["metadata"]


def test_cells_that_did_not_run_show_nothing(nb_json):
    source = nb_json(("step:a", "1"), ("step:a", "2"), ("step:b", "3"))
    for cell in source["cells"]:
        cell |= {"outputs": [printed("of last week")], "execution_count": 3}
    whole = stitch(
        source, {"a": executed(c0=("failed", "no"), c1=("pending", ""))}, derived_from=RUN
    )
    assert outputs(whole) == {"c0": ["no"], "c1": [], "c2": []}
    assert [c["execution_count"] for c in whole["cells"]] == [9, None, None]


def test_the_whole_notebook_says_what_it_comes_from_and_cannot_publish(nb_json):
    source = nb_json(("step:a", "1"), name="Churn", published={"uid": "u"})
    whole = stitch(source, {}, derived_from=RUN)
    assert whole["metadata"] == {
        "kernelspec": source["metadata"]["kernelspec"],
        "derived_from": RUN,
    }

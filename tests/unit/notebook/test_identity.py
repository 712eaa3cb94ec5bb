"""Which cell is which across edits, and which bytes of a notebook make a version."""

from jupyterlab_promote.notebook.document import read_notebook
from jupyterlab_promote.notebook.identity import (
    is_derived,
    match_cells,
    published_bytes,
    published_source,
)


def test_running_a_notebook_does_not_change_what_is_hashed(nb_json):
    raw = nb_json("# T", ("step:a", "x = 1"), name="Churn")
    run = nb_json("# T", ("step:a", "x = 1"), name="Churn")
    run["cells"][1] |= {
        "execution_count": 7,
        "outputs": [{"output_type": "stream", "name": "stdout", "text": "x"}],
    }
    run["cells"][1]["metadata"] |= {"execution": {"iopub": 1}, "collapsed": True}
    run["metadata"]["language_info"] = {"name": "python", "version": "3.11.9"}
    assert published_bytes(read_notebook(run)) == published_bytes(read_notebook(raw))


def test_publishing_a_notebook_also_at_further_times_does_not_change_what_is_hashed(nb_json):
    raw = nb_json(("step:a", "x = 1"), name="Churn")
    published = nb_json(("step:a", "x = 1"), name="Churn")
    published["metadata"]["promote"] |= {
        "published": {"uid": "u"},
        "schedules": {"weekly": {"schedule": {"cron": "@weekly"}}},
        "published_as": {"weekly": {"uid": "w"}},
    }
    assert published_bytes(read_notebook(published)) == published_bytes(read_notebook(raw))


def test_a_cell_whose_last_tag_was_taken_away_is_hashed_as_before(nb_json):
    raw = nb_json(("step:a", "x = 1"), "y = 2")
    untagged = nb_json(("step:a", "x = 1"), "y = 2")
    untagged["cells"][1]["metadata"]["tags"] = []
    assert published_bytes(read_notebook(untagged)) == published_bytes(read_notebook(raw))


def test_source_tags_and_settings_are_hashed(nb_json):
    versions = [
        nb_json(("step:a", "x = 1")),
        nb_json(("step:a", "x = 2")),
        nb_json(("step:b", "x = 1")),
        nb_json(("step:a", "x = 1"), name="Churn"),
    ]
    assert len({published_bytes(read_notebook(raw)) for raw in versions}) == 4


def test_the_published_source_is_a_whole_notebook(nb_json):
    raw = nb_json("# T", ("step:a", "x = 1"))
    spec = {"name": "python3", "display_name": "python3", "language": "python"}
    assert published_source(read_notebook(raw)) == {**raw, "metadata": {"kernelspec": spec}}


def test_what_lab_fills_in_of_the_kernelspec_is_no_change(nb_json):
    filled = nb_json("# T", ("step:a", "x = 1"))
    bare = {**filled, "metadata": {"kernelspec": {"name": "python3", "display_name": "P"}}}
    assert published_source(read_notebook(bare)) == published_source(read_notebook(filled))


def test_cells_are_matched_by_id_when_they_are_similar_else_by_source(nb_json):
    old = nb_json("import a", "x = load('one.csv')", "rows = clean(x)", "model.fit(rows, target)")
    new = nb_json(
        "import a",
        "x = load('two.csv')",
        "model.fit(rows, target)",
        "print('quite another cell, under an id of before')",
    )
    assert match_cells(read_notebook(old), read_notebook(new)) == {
        "c0": "c0",
        "c1": "c1",
        "c3": "c2",
    }


def test_cells_whose_ids_were_all_renumbered_are_matched_by_source(nb_json):
    old, new = nb_json("a = 1", "b = 2", "c = 3"), nb_json("a = 1", "new = 9", "b = 2", "c = 3")
    for place, cell in enumerate(new["cells"]):
        cell["id"] = f"n{place}"
    matched = match_cells(read_notebook(old), read_notebook(new))
    assert matched == {"c0": "n0", "c1": "n2", "c2": "n3"}


def test_an_executed_copy_is_known(nb_json):
    raw = nb_json("x")
    assert not is_derived(read_notebook(raw))
    raw["metadata"]["derived_from"] = {"run_id": "r"}
    assert is_derived(read_notebook(raw))

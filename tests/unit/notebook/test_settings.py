"""`metadata.promote`: a bad value is told with its step, cell and value; all others are used, and none is lost."""

import pytest

from jupyterlab_promote.model.finding import Finding
from jupyterlab_promote.model.settings import (
    NotebookSettings,
    Published,
    Resources,
    Schedule,
    StepSettings,
)
from jupyterlab_promote.notebook.schedules import check_cron, check_timezone
from jupyterlab_promote.notebook.settings import read_settings, step_settings
from jupyterlab_promote.notebook.settings_edits import with_published
from jupyterlab_promote.notebook.step_checks import check_steps

FIX = "Correct it in the sidebar, or in the notebook's metadata under `promote`."


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        ({"cpus": 2, "memory": "4 GB"}, Resources(cpus=2, memory=4 * 10**9)),
        ({"memory": "512MiB", "gpus": 0.5}, Resources(memory=512 * 2**20, gpus=0.5)),
        ({"memory": 1000, "accelerator": "A100"}, Resources(memory=1000, accelerator="A100")),
        ({"cpus": 10_000}, Resources(cpus=10_000)),
        ({"cpus": 3, "colour": "red"}, Resources(cpus=3)),
    ],
)
def test_good_resources_are_read(notebook, resources, expected):
    nb = notebook(("step:a", "1"), steps={"a": {"resources": resources, "mood": "good"}})
    assert read_settings(nb) == (
        NotebookSettings(steps={"a": StepSettings(resources=expected)}),
        (),
    )


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"cpus": -1}, "`resources.cpus` of step `a` is -1: it must be greater than or equal to 0."),
        ({"labels": "spot"}, "`resources.labels` of step `a` is 'spot': write an object."),
        ({"cpus": "lots"}, "`resources.cpus` of step `a` is 'lots': write a number."),
        ({"memory": "lots"}, "`resources.memory` of step `a` cannot be used: 'lots' is not a size; write for "
                             "example '4 GB'."),
        ({"gpus": float("nan")}, "`resources.gpus` of step `a` is nan: it must be a finite number."),
    ],
)  # fmt: skip
def test_a_bad_resource_is_a_finding_at_the_steps_cell_and_the_rest_stays(notebook, bad, message):
    nb = notebook(
        "import x",
        ("step:a", "1"),
        steps={"a": {"resources": {"accelerator": "T4", **bad}, "retries": 2}},
    )
    settings, findings = read_settings(nb)
    assert settings.steps == {"a": StepSettings(resources=Resources(accelerator="T4"), retries=2)}
    assert findings == (
        Finding(
            code="PRM110",
            severity="error",
            message=message,
            fix=FIX,
            name=message.split(" cannot")[0].split(" is ")[0].strip("`"),
            cell="c1",
            cell_index=1,
            steps=("a",),
        ),
    )


def test_several_bad_values_are_all_told(notebook):
    nb = notebook(
        ("step:a", "1"),
        steps={"a": {"resources": {"cpus": -1, "memory": "x"}, "timeout": 0, "map_over": 3}},
        schedule={"cron": "nonsense", "timezone": "Mars/Base", "overlap": "queue"},
        files=3,
    )
    settings, findings = read_settings(nb)
    assert [(f.code, f.message.split(" ")[0]) for f in findings] == [
        ("PRM112", "`files`"),
        ("PRM111", "The"),
        ("PRM111", "The"),
        ("PRM110", "`resources.cpus`"),
        ("PRM110", "`resources.memory`"),
        ("PRM110", "`timeout`"),
        ("PRM110", "`map_over`"),
    ]
    assert settings.steps == {"a": StepSettings()}
    assert settings.schedule == Schedule(overlap="queue")


@pytest.mark.parametrize(
    ("cron", "reason"),
    [
        ("0 2 * * *", ""),
        ("*/5 9-17 * * 1-5", ""),
        ("@daily", ""),
        (
            "@fortnightly",
            "is no preset; there are @daily, @hourly, @monthly, @quarterly, @weekly, @yearly",
        ),
        ("0 2 * *", "needs five fields: minute hour day month weekday, such as `0 2 * * *`"),
        ("0 0 2 * * *", "needs five fields: minute hour day month weekday, such as `0 2 * * *`"),
        ("61 2 * * *", "is not a cron expression; write for example `0 2 * * *`"),
        (
            "every morning at 2",
            "needs five fields: minute hour day month weekday, such as `0 2 * * *`",
        ),
        ("0 0 30 2 *", "names a day that never comes"),
        ("0 " * 100, "is too long for a cron expression"),
    ],
)
def test_a_cron_is_taken_or_refused_with_the_reason(cron, reason):
    assert check_cron(cron) == reason


@pytest.mark.parametrize(
    ("zone", "good"),
    [("UTC", True), ("Europe/Berlin", True), ("Mars/Base", False), ("", False), ("../etc/passwd", False), ("Europe", False)],
)  # fmt: skip
def test_a_timezone_is_an_iana_name(zone, good):
    assert (check_timezone(zone) == "") is good


def test_defaults_that_cannot_be_used_are_told_once(notebook):
    nb = notebook(
        ("step:a", "1"),
        defaults={"retries": 2, "resources": {"cpus": "z"}},
        steps={"a": {}, "b": {}},
    )
    settings, findings = read_settings(nb)
    assert [f.message for f in findings] == ["`defaults.resources.cpus` is 'z': write a number."]
    assert settings.steps == {"a": StepSettings(retries=2), "b": StepSettings(retries=2)}


def test_parts_that_are_no_objects_are_told(notebook):
    settings, findings = read_settings(
        notebook("1", steps=[1], schedule="daily", defaults=3, name="N")
    )
    assert settings == NotebookSettings(name="N")
    assert [f.message for f in findings] == [
        f"`{part}` is not an object." for part in ("schedule", "defaults", "steps")
    ]


def test_settings_that_are_no_object_are_told(notebook, nb_json):
    raw = nb_json("x")
    raw["metadata"]["promote"] = [1]
    from jupyterlab_promote.notebook.document import read_notebook

    settings, findings = read_settings(read_notebook(raw))
    assert settings == NotebookSettings()
    assert [f.message for f in findings] == ["settings is not an object."]


def test_defaults_hold_for_steps_without_their_own(notebook):
    nb = notebook(
        ("step:a", "1"),
        ("step:b", "2"),
        defaults={"retries": 3, "resources": {"cpus": 4}},
        steps={"a": {"timeout": 60}, "b": {"retries": 0}},
    )
    settings, findings = read_settings(nb)
    assert findings == ()
    assert {name: step_settings(settings, name) for name in ("a", "b", "c")} == {
        "a": StepSettings(retries=3, resources=Resources(cpus=4), timeout=60),
        "b": StepSettings(retries=0, resources=Resources(cpus=4)),
        "c": StepSettings(retries=3, resources=Resources(cpus=4)),
    }


def test_writing_the_identity_keeps_keys_that_we_do_not_know(nb_json):
    raw = nb_json("x", mood="good", name="Churn")
    written = with_published(raw, Published(uid="u", dag_id="churn", version="v-1", revision=2))
    assert written["metadata"]["promote"] == {
        "schema_version": 1,
        "mood": "good",
        "name": "Churn",
        "published": {"uid": "u", "dag_id": "churn", "version": "v-1", "revision": 2},
    }
    assert "published" not in raw["metadata"]["promote"]


def test_what_steps_ask_for_and_the_notebook_has_not(notebook):
    nb = notebook(
        ("step:a", "1"),
        ("step:b", "2"),
        steps={
            "a": {"after": ["b"]},
            "b": {"resources": {"cpus": 10_000}, "after": ["a"]},
            "old": {},
        },
    )
    settings, _ = read_settings(nb)
    found = [(f.code, f.severity, f.cell, f.fix) for f in check_steps(nb, settings, ("a", "b"))]
    assert found == [
        ("PRM114", "error", "c0", "In `after`, remove `b`."),
        (
            "PRM115",
            "warning",
            "c1",
            "Ask for fewer; a run is refused when no Ray node has that many.",
        ),
        ("PRM113", "info", None, "They are kept until the next publish."),
    ]

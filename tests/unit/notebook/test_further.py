"""The same notebook as further pipelines, each with its own schedule and values."""

import pytest

from jupyterlab_promote.errors import InvalidInput
from jupyterlab_promote.model.settings import Published, Schedule
from jupyterlab_promote.notebook import further

WEEKLY = Schedule(cron="@weekly", timezone="Europe/Berlin")
OWN = Published(uid="u1", dag_id="churn", version="v-" + "0" * 16, revision=1)
IDENTITY = Published(uid="u2", dag_id="churn__weekly", version="v-" + "1" * 16, revision=3)


@pytest.fixture
def told(nb_json):
    """A published notebook with a step's settings and one further schedule."""
    content = nb_json(
        ("step:a", "x = 1"),
        name="Churn",
        steps={"a": {"retries": 2}},
        published=OWN.model_dump(mode="json"),
    )
    return further.with_further(content, "weekly", WEEKLY, {"n": 7})


def test_a_further_schedule_is_kept_in_the_notebook_and_read_back(told):
    assert further.names(told) == ("weekly",)
    assert further.schedule_of(told, "weekly") == (WEEKLY, {"n": 7})
    assert further.schedule_of(told, "another") == (Schedule(), {})


def test_a_schedule_of_the_same_name_is_replaced_and_others_stay(told):
    more = further.with_further(told, "daily", Schedule(cron="@daily"), {})
    replaced = further.with_further(more, "weekly", Schedule(cron="0 3 * * 1"), {"n": 8})
    assert further.names(replaced) == ("weekly", "daily")
    assert further.schedule_of(replaced, "weekly") == (Schedule(cron="0 3 * * 1"), {"n": 8})


def test_the_further_pipeline_has_the_notebooks_settings_and_its_own_name_schedule_and_values(told):
    made = further.further(
        further.with_identity(told, "weekly", IDENTITY), "weekly", dag_id="churn"
    )
    assert made["cells"] == told["cells"]
    own = made["metadata"]["promote"]
    assert Schedule.model_validate(own.pop("schedule")) == WEEKLY
    assert own == {
        "schema_version": 1,
        "name": "churn__weekly",
        "steps": {"a": {"retries": 2}},
        "values": {"n": 7},
        "published": IDENTITY.model_dump(mode="json"),
    }
    assert further.values_of(made["metadata"]) == {"n": 7}


def test_a_further_pipeline_that_was_never_published_has_no_identity(told):
    assert "published" not in further.further(told, "weekly", dag_id="churn")["metadata"]["promote"]


def test_identities_that_cannot_be_used_are_left_out(told):
    known = further.with_identity(told, "weekly", IDENTITY)
    known["metadata"]["promote"]["published_as"]["broken"] = {"uid": 3}
    assert further.identities(known) == {"weekly": IDENTITY}


@pytest.mark.parametrize("wish", [[1], {"schedule": {"overlap": "maybe"}}, {"values": 3}], ids=str)
def test_what_is_no_schedule_is_named(told, wish):
    told["metadata"]["promote"]["schedules"]["weekly"] = wish
    with pytest.raises(InvalidInput, match="schedules.weekly: is no schedule with values"):
        further.schedule_of(told, "weekly")


def test_a_name_that_gives_no_pipeline_id_is_refused(told):
    with pytest.raises(InvalidInput, match="churn__Every Monday"):
        further.further(told, "Every Monday", dag_id="churn")


@pytest.mark.parametrize("metadata", [{}, {"promote": 1}, {"promote": {"values": [1]}}], ids=str)
def test_a_notebook_without_further_schedules_has_none(metadata):
    assert further.names({"metadata": metadata}) == ()
    assert further.values_of(metadata) == {}

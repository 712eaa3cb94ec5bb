"""Manifest -> DAG: structure, schedule, parameters; through Airflow's own serialisation and back."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from pipelines import draft, parameter, step  # noqa: E402

from jupyterlab_promote.airflow_provider.dag import build_dag
from jupyterlab_promote.errors import InvalidInput
from jupyterlab_promote.model.settings import MapOver, Schedule
from jupyterlab_promote.notebook.values import fits

VERSION = "v-0123456789abcdef"


def built(**changes):
    return build_dag(draft(**changes).manifest, version=VERSION, store_url="/nowhere")


def round_trip(dag):
    from airflow.serialization.serialized_objects import DagSerialization

    wire = json.loads(json.dumps(DagSerialization.to_dict(dag)))
    return DagSerialization.from_dict(wire)


def test_each_step_is_a_task_and_each_edge_a_dependency():
    dag = built(
        steps=(step("a"), step("b"), step("c"), step("d")),
        edges=(("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")),
    )
    assert {t: sorted(dag.task_dict[t].downstream_task_ids) for t in dag.task_ids} == {
        "a": ["b", "c"],
        "b": ["d"],
        "c": ["d"],
        "d": [],
    }


def test_a_dag_survives_airflows_serialisation():
    dag = round_trip(
        built(
            schedule=Schedule(cron="30 6 * * 1-5", timezone="Europe/Berlin"),
            parameters=(
                parameter("alpha", "float", 0.5),
                parameter("mode", "enum", "a", choices=("a", "b")),
            ),
            steps=(step("load"), step("train", retries=2)),
        )
    )
    assert dag.dag_id == "demo"
    assert dag.dag_display_name == "Demo"
    assert set(dag.tags) == {"promote", VERSION}
    assert sorted(dag.task_ids) == ["load", "promote-overlap", "train"]
    assert dag.get_task("train").retries == 7
    assert dag.get_task("train").pool == "promote"
    assert dag.timetable.summary == "30 6 * * 1-5"
    assert dict(dag.params.dump()) == {"alpha": 0.5, "mode": "a"}


def test_two_versions_give_two_dags_though_their_structure_is_the_same():
    from airflow.serialization.serialized_objects import DagSerialization

    one, other = (
        DagSerialization.to_dict(build_dag(draft().manifest, version=v, store_url="/nowhere"))
        for v in (VERSION, "v-fedcba9876543210")
    )
    assert one != other


@pytest.mark.parametrize(
    ("overlap", "runs", "guarded"),
    [("skip", 16, True), ("queue", 1, False), ("parallel", 16, False)],
)
def test_overlap_is_skipped_queued_or_allowed(overlap, runs, guarded):
    dag = built(schedule=Schedule(cron="@daily", overlap=overlap))
    assert dag.max_active_runs == runs
    assert ("promote-overlap" in dag.task_ids) == guarded


def test_the_overlap_guard_stands_before_every_first_step():
    dag = built(steps=(step("a"), step("b")), edges=(), schedule=Schedule(cron="@daily"))
    assert dag.task_dict["promote-overlap"].downstream_task_ids == {"a", "b"}


def test_a_pipeline_without_schedule_has_no_guard_and_starts_paused():
    dag = built()
    assert (dag.schedule, dag.is_paused_upon_creation, sorted(dag.task_ids)) == (
        None,
        True,
        ["load", "train"],
    )


def test_a_retired_pipeline_keeps_its_steps_and_loses_its_schedule():
    dag = build_dag(
        draft(schedule=Schedule(cron="@daily")).manifest,
        version=VERSION,
        store_url="/x",
        retired=True,
    )
    assert (dag.schedule, sorted(dag.task_ids)) == (None, ["load", "train"])


def test_the_next_runs_across_daylight_saving_are_at_the_same_local_hour():
    from airflow.timetables.base import TimeRestriction

    dag = round_trip(built(schedule=Schedule(cron="0 6 * * *", timezone="Europe/Berlin")))
    import pendulum

    after = pendulum.datetime(2026, 3, 27, tz="UTC")
    restriction = TimeRestriction(earliest=after, latest=None, catchup=True)
    found, last = [], None
    for _ in range(3):
        info = dag.timetable.next_dagrun_info(
            last_automated_data_interval=last, restriction=restriction
        )
        found.append(info.run_after.in_timezone("UTC").to_datetime_string())
        last = info.data_interval
    assert found == ["2026-03-27 05:00:00", "2026-03-28 05:00:00", "2026-03-29 04:00:00"]


def test_assets_start_a_pipeline_and_the_last_step_updates_those_it_produces():
    dag = built(schedule=Schedule(assets=("orders",)), produces=("model",))
    assert [a.name for a in dag.task_dict["train"].outlets] == ["model"]
    assert dag.task_dict["load"].outlets == []
    assert [a.name for a in dag.timetable.asset_condition.objects] == ["orders"]


def test_a_mapped_step_waits_for_the_count_of_its_list_and_an_empty_list_skips_nothing_else():
    steps = (
        step("load"),
        step("score", inputs=(("load", ("items",)),), map_over=MapOver(over="items", item="x")),
        step("report"),
    )
    dag = built(steps=steps, edges=(("load", "score"), ("score", "report")))
    assert sorted(dag.task_ids) == ["load", "promote-items-score", "report", "score"]
    assert dag.task_dict["load"].downstream_task_ids == {"promote-items-score"}
    assert dag.task_dict["promote-items-score"].downstream_task_ids == {"score"}
    assert dag.task_dict["report"].trigger_rule.value == "none_failed"
    assert sorted(round_trip(dag).task_ids) == sorted(dag.task_ids)


@pytest.mark.parametrize("bad", ["promote-x", "promote-overlap"])
def test_a_step_with_a_name_of_ours_is_refused(bad):
    with pytest.raises(InvalidInput, match="must not begin with"):
        built(steps=(step(bad),), edges=())


def test_an_edge_to_a_missing_step_is_refused():
    with pytest.raises(InvalidInput, match="does not exist"):
        built(edges=(("load", "gone"),))


def test_values_of_a_run_are_given_bound_or_default():
    from jupyterlab_promote.airflow_provider.parameters import values_for_run

    moment = datetime(2026, 11, 21, 5, tzinfo=UTC)
    values = values_for_run(
        (
            parameter("a", "int", 1),
            parameter("b", "int", 2),
            parameter("day", "date", binding="logical_date"),
            parameter("run", "str", binding="run_id"),
        ),
        given={"a": 7, "day": None, "run": None},
        run_id="manual__x",
        moments={"logical_date": None, "run_after": moment},
    )
    assert values == {"a": 7, "b": 2, "day": "2026-11-21", "run": "manual__x"}


VALUES = (
    *(None, 1, 1.0, 1.5, True, False, "x", "1", "a", [], [1], {}, {"a": 1}),
    *("2026-01-01", "2026-1-1", "20260101", "2026-W01-1", "2026-01-01T02", "2026-01-01 02:00"),
    *("2026-01-01T02:00:00", "2026-01-01T02:00:00Z", "2026-01-01T02:00:00+01:00"),
    "2026-01-01T02:00+01:00",
)


@pytest.mark.parametrize(
    ("kind", "default", "more"),
    [
        ("int", 1, {}),
        ("int", None, {}),
        ("int", None, {"required": True}),
        ("float", 0.5, {}),
        ("str", "a", {}),
        ("bool", True, {}),
        ("list", [1], {}),
        ("list", None, {}),
        ("dict", {}, {}),
        ("date", "2026-01-01", {}),
        ("date", None, {"binding": "logical_date"}),
        ("datetime", "2026-01-01T00:00:00", {}),
        ("datetime", "2026-01-01T00:00:00+01:00", {}),
        ("datetime", None, {"required": True}),
        ("enum", "a", {"choices": ("a", "1")}),
        ("enum", "a", {"choices": ("a", None)}),
        ("none", None, {}),
    ],
)
@pytest.mark.parametrize("optional", [False, True])
def test_the_values_that_fit_are_those_that_airflow_takes(kind, default, more, optional):
    from jupyterlab_promote.airflow_provider.parameters import airflow_param

    one = parameter("n", kind, default, optional=optional, **more)
    assert [fits(one, value) for value in VALUES] == [
        taken(airflow_param(one), value) for value in VALUES
    ]


def taken(param, value) -> bool:
    from airflow.sdk.exceptions import ParamValidationError

    try:
        param.resolve(value)
    except ParamValidationError:
        return False
    return True


def test_airflows_form_edits_a_list_as_text_only_where_all_of_it_is_text():
    from jupyterlab_promote.airflow_provider.parameters import json_schema

    kinds = [json_schema(parameter("n", "list", default)) for default in (["a"], [1], [])]
    assert ["items" in kind for kind in kinds] == [False, True, True]


@pytest.mark.parametrize("default", ["2026-01-02T03:04:00", "2026-01-02T03:04:00+01:00"])
def test_airflow_takes_a_notebooks_moment_with_and_without_a_zone(default):
    from airflow.sdk.exceptions import ParamValidationError

    params = round_trip(built(parameters=(parameter("at", "datetime", default),))).params
    params.validate()
    with pytest.raises(ParamValidationError):
        built(parameters=(parameter("at", "datetime", default),)).params["at"] = "tomorrow"


def test_a_required_parameter_refuses_a_schedule():
    from airflow.exceptions import ParamValidationError

    required = (parameter("n", "int", required=True),)
    with pytest.raises((ParamValidationError, ValueError)):
        built(parameters=required, schedule=Schedule(cron="@daily")).validate()

"""Each name of Airflow that its public interface does not promise, and the shape that we rely on."""

import inspect
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[2] / "server_ext" / "jupyterlab_promote" / "airflow_provider"
PUBLIC = (
    "airflow.sdk",
    "airflow.plugins_manager",
    "airflow.triggers.base",
    "airflow.dag_processing.bundles.base",
    "airflow.configuration",
)


@pytest.fixture(scope="module")
def internals(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_HOME", str(tmp_path_factory.mktemp("airflow")))
        from jupyterlab_promote.airflow_provider import airflow_internals

        yield airflow_internals


def test_every_name_of_the_one_module_exists(internals):
    assert [n for n in internals.__all__ if getattr(internals, n, None) is None] == []


def test_no_other_module_imports_what_airflow_does_not_promise():
    found = [
        f"{file.name}: {line.strip()}"
        for file in sorted(SOURCES.rglob("*.py"))
        if file.name != "airflow_internals.py"
        for line in file.read_text().splitlines()
        if line.strip().startswith(("from airflow", "import airflow"))
        and not line.strip().split()[1].startswith(PUBLIC)
    ]
    assert found == []


def parameters(function):
    return set(inspect.signature(function).parameters)


def test_the_auth_manager_is_asked_as_we_ask_it():
    from airflow.api_fastapi.auth.managers.base_auth_manager import BaseAuthManager

    assert {"method", "access_entity", "user", "details"} <= parameters(
        BaseAuthManager.is_authorized_dag
    )
    assert {"method", "user", "details"} <= parameters(BaseAuthManager.is_authorized_variable)
    assert {"dag_ids", "user", "method", "team_name"} <= parameters(
        BaseAuthManager.filter_authorized_dag_ids
    )


def test_a_parse_is_requested_by_bundle_and_file(internals):
    assert {"bundle_name", "relative_fileloc"} <= parameters(
        internals.DagPriorityParsingRequest.__init__
    )


def test_a_dag_row_knows_its_bundle_and_file(internals):
    assert all(
        hasattr(internals.DagModel, n)
        for n in ("bundle_name", "relative_fileloc", "is_stale", "is_paused", "get_team_name")
    )


def test_an_audit_row_and_the_pool_are_made_as_we_make_them(internals):
    assert {"event", "owner", "owner_display_name", "extra"} <= parameters(internals.Log.__init__)
    assert {"name", "slots", "description", "include_deferred"} <= parameters(
        internals.Pool.create_or_update_pool
    )


def test_the_access_entities_that_we_name_exist(internals):
    assert {"VERSION", "CODE", "TASK_LOGS"} <= set(internals.DagAccessEntity.__members__)


def test_the_run_that_a_task_sees_has_what_an_attempt_is_decided_by():
    from airflow.sdk.api.datamodels._generated import DagRun

    assert {"clear_number", "logical_date", "run_after", "data_interval_start", "run_type"} <= set(
        DagRun.model_fields
    )


def test_a_task_can_ask_for_its_state_as_we_ask():
    from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance

    assert {"dag_id", "task_ids", "run_ids", "map_index"} <= parameters(
        RuntimeTaskInstance.get_task_states
    )
    assert {"task_ids", "map_indexes"} <= parameters(RuntimeTaskInstance.xcom_pull)
    assert "state" in parameters(RuntimeTaskInstance.get_previous_dagrun)


def test_a_triggers_on_kill_is_the_users_wish_and_cleanup_is_not_ours():
    from airflow.triggers.base import BaseTrigger

    from jupyterlab_promote.airflow_provider.trigger import StepTrigger

    assert StepTrigger.on_kill is not BaseTrigger.on_kill
    assert StepTrigger.cleanup is BaseTrigger.cleanup

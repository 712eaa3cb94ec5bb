"""Airflow's own REST API through its official client, which takes a second to import: so it is imported late.

Answers are Airflow's JSON as plain dictionaries; who calls makes documents of them.
"""

import contextlib
import importlib
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import JsonValue

from jupyterlab_promote.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    PromoteError,
    Unavailable,
)
from jupyterlab_promote.ids import BUNDLE, UNMAPPED
from jupyterlab_promote.server.log_text import log_text
from jupyterlab_promote.server.plugin_http import unreachable
from jupyterlab_promote.server.sign_in import Tokens, not_accepted

PAGE = 100
"""Airflow's largest page."""
_TASKS, _KEY = "TaskInstanceApi", "task_instances"
_CLIENT = "airflow_client.client"
_TIMEOUT = 60.0

Json = dict[str, Any]


class AirflowApi:
    """Airflow's REST API as one user. Methods raise NotFound, Conflict, InvalidInput, Forbidden, Unavailable."""

    def __init__(self, url: str, tokens: Tokens) -> None:
        self.url = url
        self._tokens = tokens
        # Begun here, so that it is there when the first call is made.
        threading.Thread(target=importlib.import_module, args=(_CLIENT,), daemon=True).start()

    def dag(self, dag_id: str) -> Json:
        """A DAG as Airflow has it."""
        return self._call("DAGApi", "get_dag", dag_id=dag_id)

    def delete_dag(self, dag_id: str) -> None:
        """Let Airflow forget a DAG and its runs; nothing happens when it does not know it."""
        with contextlib.suppress(NotFound):
            self._call("DAGApi", "delete_dag", dag_id=dag_id)

    def import_error(self, dag_id: str) -> str:
        """Why Airflow could not parse a pipeline's file; empty when it could."""
        found = self._pages(
            "ImportErrorApi", "get_import_errors", "import_errors", bundle_name=BUNDLE
        )
        mine = (e for e in found if str(e["filename"]).rpartition("/")[2] == f"{dag_id}.py")
        return next((str(e["stack_trace"]) for e in mine), "")

    def set_paused(self, dag_id: str, *, paused: bool) -> Json:
        """Switch the schedule off or on."""
        body = self._model("DAGPatchBody", is_paused=paused)
        return self._call("DAGApi", "patch_dag", dag_id=dag_id, dag_patch_body=body)

    def who_paused(self, dag_id: str) -> str:
        """The user of the newest pause in Airflow's event log; empty when it is not there."""
        logs = self._switches(dag_id)
        return str(logs[0].get("owner") or "") if logs else ""

    def was_on(self, dag_id: str) -> bool:
        """Whether a DAG ran, was switched on or was paused before; True where the user may not ask."""
        return self._switches(dag_id) != [] or self.runs(dag_id, limit=1)[1] > 0

    def _switches(self, dag_id: str) -> list[Json] | None:
        """The newest pause or the end of one, if there was any; None where the user may not ask."""
        try:
            found = self._call(
                "EventLogApi",
                "get_event_logs",
                dag_id=dag_id,
                event="patch_dag",
                order_by=["-when"],
                limit=1,
            )
        except Forbidden:
            return None
        return list(found.get("event_logs") or [])

    def runs(
        self,
        dag_id: str,
        *,
        limit: int,
        states: Sequence[str] = (),
        before: datetime | None = None,
    ) -> tuple[list[Json], int]:
        """Runs, newest first, and how many there are."""
        chosen = {"state": list(states), "run_after_lt": before}
        found = self._call(
            "DagRunApi",
            "get_dag_runs",
            dag_id=dag_id,
            limit=min(limit, PAGE),
            order_by=["-run_after"],
            **{name: values for name, values in chosen.items() if values},
        )
        return found["dag_runs"], int(found.get("total_entries") or 0)

    def run(self, dag_id: str, run_id: str) -> Json:
        """One run as Airflow describes it; raises NotFound or Unavailable."""
        return self._call("DagRunApi", "get_dag_run", dag_id=dag_id, dag_run_id=run_id)

    def tasks(self, dag_id: str, run_id: str) -> list[Json]:
        """The task instances of a run."""
        return self._pages(_TASKS, "get_task_instances", _KEY, dag_id=dag_id, dag_run_id=run_id)

    def trigger(self, dag_id: str, conf: Mapping[str, JsonValue], *, note: str = "") -> Json:
        """Start a run."""
        body = self._model(
            "TriggerDAGRunPostBody", logical_date=None, conf=dict(conf), note=note or None
        )
        return self._call(
            "DagRunApi", "trigger_dag_run", dag_id=dag_id, trigger_dag_run_post_body=body
        )

    def fail_run(self, dag_id: str, run_id: str) -> Json:
        """End a run: Airflow has no cancelled state."""
        body = self._model("DAGRunPatchBody", state="failed")
        return self._call(
            "DagRunApi",
            "patch_dag_run",
            dag_id=dag_id,
            dag_run_id=run_id,
            dag_run_patch_body=body,
        )

    def clear(
        self,
        dag_id: str,
        run_id: str,
        *,
        step: str | None,
        everything: bool,
        latest: bool,
    ) -> list[Json]:
        """Let the failed tasks of a run, all of them, or one step and what follows it, run again."""
        chosen: Json = {"only_failed": not everything}
        if step is not None:
            inner = self._model("ClearTaskInstancesBodyTaskIdsInner", step)
            chosen = {"only_failed": False, "task_ids": [inner], "include_downstream": True}
        body = self._model(
            "ClearTaskInstancesBody",
            dag_run_id=run_id,
            dry_run=False,
            reset_dag_runs=True,
            run_on_latest_version=latest,
            **chosen,
        )
        found = self._call(
            "TaskInstanceApi",
            "post_clear_task_instances",
            dag_id=dag_id,
            clear_task_instances_body=body,
        )
        return list(found["task_instances"])

    def backfill(
        self,
        dag_id: str,
        *,
        start: datetime,
        end: datetime,
        conf: Mapping[str, JsonValue],
        parallel: int,
        backwards: bool,
        dry_run: bool,
    ) -> Json:
        """Run past dates; SQLite may say once that it is locked."""
        body = self._model(
            "BackfillPostBody",
            dag_id=dag_id,
            from_date=start,
            to_date=end,
            dag_run_conf=dict(conf),
            max_active_runs=parallel,
            run_backwards=backwards,
        )
        name = "create_backfill_dry_run" if dry_run else "create_backfill"
        try:
            return self._call("BackfillApi", name, backfill_post_body=body)
        except Unavailable as error:
            if "locked" not in str(error):
                raise
            return self._call("BackfillApi", name, backfill_post_body=body)

    def log(self, dag_id: str, run_id: str, task: str, *, try_number: int, map_index: int) -> str:
        """The log of one try, as text."""
        found = self._call(
            "TaskInstanceApi",
            "get_log",
            dag_id=dag_id,
            dag_run_id=run_id,
            task_id=task,
            try_number=try_number,
            full_content=True,
            map_index=map_index if map_index != UNMAPPED else None,
        )
        return log_text(found.get("content") or [])

    def _pages(self, api: str, method: str, key: str, **arguments: Any) -> list[Json]:
        found: list[Json] = []
        while True:
            page = self._call(api, method, limit=PAGE, offset=len(found), **arguments)
            found += page[key]
            if not page[key] or len(found) >= int(page.get("total_entries") or 0):
                return found

    def _model(self, name: str, *values: Any, **fields: Any) -> Any:
        return getattr(importlib.import_module(_CLIENT), name)(*values, **fields)

    def _call(self, api: str, method: str, **arguments: Any) -> Json:
        client = importlib.import_module(_CLIENT)
        problems = importlib.import_module("airflow_client.client.exceptions")
        urllib3 = importlib.import_module("urllib3.exceptions")

        def once() -> Json:
            configuration = client.Configuration(host=self.url)
            configuration.access_token = self._tokens.current()
            with client.ApiClient(configuration) as connection:
                call: Callable[..., Any] = getattr(getattr(client, api)(connection), method)
                answer = call(**arguments, _request_timeout=_TIMEOUT)
                return dict(json.loads(answer.to_json())) if answer is not None else {}

        try:
            try:
                return once()
            except problems.UnauthorizedException:
                self._tokens.forget()
                return once()
            except problems.ServiceException:
                if not method.startswith("get_"):
                    raise
                return once()
        except problems.ApiException as error:
            raise self._problem(error.status, error.body) from error
        except urllib3.HTTPError as error:
            raise unreachable(self.url, error) from error

    def _problem(self, status: int | None, body: object) -> PromoteError:
        message = _detail(body)
        if status == 401 or (status == 403 and "JWT" in message):
            return not_accepted(self.url)
        if status == 403:
            return Forbidden(f"Airflow refuses: {message}", hint="Ask for the right in Airflow.")
        if status == 404:
            missing = NotFound("DAG or run", self.url)
            missing.message = f"Airflow has no such thing: {message}"
            return missing
        if status == 409:
            return Conflict(f"Airflow refuses: {message}", hint="Look at its state and try again.")
        if status in (400, 422):
            refused = InvalidInput("request", message)
            refused.message = f"Airflow refuses: {message}"
            return refused
        return Unavailable("Airflow", self.url, message, hint="Try again; else read its log.")


def _detail(body: object) -> str:
    try:
        parsed = json.loads(str(body))
    except ValueError:
        return str(body)[:500]
    detail = parsed.get("detail", parsed) if isinstance(parsed, dict) else parsed
    if isinstance(detail, list) and all(
        isinstance(part, dict) and "msg" in part for part in detail
    ):
        return "; ".join(f"{part.get('loc', ['request'])[-1]}: {part['msg']}" for part in detail)
    return detail if isinstance(detail, str) else json.dumps(detail)[:500]

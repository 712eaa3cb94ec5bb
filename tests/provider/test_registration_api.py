"""The registration API on a real API server: who may, what is refused, what Airflow then shows."""

import http.client
import io
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from pipelines import UID, draft, step
from tests.waiting import until

from jupyterlab_promote.model.settings import Schedule
from jupyterlab_promote.model.version import Heads
from jupyterlab_promote.store import layout
from jupyterlab_promote.store.head_files import current
from jupyterlab_promote.store.packing import pack
from jupyterlab_promote.store.store import open_store

pytestmark = [pytest.mark.airflow, pytest.mark.stack]


def test_info_says_who_one_is_and_whether_one_may_publish(airflow):
    info = airflow.http.get("/promote/info").json()
    assert {
        k: info[k] for k in ("api", "product", "user", "can_publish", "store", "bundle", "pool")
    } == {
        "api": 1,
        "product": "jupyterlab-promote",
        "user": "admin",
        "can_publish": True,
        "store": "",
        "bundle": "",
        "pool": "promote",
    }


def test_what_the_nodes_of_ray_have_is_told_to_who_may_sign_in(airflow):
    told = airflow.http.get("/promote/capacity").json()
    assert told["cpus"] >= 1
    assert told["memory"] > 2**30
    assert told["gpus"] >= 0
    signed_out = airflow.http.get("/promote/capacity", headers={"Authorization": ""})
    assert signed_out.status_code == 401


def test_the_pool_that_steps_need_is_there(airflow):
    assert airflow.http.get("/api/v2/pools/promote").status_code == 200


def test_a_published_pipeline_is_listed_by_airflow(airflow):
    airflow.publish(draft("listed"))
    dag = airflow.http.get("/api/v2/dags/listed").json()
    assert (dag["dag_display_name"], dag["is_paused"], dag["bundle_name"]) == (
        "Demo",
        False,
        "promote",
    )
    head = airflow.http.get("/promote/pipelines/listed").json()
    assert (head["entry"]["revision"], head["entry"]["by"], head["name"]) == (1, "admin", "Demo")


def test_publishing_leaves_a_row_in_airflows_event_log(airflow):
    airflow.publish(draft("audited"))
    rows = airflow.http.get("/api/v2/eventLogs", params={"dag_id": "audited"}).json()["event_logs"]
    assert {"promote.put_version", "promote.activate"} <= {row["event"] for row in rows}


def test_the_same_content_is_one_version(airflow):
    version = draft("once")
    assert [airflow.put(version).status_code for _ in range(2)] == [201, 200]


def test_each_call_needs_a_signed_in_user(airflow):
    routes = airflow.http.get("/promote/openapi.json").json()["paths"]
    filled = {"dag_id": "demo", "version": "v-" + "0" * 16, "run_id": "r", "step": "load"}
    statuses = {}
    for path, methods in routes.items():
        for method in methods:
            url = f"{airflow.stack.airflow_url}/promote{path.format(**filled)}"
            answer = httpx.request(method.upper(), url, trust_env=False, content=b"{}")
            statuses[method, path] = answer.status_code
    assert set(statuses.values()) == {401}, statuses
    assert len(statuses) >= 15


def test_a_made_up_token_is_refused(airflow):
    url = f"{airflow.stack.airflow_url}/promote/info"
    answer = httpx.get(url, headers={"Authorization": "Bearer x.y.z"}, trust_env=False)
    assert answer.status_code in (401, 403)
    assert answer.json()["code"] in ("unauthenticated", "forbidden")


def test_activating_over_somebody_elses_change_is_refused_and_names_them(airflow):
    airflow.publish(draft("raced"))
    answer = airflow.activate(draft("raced"), revision=7)
    assert (answer.status_code, answer.json()["code"]) == (409, "changed")
    assert "admin" in answer.json()["message"]


def test_a_taken_name_is_refused_with_a_free_one(airflow):
    airflow.publish(draft("owned"))
    other = draft("owned", uid="w" * 32)
    airflow.put(other)
    answer = airflow.activate(other, revision=0)
    assert (answer.status_code, answer.json()["code"]) == (409, "name_taken")
    assert answer.json()["fields"]["suggestion"] == "owned-2"


def test_the_id_of_the_housekeeping_dag_is_reserved(airflow):
    answer = airflow.put(draft("promote_housekeeping"))
    assert (answer.status_code, answer.json()["code"]) == (409, "name_taken")


@pytest.mark.parametrize(
    ("content", "part"),
    [(b"not a zip", "zip"), (b"", "zip")],
)
def test_what_is_no_version_is_refused(airflow, content, part):
    answer = airflow.put(draft("broken"), content=content)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    assert part in answer.json()["message"]


def test_a_zip_with_a_path_that_climbs_is_refused(airflow):
    target = io.BytesIO(pack(draft("broken")))
    with zipfile.ZipFile(target, "a") as bundle:
        bundle.writestr("../../evil.py", "pwned")
    answer = airflow.put(draft("broken"), content=target.getvalue())
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


def test_too_large_an_upload_is_refused_before_it_is_read(airflow):
    """The client asks for the limit first, because an early refusal of a body may look like a lost connection."""
    limit = airflow.http.get("/promote/info").json()["max_upload"]
    url = httpx.URL(airflow.stack.airflow_url)
    version = draft("broken")
    connection = http.client.HTTPConnection(url.host, url.port, timeout=60)
    connection.putrequest("PUT", f"/promote/pipelines/broken/versions/{version.version}")
    connection.putheader("Authorization", airflow.http.headers["Authorization"])
    connection.putheader("Content-Type", "application/zip")
    connection.putheader("Content-Length", str(limit + 1))
    connection.endheaders()
    answer = connection.getresponse()
    assert (answer.status, json.load(answer)["code"]) == (413, "too_large")
    connection.close()


def test_content_under_another_versions_id_is_refused(airflow):
    answer = airflow.put(draft("broken"), content=pack(draft("broken", code={"load": "x = 1"})))
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


def test_a_schedule_that_airflow_cannot_read_is_refused_before_the_flip(airflow):
    answer = airflow.put(draft("badcron", schedule=Schedule(cron="61 25 * * *")))
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    assert airflow.http.get("/promote/pipelines/badcron").status_code == 404


def test_an_unknown_pipeline_is_not_found(airflow):
    answer = airflow.http.get("/promote/pipelines/nobody")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_airflow_is_asked_again_to_read_a_registered_version(airflow):
    airflow.publish(draft("asked"))
    assert airflow.http.post("/promote/pipelines/asked/parse").status_code == 204
    answer = airflow.http.post("/promote/pipelines/nobody/parse")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_an_id_that_climbs_is_refused(airflow):
    answer = airflow.http.get("/promote/pipelines/..%2F..%2Fetc/versions")
    assert answer.status_code in (404, 422)


def test_a_retired_pipeline_is_paused_and_loses_its_schedule(airflow):
    airflow.publish(draft("retired", schedule=Schedule(cron="@daily")))
    body = {"expected_revision": 1}
    answer = airflow.http.post("/promote/pipelines/retired/retire", json=body)
    assert (answer.status_code, answer.json()["entry"]["retired"]) == (200, True)

    def unscheduled():
        dag = airflow.http.get("/api/v2/dags/retired").json()
        return dag["is_paused"] and dag["timetable_summary"] in (
            None,
            "Never, external triggers only",
            "None",
        )

    until(unscheduled, what="the retired pipeline has no schedule")


def test_a_retired_pipeline_leaves_airflow_when_its_last_run_has_ended(airflow):
    long = {"load": "import time\ntime.sleep(600)"}
    dag_id = airflow.publish(draft("swept", code=long))
    run = airflow.trigger(dag_id)
    path = f"/api/v2/dags/{dag_id}/dagRuns/{run}"
    until(lambda: airflow.http.get(path).json()["state"] == "running", what="the run has begun")
    airflow.http.post(f"/promote/pipelines/{dag_id}/retire", json={"expected_revision": 1})
    # Airflow's own API takes a run also of a paused DAG, and would let it wait for ever.
    waiting = f"/api/v2/dags/{dag_id}/dagRuns/{airflow.trigger(dag_id)}"
    refused = airflow.http.post(f"/promote/pipelines/{dag_id}/forget")
    assert (refused.status_code, refused.json()["code"]) == (409, "live")
    assert dag_id not in airflow.http.post("/promote/housekeeping").json()["dag_ids"]
    assert airflow.http.get(waiting).json()["state"] == "failed"
    airflow.http.patch(path, json={"state": "failed"}).raise_for_status()
    assert dag_id in airflow.http.post("/promote/housekeeping").json()["dag_ids"]
    until(lambda: dag_id not in listed(airflow), what="Airflow lists it no more")
    assert airflow.http.get(path).json()["state"] == "failed"
    versions = airflow.http.get(f"/promote/pipelines/{dag_id}/versions").json()
    assert [v["retired"] for v in versions] == [True, False]
    airflow.publish(draft("swept"))
    until(lambda: dag_id in listed(airflow), what="a new publish brings it back")


def test_the_id_of_a_forgotten_pipeline_is_free_for_others(airflow):
    airflow.publish(draft("forgotten"))
    store = open_store(airflow.stack.store_url)
    store.put("runs/forgotten/r1/run.json", b"{}")
    path = "/promote/pipelines/forgotten"
    assert airflow.http.post(f"{path}/forget").json()["code"] == "published"
    airflow.http.post(f"{path}/retire", json={"expected_revision": 1}).raise_for_status()
    assert airflow.http.post(f"{path}/forget").status_code == 204
    assert store.walk("runs/forgotten") == ()
    assert airflow.http.get(path).status_code == 404
    other = draft("forgotten", uid="w" * 32)
    airflow.put(other)
    assert airflow.activate(other, revision=0).json()["entry"]["revision"] == 1


def listed(airflow):
    """The pipelines that Airflow shows."""
    found = airflow.http.get("/api/v2/dags", params={"limit": 100, "tags": ["promote"]}).json()
    return {dag["dag_id"] for dag in found["dags"]}


def test_one_bad_manifest_breaks_one_pipeline(airflow):
    good = draft("damaged", steps=(step("load"),), edges=())
    airflow.publish(good)
    airflow.publish(draft("sound"))
    store = open_store(airflow.stack.store_url)
    known = current(store)
    entry = known.pipelines["damaged"].model_copy(update={"version": "v-" + "0" * 16})
    store.create_document(
        layout.heads(known.n + 1),
        Heads(n=known.n + 1, pipelines={**known.pipelines, "damaged": entry}),
    )
    on_prices = Schedule(assets=("prices",))
    airflow.publish(draft("sound", code={"load": "x = 2"}, schedule=on_prices))
    until(lambda: "damaged.py" in import_errors(airflow), what="the damage is said")
    assert "sound.py" not in import_errors(airflow)
    listed = {p["dag_id"]: p for p in airflow.http.get("/promote/pipelines").json()}
    assert (listed["damaged"]["name"], listed["sound"]["name"]) == ("Demo", "Demo")
    assert listed["sound"]["dag"]["assets"] == ["prices"]
    assert airflow.http.get("/promote/pipelines/damaged").json()["name"] == "damaged"
    airflow.publish(good)
    until(lambda: "damaged.py" not in import_errors(airflow), what="a good version mends it")


def import_errors(airflow):
    """The files of ours that Airflow cannot import."""
    found = airflow.http.get("/api/v2/importErrors").json()["import_errors"]
    return {error["filename"] for error in found if error["bundle_name"] == "promote"}


def test_people_who_start_runs_at_once_do_not_stop_the_api_server(airflow):
    dag_id = airflow.publish(draft("crowded"))
    airflow.http.patch(f"/api/v2/dags/{dag_id}", json={"is_paused": True}).raise_for_status()
    path = f"/api/v2/dags/{dag_id}/dagRuns"

    def start_and_delete(number):
        body = {"logical_date": None, "dag_run_id": f"crowd-{number}"}
        made = airflow.http.post(path, json=body, timeout=120)
        gone = airflow.http.delete(f"{path}/crowd-{number}", timeout=120)
        return made.status_code, gone.status_code

    with ThreadPoolExecutor(8) as people:
        assert set(people.map(start_and_delete, range(16))) == {(200, 204)}


def test_the_history_is_newest_first(airflow):
    airflow.publish(draft("aged"))
    airflow.publish(draft("aged", code={"load": "x = 2"}))
    versions = airflow.http.get("/promote/pipelines/aged/versions").json()
    assert [(v["number"], v["current"]) for v in versions] == [(2, True), (1, False)]
    source = airflow.http.get(f"/promote/pipelines/aged/versions/{versions[1]['version']}/source")
    assert source.json()["nbformat"] == 4


def test_a_task_without_notebook_gets_a_page_that_says_so(airflow):
    page = airflow.http.get(
        "/promote/runs/listed/manual__x/steps/load/notebook.html?map_index={MAP_INDEX}"
    )
    assert page.status_code == 200
    assert "sandbox" in page.headers["content-security-policy"]
    assert "no executed notebook" in page.text


def test_the_uid_of_another_pipeline_cannot_be_activated(airflow):
    version = draft("owned")
    airflow.put(version)
    answer = airflow.activate(version, revision=0, uid="q" * 32)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    assert UID not in answer.text

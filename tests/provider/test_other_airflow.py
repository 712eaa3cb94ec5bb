"""The registration API on an Airflow as companies run it: FAB's users and roles, Postgres, the store on S3, two
hosts with an API server of two processes each.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from conftest import Airflow
from pipelines import draft
from tests.s3 import BUCKET, s3_server
from tests.waiting import until

pytestmark = [pytest.mark.full, pytest.mark.airflow, pytest.mark.timeout(900)]

ROLES = {"ann": "Admin", "otto": "Op", "uma": "User", "vera": "Viewer"}
PASSWORD = "for-this-test"  # noqa: S105 - of a server on loopback that lives for seconds


@dataclass(frozen=True)
class Reached:
    """How one person reaches the Airflow."""

    airflow_url: str
    user: str
    password: str = PASSWORD
    store_url: str = ""


def program(name: str) -> str:
    """A program of Postgres; skips where it is not installed."""
    for driver in ("psycopg2", "asyncpg"):
        pytest.importorskip(driver, reason=f"{driver} is not installed")
    folders = [*sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True), None]
    found = next((f for folder in folders if (f := shutil.which(name, path=folder))), None)
    if found is None:
        pytest.skip(f"Postgres ({name}) is not installed; on Debian: apt-get install postgresql")
    return found


@pytest.fixture(scope="module")
def postgres():
    """The URL of a database in a Postgres of this test's own."""
    from jupyterlab_promote.stack.places import Places
    from jupyterlab_promote.stack.ports import choose_ports

    initdb, server = program("initdb"), program("postgres")
    owner = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
    with tempfile.TemporaryDirectory(prefix="ppg-", dir="/tmp", ignore_cleanup_errors=True) as base:
        data = Path(base) / "data"
        if owner:
            shutil.chown(base, **owner)
        command = [initdb, "-D", str(data), "-U", "airflow", "-A", "trust"]
        subprocess.run(command, check=True, capture_output=True, cwd="/", **owner)
        port = choose_ports(Places(Path(base))).service(3)
        command = [server, "-D", str(data), "-k", base, "-p", str(port), "-h", "127.0.0.1"]
        process = subprocess.Popen(command, cwd="/", stderr=subprocess.DEVNULL, **owner)
        try:
            url = f"postgresql+psycopg2://airflow@127.0.0.1:{port}/postgres"
            until(lambda: answers(url), what="Postgres answers")
            yield url
        finally:
            process.terminate()
            process.wait(60)


def answers(url):
    import psycopg2

    with contextlib.suppress(psycopg2.OperationalError):
        psycopg2.connect(url.replace("+psycopg2", "")).close()
        return True
    return False


@pytest.fixture(scope="module")
def s3():
    """The environment of a bucket."""
    with s3_server() as environment:
        yield environment


@pytest.fixture(scope="module")
def hosts(postgres, s3):
    """The base URLs of two API servers with one database and one store; a DAG processor runs as well."""
    from jupyterlab_promote.ids import BUNDLE
    from jupyterlab_promote.stack.environment import airflow_environment
    from jupyterlab_promote.stack.places import Places, prepare
    from jupyterlab_promote.stack.ports import choose_ports
    from jupyterlab_promote.stack.secrets import load_secrets

    with tempfile.TemporaryDirectory(prefix="pot-", dir="/tmp", ignore_cleanup_errors=True) as base:
        where = Places(Path(base))
        prepare(where)
        ports = choose_ports(where)
        ours = {
            "name": BUNDLE,
            "classpath": "jupyterlab_promote.airflow_provider.bundle.PromoteBundle",
            "kwargs": {"store_url": f"s3://{BUCKET}/store"},
        }
        manager = "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager"
        environment = {
            **airflow_environment(where, ports, load_secrets(where)),
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": postgres,
            "AIRFLOW__CORE__AUTH_MANAGER": manager,
            "AIRFLOW__API__WORKERS": "2",
            "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": json.dumps([ours]),
            **s3,
        }

        def airflow(*words, **settings):
            command = [sys.executable, "-m", "airflow", *words]
            return {"args": command, "env": environment | settings, "cwd": base}

        run(airflow("db", "migrate"))
        for name, role in ROLES.items():
            words = (
                "-u",
                name,
                "-p",
                PASSWORD,
                "-r",
                role,
                "-f",
                name,
                "-l",
                "x",
                "-e",
                f"{name}@x.y",
            )
            run(airflow("users", "create", *words))
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        numbers = [ports.airflow, ports.service(4)]
        daemons = [airflow("api-server", AIRFLOW__API__PORT=str(number)) for number in numbers]
        daemons.append(airflow("dag-processor"))
        running = [subprocess.Popen(**each, **quiet, start_new_session=True) for each in daemons]
        addresses = [f"http://127.0.0.1:{number}" for number in numbers]
        try:
            for address in addresses:
                until(lambda a=address: is_up(a, running), what=f"{address} answers", within=300)
            yield addresses
        finally:
            for process in running:
                process.terminate()
            for process in running:
                end(process)


def run(command):
    done = subprocess.run(**command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]


def is_up(address, running):
    assert {process.poll() for process in running} == {None}
    try:
        return httpx.get(f"{address}/promote/openapi.json", trust_env=False).is_success
    except httpx.HTTPError:
        return False


def end(process):
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        process.wait()


@pytest.fixture(scope="module")
def people(hosts):
    """A client for each role; the administrator's host is another one than that of the others."""
    own = {role: hosts[0] if role == "Admin" else hosts[1] for role in ROLES.values()}
    return {role: Airflow(Reached(own[role], name)) for name, role in ROLES.items()}


def test_roles_decide_who_publishes(people):
    said = {role: person.http.get("/promote/info").json() for role, person in people.items()}
    assert {role: (told["user"], told["can_publish"]) for role, told in said.items()} == {
        "Admin": ("ann", True),
        "Op": ("otto", True),
        "User": ("uma", True),
        "Viewer": ("vera", False),
    }
    version = draft("roles")
    assert people["Viewer"].put(version).status_code == 403
    people["User"].publish(version)
    head = people["Viewer"].http.get("/promote/pipelines/roles").json()
    assert (head["entry"]["by"], head["entry"]["revision"]) == ("uma", 1)


def test_of_those_who_publish_at_once_on_two_hosts_one_wins_and_the_others_are_told(people):
    people["Admin"].publish(draft("raced"))
    drafts = [draft("raced", code={"load": f"x = {number}"}) for number in range(8)]
    ways = [people["Admin"], people["Op"]] * 4
    for way, version in zip(ways, drafts, strict=True):
        assert way.put(version).status_code == 201
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda way, v: way.activate(v, revision=1), ways, drafts))
    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 7]
    [winner] = [a.json()["entry"] for a in answers if a.status_code == 200]
    told = [a.json() for a in answers if a.status_code == 409]
    assert {problem["code"] for problem in told} == {"changed"}
    for problem in told:
        assert f"changed by {winner['by']} at" in problem["message"]
        assert problem["fields"]["entry"] == winner
    for way in ways[:2]:
        history = way.http.get("/promote/pipelines/raced/versions").json()
        assert [line["version"] for line in history][0] == winner["version"]
    until(lambda: winner["version"] in people["Op"].tags("raced"), what="it is parsed")


def test_what_is_unpublished_leaves_this_airflow_too(people):
    admin = people["Admin"]
    admin.publish(draft("left"))
    admin.http.post("/promote/pipelines/left/retire", json={"expected_revision": 1})
    assert people["Viewer"].http.post("/promote/housekeeping").status_code == 403
    assert admin.http.post("/promote/housekeeping").json()["dag_ids"] == ["left"]

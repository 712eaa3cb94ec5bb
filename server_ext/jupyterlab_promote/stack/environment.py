"""The environments of the stack's daemons: an allow-list of the user's, and what tunes Airflow and Ray.

Nothing of Airflow's secrets reaches Ray, because cells can read the environment of Ray.
"""

import json
import os
import sys
from pathlib import Path

from jupyterlab_promote.airflow_provider.names import CONNECTION
from jupyterlab_promote.ids import BUNDLE
from jupyterlab_promote.stack.places import Places
from jupyterlab_promote.stack.ports import Ports
from jupyterlab_promote.stack.secrets import USER, Secrets
from jupyterlab_promote.stack.state import store_url

PASS_VARIABLE = "PROMOTE_STACK_PASS"  # noqa: S105 - the name of a setting
"""Comma-separated names of further variables of the user that the steps may read."""
RUNNERS_VARIABLE = "PROMOTE_STACK_RUNNERS"
"""How steps start: through the gateway, `warm` (a kernel started ahead, the default) or `cold` (a fresh process and
kernel), or as `jobs` (a Ray job each)."""

_KEPT = frozenset(
    {
        *("HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TERM"),
        *("VIRTUAL_ENV", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "JAVA_HOME"),
        *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
        *("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"),
        *("CUDA_HOME", "CUDA_PATH", "CUDA_VISIBLE_DEVICES"),
    }
)
_KEPT_PREFIXES = (
    "LC_",
    "CONDA_",
    "PIP_",
    "UV_",
    "NVIDIA_",
    "XDG_",
    "JUPYTER_PATH",
    "JUPYTER_DATA_DIR",
)
PARSE_AGAIN_SECONDS = 1800
"""When unchanged DAG files are parsed again. Changed ones are found by their time; parsing a thousand that did
not change takes minutes."""
_FAST_START = Path(__file__).parent / "fast_start"


def _base() -> dict[str, str]:
    passed = {name.strip() for name in os.environ.get(PASS_VARIABLE, "").split(",")}
    env = {
        name: value
        for name, value in os.environ.items()
        if name in _KEPT or name in passed or name.startswith(_KEPT_PREFIXES)
    }
    local = "127.0.0.1,localhost"
    known = os.environ.get("NO_PROXY") or os.environ.get("no_proxy")
    env["NO_PROXY"] = env["no_proxy"] = f"{known},{local}" if known else local
    env["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    own = os.environ.get("PYTHONPATH")
    env["PYTHONPATH"] = os.pathsep.join((str(_FAST_START), own) if own else (str(_FAST_START),))
    env["NO_COLOR"] = "1"
    return env


def runners() -> str:
    """How steps start on this stack."""
    return os.environ.get(RUNNERS_VARIABLE, "warm")


def ray_environment(ports: Ports, secrets: Secrets) -> dict[str, str]:
    """The environment of the Ray head, which every worker inherits."""
    return {
        **_base(),
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": secrets.ray,
        "PROMOTE_SECRET_KEY": secrets.seal,
        "RAY_USAGE_STATS_ENABLED": "0",
        # On Linux `--node-ip-address=127.0.0.1` is resolved to the network's address unless this is set.
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
        # Ray fails what has waited 15 minutes, also when it only queues behind others.
        "RAY_JOB_START_TIMEOUT_SECONDS": "86400",
        # Idle workers are kept, because starting one costs more than a short step.
        "RAY_idle_worker_killing_time_threshold_ms": "3600000",
        "RAY_num_workers_soft_limit": "12",
        # Fixed ports otherwise, so that a second stack on this computer would not start.
        "AUTOSCALER_METRIC_PORT": str(ports.service(11)),
        "DASHBOARD_METRIC_PORT": str(ports.service(12)),
    }


def airflow_environment(where: Places, ports: Ports, secrets: Secrets) -> dict[str, str]:
    """The environment of Airflow's components and of the tasks that they run."""
    url = f"http://127.0.0.1:{ports.airflow}"
    settings = {
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__DAGS_FOLDER": str(where.dags),
        "CORE__PARALLELISM": str(max(8, 2 * (os.cpu_count() or 4))),
        "CORE__DAGS_ARE_PAUSED_AT_CREATION": "True",
        # A second publish within this many seconds would silently not be written.
        "CORE__MIN_SERIALIZED_DAG_UPDATE_INTERVAL": "0",
        "CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "CORE__FERNET_KEY": secrets.database,
        "CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "False",
        "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(where.passwords),
        # Seconds that one process waits for another one's write; with 5, a busy computer breaks requests.
        "DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{where.database}?timeout=60",
        "API__HOST": "127.0.0.1",
        "API__PORT": str(ports.airflow),
        "API__BASE_URL": url,
        "API__WORKERS": "1",
        "API__SECRET_KEY": secrets.api,
        "API_AUTH__JWT_SECRET": secrets.jwt,
        "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.2",
        "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "30",
        "SCHEDULER__ENABLE_HEALTH_CHECK": "False",
        "WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
        # A laptop sleeps, and an api-server restarts: a task survives ten minutes without it.
        "WORKERS__MAX_FAILED_HEARTBEATS": "600",
        "DAG_PROCESSOR__REFRESH_INTERVAL": "30",
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": str(PARSE_AGAIN_SECONDS),
        "DAG_PROCESSOR__PARSING_PROCESSES": "1",
        "DAG_PROCESSOR__DAG_BUNDLE_STORAGE_PATH": str(where.bundles),
        "DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": json.dumps(_bundles(where)),
        "LOGGING__BASE_LOG_FOLDER": str(where.airflow_home / "logs"),
        "USAGE_DATA_COLLECTION__ENABLED": "False",
    }
    return {
        **_base(),
        "AIRFLOW_HOME": str(where.airflow_home),
        f"AIRFLOW_CONN_{CONNECTION.upper()}": json.dumps(_connection(ports, secrets)),
        **{f"AIRFLOW__{name}": value for name, value in settings.items()},
    }


def _bundles(where: Places) -> list[dict[str, object]]:
    ours: dict[str, object] = {
        "name": BUNDLE,
        "classpath": "jupyterlab_promote.airflow_provider.bundle.PromoteBundle",
        "kwargs": {"store_url": store_url(where)},
    }
    own = "airflow.dag_processing.bundles.local.LocalDagBundle"
    return [ours, {"name": "dags-folder", "classpath": own, "kwargs": {}}]


def _connection(ports: Ports, secrets: Secrets) -> dict[str, object]:
    extra: dict[str, object] = {
        "python": sys.executable,
        "secret_key": secrets.seal,
        # The stack has one user, whose Connections these are.
        "secrets": ["*"],
        "mode": runners(),
    }
    if runners() != "jobs":
        extra["gateway"] = f"http://127.0.0.1:{ports.gateway}"
    return {
        "conn_type": "http",
        "host": f"http://127.0.0.1:{ports.ray_jobs}",
        "password": secrets.ray,
        "extra": extra,
    }

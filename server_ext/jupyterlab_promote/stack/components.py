"""The programs of the stack: how each is started, and what to do when it does not start."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass

from jupyterlab_promote.stack.ports import Ports

RAY = "ray"
API_SERVER = "api-server"
SCHEDULER = "scheduler"
DAG_PROCESSOR = "dag-processor"
TRIGGERER = "triggerer"

TITLES: Mapping[str, str] = {
    RAY: "Ray",
    API_SERVER: "Airflow's API server",
    SCHEDULER: "Airflow's scheduler",
    DAG_PROCESSOR: "Airflow's DAG processor",
    TRIGGERER: "Airflow's triggerer",
}
"""How people know each program."""

_OBJECT_STORE_BYTES = 128 * 1024 * 1024
"""Small, because values between steps travel through the store and not through Ray."""


@dataclass(frozen=True)
class Component:
    """One program.

    Attributes:
        title: how people know it.
        advice: what to do when it does not start.
    """

    name: str
    title: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    advice: str


def migrate_command() -> tuple[str, ...]:
    """Creates or upgrades Airflow's database."""
    return (sys.executable, "-m", "airflow", "db", "migrate")


def airflow_components(environment: Mapping[str, str]) -> tuple[Component, ...]:
    """Airflow's four daemons; not `airflow standalone`, which cannot be ended cleanly from outside."""
    advice = (
        "Read the log; `jupyter promote doctor` checks the installation. "
        "If Airflow's database is damaged, move the directory `airflow` of the stack away and start again."
    )

    def daemon(name: str, *arguments: str) -> Component:
        command = (sys.executable, "-m", "airflow", name, *arguments)
        return Component(name, TITLES[name], command, environment, advice)

    return (
        daemon(API_SERVER),
        daemon(SCHEDULER, "--skip-serve-logs"),
        daemon(DAG_PROCESSOR),
        daemon(TRIGGERER, "--skip-serve-logs"),
    )


def ray_component(
    environment: Mapping[str, str], *, ports: Ports, cpus: int | None, temp: str
) -> Component:
    """The head of a Ray cluster of this computer alone."""
    first, last = ports.workers
    options: dict[str, object] = {
        "node-ip-address": "127.0.0.1",
        "port": ports.ray,
        "include-dashboard": "true",
        "dashboard-host": "127.0.0.1",
        "dashboard-port": ports.ray_jobs,
        "ray-client-server-port": ports.service(4),
        "dashboard-agent-listen-port": ports.service(5),
        "dashboard-agent-grpc-port": ports.service(6),
        "runtime-env-agent-port": ports.service(7),
        "metrics-export-port": ports.service(8),
        "node-manager-port": ports.service(9),
        "object-manager-port": ports.service(10),
        "min-worker-port": first,
        "max-worker-port": last,
        "object-store-memory": _OBJECT_STORE_BYTES,
        "include-log-monitor": "false",
        "temp-dir": temp,
    }
    if cpus is not None:
        options["num-cpus"] = cpus
    words = [f"--{name}={value}" for name, value in options.items()]
    command = (
        *(sys.executable, "-m", "ray.scripts.scripts", "start", "--head", "--block"),
        "--disable-usage-stats",
        *words,
    )
    return Component(
        RAY,
        TITLES[RAY],
        command,
        environment,
        "Read the log; Ray needs about 1 GB of free memory, and its directory below /tmp must be writable.",
    )

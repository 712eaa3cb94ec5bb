"""What a real cluster with Ray's autoscaler says of itself is understood. Slow, so in the full set."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.waiting import end, until

from jupyterlab_promote.airflow_provider.capacity import node_types
from jupyterlab_promote.airflow_provider.ray_jobs import RayAddress, RayJobs
from jupyterlab_promote.errors import Unavailable
from jupyterlab_promote.model.settings import Resources

pytestmark = [pytest.mark.full, pytest.mark.ray]

BIG = {"CPU": 3, "GPU": 1}
CLUSTER = {
    "cluster_name": "on-demand",
    "max_workers": 1,
    "provider": {"type": "fake_multinode"},
    "head_node_type": "small",
    "available_node_types": {
        "small": {"resources": {"CPU": 1}, "node_config": {}, "max_workers": 0},
        "big": {"resources": BIG, "node_config": {}, "min_workers": 0, "max_workers": 1},
    },
    "upscaling_speed": 1.0,
    "idle_timeout_minutes": 5,
    "file_mounts_sync_continuously": False,
    **dict.fromkeys(("auth", "docker", "file_mounts"), {}),
    **dict.fromkeys(
        (
            *("initialization_commands", "setup_commands", "cluster_synced_files"),
            *("head_setup_commands", "worker_setup_commands", "head_start_ray_commands"),
            *("worker_start_ray_commands", "rsync_exclude", "rsync_filter"),
        ),
        [],
    ),
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def dashboard() -> Iterator[str]:
    """The dashboard of a cluster of one CPU whose autoscaler could add a node."""
    folder = Path(tempfile.mkdtemp(prefix="ra", dir="/tmp"))
    (folder / "cluster.json").write_text(json.dumps(CLUSTER))
    port = free_port()
    env = {k: v for k, v in os.environ.items() if not k.startswith(("RAY_", "AIRFLOW"))}
    env |= {"RAY_AUTH_MODE": "disabled", "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
            "RAY_FAKE_CLUSTER": "1", "AUTOSCALER_UPDATE_INTERVAL_S": "1"}  # fmt: skip
    head = subprocess.Popen(
        [sys.executable, "-m", "ray.scripts.scripts", "start", "--head", "--block", "--num-cpus=1",
         "--node-ip-address=127.0.0.1", f"--port={free_port()}", "--disable-usage-stats",
         "--dashboard-host=127.0.0.1", f"--dashboard-port={port}", "--object-store-memory=80000000",
         f"--autoscaling-config={folder / 'cluster.json'}", f"--temp-dir={folder}",
         f"--ray-client-server-port={free_port()}", f"--dashboard-agent-listen-port={free_port()}"],
        env=env, cwd=folder, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        end(head)
        shutil.rmtree(folder, ignore_errors=True)


def test_what_only_a_node_on_demand_has_is_not_refused(dashboard) -> None:
    jobs = RayJobs(RayAddress(dashboard))

    def scales() -> bool:
        try:
            return bool((jobs._cluster_status() or {}).get("autoscalerReport"))
        except Unavailable:
            return False

    until(scales, what="the autoscaler reports")
    assert jobs.shortage(Resources(cpus=3, gpus=1)) is None
    assert jobs.shortage(Resources(cpus=8)) is None, "nobody knows what it could add"
    told = RayJobs(RayAddress(dashboard, node_types=node_types([BIG])))
    assert told.shortage(Resources(cpus=3, gpus=1)) is None
    said = "The step needs 8 CPU, the cluster has at most 3 CPU on a node."
    assert told.shortage(Resources(cpus=8)) == said

"""Measures transfers with a local S3 server, in an interpreter of its own; prints one JSON line of seconds.

Run by `benchmarks/remote.py`: `python -m benchmarks.remote_measure BYTES REPETITIONS FOLDER`.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import boto3
from benchmarks.handoff_measure import timed

from jupyterlab_promote.model.run import StoredFile
from jupyterlab_promote.store.node_cache import NodeCache
from jupyterlab_promote.store.store import open_store

_BUCKET = "bench"


def measure(size: int, repetitions: int, folder: Path) -> dict[str, list[float]]:
    """Seconds by what was done, in turns."""
    client = boto3.client("s3")
    client.create_bucket(Bucket=_BUCKET)
    store = open_store(f"s3://{_BUCKET}/store")
    source = folder / "buffers"
    source.write_bytes(os.urandom(size))
    files = [StoredFile(path="buffers", size=size, sha256="0" * 64)]
    seconds: dict[str, list[float]] = {}
    for number in range(repetitions + 1):
        cache = NodeCache(folder / f"cache{number}")
        path, target = f"handoffs/{number}", folder / "downloaded"

        def take(cache: NodeCache = cache, path: str = path) -> None:
            with cache.folder(store, path, files, key="k") as found:
                assert (found / "buffers").stat().st_size == size

        once = {
            "upload": timed(lambda path=path: store.upload(source, f"{path}/buffers")),
            "boto3_upload": timed(
                lambda number=number: client.upload_file(str(source), _BUCKET, f"plain/{number}")
            ),
            "first": timed(take),
            "boto3_download": timed(
                lambda number=number, target=target: client.download_file(
                    _BUCKET, f"plain/{number}", str(target)
                )
            ),
            "again": timed(take),
        }
        shutil.rmtree(folder / f"cache{number}")
        client.delete_object(Bucket=_BUCKET, Key=f"plain/{number}")
        client.delete_object(Bucket=_BUCKET, Key=f"store/{path}/buffers")
        if number:
            for name, took in once.items():
                seconds.setdefault(name, []).append(took)
    return seconds


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("the S3 server did not start")


if __name__ == "__main__":
    port = _free_port()
    words = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.environ["AWS_ENDPOINT_URL"] = f"http://127.0.0.1:{port}"
    try:
        _wait_for(port)
        print(json.dumps(measure(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))))
    finally:
        server.terminate()
        server.wait()

"""Handoffs of a remote store on this machine's disk."""

import concurrent.futures
import os

import pytest

from jupyterlab_promote.errors import Unavailable
from jupyterlab_promote.model.run import StoredFile
from jupyterlab_promote.store import remote
from jupyterlab_promote.store.node_cache import NodeCache
from jupyterlab_promote.store.store import open_store


@pytest.fixture
def remote_store(s3_endpoint, tmp_path):
    return open_store(f"s3://promote/{tmp_path.name}-{os.getpid()}")


def put(store, folder, size=1000):
    data = os.urandom(size)
    store.put(f"{folder}/buffers", data)
    return data, (StoredFile(path="buffers", size=size, sha256=""),)


def test_a_local_store_is_used_where_it_lies(local_store, tmp_path):
    _, files = put(local_store, "runs/x")
    with NodeCache(tmp_path / "cache").folder(local_store, "runs/x", files, key="k") as folder:
        assert folder == tmp_path / "store" / "runs" / "x"
    assert not (tmp_path / "cache").exists()


def test_a_remote_folder_is_fetched_once(remote_store, tmp_path, monkeypatch):
    monkeypatch.setattr(remote, "RANGE", 300)
    data, files = put(remote_store, "runs/x")
    cache = NodeCache(tmp_path / "cache")

    def fetch(_):
        with cache.folder(remote_store, "runs/x", files, key="k") as folder:
            return folder, (folder / "buffers").read_bytes()

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        assert set(pool.map(fetch, range(4))) == {(tmp_path / "cache" / "k", data)}
    remote_store.remove("runs/x/buffers")
    assert fetch(0)[1] == data


def test_a_file_of_another_size_is_refused_and_nothing_is_kept(remote_store, tmp_path):
    _, files = put(remote_store, "runs/x")
    wrong = (files[0].model_copy(update={"size": 7}),)
    cache = NodeCache(tmp_path / "cache")
    with (
        pytest.raises(Unavailable, match="7 bytes"),
        cache.folder(remote_store, "runs/x", wrong, key="k"),
    ):
        pass
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["k.lock"]


def test_the_least_recently_used_go_first_and_open_ones_stay(remote_store, tmp_path):
    cache = NodeCache(tmp_path / "cache", limit=2500)
    _, files = put(remote_store, "runs/x")
    with cache.folder(remote_store, "runs/x", files, key="open") as held:
        os.utime(held, (0, 0))
        for number, key in enumerate(("a", "b", "c"), start=1):
            with cache.folder(remote_store, "runs/x", files, key=key) as folder:
                os.utime(folder, (number, number))
        left = sorted(path.name for path in (tmp_path / "cache").iterdir() if path.is_dir())
    assert left == ["c", "open"]

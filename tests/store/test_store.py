"""The store's one primitive, on a directory and on S3."""

import concurrent.futures
import os
import subprocess
import sys

import pytest

from jupyterlab_promote.errors import InvalidInput, NotFound, Unavailable
from jupyterlab_promote.store.conformance import check_conformance, look
from jupyterlab_promote.store.store import open_store


def test_a_file_is_created_once(store):
    store.create("a/b.json", b"first")
    with pytest.raises(FileExistsError):
        store.create("a/b.json", b"second")
    assert store.read("a/b.json") == b"first"


def test_of_eight_writers_exactly_one_creates_the_file(store):
    def writer(number):
        try:
            store.create("race", str(number).encode())
        except FileExistsError:
            return None
        return number

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        winners = [number for number in pool.map(writer, range(8)) if number is not None]
    assert len(winners) == 1
    assert store.read("race") == str(winners[0]).encode()


def test_put_replaces_and_listing_is_never_stale(store):
    assert store.list("d") == ()
    store.put("d/x", b"1")
    assert store.list("d") == ("x",)
    store.put("d/x", b"22")
    store.create("d/sub/y", b"")
    assert (store.read("d/x"), store.size("d/x")) == (b"22", 2)
    assert store.list("d") == ("sub", "x")
    assert store.walk("d") == ("sub/y", "x")
    assert store.walk("nothing") == ()
    assert store.exists("d/x")
    assert not store.exists("d/z")
    store.remove("d/x")
    store.remove("d/x")
    assert store.list("d") == ("sub",)


def test_a_folder_of_one_file_of_the_same_name_lists_it(store):
    store.put("same/same", b"1")
    assert store.list("same") == ("same",)


def test_files_are_copied_in_and_out(store, tmp_path):
    source, target = tmp_path / "source", tmp_path / "deep" / "target"
    source.write_bytes(os.urandom(300_000))
    store.upload(source, "big/file")
    store.download("big/file", target)
    assert target.read_bytes() == source.read_bytes()


def test_what_is_not_there_is_not_found(store, tmp_path):
    with pytest.raises(NotFound):
        store.read("nothing")
    with pytest.raises(NotFound):
        store.size("nothing")
    with pytest.raises(NotFound):
        store.download("nothing", tmp_path / "x")
    assert not (tmp_path / "x").exists()


def test_the_uid_is_made_once(url):
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        uids = set(pool.map(lambda _: open_store(url).uid, range(4)))
    assert len(uids) == 1
    assert len(uids.pop()) == 32


def test_the_conformance_test_leaves_nothing_behind(store):
    check_conformance(store)
    assert store.list("probe") == ()


def test_a_store_that_went_away_is_told_rather_than_shown_as_empty(tmp_path):
    store = open_store(tmp_path / "lent")
    look(store, write=True)
    (tmp_path / "lent").rename(tmp_path / "away")
    with pytest.raises(Unavailable, match=r"store\.json is gone"):
        look(store, write=True)
    assert not (tmp_path / "lent").exists()


def test_a_backend_that_checks_and_then_writes_is_refused(tmp_path):
    with pytest.raises(Unavailable, match="checks before it writes"):
        open_store(f"dir::file://{tmp_path}/x")


def test_an_unknown_kind_of_url_is_refused_by_name():
    with pytest.raises(InvalidInput, match="nosuch://"):
        open_store("nosuch://place/x")


def test_a_store_of_a_later_format_is_refused(tmp_path):
    (tmp_path / "store.json").write_text('{"format": 99, "uid": "x"}')
    with pytest.raises(InvalidInput, match="format 99"):
        open_store(tmp_path)


def test_a_bucket_that_is_not_there_is_said(s3_endpoint):
    with pytest.raises(Unavailable, match="no-such-bucket"):
        open_store("s3://no-such-bucket/x")


def test_a_server_that_is_not_there_is_said(monkeypatch, s3_endpoint):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(Unavailable, match="s3://promote/x"):
        open_store(
            "s3://promote/x",
            options={"config_kwargs": {"retries": {"max_attempts": 0}, "connect_timeout": 1}},
        )


def test_a_place_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Unavailable, match="Not a directory"):
        open_store(tmp_path / "file" / "store")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_a_full_disk_has_a_code_of_its_own(local_store, monkeypatch):
    real = os.fsync

    def full(descriptor):
        with open("/dev/full", "wb", buffering=0) as device:
            device.write(b"x")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unavailable) as caught:
        local_store.create("big", b"x")
    assert caught.value.code == "store_full"
    assert local_store.list("") == ("probe", "store.json") or local_store.list("") == (
        "store.json",
    )


KILLED = """
import os, signal, sys
from jupyterlab_promote.store import local
from jupyterlab_promote.store.store import open_store
store = open_store(sys.argv[1])
at = sys.argv[2]
def die(*arguments, **named):
    os.kill(os.getpid(), signal.SIGKILL)
setattr(os, at, die)
store.create("heads/1.json", b"x" * 100_000)
"""


@pytest.mark.parametrize("boundary", ["fsync", "link"])
def test_a_writer_killed_before_the_name_exists_leaves_no_file(local_store, tmp_path, boundary):
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "store"), boundary], check=False
    )
    assert ended.returncode == -9
    assert local_store.list("heads") == ()
    assert local_store.walk("heads") == ()
    local_store.create("heads/1.json", b"whole")
    assert local_store.read("heads/1.json") == b"whole"


KILLED_PUT = """
import os, pathlib, shutil, signal, sys
from jupyterlab_promote.store.store import open_store
store = open_store(sys.argv[1])
def die(*arguments, **named):
    os.kill(os.getpid(), signal.SIGKILL)
what, where, at = sys.argv[2:]
setattr({"os": os, "path": pathlib.Path, "shutil": shutil}[where], at, die)
if what == "put":
    store.put("runs/notebook.ipynb", b"x" * 100_000)
else:
    store.upload(pathlib.Path(sys.argv[1]) / "new", "runs/notebook.ipynb")
"""


@pytest.mark.parametrize(
    "boundary",
    [
        ("put", "os", "fsync"),
        ("put", "path", "replace"),
        ("upload", "os", "fsync"),
        ("upload", "path", "replace"),
    ],
)
def test_a_writer_killed_before_it_replaces_a_file_leaves_the_old_one(
    local_store, tmp_path, boundary
):
    local_store.put("runs/notebook.ipynb", b"old")
    (tmp_path / "store" / "new").write_bytes(b"y" * 100_000)
    command = [sys.executable, "-c", KILLED_PUT, str(tmp_path / "store"), *boundary]
    assert subprocess.run(command, check=False).returncode == -9
    assert local_store.read("runs/notebook.ipynb") == b"old"
    assert local_store.list("runs") == ("notebook.ipynb",)

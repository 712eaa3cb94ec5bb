"""The files that a step finds: those of its version, and what upstream steps wrote."""

from types import SimpleNamespace

from jupyterlab_promote.model.run import WorkingFile
from jupyterlab_promote.model.version import FileEntry
from jupyterlab_promote.store.blobs import put_blob, sha256_of_content
from jupyterlab_promote.store.store import open_store
from jupyterlab_promote.store.workdir import restore
from jupyterlab_promote.worker.prepare import version_files


def test_what_a_step_wrote_is_newer_than_what_travels_with_the_version(tmp_path):
    store = open_store(str(tmp_path / "store"))
    content = b"#!/bin/sh\n"
    sha256 = sha256_of_content(content)
    put_blob(store, content, sha256=sha256)
    entry = FileEntry(path="run.sh", sha256=sha256, size=len(content), executable=True)
    manifest = SimpleNamespace(files=(entry,), folders=("out",))
    wrote = WorkingFile(path="new.txt", sha256=sha256, size=len(content), modified=10**18)
    given = (SimpleNamespace(outcome=SimpleNamespace(changes=(wrote,))),)
    version_files(store, manifest, given, tmp_path / "work")
    restore(store, [wrote], tmp_path / "work")
    times = {name: (tmp_path / "work" / name).stat() for name in ("run.sh", "new.txt")}
    assert times["run.sh"].st_mtime < times["new.txt"].st_mtime
    assert times["run.sh"].st_mode & 0o111
    assert not times["new.txt"].st_mode & 0o111
    assert (tmp_path / "work" / "out").is_dir()

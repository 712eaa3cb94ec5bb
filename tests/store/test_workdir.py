"""Working directories: what a step changed comes to the next one, on whatever machine."""

import os

import pytest

from jupyterlab_promote.errors import InvalidInput, NotFound, Unavailable
from jupyterlab_promote.model.run import WorkingFile
from jupyterlab_promote.store import layout
from jupyterlab_promote.store.workdir import diff, restore, snapshot, upload_changes


@pytest.fixture
def work(tmp_path):
    folder = tmp_path / "work"
    folder.mkdir()
    for name in ("same.txt", "changed.txt", "gone.txt"):
        (folder / name).write_text(name)
    return folder


def test_changes_come_to_the_next_step(store, work, tmp_path):
    before = snapshot(work)
    (work / "changed.txt").write_text("new content")
    (work / "gone.txt").unlink()
    (work / "out").mkdir()
    (work / "out" / "new.csv").write_bytes(b"1,2")
    (work / "__pycache__").mkdir()
    (work / "__pycache__" / "x.pyc").write_bytes(b"no")
    changes = diff(before, work)
    assert [(change.path, change.size, change.sha256 is None) for change in changes] == [
        ("changed.txt", 11, False),
        ("gone.txt", 0, True),
        ("out/new.csv", 3, False),
    ]
    upload_changes(store, changes, work)
    other = tmp_path / "other"
    other.mkdir()
    (other / "gone.txt").write_text("gone.txt")
    (other / "changed.txt").write_text("changed.txt")
    restore(store, changes, other)
    assert (other / "changed.txt").read_text() == "new content"
    assert (other / "out" / "new.csv").read_bytes() == b"1,2"
    assert not (other / "gone.txt").exists()
    (other / "changed.txt").write_text("changed again")
    third = tmp_path / "third"
    restore(store, changes, third)
    assert (third / "changed.txt").read_text() == "new content"


def test_an_empty_folder_is_there_for_the_next_step(store, work, tmp_path):
    before = snapshot(work)
    (work / "out" / "plots").mkdir(parents=True)
    changes = diff(before, work)
    assert [change.path for change in changes] == ["out/plots/"]
    upload_changes(store, changes, work)
    other = tmp_path / "other"
    restore(store, changes, other)
    assert (other / "out" / "plots").is_dir()
    between = snapshot(other)
    (other / "out" / "plots" / "a.png").write_bytes(b"x")
    written = diff(between, other)
    assert [change.path for change in written] == ["out/plots/a.png"]
    upload_changes(store, written, other)
    (other / "out" / "plots" / "a.png").unlink()
    (other / "out" / "plots").rmdir()
    removed = diff(between, other)
    assert [(change.path, change.sha256 is None) for change in removed][-1] == ("out/plots/", True)
    third = tmp_path / "third"
    restore(store, [*changes, *written], third)
    assert (third / "out" / "plots" / "a.png").read_bytes() == b"x"
    fourth = tmp_path / "fourth"
    restore(store, [*changes, *removed], fourth)
    assert not (fourth / "out" / "plots").exists()


def _later(store, work, tmp_path, change):
    """The next step's working directory, after a step changed this one."""
    before = snapshot(work)
    change()
    changes = diff(before, work)
    upload_changes(store, changes, work)
    other = tmp_path / "other"
    restore(store, changes, other)
    return other


def test_a_program_can_be_started_in_the_next_step_and_a_file_keeps_its_time(store, work, tmp_path):
    def change():
        (work / "same.txt").chmod(0o755)
        (work / "changed.txt").write_text("older")
        os.utime(work / "changed.txt", ns=(10**18, 10**18))

    other = _later(store, work, tmp_path, change)
    assert os.access(other / "same.txt", os.X_OK)
    assert not os.access(other / "changed.txt", os.X_OK)
    assert (other / "changed.txt").stat().st_mtime_ns == 10**18


def test_links_are_links_in_the_next_step(store, work, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "far.txt").write_text("far")

    def change():
        (work / "runs" / "one").mkdir(parents=True)
        (work / "runs" / "one" / "a.txt").write_text("a")
        (work / "latest").symlink_to(work / "runs" / "one")
        (work / "best.txt").symlink_to("runs/one/a.txt")
        (work / "data").symlink_to(outside)
        (work / "far.txt").symlink_to(outside / "far.txt")

    other = _later(store, work, tmp_path, change)
    (other / "best.txt").write_text("new")
    assert (other / "latest" / "a.txt").read_text() == "new"
    assert (other / "data" / "far.txt").read_text() == "far"
    assert (other / "far.txt").is_symlink() is False
    between = snapshot(other)
    (other / "latest").unlink()
    (other / "latest").mkdir()
    (other / "latest" / "b.txt").write_text("b")
    third = tmp_path / "third"
    third.mkdir()
    (third / "latest").symlink_to(outside)
    changes = diff(between, other)
    upload_changes(store, changes, other)
    restore(store, changes, third)
    assert [path.name for path in (third / "latest").iterdir()] == ["b.txt"]
    assert not (outside / "b.txt").exists()


def test_nothing_changed_is_nothing(work):
    assert diff(snapshot(work), work) == ()


def test_too_much_is_refused_with_the_largest_file(work):
    before = snapshot(work)
    (work / "huge.bin").write_bytes(bytes(1000))
    with pytest.raises(InvalidInput, match=r"huge\.bin"):
        diff(before, work, limit=999)


def test_a_path_that_leaves_the_directory_is_refused(local_store, work):
    for path in ("../x", "/etc/x"):
        with pytest.raises(InvalidInput):
            restore(local_store, [WorkingFile(path=path)], work)
        with pytest.raises(InvalidInput):
            restore(local_store, [WorkingFile(path=path, sha256="0" * 64)], work)


def test_a_name_that_only_other_systems_refuse_comes_to_the_next_step(local_store, work, tmp_path):
    before = snapshot(work)
    names = ["a:b.txt", "A.txt", "a.txt", "~x", "back\\slash", "two\nlines"]
    for name in names:
        (work / name).write_text(name)
    changes = diff(before, work)
    upload_changes(local_store, changes, work)
    restore(local_store, changes, tmp_path / "other")
    assert {path.name: path.read_text() for path in (tmp_path / "other").iterdir()} == {
        name: name for name in names
    }


def test_a_name_that_is_no_text_is_refused_where_it_was_written(work):
    before = snapshot(work)
    with open(os.fsencode(work) + b"/\xff.txt", "w"):
        pass
    with pytest.raises(InvalidInput, match=r"wrote b'\\xff.txt' there"):
        diff(before, work)


def test_a_file_of_one_step_that_is_a_folder_of_another_is_said(local_store, work):
    files = [WorkingFile(path=path, sha256="0" * 64) for path in ("x", "x/y")]
    with pytest.raises(InvalidInput, match="'x' is a file of one step and a folder of another"):
        restore(local_store, files, work)


def test_a_file_that_is_gone_or_damaged_is_said(store, work, tmp_path):
    before = snapshot(work)
    (work / "new").write_bytes(b"12345")
    changes = diff(before, work)
    with pytest.raises(NotFound):
        restore(store, changes, tmp_path / "a")
    store.put(layout.blob(changes[0].sha256), b"54321")
    with pytest.raises(Unavailable, match="damaged"):
        restore(store, changes, tmp_path / "b")
    assert not (tmp_path / "b" / "new").exists()

"""What lies beside a notebook."""

import os

import nbformat

from jupyterlab_promote.notebook.document import read_notebook
from jupyterlab_promote.store.folder import folder_context


def test_files_modules_and_packages_are_seen_and_caches_are_not(tmp_path):
    for name in ("data.csv", "helper.py", "own/__init__.py", "own/deep/x.py", "sub/y.csv",
                 "venv/z.py", ".hidden/q.py", "__pycache__/c.py"):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    context = folder_context(tmp_path)
    assert context.local_modules == {
        "helper": "helper.py",
        "own": "own",
        "own/__init__": "own/__init__.py",
        "own/deep": "own/deep",
        "own/deep/x": "own/deep/x.py",
    }
    assert context.files == {
        "data.csv",
        "helper.py",
        "own/__init__.py",
        "own/deep/x.py",
        "sub/y.csv",
    }


def test_modules_above_are_seen_where_the_notebook_looks_for_them(tmp_path):
    for name in (
        "lib/part/a.py",
        "lone.py",
        "other.py",
        "conf/c.txt",
        "proj/notebooks/own/deep/b.py",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("open('../../conf/c.txt')\n")
    cell = nbformat.v4.new_code_cell(
        "import sys\nsys.path.append('../..')\nimport lone, lib.part.a"
    )
    nb = read_notebook(nbformat.writes(nbformat.v4.new_notebook(cells=[cell])).encode())
    context = folder_context(tmp_path / "proj/notebooks", nb)
    assert context.local_modules == {
        "own": "own",
        "own/deep": "own/deep",
        "own/deep/b": "own/deep/b.py",
        "../../lib": "../../lib",
        "../../lib/part": "../../lib/part",
        "../../lib/part/a": "../../lib/part/a.py",
        "../../lone": "../../lone.py",
    }
    assert context.files == {"own/deep/b.py", "../../conf/c.txt"}


def test_a_folder_that_vanishes_meanwhile_is_passed_over(tmp_path, monkeypatch):
    (tmp_path / "here.py").write_text("")
    (tmp_path / "gone").mkdir()
    scandir = os.scandir

    def vanishing(path):
        if str(path).endswith("gone"):
            raise FileNotFoundError(path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", vanishing)
    assert folder_context(tmp_path).local_modules == {"here": "here.py"}


def test_files_of_a_linked_folder_are_the_notebooks_and_a_link_upwards_is_none(
    tmp_path,
) -> None:
    (tmp_path / "shared" / "inner").mkdir(parents=True)
    (tmp_path / "shared" / "inner" / "x.csv").write_text("1")
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "data").symlink_to(tmp_path / "shared")
    (folder / "all").symlink_to(tmp_path)
    (folder / "own.csv").write_text("1")
    assert folder_context(folder).files == {"own.csv", "data/inner/x.csv"}


def test_of_a_file_above_the_notebook_what_is_read_with_it_is_seen_as_well(tmp_path):
    for name in ("own/nb.txt", "data/b.shp", "data/b.shx", "data/b.dbf", "data/other.shp"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    cell = nbformat.v4.new_code_cell("import geopandas as gpd\ngpd.read_file('../data/b.shp')")
    nb = read_notebook(dict(nbformat.v4.new_notebook(cells=[cell])))
    found = folder_context(tmp_path / "own", nb).files
    assert found == {"nb.txt", "../data/b.shp", "../data/b.shx", "../data/b.dbf"}

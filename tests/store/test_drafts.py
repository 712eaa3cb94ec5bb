"""Which files of the notebook's folder a version holds, and which never travel."""

import json
from pathlib import Path

import pytest

from jupyterlab_promote.errors import NotPromotable
from jupyterlab_promote.model.pipeline import FileUse, Pipeline, Place, Step
from jupyterlab_promote.notebook.document import read_notebook
from jupyterlab_promote.store import version_files
from jupyterlab_promote.store.drafts import installed_packages, make_draft
from jupyterlab_promote.store.never import never_travels
from jupyterlab_promote.store.packing import pack, unpack
from jupyterlab_promote.store.version_files import collect_files
from jupyterlab_promote.store.versions import put_version

NOTEBOOK = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {"kernelspec": {"name": "python3", "display_name": "x", "language": "python"}},
    "cells": [
        {
            "cell_type": "code",
            "id": "c1",
            "metadata": {"tags": ["step:load"]},
            "source": "x = 1",
            "outputs": [],
            "execution_count": None,
        }
    ],
}


def pipeline(*uses, globs=(), produces=(), imports=()) -> Pipeline:
    return Pipeline(
        name="Demo",
        kernel="python3",
        steps=(Step(name="load", cells=("c1",)),),
        edges=(),
        files=tuple(uses),
        file_globs=tuple(globs),
        produces=tuple(produces),
        imports=tuple(imports),
    )


def use(path, kind="data", travels="frozen") -> FileUse:
    return FileUse(
        path=path, kind=kind, travels=travels, place=Place(cell="c1", cell_index=0, line=2)
    )


@pytest.fixture
def folder(tmp_path):
    for name in (
        "data.csv",
        "a/b.txt",
        "a/c.txt",
        "pkg/__init__.py",
        "pkg/mod.py",
        "pkg/__pycache__/m.pyc",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    for name in (".env", "id_rsa", "a/server.pem", "credentials.json"):
        (tmp_path / name).write_text("hunter2")
    return tmp_path


def test_files_that_the_notebook_reads_are_frozen(folder):
    found = collect_files(pipeline(use("data.csv"), use("pkg", "module"), use("./a/*.txt")), folder)
    assert found == {
        path: path.encode()
        for path in ("data.csv", "pkg/__init__.py", "pkg/mod.py", "a/b.txt", "a/c.txt")
    }


def test_a_program_beside_the_notebook_may_be_started_in_a_step(folder):
    (folder / "a" / "b.txt").chmod(0o755)
    nb = read_notebook(NOTEBOOK)
    draft = make_draft(pipeline(use("a/*.txt")), nb, folder, uid="u", dag_id="demo", packages=())
    assert {file.path: file.executable for file in draft.manifest.files} == {
        "a/b.txt": True,
        "a/c.txt": False,
    }


def test_a_file_at_the_root_of_a_deep_project_travels(folder):
    deep = folder / "chapters" / "en" / "slides" / "module"
    deep.mkdir(parents=True)
    found = collect_files(pipeline(use("../../../../data.csv")), deep)
    assert found == {"../../../../data.csv": b"data.csv"}


def test_files_that_are_read_live_are_left_alone(folder):
    live = (use("/mnt/x.csv", travels="live"), use("https://example.org/x.csv", travels="live"))
    assert collect_files(pipeline(*live), folder) == {}


def test_globs_never_take_credentials(folder):
    found = collect_files(pipeline(globs=["**/*"]), folder)
    assert sorted(found) == ["a/b.txt", "a/c.txt", "data.csv", "pkg/__init__.py", "pkg/mod.py"]


def test_a_file_whose_name_reads_like_a_pattern_is_taken_by_its_name(folder):
    for name in ("rows[1].csv", "rows1.csv"):
        (folder / name).write_text(name)
    files = collect_files(pipeline(use("rows[1].csv"), use("rows[2-9].csv")), folder)
    assert [path for path in files if "rows" in path] == ["rows[1].csv"]


def test_a_link_to_a_credential_is_a_credential(folder):
    (folder / "harmless.txt").symlink_to(folder / "id_rsa")
    assert "harmless.txt" not in collect_files(pipeline(globs=["*"]), folder)


REFUSED = {
    "missing": (pipeline(use("nothing.csv")), "PRM410", "nothing.csv"),
    "a pattern without a match": (pipeline(globs=["*.parquet"]), "PRM410", "*.parquet"),
    "a credential": (pipeline(use("credentials.json")), "PRM411", "credentials.json"),
    "outside": (
        pipeline(use("../../../../../../other.csv")),
        "PRM413",
        "../../../../../../other.csv",
    ),
    "a pattern outside": (pipeline(globs=["../../../../../../*"]), "PRM413", "../../../../../../*"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_cannot_travel_is_a_finding_with_its_place(case, folder):
    asked, code, name = REFUSED[case]
    with pytest.raises(NotPromotable) as caught:
        collect_files(asked, folder)
    (finding,) = caught.value.findings
    assert (finding.code, finding.severity, finding.name) == (code, "error", name)
    assert finding.fix
    if asked.files:
        assert (finding.cell, finding.line) == ("c1", 2)


def test_what_a_step_writes_need_not_be_there(folder):
    assert collect_files(pipeline(use("out.csv"), produces=["out.csv"]), folder) == {}


def test_a_notebook_without_a_folder_has_no_files():
    assert collect_files(pipeline(), None) == {}
    with pytest.raises(NotPromotable, match="no folder"):
        collect_files(pipeline(use("data.csv")), None)


def test_too_much_is_refused_with_the_largest_file(folder, monkeypatch):
    monkeypatch.setattr(version_files, "MAX_FILES_BYTES", 10)
    with pytest.raises(NotPromotable, match=r"pkg/__init__\.py") as caught:
        collect_files(pipeline(use("data.csv"), use("pkg", "module")), folder)
    assert caught.value.findings[0].code == "PRM412"


def test_names_of_credentials_are_known():
    never = [
        ".env",
        ".env.local",
        "x/.ssh/config",
        "key.pem",
        "ID_RSA",
        "my-credentials.json",
        ".git/config",
    ]
    assert [name for name in never if not never_travels(Path(name))] == []
    fine = ["data.csv", "keys.csv", "environment.yml", "model.pkl", "credit.json", "a/.hidden"]
    assert [name for name in fine if never_travels(Path(name))] == []


def test_installed_versions_of_imports_are_recorded():
    found = {
        package.name: package.version
        for package in installed_packages(("pandas.io", "nbformat", "os", "nope"))
    }
    assert set(found) == {"pandas", "nbformat"}
    assert all(version[0].isdigit() for version in found.values())


def test_the_same_notebook_and_files_make_the_same_version(folder, local_store):
    def draft():
        nb = read_notebook(json.dumps(NOTEBOOK).encode())
        return make_draft(
            pipeline(use("data.csv"), imports=["pandas"]),
            nb,
            folder,
            uid="u",
            dag_id="demo",
        )

    first = draft()
    assert draft().version == first.version
    assert put_version(local_store, first) == (first.version, True)
    assert unpack(pack(first)).version == first.version
    (folder / "data.csv").write_text("other")
    assert draft().version != first.version


def test_a_module_beside_the_notebook_travels_with_the_modules_that_it_imports(tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "model.py").write_text("import shared\nfrom features import scaled\n")
    (tmp_path / "src" / "features.py").write_text("import numpy\n")
    (tmp_path / "shared.py").write_text("")
    (tmp_path / "other.py").write_text("")
    found = collect_files(pipeline(use("src/model.py", kind="module")), tmp_path)
    assert sorted(found) == ["shared.py", "src/features.py", "src/model.py"]


def test_a_folder_is_there_whose_name_a_cell_lists(folder):
    (folder / "empty").mkdir()
    (folder / ".hidden").mkdir()
    cell = {**NOTEBOOK["cells"][0], "source": "import os\nprint(os.listdir('.'))"}
    nb = read_notebook(json.dumps({**NOTEBOOK, "cells": [cell]}).encode())
    draft = make_draft(pipeline(), nb, folder, uid="u", dag_id="demo")
    assert {"a", "empty", "pkg"} <= set(draft.manifest.folders)
    assert ".hidden" not in draft.manifest.folders
    plain = read_notebook(json.dumps(NOTEBOOK).encode())
    assert make_draft(pipeline(), plain, folder, uid="u", dag_id="demo").manifest.folders == ()


def test_a_pattern_means_no_file_of_an_environment_unless_it_names_it(tmp_path) -> None:
    folder = tmp_path / "venv" / "work"
    for name in ("data/x.csv", "venv/lib/site-packages/iris.csv", "top.csv"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("a")
    files = version_files._Search(folder, (), {}, [])
    files.add_use(FileUse(path="**/*.csv", kind="data", travels="frozen"))
    assert sorted(files.found) == ["data/x.csv", "top.csv"]
    files.add_use(FileUse(path="venv/lib/site-packages/*.csv", kind="data", travels="frozen"))
    assert "venv/lib/site-packages/iris.csv" in files.found

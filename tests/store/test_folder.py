"""What lies beside a notebook."""

import os

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

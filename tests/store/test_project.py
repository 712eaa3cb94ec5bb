"""A package of the notebook's own project that only an installation in development mode finds is told."""

from pathlib import Path

import nbformat
import pytest

from jupyterlab_promote.dataflow.analysis import analyse
from jupyterlab_promote.notebook.document import read_notebook
from jupyterlab_promote.store.folder import folder_context


def _told(folder: Path, source: str) -> list[tuple[str, str | None]]:
    cell = nbformat.v4.new_code_cell(source)
    nb = read_notebook(dict(nbformat.v4.new_notebook(cells=[cell])))
    found = analyse(nb, context=folder_context(folder, nb)).findings
    return [(finding.code, finding.fix) for finding in found if finding.severity == "warning"]


def test_a_package_of_the_project_is_told_though_it_is_installed_in_development_mode(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").touch()
    notebooks = tmp_path / "notebooks"
    for folder in (notebooks, tmp_path / "src" / "own_package_of_this_test"):
        folder.mkdir(parents=True)
    (tmp_path / "src" / "own_package_of_this_test" / "__init__.py").touch()
    before = _told(notebooks, "import own_package_of_this_test, nbformat")
    monkeypatch.syspath_prepend(tmp_path / "src")
    [(code, fix)] = _told(notebooks, "import own_package_of_this_test, nbformat")
    assert (code, before) == ("PRM414", [(code, fix)])
    assert 'sys.path.append("../src")' in str(fix)
    added = 'import sys; sys.path.append("../src")\nimport own_package_of_this_test'
    assert _told(notebooks, added) == []

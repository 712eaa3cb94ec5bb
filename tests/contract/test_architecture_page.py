"""The map of the code names files and folders that are there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "ARCHITECTURE.md").read_text()
PACKAGE = ROOT / "server_ext" / "jupyterlab_promote"
PLACES = (ROOT, PACKAGE, ROOT / "labextension" / "src")
SKIPPED = {"node_modules", "__pycache__"}
TOLD = re.findall(r"`([\w./<>-]+(?:\.(?:py|ts|tsx|md|json)|/))`", PAGE)
# Files of the store and of a feature that is still to be written.
PATTERNS = {path for path in TOLD if "<" in path} | {"outcome.json"}


@pytest.mark.parametrize("path", sorted(set(TOLD) - PATTERNS))
def test_what_the_map_names_is_there(path: str) -> None:
    if any((place / path).exists() for place in PLACES):
        return
    sources = (PACKAGE, ROOT / "labextension" / "src")
    files = (file for source in sources for file in source.rglob(Path(path).name))
    found = [file for file in files if not SKIPPED & set(file.parts)]
    assert any(file.as_posix().endswith(f"/{path.rstrip('/')}") for file in found)


def test_every_folder_of_the_package_is_on_the_map() -> None:
    folders = {
        f"{folder.relative_to(PACKAGE).as_posix()}/"
        for folder in PACKAGE.rglob("*")
        if (folder / "__init__.py").is_file()
    }
    table = "\n".join(line for line in PAGE.splitlines() if line.startswith("|"))
    assert {folder for folder in folders if f"`{folder}`" not in table} == set()


def test_the_map_is_read_in_minutes() -> None:
    assert len(PAGE.splitlines()) <= 200


def test_the_environment_is_read_in_three_places_only() -> None:
    found = {
        file.relative_to(PACKAGE).as_posix()
        for file in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in ("os.environ", "os.getenv")
    }
    assert {
        path for path in found if not path.startswith(("server/settings.py", "stack/", "worker/"))
    } == set()


def test_only_the_edges_catch_everything() -> None:
    everything = {"Exception", "BaseException", ""}
    found = {
        file.relative_to(PACKAGE).as_posix()
        for file in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ExceptHandler)
        and (ast.unparse(node.type) if node.type is not None else "") in everything
    }
    assert found == {"server/edge.py", "airflow_provider/edge.py", "worker/handoff/users_code.py"}

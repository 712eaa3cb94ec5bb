"""Each finding of docs/findings.md has a smallest notebook that gives it, in tests/cases, and is as grave as it says there."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from jupyterlab_promote.dataflow.analysis import analyse
from jupyterlab_promote.errors import NotPromotable
from jupyterlab_promote.model.finding import Finding
from jupyterlab_promote.notebook.document import Notebook, read_notebook
from jupyterlab_promote.split.plan import plan
from jupyterlab_promote.store.folder import folder_context
from jupyterlab_promote.store.version_files import collect_files

NEWER = "newer"
ROOT = Path(__file__).parents[2]
CASES = {path.stem: path for path in sorted((ROOT / "tests" / "cases").glob("PRM*.txt"))}
TOLD = dict(
    re.findall(
        r"^\| (PRM\d+) \| (\w+) \|", (ROOT / "docs" / "findings.md").read_text(), re.MULTILINE
    )
)


def test_every_finding_of_the_page_has_a_case() -> None:
    assert set(CASES) == set(TOLD)


@pytest.mark.parametrize("code", CASES)
def test_its_case_gives_it_as_grave_as_the_page_says(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = CASES[code].read_text()
    if _head(text, "kernel") == NEWER:
        monkeypatch.setenv("JUPYTER_PATH", str(_with_newer_kernel(tmp_path / ".jupyter")))
    _lay_files(_head(text, "files"), tmp_path)
    found = _findings(_notebook(text), tmp_path)
    assert TOLD[code] in {str(f.severity) for f in found if f.code == code}
    mine = [f for f in found if f.code == code]
    assert all(f.message and (f.fix or f.severity == "info") for f in mine)


def _with_newer_kernel(folder: Path) -> Path:
    """A kernel whose Python parses every cell, and knows no older words for it."""
    python = folder / "python99"
    spec = folder / "kernels" / NEWER / "kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text(json.dumps({"argv": [str(python)], "display_name": "", "language": "python"}))
    reply = (
        "import json, sys; print(json.dumps({'version': '99.0', 'python': json.load(sys.stdin)}))"
    )
    python.write_text(f"#!{sys.executable}\n{reply}\n")
    python.chmod(0o700)
    return folder


def _findings(nb: Notebook, folder: Path) -> tuple[Finding, ...]:
    """What the analysis says, and what is said when the files are collected for a version."""
    analysis = analyse(nb, context=folder_context(folder, nb))
    try:
        collect_files(plan(analysis, nb, name="case"), folder)
    except NotPromotable as refused:
        return (*analysis.findings, *refused.findings)
    return analysis.findings


def _head(text: str, word: str) -> str:
    found = re.search(rf"^# {word}: (.*)$", text, re.MULTILINE)
    return found[1] if found else ""


def _lay_files(listed: str, folder: Path) -> None:
    for told in filter(None, listed.split(", ")):
        name, _, size = told.partition("=")
        if "|" in size:
            (folder / name).write_text(size.replace("|", "\n"))
            continue
        if name.endswith("/"):
            (folder / name).mkdir()
            continue
        with (folder / name).open("wb") as file:
            file.truncate(int(size or 1))


def _notebook(text: str) -> Notebook:
    """Cells between `# %%` lines, which hold the tags."""
    counts = _head(text, "counts").split()
    cells: list[Any] = []
    for number, part in enumerate(re.split(r"^# %%", text, flags=re.MULTILINE)[1:]):
        tags, _, source = part.partition("\n")
        if "[markdown]" in tags:
            cells.append(nbformat.v4.new_markdown_cell(source.strip()))
            continue
        metadata = {"tags": re.findall(r"step:My Step!|\S+", tags)}
        cells.append(nbformat.v4.new_code_cell(source.strip("\n"), metadata=metadata))
        cells[-1].execution_count = int(counts[number]) if counts else None
    kernel = _head(text, "kernel")
    language = "python" if kernel == NEWER else kernel
    spec = (
        {"kernelspec": {"name": kernel, "display_name": kernel, "language": language}}
        if kernel
        else {}
    )
    settings = json.loads(_head(text, "settings") or "{}")
    metadata = {**spec, "promote": {"schema_version": 1, **settings}}
    content = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
    return read_notebook(nbformat.writes(content).encode())

"""The page of findings lists each code of the source, and no other."""

import re
from pathlib import Path

import jupyterlab_promote

ROOT = Path(__file__).parents[2]


def test_the_page_lists_each_code_and_no_other() -> None:
    source = Path(jupyterlab_promote.__file__).parent
    used = {
        c for file in source.rglob("*.py") for c in re.findall(r'"(PRM\d{3})"', file.read_text())
    }
    listed = set(
        re.findall(r"^\| (PRM\d{3}) ", (ROOT / "docs/findings.md").read_text(), re.MULTILINE)
    )
    assert listed == used

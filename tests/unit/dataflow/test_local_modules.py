"""What a notebook takes from modules of its own project, wherever the project keeps them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from jupyterlab_promote.dataflow.analysis import Context, analyse
from jupyterlab_promote.model.pipeline import Analysis
from jupyterlab_promote.notebook.document import Notebook
from jupyterlab_promote.store.folder import folder_context

Make = Callable[..., Notebook]
IMPORTS = "import os, sys, site\nfrom pathlib import Path\nfrom os.path import abspath, join\n"
ADDED = (
    "sys.path.append('../src')",
    "sys.path += ['../src']",
    "sys.path = ['../src'] + sys.path",
    "sys.path = [*sys.path, '../src']",
    "sys.path[:0] = ['../src']",
    "sys.path.extend(['lib', '../src'])",
    "sys.path.insert(0, str(Path.cwd().parent / 'src'))",
    "sys.path.append(os.path.join(os.getcwd(), '..', 'src'))",
    "sys.path.insert(0, abspath(join('..', 'src')))",
    "sys.path.append(os.path.normpath(os.getcwd() + os.sep + os.pardir) + '/src')",
    "top = os.path.split(os.getcwd())[0]\nsys.path.append(os.path.join(top, 'src'))",
    "sys.path.append('..' + os.sep + 'src')",
    "site.addsitedir('../src')",
    "os.chdir('../src')",
)


@pytest.mark.parametrize("added", ADDED)
def test_a_folder_of_modules_is_found_however_it_is_added(
    added: str, notebook: Make, tmp_path: Path
) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "helpers.py").write_text("def clean(rows): return sorted(rows)\n")
    (tmp_path / "notebooks").mkdir()
    nb = notebook(
        IMPORTS + added + "\nfrom helpers import *",
        ("step:a", "rows = clean([2, 1])"),
        ("step:b", "print(rows)"),
    )
    found = analyse(nb, context=folder_context(tmp_path / "notebooks", nb))
    assert [use.path for use in found.files] == ["../src/helpers.py"]
    assert found.findings == ()


def test_a_folder_is_added_before_the_imports_from_it_run_again(
    notebook: Make, tmp_path: Path
) -> None:
    nb = notebook(
        "import json",
        ("step:a", "import sys\nimport math\nsys.path.append('../src')\nfrom helpers import clean"),
        ("step:b", "print(clean([math.pi]))"),
    )
    assert analyse(nb).steps[1].preamble == (
        "import sys",
        "import math",
        "sys.path.append('../src')",
        "from helpers import clean",
    )


def _analysed(notebook: Make, star: str, *steps: str, **sources: str) -> Analysis:
    """A notebook with modules beside it; `pkg__core` stands for `pkg/core`."""
    paths = {name.replace("__", "/"): text for name, text in sources.items()}
    inside = {path.partition("/")[0] for path in paths if "/" in path}
    there = {path: f"{path}.py" for path in paths} | {name: name for name in inside}
    cells = [(f"step:s{index}", source) for index, source in enumerate(steps)]
    context = Context(
        files=frozenset(),
        local_modules=there,
        module_sources={path.replace("/init", "/__init__"): text for path, text in paths.items()},
    )
    return analyse(notebook(star, *cells), context=context)


def _said(found: Analysis) -> list[tuple[str, str | None]]:
    return [(finding.code, finding.name) for finding in found.findings]


def _sent(found: Analysis) -> set[str]:
    return {name for edge in found.edges for name in edge.names}


HELPERS = """
import numpy as np
from math import sin as sine
LIMIT = 3
def clean(rows): return rows
def _hidden(): return 1
if __name__ == "__main__":
    started = 1
"""


def test_a_star_import_of_a_module_of_ones_own_binds_what_its_source_says(notebook: Make) -> None:
    found = _analysed(
        notebook,
        "from helpers import *",
        "rows = clean([LIMIT, sine(0)])",
        "print(rows)\nother = 1",
        "print(np.pi)",
        helpers=HELPERS,
    )
    assert (found.findings, "*" in _sent(found), "rows" in _sent(found)) == ((), False, True)
    gone = _analysed(
        notebook, "from helpers import *", "print(_hidden)\nprint(started)", helpers=HELPERS
    )
    assert _said(gone) == [("PRM201", "_hidden"), ("PRM201", "started")]


def test_numpy_that_comes_through_a_module_is_numpy(notebook: Make) -> None:
    for line in ("from helpers import *", "from helpers import (clean,\n    np)"):
        found = _analysed(
            notebook, line, "np.random.seed(1)", "print(np.random.rand())", helpers=HELPERS
        )
        assert "rng:numpy" in _sent(found)


def test_what_all_lists_is_what_a_star_binds(notebook: Make) -> None:
    source = "__all__ = ['a']\n__all__ += ['_b']\na = _b = c = 1\n"
    found = _analysed(notebook, "from m import *", "print(a, _b)\nprint(c)", m=source)
    assert _said(found) == [("PRM201", "c")]


def test_stars_within_modules_and_packages_are_followed(notebook: Make) -> None:
    found = _analysed(
        notebook,
        "from pkg import *",
        "np.random.seed(1)\nprint(K, sin, part, x)\nprint(y)",
        "print(np.random.rand())",
        pkg__init="from .core import *\nfrom .part import x\n",
        pkg__core="from math import *\nimport numpy as np\nK = 1\n",
        pkg__part="x = y = 1\n",
    )
    assert (_said(found), "rng:numpy" in _sent(found)) == ([("PRM201", "y")], True)


@pytest.mark.parametrize(
    "source",
    [
        "try:\n    import numpy as np\nexcept ImportError:\n    np = None\n",
        "__all__ = [name for name in dir()]\nnp = 1\n",
        "text = 'np = 1'\nexec(text)\n",
        "from somewhere import *\n",
        "if len([]):\n    np = 1\n",
        "def (",
    ],
)
def test_where_the_source_does_not_say_everything_travels(notebook: Make, source: str) -> None:
    found = _analysed(notebook, "from m import *", "x = np", "print(x)", m=source)
    assert "PRM204" in {finding.code for finding in found.findings}
    assert _sent(found) == {"*", "x"}


def test_where_modules_are_is_known_before_their_imports_run_again_though_everything_travels(
    notebook: Make,
) -> None:
    found = _analysed(notebook, "import sys\nsys.path += ['lib']", "exec(text)", "print(1)", m="")
    assert {edge.names for edge in found.edges} == {("*", "sys:path")}


def test_a_long_text_seen_from_a_folder_above_is_no_path(notebook: Make, tmp_path: Path) -> None:
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "src").mkdir()
    said = f'def f(x):\n    """{"Cleans the rows. " * 20}\n\n    See docs/rows.html\n    """\n    return x'
    nb = notebook(f"import os\nos.chdir('../src')\n{said}", ("step:a", "print(f(1))"))
    assert analyse(nb, context=folder_context(tmp_path / "notebooks", nb)).findings == ()

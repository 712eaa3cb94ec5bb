"""Star imports of installed libraries: what they bind is asked of the kernel's own Python."""

from collections.abc import Callable
from pathlib import Path

import pytest

from jupyterlab_promote.dataflow.analysis import analyse
from jupyterlab_promote.model.pipeline import Analysis
from jupyterlab_promote.notebook.document import Notebook
from jupyterlab_promote.store.folder import folder_context

Make = Callable[..., Notebook]
STEPS = ("seed(0)\nrows = linspace(0, 1, 3)", "print(rand(2))", "print(rows.sum(), rand(2))")


def _analysed(nb: Notebook, folder: Path | None = None) -> Analysis:
    return analyse(nb, context=folder_context(folder, nb))


def _received(analysis: Analysis) -> dict[str, dict[str, tuple[str, ...]]]:
    return {
        step.name: {given.step: tuple(sorted(given.names)) for given in step.inputs}
        for step in analysis.steps
    }


@pytest.mark.parametrize(
    ("imports", "written"),
    [
        ("from pylab import *", "{}"),
        ("import pylab as pl", "pl.{}"),
        ("from matplotlib import pylab", "pylab.{}"),
        ("from helpers import *", "{}"),
    ],
)
def test_names_of_a_star_are_followed_to_the_library_that_has_them(
    imports: str, written: str, notebook: Make, tmp_path: Path
) -> None:
    (tmp_path / "helpers.py").write_text("from pylab import *\n")
    named = [
        text.replace("seed", written.format("seed"))
        .replace("linspace", written.format("linspace"))
        .replace("rand(", f"{written.format('rand')}(")
        for text in STEPS
    ]
    nb = notebook(imports, *((f"step:s{i}", text) for i, text in enumerate(named)))
    found = _analysed(nb, tmp_path)
    assert [f.code for f in found.findings if f.severity != "info"] == []
    assert _received(found) == {
        "s0": {},
        "s1": {"s0": ("rng:numpy",)},
        "s2": {"s0": ("rows",), "s1": ("rng:numpy",)},
    }


def test_what_is_not_installed_still_makes_everything_travel(notebook: Make) -> None:
    nb = notebook("from no_such_library import *", *(("step:a", "x = 1"), ("step:b", "print(x)")))
    found = [f.name for f in _analysed(nb).findings if f.code == "PRM204"]
    assert found == ["from no_such_library import *"]


def test_a_name_that_no_star_binds_is_told(notebook: Make) -> None:
    nb = notebook(
        "from numpy import *", ("step:a", "v = arange(3)"), ("step:b", "print(cosinus(v))")
    )
    found = [(f.code, f.name) for f in _analysed(nb).findings if f.severity == "error"]
    assert found == [("PRM201", "cosinus")]


@pytest.mark.parametrize("given", ["'x, y'", "['x', 'y']", "('x y',)", "'x y z0:3'", "'x,y,'"])
def test_symbols_that_a_call_of_sympy_binds_are_names_of_the_notebook(
    given: str, notebook: Make
) -> None:
    nb = notebook(
        "from sympy import *",
        ("step:a", f"var({given})\nf = x + y"),
        ("step:b", "print(f.subs(x, 1))"),
    )
    found = _analysed(nb)
    assert [f.code for f in found.findings if f.severity != "info"] == []
    assert _received(found) == {"a": {}, "b": {"a": ("f", "x")}}


def test_a_session_of_sympy_may_bind_any_name(notebook: Make) -> None:
    nb = notebook(
        "from sympy import init_session",
        ("step:a", "init_session(quiet=True)"),
        ("step:b", "f = x + y"),
        ("step:c", "f"),
    )
    found = _analysed(nb)
    assert [f.code for f in found.findings] == ["PRM204"]
    assert "init_session(quiet=True)" in found.steps[-1].preamble


@pytest.mark.parametrize("second", ["from numpy import *", "from numpy import sqrt"])
def test_of_two_libraries_that_have_a_name_the_later_one_gives_it(
    second: str, notebook: Make
) -> None:
    nb = notebook(("step:a", f"from math import *\n{second}"), ("step:b", "print(sqrt([4.0]), pi)"))
    lines = _analysed(nb).steps[1].preamble
    assert [line for line in lines if line.endswith(" sqrt")][-1] == "from numpy import sqrt"
    assert "from math import *" not in lines

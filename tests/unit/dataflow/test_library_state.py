"""What a step puts into the lists and dicts of libraries, of which each kernel has its own."""

from collections.abc import Callable

import pytest

from jupyterlab_promote.dataflow.analysis import analyse
from jupyterlab_promote.notebook.document import Notebook

Make = Callable[..., Notebook]


@pytest.mark.parametrize("library", ["nltk", "matplotlib"])
def test_a_line_with_plain_values_runs_again(notebook: Make, library: str) -> None:
    line = f"{library}.data.path.append('corpora')"
    nb = notebook(
        ("step:a", f"import {library}\n{line}"), ("step:b", f"print({library}.data.path)")
    )
    found = analyse(nb)
    assert found.steps[1].preamble == (f"import {library}", line)
    assert found.promotable


def test_one_with_a_value_of_the_notebook_is_refused(notebook: Make) -> None:
    nb = notebook(
        ("step:a", "import nltk\nwhere = open('f').read()\nnltk.data.path.append(where)"),
        ("step:b", "print(nltk.data.path)"),
    )
    (refused,) = (each for each in analyse(nb).findings if each.code == "PRM205")
    assert "nltk.data.path.append(...)" in refused.message


@pytest.mark.parametrize(
    "line",
    [
        "from matplotlib import rcParams",
        "from pylab import rcParams",
        "from matplotlib.pylab import rcParams",
        "from matplotlib.pyplot import rcParams",
        "from matplotlib import pyplot as plt, rcParams, rc",
    ],
)
@pytest.mark.parametrize(
    "setting", ["rcParams['figure.figsize'] = 3, 3", "rcParams.update({'font.size': 4})"]
)
def test_matplotlibs_options_go_along_by_whatever_name(
    notebook: Make, line: str, setting: str
) -> None:
    nb = notebook(
        ("step:a", f"{line}\n{setting}"),
        ("step:b", "import matplotlib.pyplot as plt\nplt.plot([1, 2])"),
    )
    found = analyse(nb)
    assert found.promotable
    assert "options:matplotlib" in {r.name for edge in found.edges for r in edge.reasons}


def test_what_shows_quantities_in_plots_is_set_up_in_each_step(notebook: Make) -> None:
    first = "from astropy.visualization import quantity_support\nquantity_support()"
    nb = notebook(("step:a", first), ("step:b", "import matplotlib.pyplot as plt\nplt.plot([1])"))
    assert "quantity_support()" in analyse(nb).steps[1].preamble


@pytest.mark.parametrize(
    ("cells", "refused"),
    [
        (("data = dict()\ndata.index = open('f')", "data"), False),
        (("data = dict()", "data.index = open('f')", "data"), False),
        (("data.index = open('f')", "data = 3", "data"), True),
        (("data.index = open('f')\ndata = 3", "data"), True),
        (("if 1:\n    data = 3", "data.index = open('f')", "data"), True),
        (("data = 3", "from lib import data\ndata.index = open('f')", "data"), True),
        (
            ("data = 3\ndef f():\n    data.index = open('f')", "from lib import data\nf()", "data"),
            True,
        ),
    ],
)
def test_what_was_imported_and_is_the_notebooks_own_by_then_is_no_library(
    notebook: Make, cells: tuple[str, ...], refused: bool
) -> None:
    steps = [(f"step:s{number}", source) for number, source in enumerate(cells)]
    nb = notebook(("step:first", "from lib import data\nprint(data)"), *steps)
    found = [finding.name for finding in analyse(nb).findings if finding.code == "PRM205"]
    assert found == (["data.index"] if refused else [])


def test_what_lifelines_tells_numpy_is_known_in_later_steps(notebook: Make) -> None:
    nb = notebook(
        (
            "step:a",
            "import numpy as np\nfrom lifelines import KaplanMeierFitter as Fitter\nfitter = Fitter()",
        ),
        ("step:b", "fitter.fit([1, 2])"),
        ("step:c", "print(np.log(0))"),
    )
    assert [(e.source, e.target) for e in analyse(nb).edges if e.target == "c"] == [("b", "c")]


@pytest.mark.parametrize(
    ("lines", "again"),
    [
        ("def ignore(*args, **kwargs):\n    pass\nwarnings.warn = ignore", "*args, **kwargs: None"),
        ("def ignore(*a, **k):\n    'x'\n    return 3\nwarnings.warn = ignore", "*a, **k: 3"),
        ("warnings.warn = lambda *a: None", "*a: None"),
        ("def ignore(*a):\n    told.append(a)\nwarnings.warn = ignore", None),
        ("def ignore(*a):\n    pass\nignore = print\nwarnings.warn = ignore", None),
        ("def ignore(a=[]):\n    return None\nwarnings.warn = ignore", None),
        ("warnings.warn = lambda *a: told.append(a)", None),
    ],
)
def test_a_function_that_does_nothing_replaces_one_of_a_library_in_each_step(
    notebook: Make, lines: str, again: str | None
) -> None:
    nb = notebook(("step:a", f"import warnings\ntold = []\n{lines}"), ("step:b", "print(told)"))
    found = analyse(nb)
    assert [f.name for f in found.findings if f.code == "PRM205"] == (
        [] if again else ["warnings.warn"]
    )
    assert (f"warnings.warn = lambda {again}" in found.steps[1].preamble) == bool(again)

"""What a library keeps is not changed under another name, in one kernel only."""

import pytest

from jupyterlab_promote.dataflow.analysis import analyse


def _patched(notebook, *cells: str) -> list[str]:
    tagged = [(f"step:s{place}", source) for place, source in enumerate(cells)]
    return [str(f.name) for f in analyse(notebook(*tagged)).findings if f.code == "PRM205"]


@pytest.mark.parametrize(
    ("cells", "name"),
    [
        (["from scipy import stats\ngam = stats.gamma\ngam.random_state = 3"], "gam.random_state"),
        (["import math\nm = math", "m.two = 2"], "m.two"),
        (
            ["import pandas as pd\nfor kind in (pd.DataFrame, pd.Series):\n    kind.tidy = len"],
            "kind.tidy",
        ),
        (["import pandas as pd\ntable = pd.DataFrame\ndef patch():\n    table.a = len"], "table.a"),
    ],
)
def test_it_is_refused(notebook, cells: list[str], name: str) -> None:
    assert _patched(notebook, *cells, "print(1)") == [name]


@pytest.mark.parametrize(
    "cells",
    [
        ["import pandas as pd\noptions = pd.options\noptions.display.max_rows = 3"],
        ["import pandas as pd\nt = pd.DataFrame\nt = t()", "t.name = 3"],
        ["import pandas as pd\nt = pd.DataFrame", "def name(t):\n    t.name = 3"],
        ["import pandas as pd\nt = pd.DataFrame", "def name():\n    t = T()\n    t.name = 3"],
        ["import pandas as pd\nt = pd.DataFrame\nu = t()\nu.name = 3"],
        ["class Lib:\n    part = 1\nlib = Lib()\nt = lib.part\nt.a = 3"],
        ["import own\nt = own.settings\nprint(t)"],
    ],
)
def test_it_is_the_notebooks_own(notebook, cells: list[str]) -> None:
    assert _patched(notebook, *cells, "print(1)") == []

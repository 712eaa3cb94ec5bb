"""Files in folders that only a run knows: of settings, of modules, of arguments, above the notebook."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyterlab_promote.dataflow.analysis import analyse
from jupyterlab_promote.notebook.document import Notebook, read_notebook
from jupyterlab_promote.split.plan import plan
from jupyterlab_promote.store.drafts import make_draft
from jupyterlab_promote.store.folder import folder_context

PARTS = ("notebooks/part_0.csv", "notebooks/part_1.csv", "notebooks/1_part.csv")
FILES = (*PARTS, "data/in/train.csv", "data/in/test.csv", "data/raw/x.csv", "pyproject.toml")
MODULES = {
    "src/__init__.py": "",
    "src/conf.py": """
import os
from pathlib import Path
ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
FIGURES = ROOT / "reports" / "figures"
class Config:
    path = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "data", "in")
""",
    "src/read.py": "import pandas as pd\ndef load(name):\n    return pd.read_csv('../data/raw/' + name)\n",
    "src/keep.py": "from src.conf import ROOT\ndef keep(df):\n    df.to_csv('../output/kept.csv')\n",
}
LOOK = "import sys\nsys.path.append('..')\n"
CLIMB = "p = Path.cwd()\nwhile not (p / {mark!r}).exists():\n    p = p.parent\n"
TRAIN = ["../data/in/train.csv"]
CASES = {
    "class": (["class C:\n    dir = '../data/in/'", "pd.read_csv(C.dir + 'train.csv')"], TRAIN),
    "class, f-string": (
        ["class C:\n    dir = '../data/in'", "pd.read_csv(f'{C.dir}/train.csv')"],
        TRAIN,
    ),
    "dictionary": (
        ["c = {'dir': '../data/in'}", "pd.read_csv(os.path.join(c['dir'], 'train.csv'))"],
        TRAIN,
    ),
    "namespace": (
        ["a = Namespace(dir='../data/in')", "pd.read_csv(a.dir + '/train.csv')"],
        TRAIN,
    ),
    "environment": (
        ["d = os.environ.get('D', '../data/in')", "pd.read_csv(f'{d}/train.csv')"],
        TRAIN,
    ),
    "argument": (
        ["def read(d, n):\n    return pd.read_csv(f'{d}/{n}.csv')", "read('../data/in', 'train')"],
        ["../data/in/*.csv"],
    ),
    "argument of a class": (
        [
            "class R:\n    def __init__(self, d):\n        self.d = d\n"
            "    def get(self, n):\n        return pd.read_csv(self.d + '/' + n)",
            "R('../data/in').get('train.csv')",
        ],
        ["../data/in/*"],
    ),
    "all in one text": (
        ["def read(d, n):\n    return pd.read_csv(d + n + '.csv')", "read('../data/in/', 'train')"],
        ["*.csv", "../data/in/*.csv"],
    ),
    "name from a module": (
        [LOOK + "from src.conf import DATA", "pd.read_csv(DATA / 'in' / 'train.csv')"],
        TRAIN,
    ),
    "attribute of a module": (
        [LOOK + "from src import conf", "pd.read_csv(conf.DATA / 'in' / 'train.csv')"],
        TRAIN,
    ),
    "class of a module": (
        [LOOK + "from src.conf import Config", "pd.read_csv(Config.path + '/train.csv')"],
        TRAIN,
    ),
    "reader of its own": ([LOOK + "from src.read import load", "load('x.csv')"], []),
    "root by a file": (
        [CLIMB.format(mark="pyproject.toml"), "pd.read_csv(p / 'data' / 'in' / 'train.csv')"],
        ["../pyproject.toml", *TRAIN],
    ),
    "root by a folder": (
        [CLIMB.format(mark="data"), "pd.read_csv(p / 'data' / 'in' / 'train.csv')"],
        TRAIN,
    ),
    "root by a text": (
        ["r = os.getcwd().replace('/notebooks', '')", "pd.read_csv(r + '/data/in/train.csv')"],
        TRAIN,
    ),
    "number in a name": (
        ["n = 2", "[pd.read_csv(f'part_{i}.csv') for i in range(n)]"],
        ["part_*.csv"],
    ),
    "number before a name": (
        ["n = 2", "[pd.read_csv('%d_part.csv' % i) for i in range(n)]"],
        ["*_part.csv"],
    ),
    "names put together first": (
        ["n = 2", "fs = ['part_' + str(i) + '.csv' for i in range(n)]\nlist(map(pd.read_csv, fs))"],
        ["part_*.csv"],
    ),
    "ending": (["s = Path('part_0')", "pd.read_csv(s.with_suffix('.csv'))"], ["part_0.csv"]),
    "another name": (
        ["s = Path('../data/in/test.csv')", "pd.read_csv(s.with_name('train.csv'))"],
        ["../data/in/test.csv", *TRAIN],
    ),
    "a part put in another's place": (
        ["s = '../data/in/test.csv'", "pd.read_csv(s.replace('test', 'train'))"],
        ["../data/in/test.csv", *TRAIN],
    ),
    "any ending": (["import wfdb", "wfdb.rdrecord('../data/in/test')"], ["../data/in/test.*"]),
    "pattern": (
        ["import xarray as xr", "xr.open_mfdataset('../data/in/*.csv')"],
        ["../data/in/*.csv"],
    ),
    "database": (["engine = sa.create_engine('sqlite:///../data/in/train.csv')"], TRAIN),
    "folder of a model": (["AutoModel.from_pretrained('../data/in')"], ["../data/in/**/*"]),
    "label": (["unit = 'in'", "plt.title(f'{plt} of {unit}')"], []),
}


def _notebook(
    project: Path, nb_json: Callable[..., dict[str, object]], cells: list[str]
) -> tuple[Notebook, Path]:
    for name in FILES:
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a\n1\n")
    for name, source in MODULES.items():
        path = project / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(source)
    imports = (
        "import os\nfrom argparse import Namespace\nimport sqlalchemy as sa\n"
        "from transformers import AutoModel\nfrom pathlib import Path\n"
        "import matplotlib.pyplot as plt\nimport pandas as pd"
    )
    steps = [(f"step:s{number}", cell) for number, cell in enumerate(cells)]
    return read_notebook(json.dumps(nb_json(imports, *steps)).encode()), project / "notebooks"


@pytest.mark.parametrize("case", CASES)
def test_a_file_travels_whose_folder_is_written_out_elsewhere(
    tmp_path: Path, nb_json: Callable[..., dict[str, object]], case: str
) -> None:
    cells, expected = CASES[case]
    nb, folder = _notebook(tmp_path, nb_json, cells)
    found = analyse(nb, context=folder_context(folder, nb))
    own = [use.path for use in found.files if use.kind == "data" and "/raw/" not in use.path]
    assert own == expected
    assert not [f for f in found.findings if f.code == "PRM410"]


def test_what_a_module_reads_by_a_name_that_it_is_given_travels(
    tmp_path: Path, nb_json: Callable[..., dict[str, object]]
) -> None:
    nb, folder = _notebook(tmp_path, nb_json, [LOOK + "from src.read import load", "load('x.csv')"])
    found = analyse(nb, context=folder_context(folder, nb))
    assert "../data/raw/*" in [use.path for use in found.files]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["class C:\n    out = '../output'", "pd.Series([1]).to_csv(f'{C.out}/x.csv')"], "output"),
        ([LOOK + "from src.conf import FIGURES", "plt.savefig(FIGURES / 'a.png')"], "reports/figures"),
        ([LOOK + "from src.keep import keep", "keep(pd.Series([1]))"], "output"),
        ([CLIMB.format(mark=".git"), "print(p)"], ".git"),
    ],
)  # fmt: skip
def test_a_folder_is_there_that_the_notebook_writes_into_or_asks_for(
    tmp_path: Path,
    nb_json: Callable[..., dict[str, object]],
    cells: list[str],
    expected: str,
) -> None:
    nb, folder = _notebook(tmp_path, nb_json, cells)
    (tmp_path / expected).mkdir(parents=True)
    draft = make_draft(
        plan(analyse(nb, context=folder_context(folder, nb)), nb, name="Demo"),
        nb,
        folder,
        uid="u",
        dag_id="demo",
    )
    assert any(path.endswith(f"/{expected}") or path == expected for path in draft.manifest.folders)


def test_a_folder_that_a_cell_makes_is_left_to_it(
    tmp_path: Path, nb_json: Callable[..., dict[str, object]]
) -> None:
    cells = [
        "class C:\n    out = '../output'",
        "os.mkdir(C.out)\npd.Series([1]).to_csv(f'{C.out}/x.csv')",
    ]
    nb, folder = _notebook(tmp_path, nb_json, cells)
    (tmp_path / "output").mkdir()
    pipeline = plan(analyse(nb, context=folder_context(folder, nb)), nb, name="Demo")
    assert make_draft(pipeline, nb, folder, uid="u", dag_id="demo").manifest.folders == ()


def test_a_shell_looks_where_it_changed_to_and_a_module_by_its_name_travels(
    tmp_path: Path, nb_json: Callable[..., dict[str, object]]
) -> None:
    cells = [
        "%%bash\ncd ../data/in\nwc -l train.csv",
        "!ls -l ../data/raw",
        LOOK + "import importlib\nimportlib.import_module('src.conf')",
    ]
    nb, folder = _notebook(tmp_path, nb_json, cells)
    (tmp_path / "data" / "raw" / "empty").mkdir()
    found = analyse(nb, context=folder_context(folder, nb))
    assert {*TRAIN, "../data/raw/*", "../src"} <= {use.path for use in found.files}
    draft = make_draft(plan(found, nb, name="Demo"), nb, folder, uid="u", dag_id="demo")
    assert any(path.endswith("data/raw/empty") for path in draft.manifest.folders)


def test_a_long_text_that_is_written_is_no_folder(
    tmp_path: Path, nb_json: Callable[..., dict[str, object]]
) -> None:
    page = f"page = '<script>{'a' * 300}/b\\n'\nname = '{'c' * 300}/d.txt'"
    writes = "pd.Series([1]).to_csv(page)\npd.Series([1]).to_csv(name)"
    nb, folder = _notebook(tmp_path, nb_json, [page, writes])
    pipeline = plan(analyse(nb, context=folder_context(folder, nb)), nb, name="Demo")
    assert make_draft(pipeline, nb, folder, uid="u", dag_id="demo").manifest.folders == ()

"""What lives in one kernel is refused where a later step needs it, and only what does."""

import pytest

from jupyterlab_promote.dataflow.analysis import analyse


def _stays(notebook, first: str, second: str) -> list[str]:
    """The names that PRM210 tells of two steps."""
    found = analyse(notebook(("step:a", first), ("step:b", second))).findings
    return [str(finding.name) for finding in found if finding.code == "PRM210"]


_NUMPY = "import numpy as np\n"
_FOLDS = "from sklearn.model_selection import KFold\nkf = KFold(3)\n"


@pytest.mark.parametrize(
    ("first", "later"),
    [
        (_FOLDS + "x = kf.split([1, 2, 3])", "list(x)"),
        (_FOLDS + "x = KFold(2).split([1, 2, 3])", "list(x)"),
        ("from pathlib import Path\nhere = Path('.')\nx = here.glob('*')", "list(x)"),
        ("from Bio import Align\na = Align.PairwiseAligner()\nx = a.align('GA', 'GAT')", "x[0]"),
        ("import re\nx = re.compile('a').finditer('aa')", "list(x)"),
        (_NUMPY + "x = np.memmap('f', shape=(2,))", "x[0] = 1"),
        (_NUMPY + "x = np.memmap('f', mode='w+', shape=(2,))", "x += 1"),
        (_NUMPY + "x = np.memmap('f', mode='w+', shape=(2,))", "np.add(x, 1, out=x)"),
        (_NUMPY + "x = np.memmap('f', shape=(2,))", "y = np.memmap('f'); print(x)"),
        (_NUMPY + "x = np.load('f.npy', mmap_mode='r+')", "x.sort()"),
        ("import asyncio\nasync def f(): ...\nx = asyncio.create_task(f())", "await x"),
        ("import hashlib\nx = hashlib.sha256()", "x.update(b'a')"),
        ("from hashlib import md5\nx = md5(b'a')", "x.update(b'a')"),
        ("import threading\nx = [threading.Thread(target=print) for _ in range(3)]", "x[0].join()"),
        (
            "from threading import Thread\nx = {i: Thread(target=print) for i in range(3)}",
            "x[0].join()",
        ),
        ("x = {open(name) for name in ['a.txt']}", "x.pop().read()"),
        (_NUMPY + "x = np.frompyfunc(abs, 1, 1)", "x(1)"),
        (_NUMPY + "x = np.random.get_bit_generator()", "np.random.Generator(x).random()"),
        ("x = display('one', display_id=True)", "x.update('two')"),
        ("import pandas as pd\nx = pd.read_csv('f.csv', chunksize=10)", "next(x)"),
        ("from gurobipy import Model\nx = Model('m')", "x.optimize()"),
        ("from ortools.sat.python import cp_model\nx = cp_model.CpModel()", "x.Validate()"),
        ("import rasterio\nx = rasterio.open('a.tif')", "x.crs"),
        ("import h5py as h5\nx = h5.File('a.h5')", "x['a']"),
        ("from dask.distributed import Client\nx = Client()", "x.close()"),
        ("import asyncio\nx = asyncio.new_event_loop()", "x.close()"),
        ("from patsy import dmatrix\nf = 'a'\nx = dmatrix(f, {'a': [1, 2]})", "x.design_info"),
        ("from PIL import Image\nim = Image.new('L', (2, 2))\nx = im.load()", "x[0, 0]"),
        (
            _NUMPY + "x = np.printoptions(precision=1)\nx.__enter__()",
            "x.__exit__(None, None, None)",
        ),
        (
            "import contextlib\n@contextlib.contextmanager\ndef at(): yield\nx = at()",
            "x.__enter__()",
        ),
    ],
)
def test_it_is_refused(notebook, first: str, later: str) -> None:
    assert _stays(notebook, first, later) == ["x"]


@pytest.mark.parametrize(
    ("first", "later"),
    [
        ("from own import Cutter\nsplitter = Cutter()\nx = splitter.split('a b')", "list(x)"),
        ("from own import Road\npath = Road()\nx = path.glob('a')", "list(x)"),
        ("from pint import UnitRegistry\nureg = UnitRegistry()\nx = ureg.Quantity", "x(1, 'm')"),
        (_FOLDS + "x = list(kf.split([1, 2, 3]))", "x"),
        ("import gensim\nx = gensim.models.LdaModel(corpus=[], chunksize=10)", "x.alpha"),
        ("import pandas as pd\nx = pd.read_csv('f.csv', chunksize=None)", "x"),
        ("import gurobipy as gp\nkeys, x = gp.multidict({'a': 1})", "x['a']"),
        ("import pandas as pd\nx = pd.DataFrame().to_csv(chunksize=9)", "x"),
        (_FOLDS + "x = kf", "x.split([1, 2, 3])"),
        ("import functools\nx = functools.cache(lambda n: n)\nx(1)", "print(x.cache_info().hits)"),
        ("from functools import lru_cache\nx = lru_cache(maxsize=9)(abs)", "x.cache_info()"),
        ("text = 'a b'\nx = text.split()", "x"),
        ("display('one', display_id='first')\nx = 1", "x"),
        (_NUMPY + "x = np.memmap('f', mode='r', shape=(2,))", "x.sum()"),
        (_NUMPY + "x = np.memmap('f', shape=(2,))", "x.sum()"),
        (_NUMPY + "x = np.memmap('f', mode='w+', shape=(2,))", "np.memmap('f', mode='r'); x.sum()"),
        (_NUMPY + "x = np.load('f.npy')", "x.sum()"),
        (_NUMPY + "context = np.printoptions(precision=1)\ncontext.__enter__()\nx = 1", "x"),
        ("import requests\nx = requests.Session()", "x.headers"),
        ("import hashlib\nx = hashlib.sha256(b'a').hexdigest()", "x"),
        ("x = [open(name).read() for name in ['a.txt']]", "x"),
    ],
)
def test_it_travels(notebook, first: str, later: str) -> None:
    assert _stays(notebook, first, later) == []


@pytest.mark.parametrize(
    ("later", "names"), [("x.close()", ["x"]), ("x = 3\nx", []), ("print(1)", [])]
)
def test_where_everything_travels_only_what_is_read_is_refused(
    notebook, later: str, names: list[str]
) -> None:
    assert _stays(notebook, "exec(input)\nx = open('f', 'w')", later) == names

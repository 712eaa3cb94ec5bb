"""Which files beside the notebook a cell reads, however their paths are put together."""

import ast
from collections import Counter

import nbformat
import pytest

from jupyterlab_promote.dataflow.analysis import Context, analyse
from jupyterlab_promote.dataflow.files.texts import Names, names_of_module
from jupyterlab_promote.model.pipeline import Analysis
from jupyterlab_promote.notebook.document import read_notebook

THERE = Context(
    files=frozenset(
        {
            "top.csv",
            "LICENSE",
            "data/x.csv",
            "data/y.csv",
            "mod.py",
            "src/tools/a.py",
            "../up.csv",
            "../conf/c.txt",
        }
    ),
    local_modules={
        "mod": "mod.py",
        "../lib": "../lib",
        "../lib/part": "../lib/part.py",
        "../lone": "../lone.py",
        "src": "src",
        "src/tools": "src/tools",
        "src/tools/a": "src/tools/a.py",
    },
    module_sources={
        "../lib/part": "import lone\nfrom pathlib import Path\nC = Path(__file__).parents[1] / 'conf' / 'c.txt'\n",
        "../lone": "open('top.csv').read()\nopen('gone.csv').read()\nopen('data/y.csv', 'w').write('1')\n",
    },
)
IMPORTS = "import glob, os, sqlite3, sys\nfrom pathlib import Path\nimport pandas as pd\n"

READS = {
    "a name": ("FN = 'data/x.csv'\npd.read_csv(FN)", ["data/x.csv"]),
    "a sum": ("pd.read_csv('data/' + 'x.csv')", ["data/x.csv"]),
    "an f-string": ("d = 'data'\npd.read_csv(f'{d}/x.csv')", ["data/x.csv"]),
    "os.path.join": ("d = 'data'\npd.read_csv(os.path.join(d, 'x.csv'))", ["data/x.csv"]),
    "a division of paths": ("d = Path('data')\npd.read_csv(d / 'x.csv')", ["data/x.csv"]),
    "a path's method": ("(Path.cwd() / 'data' / 'x.csv').read_text()", ["data/x.csv"]),
    "joinpath": ("Path('data').joinpath('x.csv')", ["data/x.csv"]),
    "a format": ("n = 1\npd.read_csv('data/{}.csv'.format(n))", ["data/*.csv"]),
    "a percent sign": ("n = 1\npd.read_csv('data/%s.csv' % n)", ["data/*.csv"]),
    "a part that only a run knows": ("pd.read_csv(f'data/{input}.csv')", ["data/*.csv"]),
    "a keyword": ("pd.read_csv(filepath_or_buffer='data/x.csv')", ["data/x.csv"]),
    "a folder that only a run knows": (
        "c = object()\npd.read_csv(c.root / 'data' / 'x.csv')",
        ["data/x.csv"],
    ),
    "parts behind such a folder": (
        "c = object()\npd.read_csv(f'{c.root}/data/{c.n}.csv')",
        ["data/*.csv"],
    ),
    "what is not there below it": ("c = object()\npd.read_csv(c.root / 'gone' / 'x.csv')", []),
    "a folder that is looked through and only a run knows": (
        "def found(d):\n    return list(Path(d).glob('*.csv'))",
        ["**/*.csv"],
    ),
    "such a folder, where another one is written to": (
        "c = {}\nfor f in Path(c['raw']).glob('*.csv'):\n    (Path(c['out']) / f.name).write_text('')",
        ["**/*.csv"],
    ),
    "what is below all folders": ("list(Path('.').rglob('*.csv'))", ["**/*.csv"]),
    "what is in any folder": ("glob.glob('*/*.csv')", ["**/*.csv"]),
    "what is looked for in vain": ("def found(d):\n    return list(Path(d).glob('*.xml'))", []),
    "a default": ("def load(p='data/x.csv'): return pd.read_csv(p)", ["data/x.csv"]),
    "a loop": (
        "for p in ['data/x.csv', 'data/y.csv']: pd.read_csv(p)",
        ["data/x.csv", "data/y.csv"],
    ),
    "a dict": ("cfg = {'f': 'top.csv'}\npd.read_csv(cfg['f'])", ["top.csv"]),
    "a database": ("sqlite3.connect('data/x.csv')", ["data/x.csv"]),
    "a shell's word": ("!cat data/x.csv", ["data/x.csv"]),
    "a shell's pattern": ("!wc -l data/*.csv", ["data/*.csv"]),
    "a sentence that is printed": (
        "print('no top.csv', open('data/x.csv').read())",
        ["data/x.csv"],
    ),
    "a sentence of an assertion": ("assert open('data/x.csv'), 'no top.csv'", ["data/x.csv"]),
    "a sentence that is raised": (
        "if not open('data/x.csv'): raise ValueError('no top.csv')",
        ["data/x.csv"],
    ),
    "a text that another function is given": ("os.system('cat top.csv')", ["top.csv"]),
    "a question to a path": ("Path('data/x.csv').exists()", ["data/x.csv"]),
    "a question about a path": ("os.path.exists('data/x.csv')", ["data/x.csv"]),
    "a question about a file without an ending": ("os.path.getsize('LICENSE')", ["LICENSE"]),
    "a word that is a file without an ending": ("print('LICENSE')", []),
    "glob": ("glob.glob('data/*.csv')", ["data/*.csv"]),
    "a pattern with one letter": ("glob.glob('data/?.csv')", ["data/?.csv"]),
    "a pattern with some letters": ("sorted(Path('data').glob('[a-x].csv'))", ["data/[a-x].csv"]),
    "a pattern without some letters": (
        "glob.glob('[!a].csv') + glob.glob('t[!a]p.csv')",
        ["t[!a]p.csv"],
    ),
    "a pattern in the current folder": ("list(Path.cwd().glob('to?.csv'))", ["to?.csv"]),
    "a pattern of nothing": ("glob.glob('data/[a-b].csv')", []),
    "a path's glob": ("list(Path('data').glob('*.csv'))", ["data/*.csv"]),
    "a database that is told as SQLite's URI": (
        "sqlite3.connect('file:data/x.csv?mode=ro', uri=True)",
        ["data/x.csv"],
    ),
    "the notebook's own folder, listed": ("os.listdir()", ["*"]),
    "the notebook's own folder, listed by its path": ("list(Path('.').iterdir())", ["*"]),
    "the notebook's own folder, walked": ("list(os.walk('.'))", ["**/*"]),
    "a star that is a word": ("sql = 'select * from t'", []),
    "a listed folder": ("os.listdir('data')", ["data/*"]),
    "a walked folder": ("list(os.walk('data'))", ["data/**/*"]),
    "a question": ("os.path.exists('data/x.csv')", ["data/x.csv"]),
    "a module": ("import mod", ["mod.py"]),
    "a module in a folder of the search path": (
        "sys.path.append(os.path.join(os.getcwd(), 'src'))\nimport tools",
        ["src/tools"],
    ),
    "a module above, whose modules read files": (
        "sys.path.append('..')\nfrom lib.part import C",
        ["../lib", "../conf/c.txt", "top.csv"],
    ),
    "a module above the current folder": (
        "sys.path.insert(0, os.path.dirname(os.getcwd()))\nimport lone",
        ["../lone.py", "top.csv"],
    ),
    "a module above a path": (
        "sys.path.append(str(Path.cwd().resolve().parents[0]))\nimport lone",
        ["../lone.py", "top.csv"],
    ),
    "the parent of a path": (
        "ROOT = Path().resolve().parent\npd.read_csv(ROOT / 'up.csv')",
        ["../up.csv"],
    ),
    "the constant of the folder above": (
        "pd.read_csv(os.path.join(os.pardir, 'up.csv'))",
        ["../up.csv"],
    ),
    "another current folder": (
        "os.chdir('..')\npd.read_csv('up.csv')\nimport lone",
        ["../lone.py", "../up.csv", "top.csv"],
    ),
    "a folder that a magic changes into": ("%cd -q ..\npd.read_csv('up.csv')", ["../up.csv"]),
    "a method of the notebook's own": (
        "class Bank:\n    def open(self, n): return n\nbank = Bank()\nbank.open('ann.txt')",
        [],
    ),
    "a model of a library": ("import spacy\nspacy.load('en_core_web_sm')", []),
    "what is written where only a run knows": (
        "def put(folder): open(os.path.join(folder, 'h.txt'), 'w').write('1')\nopen('runs/h.txt').read()",
        [],
    ),
    "what a name says that only a run knows": (
        "def put(path): open(path, 'w').write('1')\nopen('runs/h.txt').read()",
        [],
    ),
    "what the notebook wrote itself": ("open('w.txt', 'w').write('1')\nopen('w.txt').read()", []),
    "what a store holds that is there": ("pd.HDFStore('data/x.csv')", ["data/x.csv"]),
    "an archive that is only read": ("import zipfile\nzipfile.ZipFile('top.csv')", ["top.csv"]),
    "below the folder that IPython began in": (
        "HERE = Path(_dh[-1])\npd.read_csv(HERE / '../up.csv')",
        ["../up.csv"],
    ),
    "above a folder that only a run knows": (
        "pd.read_csv(os.environ['HOME'] + '/../gone.csv')",
        [],
    ),
    "a word that is a folder": ("print('data')", []),
    "a figure that is written": ("import matplotlib.pyplot as plt\nplt.savefig('fig.png')", []),
}


def analysed(cell: str) -> Analysis:
    cells = [nbformat.v4.new_code_cell(source) for source in (IMPORTS, cell)]
    nb = nbformat.writes(nbformat.v4.new_notebook(cells=cells))
    return analyse(read_notebook(nb.encode()), context=THERE)


@pytest.mark.parametrize("name", READS)
def test_a_file_beside_the_notebook_is_found(name: str) -> None:
    cell, paths = READS[name]
    found = analysed(cell)
    assert [use.path for use in found.files] == paths
    assert [f.code for f in found.findings if f.severity == "error"] == []


@pytest.mark.parametrize(
    "cell", ["pd.read_csv('gone.csv')", "FN = 'data/gone.csv'\npd.read_csv(FN)", "open('gone.txt')"]
)
def test_a_file_that_is_not_there_is_told_before_publishing(cell: str) -> None:
    found = analysed(cell)
    assert [f.code for f in found.findings if f.severity == "error"] == ["PRM410"]


@pytest.mark.parametrize(
    "cell",
    [
        "p = 'gone.csv'\nif not os.path.exists(p):\n    p = 'top.csv'\npd.read_csv(p)",
        "try:\n    d = where()\nexcept ImportError:\n    d = 'gone'\npd.read_csv(d + '/x.csv')",
        "d = '/kaggle/input' if there else 'gone'\npd.read_csv(f'{d}/x.csv')",
    ],
)
def test_a_file_is_not_missed_where_another_may_be_read_instead(cell: str) -> None:
    assert "PRM410" not in [f.code for f in analysed(cell).findings]


def test_of_several_files_all_of_which_are_gone_each_is_told() -> None:
    found = analysed("p = 'gone.csv' if first else 'lost.csv'\npd.read_csv(p)").findings
    assert [f.name for f in found if f.code == "PRM410"] == ["gone.csv", "lost.csv"]


MAKES = [
    "image.save(fp='gone.txt', format='gif')",
    "df.to_excel(excel_writer='gone.txt')",
    "import imageio\nimageio.mimsave('gone.txt', frames)",
    "import imageio\nimageio.get_writer('gone.txt', mode='I')",
    "pd.ExcelWriter('gone.txt')",
    "pd.HDFStore('gone.txt')['a'] = df",
    "import h5py\nh5py.File('gone.txt', mode='w')",
    "import zipfile\nzipfile.ZipFile('gone.txt', 'w')",
    "from matplotlib.backends.backend_pdf import PdfPages\nPdfPages('gone.txt')",
    "open(file='gone.txt', mode='w').write('1')",
]


@pytest.mark.parametrize("cell", MAKES)
def test_a_file_that_another_cell_makes_is_not_missed(cell: str) -> None:
    found = analysed(f"{cell}\nopen('gone.txt').read()").findings
    assert "PRM410" not in [f.code for f in found]


@pytest.mark.parametrize(
    "cell", ["!wget http://x.org/gone.csv\npd.read_csv('gone.csv')", "os.rename('top.csv', 'gone.csv')\nopen('gone.csv')"]
)  # fmt: skip
def test_a_file_that_a_cell_may_make_is_not_missed(cell: str) -> None:
    assert [f.code for f in analysed(cell).findings if f.severity == "error"] == []


def test_a_module_that_nothing_provides_is_named() -> None:
    found = analysed("import no_such_module_anywhere")
    assert [(f.code, f.name) for f in found.findings if f.severity == "warning"] == [
        ("PRM414", "no_such_module_anywhere")
    ]


def test_a_name_that_is_bound_to_what_it_was_is_not_gone_into_once_for_each_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`x = x + 1` in 40 cells has 40 bindings, each of which may mean any of the 40: 40 ** 4 ways."""
    asked = Counter[str]()

    def counted(names: Names, node: ast.expr, depth: int = 0) -> tuple[str, ...]:
        asked["texts"] += 1
        return texts(names, node, depth)

    texts = Names.texts
    monkeypatch.setattr(Names, "texts", counted)
    analysed("x = 'a'\n" + "\n".join(f"x = x + '{number}'" for number in range(40)))
    assert 0 < asked["texts"] < 40 * 100


def test_what_is_put_together_of_unknown_parts_is_unknown() -> None:
    names = names_of_module("a = input()\nb = a + a\nc = f'{a}{b}'\n", "m.py")
    (told,) = ast.parse("b + c").body
    assert isinstance(told, ast.Expr)
    assert names.texts(told.value) == ("*",)

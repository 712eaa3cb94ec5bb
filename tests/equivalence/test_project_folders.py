"""A notebook within a project, whose data, modules and outputs lie beside and above it, runs split as it is."""

from pathlib import Path

import nbformat

from jupyterlab_promote.notebook.document import read_notebook
from jupyterlab_promote.store.folder import folder_context
from jupyterlab_promote.store.store import open_store
from jupyterlab_promote.worker.verify import verify

FILES = {
    "pyproject.toml": "",
    "data/raw/sales.csv": "shop,amount\na,1\nb,2\n",
    "data/raw/shops.csv": "shop,town\na,x\nb,y\n",
    "notebooks/part_0.csv": "n\n1\n",
    "notebooks/part_1.csv": "n\n2\n",
    "src/paths.py": 'from pathlib import Path\nDATA = Path(__file__).resolve().parents[1] / "data"\n',
    "src/reading.py": "import csv\nfrom src.paths import DATA\ndef load(name):\n"
    "    with open(DATA / 'raw' / name) as file:\n        return list(csv.DictReader(file))\n",
}
CELLS = (
    "import csv\nimport sys\nfrom pathlib import Path\nroot = Path.cwd()\n"
    "while not (root / 'pyproject.toml').exists():\n    root = root.parent\nsys.path.append('..')",
    "from src.reading import load\nsales = load('sales.csv')\nprint(sales)",
    "class Config:\n    raw = '../data/raw'\n    out = '../output'",
    "shops = open(f'{Config.raw}/shops.csv').read()\nprint(shops)",
    "again = (root / 'data' / 'raw' / 'sales.csv').read_text()\nprint(again)",
    "parts = [open(f'part_{i}.csv').read() for i in range(2)]\nprint(parts)",
    "with open(f'{Config.out}/all.txt', 'w') as file:\n    file.write(shops + again)",
    "print(open('../output/all.txt').read())",
)


STATEFUL = {
    "src/counting.py": "class Row:\n    made = 0\n    rows = []\n    def __init__(self):\n"
    "        Row.made += 1\n        self.rows.append(self.made)\n",
    "src/drawing.py": "import random\nrng = random.Random(1)\ndef draw():\n    return rng.random()\n",
    "src/conf.py": "class Conf:\n    def __init__(self):\n        self.rate = 1\n        self.tags = []\n"
    "conf = Conf()\nlimits = {'n': 3}\n",
    "src/ids.py": "import itertools\nids = itertools.count()\ndef new():\n    return next(ids)\n",
    "src/items.py": "ITEMS = []\nclass Item:\n    def __init__(self):\n        self.all = ITEMS\n"
    "        ITEMS.append(self)\n",
    "src/backend.py": "import os\nNAME = os.environ.get('BACKEND', 'plain')\n",
    "src/remembering.py": "import functools\ndef once(function):\n    given = []\n    def inner():\n"
    "        if not given:\n            given.append(function())\n        return given[0]\n    return inner\n"
    "@once\ndef settings():\n    print('reading')\n    return {'a': 1}\n"
    "@functools.lru_cache\ndef loaded(name):\n    print('loading', name)\n    return [name]\n"
    "STATE = []\ndef restart():\n    global STATE\n    STATE = ['new']\n",
    "src/meters.py": "class Meters(dict):\n    pass\nmeters = Meters()\n",
    "src/metering.py": "from src.meters import meters\nimport src.counting\ndef count(name):\n"
    "    meters[name] = meters.get(name, 0) + 1\n    return meters[name]\n",
    "src/using.py": "from src.conf import conf\ndef used():\n    return conf.rate, list(conf.tags)\n",
}
GIVEN = {
    "notebooks/settings.py": "RATE = 1\nTAGS = []\nFOLDER = 'data'\ndef rated(n):\n    return n * RATE, TAGS\n"
    "def read(name):\n    with open(f'{FOLDER}/{name}') as file:\n        return file.read()\n"
    "def note(text):\n    with open('notes.txt', 'a') as file:\n        file.write(text)\n",
    "notebooks/engine.py": "import settings\ndef told():\n    return settings.rated(2)\n",
    "notebooks/other/a.txt": "other",
}
TO_MODULES = (
    "import engine\nimport settings\nrows = [1]",
    "settings.RATE = len('abc')\nsettings.TAGS = rows\nsettings.FOLDER = 'other'",
    "settings.RATE += 1\nrows.append(2)\nprint(settings.read('a.txt'))\nsettings.note('seen')",
    "def told():\n    return 'told', settings.RATE\nbefore = engine.told\nengine.told = told",
    "print(settings.rated(2), settings.TAGS is rows, engine.told is told, engine.told(), before())",
    "engine.told = before\nsettings.rated = divmod",
    "print(engine.told is before, settings.rated(7, 2), open('notes.txt').read())",
)
REGISTERED = {
    "src/registry.py": "MODELS = {}\ndef register(kind):\n    MODELS[kind.__name__] = kind\n    return kind\n"
    "def build(name):\n    return MODELS[name]()\n",
    "src/models.py": "from src.registry import register\n@register\nclass Line:\n"
    "    made = 0\n    def __init__(self):\n        Line.made += 1\n",
}
FROM_A_REGISTRY = (
    "import sys\nsys.path.append('..')\nfrom src import models\nfrom src.registry import build",
    "line = build('Line')",
    "print(models.Line.made)",
)
IN_STATES = (
    "import os\nos.environ['BACKEND'] = 'quick'\nimport sys\nsys.path.append('..')\n"
    "from src.backend import NAME\nfrom src.counting import Row\nimport src.counting\n"
    "from src.drawing import draw, rng\nfrom src.conf import conf, limits\nfrom src.using import used\n"
    "from src.ids import ids, new\nfrom src.items import ITEMS, Item\n"
    "from src.remembering import STATE, loaded, restart, settings\nimport src.remembering\n"
    "import src.metering\nimport src.meters",
    "settings()['b'] = 2\nloaded('x').append('y')\nSTATE.append('old')\nrestart()\nsrc.metering.count('a')\ni = Item()\nprint(new())\na = Row()\nconf.rate = 2\nconf.tags.append('a')\nlimits['n'] += 1\nprint(draw())",
    "print(settings(), loaded('x'), loaded.cache_info(), STATE, src.remembering.STATE)\n"
    "print(src.metering.count('a'), src.meters.meters, src.metering.meters is src.meters.meters)\nj = Item()\nprint(new(), next(ids))\nb = Row()\nprint(used(), limits, rng.random(), Row.made)",
    "src.counting.Row.made = 7\nconf.tags.append('b')\nprint(draw())",
    "c = Row()\nprint(Row.made, Row.rows, a.rows is c.rows, used(), rng.random(), draw(), new())\n"
    "print(i.all is ITEMS, len(j.all), ITEMS[0] is i, NAME)",
)


def _differing(
    folder: Path,
    files: dict[str, str],
    sources: tuple[str, ...],
    *,
    learned: tuple[str, str] = ("", ""),
) -> str:
    """What differs in the split run of a notebook in `notebooks`, each cell a step; empty where nothing does.

    Args:
        learned: a step, and what the settings say that it changes.
    """
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    cells = [
        nbformat.v4.new_code_cell(source, id=f"c{n}", metadata={"tags": [f"step:s{n}"]})
        for n, source in enumerate(sources)
    ]
    step, changes = learned
    settings = {"steps": {step: {"changes": [changes]}}} if step else {}
    told = {"promote": settings} if settings else {}
    nb = read_notebook(dict(nbformat.v4.new_notebook(cells=cells, metadata=told)))
    notebooks = folder / "notebooks"
    notebooks.mkdir(exist_ok=True)
    verdict = verify(
        nb,
        name="project",
        folder=notebooks,
        context=folder_context(notebooks, nb),
        store=open_store(folder / "store"),
        seed=1,
        tell=lambda _: None,
    )
    return "" if verdict.equal else verdict.message


def test_a_project_with_its_own_modules_settings_and_folders_says_the_same(tmp_path: Path) -> None:
    (tmp_path / "output").mkdir()
    assert _differing(tmp_path, FILES, CELLS) == ""
    assert not list((tmp_path / "output").iterdir())


def test_what_modules_above_the_notebook_keep_goes_from_step_to_step(tmp_path: Path) -> None:
    assert _differing(tmp_path, STATEFUL, IN_STATES) == ""


def test_what_the_notebook_gives_its_modules_goes_from_step_to_step(tmp_path: Path) -> None:
    assert _differing(tmp_path, GIVEN, TO_MODULES) == ""


def test_what_a_module_keeps_is_never_lost_in_silence(tmp_path: Path) -> None:
    stopped = _differing(tmp_path / "stopped", REGISTERED, FROM_A_REGISTRY)
    assert "`Line.made` of module `src.models` changed in this step" in stopped
    assert "--changes s1 module:../src/models" in stopped
    learned = ("s1", "module:../src/models")
    assert _differing(tmp_path / "learned", REGISTERED, FROM_A_REGISTRY, learned=learned) == ""


def test_a_notebook_that_fails_by_itself_is_told_so_with_the_cell_and_where_it_ran(
    tmp_path: Path,
) -> None:
    said = _differing(tmp_path, {}, ("x = 1", "raise ValueError('no')"))
    assert said.startswith(
        "The notebook fails from top to bottom: Cell 2 raised ValueError: no\nIt ran in a copy"
    )

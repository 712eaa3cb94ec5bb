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


def test_a_project_with_its_own_modules_settings_and_folders_says_the_same(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "output").mkdir()
    cells = [
        nbformat.v4.new_code_cell(source, id=f"c{n}", metadata={"tags": [f"step:s{n}"]})
        for n, source in enumerate(CELLS)
    ]
    nb = read_notebook(dict(nbformat.v4.new_notebook(cells=cells)))
    folder = tmp_path / "notebooks"
    verdict = verify(
        nb,
        name="project",
        folder=folder,
        context=folder_context(folder, nb),
        store=open_store(tmp_path / "store"),
        seed=1,
        tell=lambda _: None,
    )
    assert (verdict.equal, verdict.message) == (True, "")
    assert not list((tmp_path / "output").iterdir())

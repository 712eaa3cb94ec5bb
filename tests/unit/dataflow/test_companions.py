"""What a library reads besides the file that it is told travels as well."""

import nbformat
import pytest

from jupyterlab_promote.dataflow.analysis import Context, analyse
from jupyterlab_promote.notebook.document import read_notebook

FOLDER = frozenset(
    """b/b.shp b/b.shx b/b.dbf b/b.prj b/b.cpg b/b.txt b/c.shp b/c.SHX UP.SHP UP.DBF t.tif t.tif.aux.xml t.tfw
    words.model words.model.wv.vectors.npy eeg/s.set eeg/s.fdt cities.csv cities.xlsx land.gdb/a land.gdb/b""".split()
)


def travelling(source: str, given: frozenset[str] | None = FOLDER) -> set[str]:
    """The paths that travel with a notebook of one cell."""
    cell = nbformat.v4.new_code_cell(source, metadata={"tags": ["step:a"]})
    nb = read_notebook(dict(nbformat.v4.new_notebook(cells=[cell])))
    return {use.path for use in analyse(nb, context=Context(files=given)).files}


def missing(source: str) -> list[str]:
    """The codes of what is said of files that are not there."""
    cell = nbformat.v4.new_code_cell(source, metadata={"tags": ["step:a"]})
    nb = read_notebook(dict(nbformat.v4.new_notebook(cells=[cell])))
    found = analyse(nb, context=Context(files=FOLDER)).findings
    return [f.code for f in found if f.code == "PRM410"]


CASES = {
    "gpd.read_file('b/b.shp')": {"b/b.shp", "b/b.shx", "b/b.dbf", "b/b.prj", "b/b.cpg"},
    "gpd.read_file('UP.SHP')": {"UP.SHP", "UP.DBF"},
    "p = 'b/b'; gpd.read_file(p + '.shp')": {"b/b.shp", "b/b.shx", "b/b.dbf", "b/b.prj", "b/b.cpg"},
    "rasterio.open('t.tif')": {"t.tif", "t.tif.aux.xml", "t.tfw"},
    "Word2Vec.load('words.model')": {"words.model", "words.model.wv.vectors.npy"},
    "mne.io.read_raw_eeglab('eeg/s.set')": {"eeg/s.set", "eeg/s.fdt"},
    "pd.read_csv('cities.csv')": {"cities.csv"},
    "gpd.read_file('b')": {"b/**/*"},
    "gpd.read_file('land.gdb', layer='a')": {"land.gdb/**/*"},
    "pd.read_parquet('b')": {"b/**/*"},
    "name = 'b'": set(),
}


@pytest.mark.parametrize("source", CASES)
def test_what_is_read_together_travels_together(source: str) -> None:
    imports = "import os\nimport geopandas as gpd, rasterio, mne, pandas as pd\nfrom gensim.models import Word2Vec\n"
    assert travelling(imports + source) == CASES[source]


def test_files_that_are_looked_for_bring_theirs() -> None:
    source = "import glob, geopandas as gpd\nall = [gpd.read_file(f) for f in glob.glob('b/*.shp')]"
    assert travelling(source) == {f"b/*.{e}" for e in ("shp", "shx", "dbf", "prj", "cpg")}


def test_of_a_folder_that_nobody_knows_nothing_is_said() -> None:
    source = "import geopandas as gpd\ngpd.read_file('b/b.shp')"
    assert travelling(source, None) == set()


MADE = {
    "np.save('a', [1])\nnp.load('a.npy')": set(),
    "np.save('cities', [1])\nopen('cities.csv')": {"cities.csv"},
    "plt.savefig('a')\nplt.imread('a.png')": set(),
}


@pytest.mark.parametrize("source", MADE)
def test_a_library_puts_the_ending_behind_what_it_writes(source: str) -> None:
    imports = "import numpy as np, matplotlib.pyplot as plt\n"
    assert travelling(imports + source) == MADE[source]


def test_what_ipython_writes_is_not_missing() -> None:
    assert missing("words = 'a'\n%store words > words.txt\nopen('words.txt')") == []
    assert missing("open('words.txt')") == ["PRM410"]

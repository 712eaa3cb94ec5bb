"""Generators whose position cannot be read: refused where it is certain that a later step draws, told where it may."""

import nbformat
import pytest

from jupyterlab_promote.dataflow.analysis import analyse
from jupyterlab_promote.notebook.document import read_notebook

POLARS = "import polars as pl\npl.set_random_seed(3)\ndf = pl.DataFrame({'a': range(9)})"


def _told(first: str, later: str) -> list[str]:
    cells = [
        nbformat.v4.new_code_cell(text, metadata={"tags": [f"step:s{number}"]})
        for number, text in enumerate((first, later))
    ]
    content = nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode()
    found = analyse(read_notebook(content)).findings
    return [str(finding.severity) for finding in found if finding.code == "PRM213"]


@pytest.mark.parametrize(
    ("first", "later", "severities"),
    [
        (POLARS, "print(df.sample(3))", ["error"]),
        (POLARS, "print(df.sample(3, seed=1))", []),
        (POLARS, "print(df.head(3))", []),
        (POLARS, "pl.set_random_seed(4)\nprint(df.sample(3))", []),
        ("import pandas as pd\n" + POLARS, "print(df.sample(3))", ["warning"]),
        ("import cv2\ncv2.setRNGSeed(3)", "c = cv2.kmeans(d, 2, None, t, 1, 0)", ["error"]),
        ("import cv2\nc = cv2.kmeans(d, 2, None, t, 1, 0)", "cv2.randu(a, 0, 9)", ["error"]),
        ("import cv2\nc = cv2.kmeans(d, 2, None, t, 1, 0)", "cv2.imread('a.png')", []),
        (
            "import cv2\nc = cv2.kmeans(d, 2, None, t, 1, 0)",
            "cv2.setRNGSeed(3)\ncv2.randu(a, 0, 9)",
            [],
        ),
        (
            "import cv2\ndef parts(d): return cv2.kmeans(d, 2, None, t, 1, 0)\na = parts(d)",
            "b = parts(d)",
            ["error"],
        ),
        (
            "import cv2\ndef parts(d): return cv2.kmeans(d, 2, None, t, 1, 0)",
            "b = parts(d)",
            [],
        ),
        (
            "import cv2\ndef begin(): cv2.setRNGSeed(1)\ndef parts(d): return cv2.kmeans(d, 2)\na = parts(d)",
            "begin()\nb = parts(d)",
            [],
        ),
        (
            "import tensorflow as tf\ndef begin(n): tf.random.set_seed(n)\nbegin(3)",
            "tf.ones(3)",
            ["warning"],
        ),
        ("from lib import kmeans\nc = kmeans(d)", "e = kmeans(d)", []),
        ("import dask.array as da\nda.random.seed(3)", "x = da.random.random(3)", ["warning"]),
        ("from faker import Faker\nFaker.seed(3)", "fake = Faker()", ["warning"]),
        ("from sympy.core.random import seed, randint\nseed(3)", "randint(0, 9)", ["warning"]),
        ("import tensorflow as tf\ntf.random.set_seed(1)", "tf.ones(3)", ["warning"]),
    ],
)
def test_a_seed_that_stays_in_its_kernel(first: str, later: str, severities: list[str]) -> None:
    assert _told(first, later) == severities

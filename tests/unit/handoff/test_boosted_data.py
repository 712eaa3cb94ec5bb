"""xgboost's and lightgbm's own copies of the data train the same trees in another step."""

import pytest

MADE = """
import numpy as np
rng = np.random.default_rng(0)
X, y = rng.normal(size=(300, 4)), rng.random(300)
X[3, 1] = np.nan
"""


def test_xgboost_trains_on_what_another_step_made(steps):
    pytest.importorskip("xgboost")
    trained = (
        "import xgboost\n"
        "model = xgboost.train({'seed': 1, 'nthread': 1}, data, 4)\n"
        "print(model.save_raw().hex()[-200:], data.feature_names, data.get_weight()[:3], data.get_label()[:3])"
    )
    make = f"{MADE}import xgboost\ndata = xgboost.DMatrix(X, y, weight=y + 1, feature_names=list('abcd'))"
    alone = steps.run("alone", f"{make}\n{trained}")
    steps.run("made", make, saves=[["data"]])
    after = steps.run(
        "after", trained, loads={"made": ["data"]}, saves=[["data"]], readonly=["data"]
    )
    assert after.code == 0, after.errors
    assert after.printed == alone.printed


@pytest.mark.parametrize("used", ["", "lightgbm.train(p, data, 2)\n"])
def test_lightgbm_trains_on_what_another_step_made_or_trained_on(steps, used: str):
    pytest.importorskip("lightgbm")
    trained = (
        "import lightgbm\n"
        "model = lightgbm.train(p, data, 4, valid_sets=[checked])\n"
        "print(model.model_to_string()[-2000:], data.data is None, data.get_label()[:3], checked.reference is data)"
    )
    make = (
        f"{MADE}import lightgbm\np = {{'verbose': -1, 'seed': 1, 'num_threads': 1}}\n"
        "data = lightgbm.Dataset(X, y, feature_name=list('abcd'))\n"
        f"checked = lightgbm.Dataset(X[:50], y[:50], reference=data)\n{used}"
    )
    alone = steps.run("alone", f"{make}\n{trained}")
    steps.run("made", make, saves=[["data", "checked", "p"]])
    after = steps.run("after", trained, loads={"made": ["data", "checked", "p"]})
    assert after.code == 0, after.errors
    assert after.printed == alone.printed

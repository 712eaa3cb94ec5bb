"""Options of libraries that have one place for them.

A library that the notebook has not imported has none to travel; it is never imported for the question.
"""

import importlib
import re
import sys
import warnings
from typing import Any


def get_numpy() -> Any:
    """How numpy prints, and what it does about divisions by zero and the like."""
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return None
    return {"print": numpy.get_printoptions(), "errors": numpy.geterr()}


def set_numpy(value: Any) -> None:
    """Set them."""
    import numpy as np

    shown = {
        key: option for key, option in value["print"].items() if key != "override_repr" or option
    }
    np.set_printoptions(**shown)
    np.seterr(**value["errors"])


def get_pandas() -> Any:
    """The options of pandas that are not the default."""
    if "pandas" not in sys.modules:
        return None
    config = sys.modules["pandas._config.config"]
    registered = config._registered_options
    known = {key: option.defval for key, option in registered.items()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        values = {key: config.get_option(key) for key in known}
    return {
        key: value
        for key, value in values.items()
        if value is not known[key] and value != known[key]
    }


def set_pandas(value: Any) -> None:
    """Set them, and the others back."""
    import pandas as pd

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # What was set back to the default may have been set here by a line that runs again.
        for key in get_pandas().keys() - value.keys():
            pd.reset_option(f"^{re.escape(key)}$")
        for key, option in value.items():
            pd.set_option(key, option)


def get_sklearn() -> Any:
    """The configuration of scikit-learn."""
    sklearn = sys.modules.get("sklearn")
    return None if sklearn is None else sklearn.get_config()


def set_sklearn(value: Any) -> None:
    """Set it."""
    import sklearn

    sklearn.set_config(**value)


def get_polars() -> Any:
    """The options of polars."""
    polars = sys.modules.get("polars")
    return None if polars is None else polars.Config.save()


def set_polars(value: Any) -> None:
    """Set them, and the others back."""
    import polars as pl

    pl.Config.restore_defaults()
    pl.Config.load(value)


def get_xarray() -> Any:
    """The options of xarray."""
    module = sys.modules.get("xarray.core.options")
    return None if module is None else dict(module.OPTIONS)


def set_xarray(value: Any) -> None:
    """Set them."""
    importlib.import_module("xarray").set_options(**value)


def get_plotly() -> Any:
    """How plotly's figures look and are shown where they do not say it themselves."""
    module = sys.modules.get("plotly.io")
    if module is None:
        return None
    return {"template": module.templates.default, "renderer": module.renderers.default}


def set_plotly(value: Any) -> None:
    """Set them."""
    pio = importlib.import_module("plotly.io")
    pio.templates.default = value["template"]
    pio.renderers.default = value["renderer"]

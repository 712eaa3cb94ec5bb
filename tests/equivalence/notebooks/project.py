# %% file:../src/features/build.py
import json
from pathlib import Path
CONF = Path(__file__).resolve().parents[1] / "conf" / "scale.json"
def scaled(values):
    factor = json.loads(CONF.read_text())["factor"]
    return [v * factor for v in values]
# %% file:../lib/common/__init__.py
from .draws import *
from .draws import np as numbers
LIMIT = 2
# %% file:../lib/common/draws.py
import numpy as np
_kept = 1
def drawn(n): return np.random.rand(n).round(3).tolist()
# %% file:../src/conf/scale.json
{"factor": 3}
# %% file:../models/readme.txt
What the notebooks leave.
# %% file:../data/raw/in.csv
v
1
2
# %%
import os, sys
module_path = os.path.abspath(os.path.join(".."))
if module_path not in sys.path:
    sys.path.append(module_path)
import pandas as pd
from src.features.build import scaled
sys.path += ["../lib"]
from common import *
# %% step:draw
np.random.seed(7)
print(drawn(LIMIT))
# %% step:read
df = pd.read_csv("../data/raw/in.csv")
os.chdir("..")
# %% step:scale
df["s"] = scaled(df["v"].tolist())
df.to_csv("models/scaled.csv", index=False)
# %% step:check
print(numbers.random.rand(LIMIT).round(3), drawn(1))
print(open("models/scaled.csv").read(), os.path.basename(os.path.relpath("data/raw")))

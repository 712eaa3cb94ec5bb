# %% file:helpers/__init__.py
from helpers.scale import scale, HISTORY
# %% file:helpers/scale.py
from . import consts
HISTORY = []
def scale(values):
    HISTORY.append(len(values))
    return [v * consts.FACTOR for v in values]
# %% file:helpers/consts.py
FACTOR = 3
# %% file:data/in.csv
v
1
2
# %%
import pandas as pd
from helpers import scale
import helpers.consts as consts
# %% step:read
df = pd.read_csv("data/in.csv")
# %% step:scale
df["s"] = scale(df["v"].tolist())
print(df["s"].tolist())
# %% step:check
print(consts.FACTOR, df["s"].sum())

# %% [markdown]
# # Cleaning a survey
# %%
import pandas as pd
import numpy as np
pd.set_option("display.max_columns", 20)
pd.set_option("display.width", 120)
VALID_REGIONS = ["north", "south", "east", "west"]
# %% step:load
rng = np.random.default_rng(11)
n = 60
raw = pd.DataFrame({
    "id": range(n),
    "region": rng.choice(["North ", "south", "EAST", "west", "??"], n),
    "age": rng.integers(15, 99, n).astype(float),
    "income": rng.normal(2500, 400, n).round(2),
})
raw.loc[::7, "age"] = np.nan
raw.loc[3::11, "income"] = -1
raw.head()
# %%
print(raw.shape, raw["region"].unique().tolist())
# %% step:tidy
df = raw
df["region"] = df["region"].str.strip().str.lower()
df.loc[~df["region"].isin(VALID_REGIONS), "region"] = np.nan
df.replace({"income": {-1: np.nan}}, inplace=True)
# %%
def fill(group):
    group["income"] = group["income"].fillna(group["income"].median())
    return group

parts = []
for name, part in df.groupby("region"):
    parts.append(fill(part.copy()))
df = pd.concat(parts)
df.isna().sum()
# %% step:derive
df["band"] = pd.cut(df["age"], [0, 25, 45, 65, 120], labels=["young", "mid", "senior", "old"])
counts = df["band"].value_counts(dropna=False)
counts
# %% step:report
summary = df.groupby("region").agg(n=("id", "size"), income=("income", "mean")).round(1)
print(summary)
print(len(raw), "read,", len(df), "kept;", "raw has region lower-cased:", raw["region"].dropna().str.islower().all())

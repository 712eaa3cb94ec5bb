# %%
import numpy as np, pandas as pd
# %% step:series
idx = pd.date_range("2025-01-01", periods=90, freq="D", tz="Europe/Berlin")
rng = np.random.default_rng(0)
ts = pd.Series(rng.normal(size=90).cumsum(), index=idx, name="load")
ts.iloc[[5, 17]] = np.nan
# %% step:fill
missing = ts.isna()
ts.interpolate(inplace=True)
# %% step:features
feat = pd.DataFrame({"load": ts, "roll": ts.rolling(7).mean()})
feat["dow"] = feat.index.dayofweek
last_week = feat.iloc[-7:]
# %% step:model
coef = np.polyfit(np.arange(len(ts)), ts.to_numpy(), 1)
resid = ts - np.polyval(coef, np.arange(len(ts)))
rng.shuffle(coef)
# %% step:show
print(last_week.round(2).to_string())
print(missing.sum(), resid.std().round(4), coef.round(4).tolist(), rng.integers(0, 100))

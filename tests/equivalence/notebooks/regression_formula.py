# %%
import numpy as np
import pandas as pd
import statsmodels.formula.api as smf
# %% step:make
rs = np.random.RandomState(3)
d = pd.DataFrame({"x": rs.normal(size=80), "g": rs.choice(["a", "b"], 80)})
d["y"] = 2 * d.x + (d.g == "b") * 1.5 + rs.normal(scale=0.2, size=80)
# %% step:transform
def center(s):
    return s - shift

shift = 0.5
# %% step:fit
shift = d.x.mean()
fit = smf.ols("y ~ center(x) + C(g)", data=d).fit()
print(fit.params.round(4).to_dict())
# %% step:predict
new = pd.DataFrame({"x": [0.0, 1.0], "g": ["a", "b"]})
print(fit.predict(new).round(3).tolist())

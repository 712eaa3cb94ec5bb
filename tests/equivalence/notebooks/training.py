# %%
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
# %% tags:parameters
trees = 15  # how many trees
test_share = 0.3
# %% step:data
np.random.seed(42)
X = pd.DataFrame(np.random.randn(200, 4), columns=list("abcd"))
y = (X["a"] + 0.5 * X["b"] + np.random.randn(200) * 0.3 > 0).astype(int)
# %%
X["e"] = X["a"] * X["c"]
# %% step:split
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=test_share)
scaler = StandardScaler()
scaler.fit(X_train)
X_train_s = scaler.transform(X_train)
X_test_s = scaler.transform(X_test)
print(X_train.index[:5].tolist())
# %% step:train
model = RandomForestClassifier(n_estimators=trees)
model.fit(X_train_s, y_train)
# %%
importances = dict(zip(X.columns, model.feature_importances_.round(3)))
importances
# %% step:evaluate
auc = roc_auc_score(y_test, model.predict_proba(X_test_s)[:, 1])
print(f"auc {auc:.4f} with {trees} trees")
noise = np.random.rand(3).round(4)
noise

# %%
from sklearn.datasets import load_iris
from sklearn.cluster import KMeans
import pandas as pd
import warnings
warnings.filterwarnings("ignore")
# %% step:load
iris = load_iris(as_frame=True)
frame = iris.frame
X = frame.drop(columns="target")
# %% step:cluster
km = KMeans(n_clusters=3, n_init=3, random_state=1).fit(X)
frame["cluster"] = km.labels_
# %% step:compare
table = pd.crosstab(frame["target"], frame["cluster"])
table
# %% step:names
mapping = {c: iris.target_names[table[c].idxmax()] for c in table.columns}
X["cluster"] = frame["cluster"].map(mapping)
print(X.groupby("cluster").size().to_dict(), "cluster" in iris.frame.columns)

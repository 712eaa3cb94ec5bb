# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split


def centred(frame, columns):
    out = frame.copy()
    out[columns] = out[columns] - out[columns].mean()
    return out
# %% step:load
rng = np.random.default_rng(7)
shop = pd.DataFrame({"size": rng.normal(size=120), "age": rng.integers(1, 40, 120), "town": rng.choice(list("abc"), 120)})
shop["good"] = (shop["size"] + shop["age"] / 20 > 1).astype(int)
shop.describe()
# %% step:numbers
numbers = centred(shop[["size", "age"]], ["size"])
numbers["ratio"] = numbers["age"] / (1 + numbers["size"].abs())
numbers.head(3)
# %% step:towns
towns = pd.get_dummies(shop["town"], prefix="town")
towns["many"] = towns.sum(axis=1) > 0
towns.sum()
# %% step:picture
fig, ax = plt.subplots()
shop.plot.scatter("size", "age", ax=ax)
ax.set_title(f"{len(shop)} shops")
plt.show()
# %% step:join
table = pd.concat([numbers, towns], axis=1)
X_train, X_test, y_train, y_test = train_test_split(table, shop["good"], random_state=0)
print(X_train.shape, X_test.shape)
# %% step:line
line = LogisticRegression(max_iter=500)
line.fit(X_train, y_train)
line_score = accuracy_score(y_test, line.predict(X_test))
line_score
# %% step:forest
forest = RandomForestClassifier(n_estimators=10, random_state=1).fit(X_train, y_train)
forest_score = accuracy_score(y_test, forest.predict(X_test))
forest_score
# %% step:report
scores = pd.Series({"line": line_score, "forest": forest_score}).round(3)
print(scores.to_string())
print(table["ratio"].sum().round(6), shop["age"].sum())

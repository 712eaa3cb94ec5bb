"""Cells of ordinary size as people write them: tables, arrays, plots, functions, models, files; no two are the same.

Most name what the chapter before made, so that steps depend on one another.
"""

import itertools
import random
from collections.abc import Callable, Iterator

_COLUMNS = ("price", "area", "age", "income", "score", "weight", "height", "rate", "count", "total")
_GROUPS = ("city", "region", "year", "kind", "segment", "channel")


def usual_cells() -> Iterator[str]:
    """One cell after the other, without an end."""
    chance = random.Random(7)
    yield _IMPORTS
    for number, form in enumerate(itertools.cycle(_FORMS), 1):
        one, other = chance.sample(_COLUMNS, 2)
        yield form(number, one, other, chance.choice(_GROUPS))


def long_cells() -> Iterator[str]:
    """The same with the short cells between them of which long notebooks mostly consist.

    Of the 96 notebooks with at least 100 cells of code among 4,243 public ones (November 2026), half of the cells
    have two lines or one, and the mean is 3.3; here it is 3.2.
    """
    cells = usual_cells()
    yield next(cells)
    for number, cell in enumerate(cells, 1):
        yield cell
        for look in range(1 + number % 2):
            yield _LOOKS[(number + look) % len(_LOOKS)](number, (number - 1) // 10 * 10 + 1)


_IMPORTS = """import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
from pathlib import Path
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split
"""


def _table(number: int, one: str, other: str, group: str) -> str:
    return f"""# table {number}
df_{number} = pd.read_csv("data/{group}_{number}.csv")
df_{number} = df_{number}.dropna(subset=["{one}", "{other}"])
df_{number}["{one}_{other}"] = df_{number}["{one}"] / df_{number}["{other}"].clip(lower=1)
df_{number} = df_{number}[df_{number}["{one}"] > {number}]
print(df_{number}.shape, df_{number}["{group}"].nunique())
df_{number}.head()"""


def _array(number: int, one: str, other: str, group: str) -> str:
    return f"""{one}_{number} = np.linspace(0, {number}, 100)
{other}_{number} = np.sin({one}_{number}) + 0.1 * np.arange(len({one}_{number}))
mask_{number} = {other}_{number} > {other}_{number}.mean()
{one}_{number}[mask_{number}] = 0
stats_{number} = {{"mean": {one}_{number}.mean(), "std": {one}_{number}.std(), "of": "{group}"}}
stats_{number}"""


def _grouped(number: int, one: str, other: str, group: str) -> str:
    return f"""by_{group}_{number} = (
    df_{number - 2}.groupby("{group}")[["{one}", "{other}"]]
    .agg(["mean", "sum"])
    .sort_values(("{one}", "mean"), ascending=False)
)
top_{number} = by_{group}_{number}.head({number % 20 + 1}).reset_index()
top_{number}.columns = ["_".join(c).strip("_") for c in top_{number}.columns]"""


def _plot(number: int, one: str, other: str, group: str) -> str:
    return f"""fig_{number}, ax_{number} = plt.subplots(figsize=({number % 7 + 4}, 4))
ax_{number}.scatter(df_{number - 3}["{one}"], df_{number - 3}["{other}"], alpha=0.5, label="{group}")
ax_{number}.set_xlabel("{one}")
ax_{number}.set_ylabel("{other}")
ax_{number}.set_title(f"{one} by {other}, {{len(df_{number - 3})}} rows")
ax_{number}.legend()
plt.show()"""


def _function(number: int, one: str, other: str, group: str) -> str:
    return f"""def normalise_{number}(frame, column="{one}", *, by={number}):
    \"\"\"Scale a column such as {other}, {group} {number}.\"\"\"
    values = frame[column].astype(float)
    spread = values.max() - values.min()
    if spread == 0:
        return values * 0 + by
    return (values - values.min()) / spread"""


def _loop(number: int, one: str, other: str, group: str) -> str:
    return f"""results_{number} = []
for {group}, part in df_{number - 5}.groupby("{group}"):
    if len(part) < {number}:
        continue
    scaled = normalise_{number - 1}(part, "{one}")
    results_{number}.append({{"{group}": {group}, "{other}": scaled.median()}})
summary_{number} = pd.DataFrame(results_{number})"""


def _model(number: int, one: str, other: str, group: str) -> str:
    return f"""X_{number} = df_{number - 6}[["{one}", "{other}"]].fillna(0)
y_{number} = np.log1p(df_{number - 6}["{other}"].abs())
X_train, X_test, y_train, y_test = train_test_split(X_{number}, y_{number}, random_state={number})
model_{number} = LinearRegression().fit(X_train, y_train)
print("{group}", model_{number}.score(X_test, y_test), model_{number}.coef_)"""


def _files(number: int, one: str, other: str, group: str) -> str:
    return f"""out_{number} = Path("out") / f"{group}_{{len(df_{number - 7})}}"
out_{number}.mkdir(parents=True, exist_ok=True)
for name, frame in [("{one}", df_{number - 7}), ("{other}", summary_{number - 2})]:
    frame.to_csv(out_{number} / f"{{name}}.csv", index=False)
written_{number} = sorted(p.name for p in out_{number}.glob("*.csv"))"""


def _texts(number: int, one: str, other: str, group: str) -> str:
    return f"""words_{number} = "{one} {other} {group} number {number}".split()
counts_{number} = {{}}
for word in words_{number}:
    counts_{number}[word] = counts_{number}.get(word, 0) + 1
longest_{number} = max(counts_{number}, key=len)
print(f"{{longest_{number}!r}} of {{len(words_{number})}}")"""


def _simulation(number: int, one: str, other: str, group: str) -> str:
    return f"""rng_{number} = np.random.default_rng({number})
draws_{number} = rng_{number}.normal(loc={number}, scale=2.0, size=(200, 3))
paths_{number} = draws_{number}.cumsum(axis=0)
{one}_end_{number} = paths_{number}[-1] * {number % 9}
quantiles_{number} = np.quantile(paths_{number}, [0.05, 0.5, 0.95], axis=0)
assert quantiles_{number}.shape == (3, 3), "{other} of {group}\""""


_FORMS: tuple[Callable[[int, str, str, str], str], ...] = (
    *(_table, _array, _grouped, _plot, _function),
    *(_loop, _model, _files, _texts, _simulation),
)


_LOOKS: tuple[Callable[[int, int], str], ...] = (
    lambda number, table: f"df_{table}.head({number + 1})",
    lambda number, table: f'df_{table}["{_COLUMNS[number % 10]}"].describe().round({number})',
    lambda number, table: f"df_{table}.isnull().sum()  # {number}",
    lambda number, table: f"print({number}, df_{table}.shape)\nplt.show()",
    lambda number, table: f'df_{table}["{_GROUPS[number % 6]}"].value_counts()[:{number + 1}]',
    lambda number, table: f"total_{number} = df_{table}.select_dtypes('number').sum().sum()",
    lambda number, table: f"df_{table}.sample({number + 2}, random_state={number})",
)
"""One line each, as people look at what they have made: the tables of the chapter, by its number."""

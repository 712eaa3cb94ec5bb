"""Small notebooks of a hunt for differences that nobody says, written without looking at the code first."""

from tests.equivalence.table import Table

case = Table()
said = Table()
"""Those of which a person would stop the run as well; it is stopped."""

case(
    "views_of_dicts_of_other_classes",
    "class Own(dict): pass\n"
    "a, b, c = Own(x=1), defaultdict(int, x=1), Counter('aab')\n"
    "keys, items, values = a.keys(), b.items(), c.values()",
    "a['y'] = b['y'] = c['y'] = 5",
    "print(list(keys), list(items), list(values))",
    prelude="from collections import Counter, defaultdict",
)
case(
    "a_hash_that_asks_for_more_of_the_notebook",
    "SALT = 3\ndef mix(x): return hash((x, SALT))\n"
    "class P:\n"
    "    def __init__(self, x): self.x = x\n"
    "    def __eq__(self, other): return isinstance(other, P) and other.x == self.x\n"
    "    def __hash__(self): return mix((P.__name__, self.x))\n"
    "s, d = {P(1), P(2)}, {P(1): 'a'}",
    "d[P(3)] = 'c'",
    "print(P(1) in s, d[P(1)], d[P(3)], 'mix' in globals(), SALT)",
    prelude="",
)
case(
    "a_dict_that_is_filled_by_its_own_method",
    "class Lower(dict):\n"
    "    def __setitem__(self, key, value): super().__setitem__(norm(key), value)\n"
    "def norm(key): return key.lower()\n"
    "d = Lower(); d['A'] = 1",
    "d['B'] = 2",
    "print(d, type(d) is Lower)",
    prelude="",
)
case(
    "a_class_that_is_made_by_its_name",
    "class Money(float):\n    def __new__(cls, value): return super(Money, cls).__new__(cls, value)",
    "m = Money(5)",
    "print(m, type(m) is Money)",
    prelude="",
)
case(
    "a_name_that_loading_looks_up_is_bound_again_where_it_was_not",
    "class P:\n    def __init__(self, x): self.x = x\n    def __hash__(self): return side(self.x)\n"
    "def side(x): return hash(x)\n"
    "s = {P(1)}",
    "side = 'mine'",
    "print(len(s)); print(side)",
    prelude="",
)
case(
    "complex_numbers_that_are_not_a_number",
    "c = [complex('nan'), complex(1, float('nan')), np.complex128('nan'), np.array([complex('nan')])]",
    "print(c)",
)
case(
    "a_measure_of_the_notebook_that_a_search_asks",
    "def measure(y, p): return WEIGHT * float((y == p).mean())\n"
    "search = GridSearchCV(KNeighborsClassifier(), {'n_neighbors': [1, 3]}, cv=2, scoring=make_scorer(measure))",
    "search.fit(np.arange(8.).reshape(-1, 1), [0, 1] * 4)",
    "print(search.best_params_, search.cv_results_['mean_test_score'])",
    prelude="import numpy as np\nfrom sklearn.metrics import make_scorer\n"
    "from sklearn.model_selection import GridSearchCV\n"
    "from sklearn.neighbors import KNeighborsClassifier\nWEIGHT = 2",
)
case(
    "a_union_of_functions_of_the_notebook",
    "def scale(x): return x * BY\nunion = make_union(FunctionTransformer(scale), FunctionTransformer(np.log1p))",
    "print(union.fit_transform(np.ones((1, 1))))",
    prelude="import numpy as np\nfrom sklearn.pipeline import make_union\n"
    "from sklearn.preprocessing import FunctionTransformer\nBY = 3",
)
case(
    "a_formatter_that_looks_a_unit_up",
    "def money(v, place): return f'{v:.0f} {UNIT}'\nfig, ax = plt.subplots(); form = FuncFormatter(money)",
    "ax.xaxis.set_major_formatter(lambda v, place: f'{v:.0f} {UNIT}'); ax.yaxis.set_major_formatter(form)",
    "ax.plot([1, 2]); fig.canvas.draw()\n"
    "print([t.get_text() for axis in (ax.xaxis, ax.yaxis) for t in axis.get_ticklabels()][:3], form(3, 0))",
    prelude="import matplotlib; matplotlib.use('Agg')\nimport matplotlib.pyplot as plt\n"
    "from matplotlib.ticker import FuncFormatter\nUNIT = 'EUR'",
)
case(
    "a_style_that_looks_a_limit_up",
    "def high(v): return 'color: red' if v > LIMIT else ''\ndf = pd.DataFrame({'a': [1, 2]})",
    "styled = df.style.map(high)",
    "print(styled.to_html(uuid='u').count('red'))",
    prelude="import pandas as pd\nLIMIT = 1",
)
case(
    "dates_of_a_time_zone_of_the_notebook",
    "class Zone(tzinfo):\n    def utcoffset(self, at): return timedelta(hours=HOURS)\n"
    "    def dst(self, at): return timedelta(0)\n"
    "zone = Zone(); one = datetime(2024, 1, 1, tzinfo=zone)",
    "other = datetime(2024, 1, 1).replace(tzinfo=zone)",
    "print(one.isoformat(), other.utcoffset(), one.tzinfo is zone, other.tzinfo is zone, other - one)",
    prelude="from datetime import datetime, timedelta, tzinfo\nHOURS = 2",
)
case(
    "what_a_table_says_of_itself_under_a_name",
    "df = pd.DataFrame({'a': [1]}); df.attrs['from'] = ['file']",
    "meta = df.attrs",
    "meta['owner'] = 'me'; meta['from'].append('mail')",
    "print(meta is df.attrs, df.attrs, df.copy().attrs == meta)",
)
case(
    "a_seed_that_is_given_to_a_library",
    "stats.norm.random_state = 3",
    "print(stats.norm.rvs(size=1))",
    "print(stats.norm.rvs(size=1))",
    prelude="from scipy import stats",
    may_refuse="the numbers go on from where they were",
)
case(
    "a_slider_that_tells_a_function",
    "slider, shown = widgets.IntSlider(value=3), widgets.IntText(value=3)\n"
    "slider.observe(lambda change: seen.append(change['new']), names='value')\n"
    "link = widgets.link((slider, 'value'), (shown, 'value'))",
    "slider.value = 7",
    "print(seen, shown.value)\nlink.unlink(); slider.value = 5; print(seen, shown.value)",
    prelude="import ipywidgets as widgets\nseen = []",
)
case(
    "an_object_with_traits_that_tells_a_function",
    "class Dial(traitlets.HasTraits):\n    at = traitlets.Int(0)\n"
    "    @traitlets.observe('at')\n    def _turned(self, change): seen.append('own')\n"
    "dial = Dial(); dial.observe(lambda change: seen.append(change['new']), 'at')",
    "dial.at = 5",
    "print(seen)",
    prelude="import traitlets\nseen = []",
)
case(
    "sets_of_objects_that_lie_elsewhere",
    "class Node:\n    def __init__(self, n): self.n = n; self.near = set()\n"
    "nodes = [Node(n) for n in range(12)]\nfor node in nodes: node.near |= set(nodes)\n"
    "every = set(nodes)\nnames = [node.n for node in every]; near = [node.n for node in nodes[0].near]",
    "every.discard(nodes[4]); names.remove(4)",
    "print([node.n for node in every] == names, [node.n for node in nodes[0].near] == near)",
    prelude="",
)
case(
    "rows_of_a_database_and_the_systems_chance",
    "with sqlite3.connect('x.db') as con:\n    con.row_factory = sqlite3.Row\n"
    "    con.execute('create table t (a, \"b c\")'); con.execute('insert into t values (1, 2)')\n"
    "    rows = con.execute('select * from t').fetchall()\ncon.close(); chance = random.SystemRandom()",
    "print([dict(row) for row in rows], rows[0]['b c'], rows[0]['A'], tuple(rows[0]), 0 <= chance.random() < 1)",
    prelude="import random, sqlite3",
)
case(
    "a_figure_of_another_resolution",
    "fig, ax = plt.subplots(figsize=(2, 1)); fig.set_dpi(30)",
    "ax.plot([1, 2]); fig.savefig('a.png')",
    "print(fig.get_dpi(), fig.dpi_scale_trans, plt.imread('a.png').shape); fig.savefig('b.png')",
    "print(plt.imread('b.png').shape)",
    prelude="import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt",
)
said(
    "a_class_that_counts_where_instances_are_made",
    "class A:\n    made = 0\n    def __new__(cls): cls.made += 1; return super().__new__(cls)\na = A()",
    "print(A.made, a is not None)",
    prelude="",
)
said(
    "a_class_whose_instances_are_made_by_calling_it",
    "class A:\n    total = 0\n    def __init__(self, v): self.v = v; A.total += v\n"
    "    def __reduce__(self): return (A, (self.v,))\n"
    "a = A(5)",
    "print(A.total, a.v)",
    prelude="",
)

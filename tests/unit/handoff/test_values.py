"""Values come to the next step as the notebook had them; producer and consumer are two interpreters."""

import pytest


def pass_on(steps, make, names, use, groups=None):
    """Make values in one process, use them in the next; what the second one printed."""
    steps.ok("make", make, saves=groups or [list(names)])
    return steps.ok("use", use, loads={"make": list(names)})


CASES = {
    "identity within a group": (
        "a = [1]; b = a; c = {'a': a}",
        "abc",
        "print(a is b, c['a'] is a)",
        "True True",
    ),
    "mutation through the other name": ("a = [1]; b = a", "ab", "b.append(2); print(a)", "[1, 2]"),
    "the memory that joined columns of texts take": (
        "import pandas as pd, pyarrow; n = pd.DataFrame({'k': range(900)})\n"
        "df = pd.concat([n.assign(s='x'), n.assign(s='yes')])",
        ["df"],
        "print(df.memory_usage(index=False).tolist())",
        "[14400, 18226]",
    ),
    "a numpy view": (
        "import numpy as np; a = np.arange(10.); v = a[2:5]; r = a[::-2]; m = a.reshape(2, 5).T",
        "avrm",
        "v[0] = 99; print(a[2], r.tolist(), m[2, 0]); r[0] = -1; print(a[9])",
        "99.0 [9.0, 7.0, 5.0, 3.0, 1.0] 99.0\n-1.0",
    ),
    "a view inside containers": (
        "import numpy as np; a = np.arange(100_000); box = {'k': [a[10:20]]}; t = (a[5:], 1)",
        ["a", "box", "t"],
        "box['k'][0][:] = 0; print(a[9:12].tolist(), t[0][5:7].tolist())",
        "[9, 0, 0] [0, 0]",
    ),
    "a class in a part of its library that nothing imported": (
        "import numpy as np; r = np.zeros(2, dtype=[('a', 'i4')]).view(np.recarray); kind = type(r)",
        ["r", "kind"],
        "import numpy as np; r.a[0] = 5; print(type(r) is np.recarray, kind is np.recarray, r[0])",
        "True True (5,)",
    ),
    "views whose root is not handed over": (
        "import numpy as np\nbig = np.arange(1000); x = big[10:20]; y = big[15:25]",
        "xy",
        "x[-1] = -7; print(y[4], y.flags.writeable)",
        "-7 True",
    ),
    "small views whose root is not handed over": (
        "import numpy as np; v = np.arange(6)[1:4]; w = np.arange(12).reshape(3, 4); o = np.zeros(5)",
        "vwo",
        "v[0] = 9; print(v.flags.owndata, w.flags.owndata, o.flags.owndata, v, w.base is None)",
        "False False True [9 2 3] False",
    ),
    "a read-only array": (
        "import numpy as np; a = np.zeros(50_000); a.flags.writeable = False",
        "a",
        "print(a.flags.writeable, a.sum())",
        "False 0.0",
    ),
    "a large array may be changed": (
        "import numpy as np; a = np.ones(100_000); b = np.ones((300, 300), order='F')",
        "ab",
        "a[0] = 5; b.sort(); print(a.sum(), b.flags.f_contiguous)",
        "100004.0 True",
    ),
    "a frame and its copies stay apart": (
        "import pandas as pd; df = pd.DataFrame({'x': range(20_000)}); e = df.rename(columns={'x': 'y'}); s = df['x']",
        ["df", "e", "s"],
        "df.loc[0, 'x'] = 99; print(df.x[0], e.y[0], s[0])",
        "99 0 0",
    ),
    "text columns keep their dtype": (
        "import pandas as pd, pyarrow; n = 50_000\n"
        "df = pd.DataFrame({'s': [f't{i}' for i in range(n)], 'c': pd.Categorical(['a', 'b'] * (n // 2))})\n"
        "df['o'] = pd.Series([f'o{i % 7}' for i in range(n)], dtype=object); df['p'] = pd.Series(['x', None] * (n // 2), dtype=object)\n"
        "df['q'] = pd.Series(['x', float('nan')] * (n // 2), dtype=object)",
        ["df"],
        "print([str(d) for d in df.dtypes], df.o[8], df.p[1] is None, type(df.q[1]).__name__, df.s[49_999])",
        "['str', 'category', 'object', 'object', 'object'] o1 True float t49999",
    ),
    "what is no text stays what it is among texts": (
        "import numpy as np\nclass Tagged(str): pass\nnote = [1]; t = Tagged('t'); t.note = note\n"
        "a = np.array([f'text {n}' for n in range(50_000)], dtype=object)\n"
        "a[5:14] = [None, np.nan, np.str_('n'), t, 3, 'a\\0b', '', '\\udc80\\u00e9', note]; a[49_999] = None; a[20] = a\n"
        "f = a[100:40_100].reshape(200, 200, order='F')",
        ["a", "f", "note"],
        "print([type(one).__name__ for one in a[5:14]], a[8].note is note, ascii(list(a[10:13])), a[13] is note, a[20] is a)\n"
        "print(f[1, 0], f.flags.f_contiguous, a[49_999], list(a[100:49_999]) == [f'text {n}' for n in range(100, 49_999)])",
        "['NoneType', 'float', 'str_', 'Tagged', 'int', 'str', 'str', 'str', 'list'] True "
        "['a\\x00b', '', '\\udc80\\xe9'] True True\ntext 101 True None True",
    ),
    "many texts beside arrays that share memory": (
        "import numpy as np; a = np.arange(3_000_000.); v = a[5:9]\n"
        "t = np.array([f'{n:012d}' for n in range(2_000_000)], dtype=object)",
        "avt",
        "v[0] = -1; print(a[5], t[0], t[-1], all(map(str.isdigit, t)))",
        "-1.0 000000000000 000001999999 True",
    ),
    "functions write the receiver's globals": (
        "n = 0\ndef inc():\n    global n\n    n += 1\n    return n\nf = inc; g = lambda: n * 10",
        ["n", "inc", "f", "g"],
        "print(inc(), n, f is inc, g()); n = 5; print(inc(), g())",
        "1 1 True 10\n6 60",
    ),
    "late binding": (
        "def area(): return helper(3)\ndef helper(x): return x * x",
        ["area", "helper"],
        "print(area())\ndef helper(x): return -x\nprint(area())",
        "9\n-3",
    ),
    "closures, defaults and decorators": (
        "def deco(f):\n    calls = []\n    def wrapped(*a):\n        calls.append(a); return f(*a) + len(calls)\n    return wrapped\n"
        "@deco\ndef add(x, y=[]):\n    return x\nadd(1)",
        ["add"],
        "print(add(1), add(1))",
        "3 4",
    ),
    "a recursive function": (
        "def f(n): return 1 if n < 2 else n * f(n - 1)",
        "f",
        "print(f(5))",
        "120",
    ),
    "classes and their instances": (
        "import enum, dataclasses\nclass A:\n    k = 1\n    def up(self): return type(self).k\nclass B(A): pass\nb = B(); A.k = 7\n"
        "class E(enum.Enum):\n    x = 1\ne = E.x\n@dataclasses.dataclass\nclass D:\n    v: int = 3\nd = D(4)",
        ["A", "B", "b", "E", "e", "D", "d"],
        "print(isinstance(b, A), b.up(), type(b) is B, e is E.x, d == D(4)); A.k = 9; print(b.up())",
        "True 7 True True True\n9",
    ),
    "a generator's position in an iterator": (
        "it = iter([1, 2, 3]); next(it)",
        ["it"],
        "print(list(it))",
        "[2, 3]",
    ),
    "generators of random numbers": (
        "import numpy as np; rng = np.random.default_rng(4); rng.random(3)",
        ["rng"],
        "import numpy as np; r = np.random.default_rng(4); r.random(3); print(rng.random() == r.random())",
        "True",
    ),
    "a figure is not the current one": (
        "import matplotlib.pyplot as plt; fig, ax = plt.subplots(); ax.plot([1, 2])",
        ["fig", "ax"],
        "import matplotlib.pyplot as plt; print(plt.get_fignums(), len(ax.lines), ax.figure is fig)",
        "[] 1 True",
    ),
    "odd values": (
        "import re, functools, decimal, collections, pathlib, datetime\n"
        "v = [float('nan'), re.compile('a+'), functools.partial(int, base=2), decimal.Decimal('1.5'), "
        "collections.defaultdict(lambda: 4), pathlib.Path('x'), datetime.date(2026, 1, 2), b'x', {1, 2}, ValueError('no')]",
        "v",
        "print(v[1].match('aa') is not None, v[2]('11'), v[4]['k'], str(v[6]), v[9])",
        "True 3 4 2026-01-02 no",
    ),
    "a cycle": ("a = []; a.append(a)", "a", "print(a[0] is a)", "True"),
    "unicode that no encoding has": (
        "s = 'x\\udc80'; k = {s: 1}",
        ["s", "k"],
        "print(ascii(s), k[s])",
        "'x\\udc80' 1",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_value_comes_back_as_it_was(case, steps):
    make, names, use, printed = CASES[case]
    assert "\n".join(pass_on(steps, make, names, use)) == printed


LIBRARIES = {
    "polars": (
        "import polars as pl; v = pl.DataFrame({'a': [1, 2], 's': ['x', None]})",
        "print(v.sum()['a'][0])",
        "3",
    ),
    "pyarrow": (
        "import pyarrow as pa; v = pa.table({'a': list(range(50_000))})",
        "print(v.num_rows)",
        "50000",
    ),
    "scipy": (
        "import scipy.sparse as sp; v = sp.eye(30_000, format='csr')",
        "v.data[0] = 2; print(v.sum())",
        "30001.0",
    ),
    "sklearn": (
        "from sklearn.linear_model import LinearRegression; v = LinearRegression().fit([[0], [1]], [0, 2])",
        "print(round(v.predict([[3]])[0], 6))",
        "6.0",
    ),
    "statsmodels": (
        "import numpy as np, statsmodels.api as sm; x = np.arange(9.); v = sm.OLS(2 * x, x).fit()",
        "print(round(v.params[0], 6))",
        "2.0",
    ),
    "torch": (
        "import torch; v = torch.ones(50_000); w = v[:2]",
        "print(float(v.sum()))",
        "50000.0",
    ),
    "xgboost": (
        "import xgboost, numpy as np; v = xgboost.XGBRegressor(n_estimators=2).fit(np.eye(4), [0, 1, 2, 3])",
        "print(v.n_estimators)",
        "2",
    ),
}


@pytest.mark.parametrize("library", LIBRARIES)
def test_values_of_a_library_travel(library, steps):
    pytest.importorskip(library)
    make, use, printed = LIBRARIES[library]
    assert pass_on(steps, make, ["v"], use) == [printed]


def test_groups_of_two_providers_keep_one_class(steps):
    steps.ok("make", "class A: pass\na = A()", saves=[["A", "a"]])
    steps.ok("more", "b = A()", loads={"make": ["A"]}, saves=[["b"]])
    printed = steps.ok(
        "use", "print(type(a) is type(b) is A)", loads={"make": ["A", "a"], "more": ["b"]}
    )
    assert printed == ["True"]


@pytest.mark.parametrize("apart", [True, False])
def test_a_class_keeps_what_the_step_left_that_gives_it(steps, apart):
    make = (
        "import copy\nclass Unit:\n    alive = []\n    def __init__(self): Unit.alive.append(self)\n"
        "units = [Unit(), Unit()]\n"
    )
    again = "import copy\nsave = copy.deepcopy(units)"
    if apart:
        steps.ok("make", make, saves=[["Unit", "units"]])
        steps.ok("more", again, loads={"make": ["Unit", "units"]}, saves=[["save"]])
        loads = {"make": ["Unit", "units"], "more": ["save"]}
    else:
        steps.ok("make", make + again, saves=[["Unit", "units"], ["save"]])
        loads = {"make": ["Unit", "units", "save"]}
    use = "print(Unit.alive[0] is units[0], save[0] in units, type(save[0]) is Unit)"
    assert steps.ok("use", use, loads=loads) == ["True False True"]


def test_a_class_that_is_not_needed_and_cannot_be_imported_breaks_nothing(steps):
    (steps.base / "make").mkdir()
    (steps.base / "make" / "only_here.py").write_text("class Gone: pass")
    steps.ok("make", "from only_here import Gone\ng = Gone(); n = 1", saves=[["g"], ["n"]])
    assert steps.ok("use", "print(n)", loads={"make": ["n"]}) == ["1"]
    ended = steps.run("broken", "", loads={"make": ["g"]})
    assert (ended.problem["cause"], ended.problem["name"]) == ("input_corrupt", "g")
    assert "only_here" in ended.problem["message"]


def test_everything_travels_when_nobody_can_say_what_is_needed(steps):
    make = "import math\nexec('w = 41'); _p = 2; gen = (i for i in ()); f = lambda: w"
    steps.ok("make", make, saves=[["*"]])
    printed = steps.ok(
        "use", "print(w, _p, f(), math.pi > 3, 'gen' in globals())", loads={"make": ["*"]}
    )
    assert printed == ["41 2 41 True False"]


def test_what_a_later_step_asks_for_is_not_left_out_where_everything_travels(steps):
    make = "gen = (i for i in ()); n = 1"
    ended = steps.run("make", make, saves=[["*", "n", "gen"]])
    assert (ended.problem["cause"], ended.problem["name"]) == ("not_picklable", "gen")
    steps.ok("again", make, saves=[["*", "n"]])
    assert steps.ok("use", "print(n, 'gen' in globals())", loads={"again": ["*", "n"]}) == [
        "1 False"
    ]


def test_mapped_values_arrive_as_lists_in_item_order(steps):
    steps.ok("make", "items = ['a', 'b', 'c']", saves=[["items"]])
    for index in range(3):
        item = {"name": "item", "over": "items", "index": index}
        steps.ok(
            f"each-{index}", "r = item * 2", loads={"make": ["items"]}, saves=[["r"]], item=item
        )
    folders = [steps.folder(f"each-{index}") for index in range(3)]
    use = {"loads": {"each": ["r"]}, "mapped": {"each": ["r"]}}
    assert steps.ok("use", "print(r)", providers={"each": folders}, **use) == ["['aa', 'bb', 'cc']"]
    assert steps.ok("none", "print(r)", providers={"each": []}, **use) == ["[]"]


def test_only_what_was_bound_travels(steps):
    steps.ok("make", "if False: x = 1\ny = 2", saves=[["x", "y"]])
    assert steps.ok("use", "print(y, 'x' in globals())", loads={"make": ["x", "y"]}) == ["2 False"]


def test_frames_of_objects_without_equality_travel(steps):
    make = """
    import pandas as pd, numpy as np
    class P: pass
    p = P()
    df = pd.DataFrame({'p': [p, P()], 'a': [np.zeros(2), [1, float('nan')]], 'n': [1, None]}); o = np.array([p, {'k': 1}])
    """
    steps.ok("make", make, saves=[["df", "p", "o", "P"]])
    use = "print(df.p[0] is p is o[0], df.a[1][0], o[1])"
    assert steps.ok("use", use, loads={"make": ["df", "p", "o"]}) == ["True 1 {'k': 1}"]


def test_with_everything_only_what_comes_back_as_it_is_travels(steps):
    make = (
        "class Odd:\n    def __reduce__(self): return (list, ())\n"
        "class Lost:\n    def __reduce__(self): return (int, ('no number',))\n"
        "x = 1; o = Odd(); n = Lost(); y = [2]"
    )
    steps.ok("make", make, saves=[["*"]])
    use = "print(x, y, 'o' in globals(), 'n' in globals())"
    assert steps.ok("use", use, loads={"make": ["*"]}) == ["1 [2] False False"]


CURRY = """
import functools, sys
class curry:
    def __init__(self, func, *given):
        self.func, self.given = func, given
        functools.update_wrapper(self, func)
    def __call__(self, *given):
        return self.func(*self.given, *given)
    def __reduce__(self):
        return again, (curry, f"{self.func.__module__}:{self.func.__name__}", self.given, {}, (), True)
def again(kind, func, given, named, attributes, decorated):
    if isinstance(func, str):
        return getattr(sys.modules[func.partition(":")[0]], func.partition(":")[2])
    return kind(func, *given)
"""
"""What toolz is in this: it pickles a decorated function as the place where its module has it."""


def test_a_curried_function_of_the_notebook_is_there_before_its_name_is_bound(steps, tmp_path):
    (tmp_path / "toolz").mkdir()
    (tmp_path / "toolz" / "functoolz.py").write_text(CURRY)
    there = {"PYTHONPATH": str(tmp_path)}
    make = """
    from toolz.functoolz import curry
    @curry
    def times(a, b): return a * b * k
    k = 2
    """
    steps.ok("make", make, saves=[["times"], ["k"]], environ=there)
    use = steps.ok("use", "print(times(3, 4))", loads={"make": ["times", "k"]}, environ=there)
    assert use == ["24"]

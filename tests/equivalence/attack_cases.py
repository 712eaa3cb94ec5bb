"""Small notebooks that attack the dataflow, written without looking at the analysis.

`CASES[name] = (prelude, steps)`: each step is one cell tagged `step:s<i>`. The split run must print what the linear
run prints, step by step, or be refused before it runs. `MAY_REFUSE` names those where a person would refuse as well.
"""

P = "import numpy as np, pandas as pd, os, sys\n"
CASES: dict[str, tuple[str, list[str]]] = {}
MAY_REFUSE: dict[str, str] = {}


def case(name: str, *steps: str, prelude: str = P, may_refuse: str | None = None) -> None:
    assert name not in CASES, name
    CASES[name] = (prelude, list(steps))
    if may_refuse:
        MAY_REFUSE[name] = may_refuse


# --- mutation through libraries
case("np_fill_diagonal", "a = np.zeros((2, 2))", "np.fill_diagonal(a, 3)", "print(a.tolist())")
case("np_sort_method", "a = np.array([3, 1, 2])", "a.sort()", "print(a.tolist())")
case(
    "np_place_putmask",
    "a = np.arange(4)",
    "np.putmask(a, a > 1, 9); np.place(a, a < 1, [5])",
    "print(a.tolist())",
)
case("np_ufunc_at", "a = np.zeros(3, int)", "np.add.at(a, [0, 0, 2], 1)", "print(a.tolist())")
case(
    "np_ravel_view",
    "a = np.zeros((2, 2)); r = a.ravel()",
    "r[0] = 5",
    "print(a.tolist(), np.shares_memory(a, r))",
)
case(
    "np_transpose_view",
    "a = np.arange(4).reshape(2, 2); t = a.T",
    "t[0, 1] = 9",
    "print(a.tolist())",
)
case(
    "np_reshape_in_dict",
    "a = np.arange(6); d = {'m': a.reshape(2, 3)}",
    "d['m'][0, 0] = 7",
    "print(a.tolist())",
)
case(
    "np_nditer",
    "a = np.arange(3)",
    "for x in np.nditer(a, op_flags=['readwrite']):\n    x[...] = x * 2",
    "print(a.tolist())",
)
case(
    "np_vectorize_state",
    "n = [0]\ndef f(x):\n    n[0] += 1\n    return x\nv = np.vectorize(f, otypes=[int])",
    "v(np.arange(3))",
    "print(n)",
)
case(
    "pd_loc_store",
    "df = pd.DataFrame({'a': [1, 2]})",
    "df.loc[0, 'a'] = 10",
    "print(df.a.tolist())",
)
case(
    "pd_pop_column",
    "df = pd.DataFrame({'a': [1], 'b': [2]})",
    "s = df.pop('a')",
    "print(list(df.columns), s.tolist())",
)
case(
    "pd_insert_column",
    "df = pd.DataFrame({'a': [1]})",
    "df.insert(0, 'z', [5])",
    "print(list(df.columns))",
)
case(
    "pd_update",
    "a = pd.DataFrame({'x': [1, 2]}); b = pd.DataFrame({'x': [9, 9]})",
    "a.update(b)",
    "print(a.x.tolist())",
)
case("pd_attrs", "df = pd.DataFrame({'a': [1]})", "df.attrs['unit'] = 'kg'", "print(df.attrs)")
case(
    "pd_index_name", "df = pd.DataFrame({'a': [1]})", "df.index.name = 'id'", "print(df.index.name)"
)
case(
    "pd_columns_assign",
    "df = pd.DataFrame({'a': [1]})",
    "df.columns = ['q']",
    "print(list(df.columns))",
)
case(
    "pd_eval_inplace",
    "df = pd.DataFrame({'a': [1]})",
    "df.eval('b = a + 1', inplace=True)",
    "print(df.b.tolist())",
)
case(
    "pd_apply_side_effect",
    "seen = []\ndf = pd.DataFrame({'a': [1, 2]})",
    "df['a'].apply(seen.append)",
    "print(seen)",
)
case(
    "pd_pipe_function",
    "df = pd.DataFrame({'a': [1]})\ndef addb(d):\n    d['b'] = 2\n    return d",
    "out = df.pipe(addb)",
    "print(list(df.columns), out is df)",
)
case(
    "pd_groupby_object_after_change",
    "df = pd.DataFrame({'k': ['a', 'b'], 'v': [1, 2]}); g = df.groupby('k')",
    "df['v'] = 9",
    "print(df.v.tolist(), g.size().tolist())",
)
case(
    "pd_series_values_view",
    "s = pd.Series([1.0, 2.0]); v = s.to_numpy(copy=True)",
    "v[0] = 9",
    "print(v.tolist(), s.tolist())",
)
case(
    "sk_partial_fit",
    "from sklearn.linear_model import SGDClassifier\nm = SGDClassifier(random_state=0)\nX = np.array([[0.], [1.]]); y = [0, 1]",
    "m.partial_fit(X, y, classes=[0, 1])",
    "print(m.predict([[2.0]]).tolist())",
)
case(
    "sk_pipeline_shares_step",
    "from sklearn.preprocessing import StandardScaler\nfrom sklearn.pipeline import make_pipeline\nsc = StandardScaler(); p = make_pipeline(sc)",
    "p.fit(np.array([[1.], [3.]]))",
    "print(sc.mean_.tolist())",
)
case(
    "json_load_into_list", "import json\nacc = []", "acc.extend(json.loads('[1, 2]'))", "print(acc)"
)
case(
    "collections_counter",
    "from collections import Counter\nc = Counter('aab')",
    "c.update('b'); c.subtract('a')",
    "print(sorted(c.items()))",
)
case(
    "deque_rotate",
    "from collections import deque\nd = deque([1, 2, 3])",
    "d.rotate(1)",
    "print(list(d))",
)
case("bisect_insort", "import bisect\nL = [1, 3]", "bisect.insort(L, 2)", "print(L)")
case("operator_setitem", "import operator\nd = {}", "operator.setitem(d, 'k', 1)", "print(d)")
case("list_methods_by_map", "L = []", "list(map(L.append, range(3)))", "print(L)")
case(
    "functools_partial_mutates",
    "from functools import partial\nL = []\nadd = partial(L.append)",
    "add(4)",
    "print(L)",
)
case("bound_method_kept", "L = []\nadd = L.append", "add(1); add(2)", "print(L)")
case("unbound_method", "L = [3, 1]", "list.sort(L)", "print(L)")
case(
    "sorted_key_side_effect",
    "log = []\ndef key(x):\n    log.append(x)\n    return -x",
    "r = sorted([1, 2], key=key)",
    "print(log, r)",
)
case("slice_assign", "L = [1, 2, 3]", "L[1:] = []", "print(L)")
case(
    "star_unpack_mutate",
    "rows = [[1], [2], [3]]\nfirst, *rest = rows",
    "rest[0].append(9)",
    "print(rows)",
)
case("zip_objects", "a = [[], []]", "for x, y in zip(a, [1, 2]):\n    x.append(y)", "print(a)")
case(
    "dict_values_mutate",
    "d = {'a': [], 'b': []}",
    "for v in d.values():\n    v.append(1)",
    "print(d)",
)
case(
    "nested_attr_chain",
    "class N: pass\nroot = N(); root.child = N(); root.child.items = []\nleaf = root.child",
    "leaf.items.append(5)",
    "print(root.child.items)",
)
case(
    "property_setter",
    "class T:\n    def __init__(self): self._x = 0\n    @property\n    def x(self): return self._x\n    @x.setter\n    def x(self, v): self._x = v * 2\nt = T()",
    "t.x = 4",
    "print(t.x)",
)
case(
    "context_manager_mutates",
    "class Acc:\n    def __init__(self): self.log = []\n    def __enter__(self): self.log.append('in'); return self\n    def __exit__(self, *a): self.log.append('out')\nacc = Acc()",
    "with acc:\n    pass",
    "print(acc.log)",
)
case(
    "callable_instance",
    "class Count:\n    def __init__(self): self.n = 0\n    def __call__(self): self.n += 1; return self.n\nc = Count()",
    "c(); c()",
    "print(c.n)",
)
case(
    "operator_overload_iadd",
    "class B:\n    def __init__(self): self.v = []\n    def __iadd__(self, o): self.v.append(o); return self\nb = B(); alias = b",
    "b += 3",
    "print(alias.v, alias is b)",
)
case(
    "getitem_has_side_effect",
    "class D(dict):\n    def __missing__(self, k): self[k] = len(self); return self[k]\nd = D()",
    "d['a']; d['b']",
    "print(dict(d))",
)
case(
    "defaultdict_read_creates",
    "from collections import defaultdict\nd = defaultdict(list)",
    "_x = d['new']",
    "print(dict(d))",
)
case(
    "comparison_side_effect",
    "class E:\n    n = 0\n    def __eq__(self, o): E.n += 1; return True\n    __hash__ = None\ne = E()",
    "r = e == 1",
    "print(E.n)",
)
case(
    "str_side_effect",
    "class S:\n    def __init__(self): self.n = 0\n    def __repr__(self): self.n += 1; return 'S'\ns = S()",
    "t = f'{s!r}'",
    "print(s.n)",
)

# --- classes and functions
case(
    "class_hierarchy_registry",
    "REG = {}\nclass Base:\n    def __init_subclass__(cls, **k): REG[cls.__name__] = cls",
    "class A(Base): pass",
    "print(sorted(REG), issubclass(REG['A'], Base))",
)
case(
    "class_attribute_list_shared",
    "class C:\n    items = []\na = C()",
    "a.items.append(1)",
    "print(C.items, C().items)",
)
case(
    "classmethod_counter",
    "class C:\n    n = 0\n    @classmethod\n    def up(cls): cls.n += 1",
    "C.up()",
    "print(C.n)",
)
case(
    "dataclass_default_factory",
    "from dataclasses import dataclass, field\n@dataclass\nclass R:\n    xs: list = field(default_factory=list)\nr = R()",
    "r.xs.append(2)",
    "print(r, isinstance(r, R))",
)
case(
    "enum_identity",
    "from enum import Enum\nclass Color(Enum):\n    RED = 1\nc = Color.RED",
    "d = {'c': c}",
    "print(d['c'] is Color.RED, c is d['c'])",
)
case(
    "namedtuple_type",
    "from collections import namedtuple\nPt = namedtuple('Pt', 'x y')\np = Pt(1, 2)",
    "q = p._replace(x=5)",
    "print(q, isinstance(q, Pt))",
)
case(
    "super_chain",
    "class A:\n    def f(self): return 'A'\nclass B(A):\n    def f(self): return super().f() + 'B'",
    "b = B()",
    "print(b.f())",
)
case(
    "method_patched_later",
    "class A:\n    def f(self): return 1\na = A()",
    "A.f = lambda self: 2",
    "print(a.f())",
)
case(
    "instance_before_class_change",
    "class A:\n    v = 1\na = A()",
    "class A:\n    v = 2\nb = A()",
    "print(a.v, b.v, isinstance(a, A))",
)
case(
    "closure_counter",
    "def make():\n    n = 0\n    def up():\n        nonlocal n\n        n += 1\n        return n\n    return up\nup = make()",
    "up(); up()",
    "print(up())",
)
case(
    "closure_over_loop_variable",
    "fs = []\nfor i in range(3):\n    fs.append(lambda: i)",
    "i = 10",
    "print([f() for f in fs])",
)
case(
    "closure_shared_cell",
    "def pair():\n    box = []\n    return box.append, lambda: list(box)\nput, get = pair()",
    "put(7)",
    "print(get())",
)
case(
    "lru_cache_state",
    "from functools import lru_cache\ncalls = []\n@lru_cache(None)\ndef f(x):\n    calls.append(x)\n    return x * 2",
    "f(1); f(1)",
    "print(calls)",
)
case(
    "singledispatch_register",
    "from functools import singledispatch\n@singledispatch\ndef show(x): return 'any'",
    "@show.register\ndef _(x: int): return 'int'",
    "print(show(1), show('s'))",
    may_refuse="a dispatcher's registry holds weak references",
)
case(
    "decorator_with_arguments",
    "log = []\ndef tag(name):\n    def deco(f):\n        log.append(name)\n        return f\n    return deco",
    "@tag('a')\ndef g(): return 5",
    "print(log, g())",
)
case(
    "recursive_functions",
    "def even(n): return n == 0 or odd(n - 1)\ndef odd(n): return n != 0 and even(n - 1)",
    "r = even(10)",
    "print(r, odd(3))",
)
case("function_attribute", "def f(): return f.n\nf.n = 1", "f.n += 4", "print(f())")
case(
    "global_in_nested",
    "total = 0\ndef outer():\n    def inner():\n        global total\n        total += 5\n    inner()",
    "outer()",
    "print(total)",
)
case(
    "kwargs_mutated",
    "def put(d, **k):\n    d.update(k)\nstore = {}",
    "put(store, a=1)",
    "print(store)",
)
case("return_argument", "def same(x): return x\na = [1]\nb = same(a)", "b.append(2)", "print(a)")
case(
    "argument_stored_globally",
    "cache = {}\ndef keep(k, v): cache[k] = v\nv = [1]",
    "keep('v', v)",
    "v.append(2)\nprint(cache)",
)
case(
    "generator_function_reads_late",
    "k = 1\ndef gen():\n    for i in range(2):\n        yield i * k",
    "k = 10",
    "print(list(gen()))",
)
case(
    "annotation_evaluated",
    "T = int\ndef f(x: T) -> T: return x",
    "y = f(3)",
    "print(y, f.__annotations__['x'].__name__)",
)
case(
    "type_alias_and_typing",
    "from typing import NamedTuple\nclass Row(NamedTuple):\n    a: int = 1",
    "r = Row()",
    "print(r, r.a)",
)
case(
    "conditional_function",
    "fast = True\nif fast:\n    def f(): return 'fast'\nelse:\n    def f(): return 'slow'",
    "fast = False",
    "print(f())",
)
case(
    "function_redefined_between",
    "def f(): return 1\ndef g(): return f()",
    "a = g()\ndef f(): return 2",
    "print(a, g())",
)
case(
    "lambda_default_captures",
    "fs = [lambda x=i: x for i in range(3)]",
    "n = len(fs)",
    "print([f() for f in fs], n)",
)
case("async_cell", "import asyncio\nasync def get(): return 4", "v = await get()", "print(v)")
case("class_body_reads_global", "k = 3\nclass A:\n    v = k * 2", "k = 9", "print(A.v, k)")
case(
    "metaclass_state",
    "class M(type):\n    made = []\n    def __new__(m, n, b, d):\n        m.made.append(n)\n        return super().__new__(m, n, b, d)",
    "class X(metaclass=M): pass",
    "print(M.made, X.__name__)",
)

# --- hidden state
case(
    "np_seed_branches",
    "np.random.seed(1)",
    "a = np.random.rand(2).round(3).tolist()",
    "b = np.random.rand(2).round(3).tolist(); print(b)",
    "print(a)",
)
case(
    "random_state_in_pandas_sample",
    "np.random.seed(0)\ndf = pd.DataFrame({'a': range(10)})",
    "s = df.sample(3).a.tolist()",
    "print(s, df.sample(2).a.tolist())",
)
case(
    "rng_shared_by_two_objects",
    "rng = np.random.default_rng(5)\nclass U:\n    def __init__(self, r): self.r = r\nu = U(rng)",
    "x = u.r.random()",
    "print(round(rng.random(), 6))",
)
case(
    "random_module_choice",
    "import random\nrandom.seed(3)",
    "a = random.choice(range(100))",
    "print(a, random.random())",
)
case(
    "random_from_import",
    "from random import seed, random\nseed(7)",
    "a = random()",
    "print(round(random(), 6), round(a, 6))",
    prelude="",
)
case(
    "np_random_from_import",
    "from numpy.random import seed, rand\nseed(7)",
    "a = rand()",
    "print(round(rand(), 6), round(a, 6))",
    prelude="",
)
case(
    "sklearn_split_global_rng",
    "from sklearn.model_selection import train_test_split\nnp.random.seed(4)\nX = list(range(10))",
    "a, b = train_test_split(X)",
    "c, d = train_test_split(X); print(a, b, c, d)",
)
case(
    "environ_in_function",
    "def cfg(): os.environ['PQ'] = 'x'",
    "cfg()",
    "print(os.environ.get('PQ'))",
)
case(
    "environ_deleted",
    "os.environ['PQ2'] = '1'",
    "del os.environ['PQ2']",
    "print('PQ2' in os.environ)",
)
case(
    "pd_options_dot",
    "pd.options.display.max_rows = 3\ndf = pd.DataFrame({'a': range(9)})",
    "n = len(df)",
    "print(df)",
)
case("np_printoptions", "np.set_printoptions(precision=2)", "a = np.array([1.23456])", "print(a)")
case(
    "warnings_filter",
    "import warnings\nwarnings.filterwarnings('error', category=UserWarning)",
    "pass",
    "try:\n    warnings.warn('x', UserWarning)\n    print('warned')\nexcept UserWarning:\n    print('raised')",
)
case(
    "locale_decimal_context",
    "import decimal\ndecimal.getcontext().prec = 3",
    "pass",
    "print(decimal.Decimal(1) / decimal.Decimal(3))",
)
case(
    "sys_path_and_recursion",
    "sys.setrecursionlimit(4321)",
    "pass",
    "print(sys.getrecursionlimit())",
)
case(
    "contextvar",
    "import contextvars\ncv = contextvars.ContextVar('cv', default=0)",
    "tok = cv.set(5)",
    "print(cv.get())",
    may_refuse="context variables do not pickle",
)
case(
    "rcparams",
    "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt",
    "plt.rcParams['lines.linewidth'] = 7",
    "print(plt.rcParams['lines.linewidth'])",
)
case(
    "logging_level",
    "import logging\nlog = logging.getLogger('x.y')\nlog.setLevel(logging.ERROR)",
    "pass",
    "print(log.level)",
)
case(
    "module_attribute_patched",
    "import math\nmath.tau2 = 12",
    "pass",
    "print(math.tau2)",
    may_refuse="a patched module",
)
case(
    "monkeypatch_class_of_library",
    "pd.DataFrame.hello = lambda self: 'hi'",
    "df = pd.DataFrame({'a': [1]})",
    "print(df.hello())",
    may_refuse="a patched library class",
)
case(
    "cwd_then_relative_file",
    "import tempfile\nos.chdir(tempfile.mkdtemp())",
    "open('r.txt', 'w').write('z')",
    "print(open('r.txt').read())",
)

# --- effects outside the kernel
case(
    "file_chain",
    "open('f1.txt', 'w').write('a')",
    "open('f1.txt', 'a').write('b')",
    "print(open('f1.txt').read())",
)
case(
    "csv_round_trip",
    "df = pd.DataFrame({'a': [1, 2]}); df.to_csv('t.csv', index=False)",
    "df2 = pd.read_csv('t.csv'); df2['a'] += 1; df2.to_csv('t.csv', index=False)",
    "print(pd.read_csv('t.csv').a.tolist())",
)
case(
    "path_object_write",
    "from pathlib import Path\np = Path('d1'); p.mkdir(exist_ok=True)",
    "(p / 'x.txt').write_text('q')",
    "print((p / 'x.txt').read_text(), sorted(q.name for q in p.iterdir()))",
)
case(
    "file_removed",
    "open('gone.txt', 'w').write('1')",
    "os.remove('gone.txt')",
    "print(os.path.exists('gone.txt'))",
)
case("shell_writes", "!echo hello > s.txt", "!echo more >> s.txt", "print(open('s.txt').read())")
case(
    "writefile_magic",
    '%%writefile cfg.json\n{"k": 3}',
    "import json\nk = json.load(open('cfg.json'))['k']",
    "print(k)",
    prelude="",
)
case(
    "np_save_load",
    "np.save('arr.npy', np.arange(3))",
    "a = np.load('arr.npy') * 2; np.save('arr.npy', a)",
    "print(np.load('arr.npy').tolist())",
)
case(
    "glob_listing",
    "for i in range(3): open(f'part{i}.txt', 'w').write(str(i))",
    "import glob\nnames = sorted(glob.glob('part*.txt'))",
    "print(names, sum(int(open(n).read()) for n in names))",
)
case(
    "written_module_imported",
    "%%writefile mymod_attack.py\nVALUE = 41\ndef inc(): return VALUE + 1",
    "import mymod_attack\nv = mymod_attack.inc()",
    "print(v, mymod_attack.VALUE)",
    prelude="",
)
case(
    "sqlite_file",
    "import sqlite3\nc = sqlite3.connect('t.db'); c.execute('create table t(x)'); c.commit(); c.close()",
    "c = sqlite3.connect('t.db'); c.execute('insert into t values (5)'); c.commit(); c.close()",
    "c = sqlite3.connect('t.db'); print(c.execute('select * from t').fetchall()); c.close()",
)
case(
    "shutil_move",
    "import shutil\nopen('m1.txt', 'w').write('mv')",
    "shutil.move('m1.txt', 'm2.txt')",
    "print(os.path.exists('m1.txt'), open('m2.txt').read())",
)
case(
    "subprocess_effect",
    "import subprocess\nopen('in.txt', 'w').write('abc')",
    "subprocess.run(['cp', 'in.txt', 'out.txt'], check=True)",
    "print(open('out.txt').read())",
)

# --- what cannot travel, or must be named
case(
    "open_handle_used_later",
    "fh = open('h.txt', 'w')",
    "fh.write('x'); fh.close()",
    "print(open('h.txt').read())",
    may_refuse="an open file does not travel",
)
case(
    "generator_across",
    "g = (i for i in range(4))",
    "a = next(g)",
    "print(a, next(g))",
    may_refuse="a generator does not travel",
)
case(
    "sqlite_memory",
    "import sqlite3\ncon = sqlite3.connect(':memory:'); con.execute('create table t(x)')",
    "con.execute('insert into t values (1)')",
    "print(con.execute('select count(*) from t').fetchone())",
    may_refuse="a connection does not travel",
)
case(
    "thread_lock",
    "import threading\nlock = threading.Lock(); n = [0]\ndef up():\n    with lock: n[0] += 1",
    "up()",
    "print(n)",
    may_refuse="a lock does not travel",
)
case(
    "thread_writes_global",
    "import threading\nbox = []\nt = threading.Thread(target=lambda: box.append(1)); t.start(); t.join()",
    "box.append(2)",
    "print(box)",
    may_refuse="a thread object does not travel",
)
case(
    "list_iterator",
    "it = iter([1, 2, 3])",
    "a = next(it)",
    "print(a, next(it))",
    may_refuse="an iterator's position",
)
case(
    "reversed_and_enumerate",
    "e = enumerate('abc')",
    "next(e)",
    "print(list(e))",
    may_refuse="an iterator's position",
)
case(
    "map_object_partly_used",
    "m = map(str, [1, 2, 3])",
    "next(m)",
    "print(list(m))",
    may_refuse="an iterator's position",
)
case(
    "itertools_count",
    "import itertools\nids = itertools.count()",
    "a = next(ids); b = next(ids)",
    "print(a, b, next(ids))",
    may_refuse="an iterator's position",
)
case(
    "weakref",
    "import weakref\nclass O: pass\no = O(); w = weakref.ref(o)",
    "x = w() is o",
    "print(x, w() is o)",
    may_refuse="a weak reference does not travel",
)
case("stringio_position", "import io\nb = io.StringIO('abc')", "b.read(1)", "print(b.read())")

# --- names and scopes
case("shadowed_module", "import math\nmath = 5", "y = math + 1", "print(y, math)")
case("name_deleted_then_rebound", "x = 1", "del x", "x = 3", "print(x)")
case(
    "try_else_binding",
    "try:\n    v = 1\nexcept ValueError:\n    v = 2\nelse:\n    w = 3",
    "v += w",
    "print(v, w)",
)
case("while_else", "n = 3\nwhile n:\n    n -= 1\nelse:\n    done = True", "n = 5", "print(n, done)")
case(
    "with_multiple_targets",
    "import contextlib\nwith contextlib.nullcontext([1]) as a, contextlib.nullcontext(2) as b:\n    pass",
    "a.append(b)",
    "print(a, b)",
)
case(
    "comprehension_reads_global_late",
    "k = 2\nf = lambda xs: [x * k for x in xs]",
    "k = 5",
    "print(f([1, 2]))",
)
case(
    "maybe_bound_in_loop",
    "last = None\nfor x in []:\n    last = x",
    "y = last is None",
    "print(y, last)",
)
case("augmented_string_alias", "a = 'x'; b = a", "a += 'y'", "print(a, b)")
case("tuple_swap", "a, b = [1], [2]", "a, b = b, a", "a.append(9)\nprint(a, b)")
case("chained_assignment", "a = b = c = []", "b.append(1)", "print(a, c, a is c)")
case("underscore_names", "_private = [1]", "_private.append(2)", "print(_private)")
case("builtins_shadowed_then_deleted", "list = [1]", "del list", "print(list('ab'))")
case(
    "locals_call",
    "a = 1\nd = dict(locals())['a']",
    "e = d + 1",
    "print(e)",
    may_refuse="locals() reads everything",
)
case("exec_with_variable", "code = 'zz = 5'\nexec(code)", "yy = zz + 1", "print(yy)")
case(
    "getattr_dynamic",
    "class A: pass\na = A(); name = 'v'",
    "setattr(a, name, 3)",
    "print(getattr(a, name))",
)
case("vars_update", "class A: pass\na = A()", "vars(a).update(q=4)", "print(a.q)")
case(
    "import_inside_function",
    "def f():\n    import math as m\n    return m.pi",
    "r = round(f(), 2)",
    "print(r)",
)
case(
    "from_import_renamed",
    "from os import path as p",
    "q = p.join('a', 'b')",
    "print(q, p.basename(q))",
)
case(
    "reimport_after_reload",
    "import json, importlib\nimportlib.reload(json)",
    "s = json.dumps({'a': 1})",
    "print(s)",
    prelude="",
)
case(
    "try_import_fallback",
    "try:\n    import ujson_not_there as j\nexcept ImportError:\n    import json as j",
    "s = j.dumps([1])",
    "print(s, j.__name__)",
)
case(
    "formula_names",
    "th = 2\ndf = pd.DataFrame({'a': [1, 3]})",
    "th = 0",
    "print(len(df.query('a > @th')))",
)
case(
    "format_map_names",
    "who = 'bob'",
    "t = '{who}'.format_map({'who': who})",
    "print(t, '%(who)s' % {'who': who})",
)
case("line_magic_assign", "x = %time 5 + 1", "y = x", "print(y)", prelude="")
case(
    "capture_then_use",
    "%%capture out\nprint('inner')\nz = 8",
    "w = out.stdout.strip()",
    "print(w, z)",
    prelude="",
)
case("shell_var", "v = 'word'", "r = !echo $v", "print(r[0])", prelude="")
case("display_and_trailing_semicolon", "a = [1]", "a.append(2);", "a", "print(a)")
case("last_expression_mutates", "a = [3, 1]", "a.pop()", "print(a)")
case(
    "many_small_steps",
    *[f"v{i} = {i}" if i == 0 else f"v{i} = v{i - 1} + 1" for i in range(8)],
    "print(v7)",
)
case("diamond_two_mutators", "a = {'n': 0}", "a['b'] = 1", "a['c'] = 2", "print(a)")
case("diamond_two_readers", "a = list(range(3))", "s = sum(a)", "m = max(a)", "print(s, m, a)")
case(
    "readers_share_then_identity",
    "a = [1]; pair = (a, a)",
    "b = pair[0]",
    "print(pair[0] is pair[1], b is a)",
)
case(
    "alias_via_default_argument",
    "reg = []\ndef add(x, to=reg):\n    to.append(x)",
    "add(1)",
    "print(reg)",
)
case(
    "alias_via_instance_attribute",
    "data = [1]\nclass Box:\n    def __init__(self, d): self.d = d\nbox = Box(data)",
    "box.d.append(2)",
    "print(data)",
)
case(
    "alias_via_closure",
    "data = [1]\ndef mk(d):\n    return lambda: d\nget = mk(data)",
    "get().append(2)",
    "print(data)",
)
case(
    "alias_via_dict_of_frames",
    "df = pd.DataFrame({'a': [1]}); all_ = {'x': df}",
    "all_['x']['b'] = 2",
    "print(list(df.columns))",
)
case(
    "alias_via_sorted_list",
    "rows = [{'k': 2}, {'k': 1}]\nby = sorted(rows, key=lambda r: r['k'])",
    "by[0]['seen'] = True",
    "print(rows)",
)
case(
    "alias_via_filter",
    "rows = [{'k': 2}, {'k': 1}]\nbig = [r for r in rows if r['k'] > 1]",
    "big[0]['z'] = 0",
    "print(rows)",
)
case(
    "alias_via_copy_shallow",
    "import copy\na = [[1]]\nb = copy.copy(a)",
    "b[0].append(2)",
    "print(a)",
)
case("alias_via_list_call", "a = [[1]]\nb = list(a)", "b[0].append(2)", "print(a)")
case("alias_via_dict_get", "d = {'a': []}\nx = d.get('a')", "x.append(1)", "print(d)")
case("alias_via_setdefault", "d = {}\nx = d.setdefault('a', [])", "x.append(1)", "print(d)")
case("alias_via_max", "rows = [[1], [5]]\nm = max(rows)", "m.append(9)", "print(rows)")
case("alias_via_ternary", "a, b = [1], [2]\nc = a if len(a) else b", "c.append(3)", "print(a, b)")
case("alias_via_or", "a = []\nb = [2]\nc = a or b", "c.append(3)", "print(a, b)")
case(
    "alias_via_global_swap",
    "cur = [1]\nold = None\ndef rotate():\n    global cur, old\n    old, cur = cur, [0]",
    "rotate()",
    "old.append(9)\nprint(cur, old)",
)
case(
    "object_graph_cycle",
    "class N: pass\na = N(); b = N(); a.o = b; b.o = a",
    "a.o.tag = 'B'",
    "print(b.tag, b.o is a, a.o.o is a)",
)
case(
    "matplotlib_axes_alias",
    "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt\nfig, ax = plt.subplots()",
    "ax.set_title('T')",
    "print(fig.axes[0].get_title(), fig.axes[0] is ax)\nplt.close('all')",
)

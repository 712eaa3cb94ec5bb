"""Small notebooks that attack the handoff once more: settings of libraries, memory of arrays, iterators, files."""

from tests.equivalence.table import Table

case = Table()

case(
    "flags_of_decimal_numbers",
    "import decimal\ndecimal.getcontext().clear_flags()\nx = decimal.Decimal(1)/decimal.Decimal(3)",
    "import decimal\nprint(decimal.getcontext().flags[decimal.Inexact])",
    may_refuse="flags tell of one kernel",
)
case(
    "flags_that_a_function_raised",
    "def f():\n    return Decimal('1.23456789012345678901234567890123') + 1\nr = f()",
    "print(r, getcontext().flags[Inexact])",
    prelude="from decimal import *",
    may_refuse="flags tell of one kernel",
)
case(
    "a_trap_of_decimal_numbers",
    "ctx = getcontext(); ctx.traps[Inexact] = True",
    "try:\n    print(Decimal(1)/3)\nexcept Inexact: print('trapped')",
    prelude="from decimal import *",
)
case(
    "a_text_and_where_a_dict_has_it",
    "s = 'he llo!'; d = {'a': s, 'b': s}; e = {'a': 'xy z'}",
    "print(d['a'] is d['b'], d['a'] is s)",
    may_refuse="a text of another kernel",
)
case(
    "a_function_that_patches_a_module",
    "def patch(lib): lib.pi = 3\npatch(math)",
    "print(math.pi)",
    prelude="import math",
    may_refuse="a patched module",
)
case(
    "the_buffer_of_numpy",
    "np.setbufsize(8192*2)",
    "print(np.getbufsize())",
    may_refuse="a setting of one kernel",
)
case(
    "an_environment_variable_that_is_put",
    "os.environ['Q'] = '1'; e = os.environ",
    "e['Q'] = '2'; os.putenv('R2', '1')",
    "print(os.environ['Q'])\n!echo $Q $R2",
    may_refuse="a variable of the environment that Python does not know",
)
case(
    "pandas_cat_shared",
    "c = pd.Categorical(['a','b','a']); s = pd.Series(c)",
    "s = s.cat.rename_categories({'a':'x'})",
    "print(s.tolist(), c)",
)
case(
    "weakset",
    "class N: pass\na, b = N(), N(); s = weakref.WeakSet([a, b])",
    "del a\nimport gc; gc.collect()\nprint(len(s))",
    prelude="import weakref",
    may_refuse="weak references",
)
case(
    "iter_half",
    "it = iter([1,2,3,4]); next(it)",
    "print(next(it))",
    "print(list(it))",
)
case(
    "zip_half",
    "z = zip('abc', [1,2,3]); next(z)",
    "print(list(z))",
)
case(
    "tee",
    "a, b = itertools.tee([1,2,3]); next(a)",
    "print(list(a))",
    "print(list(b))",
    prelude="import itertools",
)
case(
    "default_counter",
    "cnt = itertools.count()\nd = collections.defaultdict(lambda: next(cnt)); d['x']; d['y']",
    "print(d['x'], d['z'])",
    prelude="import itertools, collections",
)
case(
    "cached_property",
    "class A:\n    n = 0\n    @functools.cached_property\n    def p(self):\n        A.n += 1; return A.n\na = A(); a.p",
    "print(a.p, A.n)",
    "b = A(); print(b.p, a.p)",
    prelude="import functools",
)
case(
    "singledispatch",
    "@f.register\ndef _(x: int): return 'int'",
    "print(f(1), f('a'))",
    "@f.register(str)\ndef _s(x): return 'str'",
    "print(f('a'), f(2))",
    prelude="import functools\n@functools.singledispatch\ndef f(x): return 'obj'",
)
case(
    "enum_alias",
    "class C(enum.Enum):\n    R = 1; G = 2; RED = 1",
    "print(C.R is C.RED, list(C), C(2) is C.G, C['RED'])",
    "x = C.G",
    "print(x is C.G, x in {C.G})",
    prelude="import enum",
)
case(
    "singleton_new",
    "class S:\n    _i = None\n    def __new__(cls):\n        if cls._i is None: cls._i = super().__new__(cls)\n        return cls._i\na = S(); a.v = 1",
    "b = S(); print(b is a); b.v = 2",
    "print(S().v, a.v, S() is a)",
)
case(
    "descriptor",
    "class D:\n    def __set_name__(s, o, n): s.n = n\n    def __get__(s, i, o): return i.__dict__.get(s.n, 'none')\n    def __set__(s, i, v): i.__dict__[s.n] = v * 2\nclass T:\n    a = D()\nt = T(); t.a = 2",
    "print(t.a, T.__dict__['a'].n)",
    "t.a = 4; print(t.a)",
)
case(
    "slots",
    "class S:\n    __slots__ = ('a', '__weakref__')\ns = S(); s.a = [1]; k = s.a",
    "s.a.append(2)",
    "print(k, s.a is k)",
)
case(
    "np_spawn",
    "ss = np.random.SeedSequence(1); kids = ss.spawn(2)",
    "print(ss.spawn(1)[0].spawn_key, ss.n_children_spawned)",
    "print(ss.n_children_spawned)",
)
case(
    "sklearn_shared_rs_estimator",
    "rs = np.random.RandomState(0)\nfrom sklearn.ensemble import RandomForestRegressor\nm = RandomForestRegressor(3, random_state=rs)",
    "m.fit([[0],[1],[2]],[0,1,2])",
    "print(rs.rand(), m.predict([[1.5]]))",
)
case(
    "pandas_attrs",
    "df = pd.DataFrame({'a':[1]}); df.attrs['src'] = ['x']; d2 = df.copy()",
    "d2.attrs['src'].append('y')",
    "print(df.attrs, d2.attrs)",
)
case(
    "pandas_groupby_obj",
    "df = pd.DataFrame({'k': list('aab'), 'v': [1,2,3]}); g = df.groupby('k')",
    "df.loc[0,'v'] = 100",
    "print(g.v.sum())",
)
case(
    "pandas_rolling_obj",
    "s = pd.Series([1.,2,3]); r = s.rolling(2)",
    "s.iloc[0] = 50",
    "print(r.sum().tolist())",
)
case(
    "np_masked_hard",
    "m = np.ma.array([1,2,3], mask=[1,0,0], hard_mask=True); m2 = m.mask",
    "m[0] = 5; print(m, m.hardmask)",
    "m.soften_mask(); m[0] = 7",
    "print(m, m.hardmask, m2)",
)
case(
    "userdict",
    "class U(collections.UserDict):\n    def __setitem__(s,k,v): super().__setitem__(k, v*2)\nu = U(a=1); raw = u.data",
    "u['b'] = 2",
    "print(raw, u)",
    prelude="import collections",
)
case(
    "array_buffer",
    "a = array.array('d', [1,2]); v = np.frombuffer(a)",
    "v[0] = 9",
    "print(a)",
    prelude="import array\nimport numpy as np",
)
case(
    "symlink",
    "open('real.txt','w').write('r'); os.symlink('real.txt','link.txt')",
    "print(os.path.islink('link.txt'), open('link.txt').read())",
)
case(
    "hardlink",
    "open('h1','w').write('1'); os.link('h1','h2')",
    "open('h1','w').write('22')",
    "print(open('h2').read())",
)
case(
    "frozenset_order",
    "f = frozenset('alpha beta gamma delta eps zeta eta theta'.split()); g = f - {'beta'}; h = f ^ {'nu', 'eta'}",
    "print(list(f), list(g), list(h))",
    "print([*map(list,(f,g,h))])",
)
case(
    "mpl_norm_shared",
    "import matplotlib as mpl\nfig, ax = plt.subplots(); im = ax.imshow([[0,1]]); n = im.norm",
    "n.vmax = 10",
    "print(im.get_clim())",
    prelude="import matplotlib.pyplot as plt",
)
case(
    "mpl_callbacks",
    "fig, ax = plt.subplots(); hits = []\nax.callbacks.connect('xlim_changed', lambda a: hits.append(1))",
    "ax.set_xlim(0, 3)",
    "print(hits)",
    prelude="import matplotlib.pyplot as plt",
)
case(
    "mpl_twin",
    "fig, ax = plt.subplots(); ax2 = ax.twinx(); ax.set_xlim(0,7)",
    "ax.plot([1]); print(ax2.get_xlim(), ax2.plot([2])[0].get_color())",
    prelude="import matplotlib.pyplot as plt",
)
case(
    "networkx_attr",
    "G = nx.Graph(); G.add_edge(1,2); nbr = G[1]; v = G.nodes",
    "G.add_node(7, a=1)",
    "print(list(v), dict(nbr))",
    prelude="import networkx as nx",
)
case(
    "a_logger_that_passes_nothing_on",
    "log = logging.getLogger('p'); log.propagate = False; log.disabled = True",
    "print(logging.getLogger('p').propagate, logging.getLogger('p').disabled)",
    prelude="import logging",
)
case(
    "a_filter_of_a_logger",
    "log = logging.getLogger('w'); log.addFilter(lambda r: 'no' not in r.msg)",
    "print(len(logging.getLogger('w').filters))",
    prelude="import logging, sys",
)
case(
    "a_thread_that_is_waited_for",
    "q = []\ndef w():\n    time.sleep(.2); q.append(1)\nt = threading.Thread(target=w); t.start(); t.join()",
    "print(q)",
    prelude="import threading, time",
)
case(
    "elements_that_are_a_text",
    "best = 'a b c'; names = [best, 'x']",
    "for n in names:\n    print(n is best)\nprint([n is best for n in names])",
    may_refuse="a text of another kernel",
)
case(
    "a_text_above_the_steps_and_a_mode",
    "mode = FAST",
    "print(mode is FAST)",
    prelude="FAST = 'as fast as'",
    may_refuse="a text of another kernel",
)
case(
    "a_tuple_and_a_list_of_it",
    "t = (1, 'a b'); l = [t, t]",
    "print(l[0] is t, l[0] is l[1])",
    may_refuse="a tuple of another kernel",
)
case(
    "a_copy_that_is_another_object",
    "best = 'a b c'; a = [1]; b = a[:]",
    "print(a is b, best)",
)
case(
    "subclass_view2",
    "class A(np.ndarray):\n    def __array_finalize__(s, o): s.tag = getattr(o, 'tag', None)\na = np.arange(6.).view(A); a.tag = 'x'; v = a[1:3]",
    "v[0] = 100; print(a, a.tag, v.tag)",
    "print(a, v, v.tag)",
)
case(
    "subclass_big",
    "class A(np.ndarray): pass\na = np.arange(60000.).view(A); v = a[1:3]",
    "a[1] = 100; print(v, type(v).__name__)",
    "print(v, a[1])",
)
case(
    "resize_big_noref",
    "x = np.arange(20000.)",
    "x.resize((100,200), refcheck=False); print(x.shape)",
    "print(x.shape)",
)
case(
    "readonly_views_big",
    "a = np.arange(20000.); v = a[1:]; v.flags.writeable = False",
    "a[1] = 3; print(v[:3], v.flags.writeable)",
    "print(v[:3], a[:3], v.flags.writeable, a.flags.writeable)",
)
case(
    "setflags_big",
    "a = np.arange(20000.); v = a[1:]; a.setflags(write=False)",
    "print(v.flags.writeable, a.flags.writeable)\nv[0] = 9",
    "print(a[:3], v[:3])",
)
case(
    "setflags_again",
    "a = np.arange(20000.); a.setflags(write=False)",
    "a.setflags(write=True); a[0] = 4; print(a[0])",
    "print(a[:2])",
)
case(
    "setflags_again_view",
    "a = np.arange(5.); v = a[1:]; v.setflags(write=False)",
    "v.setflags(write=True); v[0] = 4; print(a)",
    "print(a, v)",
)
case(
    "broadcast",
    "base = np.arange(3); b2 = np.broadcast_to(base, (2,3))",
    "base[0] = 9; print(b2.flags.writeable, b2.strides)",
    "print(b2, b2.strides, b2.flags.writeable)",
)
case(
    "broadcast_alone",
    "b2 = np.broadcast_to(np.arange(3), (2,3))",
    "print(b2, b2.strides, b2.flags.writeable)\ntry: b2[0,0] = 1\nexcept ValueError as e: print(e)",
)
case(
    "broadcast_huge",
    "b2 = np.broadcast_to(np.float64(3), (20000,20000))",
    "print(b2.shape, b2.strides, b2[3,4])",
)
case(
    "memmap_w",
    "m = np.memmap('m.bin', dtype='f8', mode='w+', shape=(4,)); m[:] = 3; m.flush()",
    "print(m.sum(), type(m).__name__)",
)
case(
    "memmap_changed",
    "m = np.memmap('m.bin', dtype='f8', mode='w+', shape=(4,)); m[:] = 3; m.flush()",
    "m[0] = 9; m.flush()",
    "print(np.fromfile('m.bin'), m)",
    may_refuse="an array that writes to its file",
)
case(
    "memmap_noflush",
    "m = np.memmap('m.bin', dtype='f8', mode='w+', shape=(4,)); m[:] = 3",
    "print(np.fromfile('m.bin'))",
)
case(
    "memmap_fn",
    "def make(name):\n    m = np.memmap(name, dtype='f8', mode='w+', shape=(4,)); m[:] = 3; m.flush(); return m\nm = make('q.bin')",
    "print(np.memmap('q.bin', dtype='f8', mode='r').sum(), m[0])",
)

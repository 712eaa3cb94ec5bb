"""Small notebooks that attack the dataflow, written without looking at the analysis: what libraries change in place, and what shares memory with it."""

from tests.equivalence.table import Table

case = Table()

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
    "np_last_row",
    "a = np.arange(6.).reshape(3, 2)",
    "r = a[-1]",
    "a[-1] = 7",
    "print(r.tolist())",
)
case(
    "np_next_row",
    "a = np.arange(6.).reshape(3, 2)",
    "for i in range(2):\n    r = a[i + 1]",
    "a += 1",
    "print(r.tolist())",
)
case(
    "np_other_rows",
    "a = np.arange(6.).reshape(3, 2)",
    "r = a[~(a[:, 0] > 1)]",
    "a += 1",
    "print(r.tolist())",
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
case(
    "a_queue_that_is_emptied",
    "import asyncio\nq = asyncio.Queue()\nq.put_nowait(1)\nq.put_nowait(2)\nq.put_nowait(3)",
    "a = await q.get()",
    "b = q.get_nowait()",
    "print(a, b, q.qsize(), await q.get())",
)

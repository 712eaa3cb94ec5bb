"""Small notebooks that attack the dataflow, written without looking at the analysis: what cannot travel, or must be named."""

from tests.equivalence.table import Table

case = Table()

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
TABLE = "df = pd.DataFrame({'c': list('aba'), 'v': [1, 2, 3]})\n"
case(
    "a_column_of_text_taken_before_the_table_is_written_to",
    TABLE + "names = df.c; parts = [df[c] for c in df]",
    "df.loc[1, 'c'] = 'zz'; df.loc[1, 'v'] = 9",
    "print(names.tolist(), [p.tolist() for p in parts], df)",
)
case(
    "a_column_of_text_that_is_written_to_itself",
    TABLE + "names = df['c']",
    "names[1] = 'zz'",
    "print(df, names.tolist())",
)
case(
    "columns_of_categories_and_nullable_numbers_taken_before",
    TABLE + "df['k'] = df.c.astype('category'); df['n'] = df.v.astype('Int64')\n"
    "k, n, some = df.k, df.n, df[['k', 'n']]",
    "df.loc[1, 'k'] = 'a'; df.loc[1, 'n'] = 7\nprint(k.tolist(), n.tolist(), some)",
    "print(k.tolist(), n.tolist(), some, df)",
)
case(
    "labels_made_of_a_column",
    TABLE
    + "s = df.v.copy(); labels = pd.Index(df.c); numbers = pd.Index(s); by = df.set_index('c')",
    "df.loc[1, 'c'] = 'zz'; s[1] = 50",
    "print(labels, numbers, by)",
)
case(
    "texts_of_a_column_asked_for_later",
    TABLE + "texts = df.c.str",
    "df.loc[1, 'c'] = 'zz'",
    "print(texts.upper().tolist())",
)
case(
    "records_with_bytes_between_their_fields",
    "kind = np.dtype([('a', 'i1'), ('b', 'f8')], align=True)\n"
    "rows = np.empty(3, kind); rows['a'] = 1; rows['b'] = 2.5; b = rows['b']",
    "b[1] = 9",
    "print(rows, b)",
)
case(
    "views_of_an_array_of_objects",
    "o = np.array(['a', [1], {'k': 2}, 3], dtype=object)\nv = o[:1]; w = o[::-2]",
    "v[0] = 'Z'; w[0] = 9",
    "print(o, v, w, v.base is o, v.flags.owndata)\no[0] = 1; print(v)",
)
case(
    "columns_of_the_values_of_a_mixed_table",
    "d = pd.DataFrame({'c': ['x', 'y', 'z'], 'n': [1, 2, 3], 'f': [.5, None, 2.]})\nX = d.iloc[:, :-1].values\n"
    "y = X[:, 0]; z = X[1:, 1].T",
    "X[:, 0] = [7, 8, 9]\nprint(y)",
    "y[0] = 'new'; z += 1\nprint(X, y, z, X.flags.f_contiguous, X.base is None)",
    "print(X.T, y, d)",
)
case(
    "views_of_an_array_of_objects_that_has_no_name_any_more",
    "big = np.array([lambda: 0] + list('abcdefghijklmnop') + [(i for i in ())], dtype=object)\na = big[3:6]; b = big[4:7]\ndel big",
    "a[1] = 'Q'",
    "print(a, b)",
)
case(
    "views_of_an_array_of_objects_in_another_order",
    "m = np.array([['a', 'b'], ['c', 'd']], dtype=object, order='F')\nr = m[1]; t = m.T; e = m[:0]; s = m[0, 0:1]\n"
    "r.flags.writeable = False",
    "t[0, 1] = 'T'; s[0] = 5",
    "print(m, r, t, e, s, r.flags.writeable)",
)
case(
    "a_column_of_objects_of_an_array_with_named_columns",
    "rec = np.array([(1, 'a'), (2, [3])], dtype=[('n', int), ('o', object)])\no = rec['o'].copy(); x, y = o[:1], o[1:]",
    "y[0].append(4); x[0] = 'b'",
    "print(o, x, y, rec)",
)

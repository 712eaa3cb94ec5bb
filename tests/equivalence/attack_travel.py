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

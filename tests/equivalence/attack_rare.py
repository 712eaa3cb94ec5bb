"""Small notebooks that attack what seldom matters: one missing value, one dict of attributes, names of threads, what a
pickle asks for, and what is done when an object is gone.
"""

from tests.equivalence.table import P, Table

case = Table()

case(
    "a_missing_value_of_the_notebooks_own",
    "MISSING = float('nan'); known = {MISSING: 'gone'}; row = [MISSING, 1]",
    "row.append(MISSING); print(MISSING in row, row.count(MISSING), known[MISSING])",
    "print(known.get(row[0]), known[row[2]], pd.Series(row, dtype=object).map(known).tolist())",
)
case(
    "missing_values_that_are_no_one_object",
    "values = pd.Series([1.0, None, None]).tolist(); table = pd.DataFrame({'a': [float('nan'), 'x']}, dtype=object)",
    "a, b = values[1:]; print(a is b, a in [b], len({a, b}), values.index(a))",
    "print(values.index(b), table.a[0] in values, table.a.isna().tolist())",
)
case(
    "a_missing_value_that_was_computed",
    "lost = float('inf') - float('inf'); ranks = {lost: 0}",
    "ranks[1] = 2",
    "print(lost in ranks, list(ranks.values()))",
)

_ATTRIBUTES = (
    "class Settings(dict):\n"
    "    def __init__(self, *given, **named):\n"
    "        super().__init__(*given, **named)\n"
    "        self.__dict__ = self\n"
)
case(
    "items_that_are_attributes",
    _ATTRIBUTES
    + "settings = Settings(rate=0.1, model=Settings(sizes=[1])); model = settings.model",
    "settings.rate = 0.5; settings['epochs'] = 3; settings.model.sizes.append(2)",
    "print(settings, settings.epochs, settings['rate'], model['sizes'], settings.model is model)\nmodel.depth = 2",
    "print({**settings}, settings['model'].depth)",
)
case(
    "objects_that_are_all_alike",
    "class Borg:\n    _all = {}\n    def __init__(self):\n        self.__dict__ = Borg._all\na = Borg(); a.x = 1; b = Borg()",
    "b.x = 5",
    "print(a.x, b.x, Borg().x)\na.x = 7",
    "print(b.x, Borg._all)",
)
case(
    "attributes_that_are_filed_elsewhere",
    "class Part: pass\npart = Part(); part.n = [1]; filed = {'part': vars(part)}",
    "filed['part']['m'] = 3",
    "print(part.m, filed['part'] is vars(part))",
)

case(
    "threads_are_named_on",
    "names = []\ndef work(): names.append(threading.current_thread().name)",
    "for t in [threading.Thread(target=work) for _ in range(2)]:\n    t.start()\n    t.join()",
    "t = threading.Thread(target=work)\nt.start()\nt.join()\nprint(len(set(names)), names[2] == names[0])\n"
    "with ThreadPoolExecutor(1) as pool:\n    pool.submit(work).result()",
    "with ThreadPoolExecutor(1) as pool:\n    pool.submit(work).result()\nprint(names[3:])",
    prelude="import threading\nfrom concurrent.futures import ThreadPoolExecutor\n",
)

case(
    "a_pickle_asks_for_its_class",
    "class Model:\n    def __init__(self): self.v = 1\n    def predict(self, x): return x * K\nK = 3",
    "with open('model.pkl', 'wb') as file:\n    pickle.dump(Model(), file)",
    "with open('model.pkl', 'rb') as file:\n    model = pickle.load(file)\nprint(model.predict(2), isinstance(model, Model))",
    prelude="import pickle\n",
)
case(
    "a_pickle_asks_for_a_function",
    "def twice(x): return 2 * x\ndef restored(path): return jl.load(path)",
    "jl.dump({'f': twice}, 'parts.joblib')",
    "print(restored('parts.joblib')['f'](4))",
    prelude="import joblib as jl\n",
)
case(
    "a_pickled_column_of_objects",
    "class Point:\n    def __init__(self, x): self.x = x",
    "pd.Series([Point(1), Point(2)]).to_pickle('points.pkl')",
    "print([p.x for p in pd.read_pickle('points.pkl')])",
)

_GONE = "gone = []\nclass Held:\n    def __del__(self): gone.append(1)\n"
case(
    "what_is_done_when_an_object_is_gone",
    _GONE + "held = Held()",
    "held = None",
    "print(gone)",
    may_refuse="its `__del__` runs when the first step ends",
)
case(
    "a_cache_of_a_method_that_is_counted",
    "class Sums:\n    @functools.lru_cache(maxsize=2)\n    def upto(self, n): return sum(range(n))\ns = Sums(); s.upto(3)",
    "s.upto(3)",
    "print(Sums.upto.cache_info())",
    prelude=P + "import functools\n",
)
case(
    "attributes_that_a_reader_looks_at",
    "class Part: pass\npart = Part(); part.n = [1]; other = Part(); other.n = 2",
    "held = vars(part)\nprint(held, vars(other))",
    "print(part.n, held)",
)
case(
    "the_namespace_under_a_name",
    "x = 1; g = globals()",
    "g['x'] = 3",
    "print(x, g is globals(), g['x'])",
)
case(
    "the_notebook_as_a_module",
    "x = 1; here = sys.modules[__name__]",
    "setattr(here, 'x', 3); here.y = 4",
    "print(x, y)",
)
case(
    "the_namespace_of_a_function",
    "x = 1\ndef f(): return x\nnames = f.__globals__",
    "names['x'] = 3",
    "print(x, f())",
)
case(
    "a_database_in_memory_that_connections_share",
    "a = sqlite3.connect('file:shop?mode=memory&cache=shared', uri=True)\n"
    "a.execute('create table if not exists t(x)'); a.execute('insert into t values (1)'); a.commit()",
    "b = sqlite3.connect('file:shop?mode=memory&cache=shared', uri=True)\n"
    "b.execute('create table if not exists t(x)'); print(b.execute('select * from t').fetchall())",
    prelude="import sqlite3\n",
    may_refuse="the second step would open an empty database",
)

"""Small notebooks about what no name shows: state of the process, memory that compiled objects keep, what caches hold."""

from tests.equivalence.table import Table

case = Table()
D = "import decimal\nfrom decimal import Decimal, getcontext\n"
M = "import matplotlib, os, random\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt\n"
T = "import numpy as np\nfrom scipy.spatial import KDTree, cKDTree\nfrom sklearn.neighbors import BallTree\n"

case(
    "the_precision_of_decimal_by_its_context",
    "getcontext().prec = 5",
    "print(Decimal(1) / 3)",
    prelude=D,
)
case(
    "the_precision_of_decimal_by_a_variable",
    "ctx = decimal.getcontext()",
    "ctx.prec = 4",
    "print(Decimal(1) / 3, ctx.prec)",
    prelude=D,
)
case(
    "the_precision_of_decimal_by_a_function",
    "def digits(n): decimal.setcontext(decimal.Context(prec=n))",
    "digits(6)",
    "print(Decimal(1) / 3)",
    prelude=D,
)
case(
    "limits_and_levels_by_functions",
    "def set_up():\n    sys.setrecursionlimit(5000); locale.setlocale(locale.LC_ALL, 'C.UTF-8'); logging.getLogger().setLevel(10)",
    "set_up()",
    "print(sys.getrecursionlimit(), locale.setlocale(locale.LC_ALL), logging.getLogger('x').isEnabledFor(10))",
    prelude="import locale, logging, sys\n",
)
case(
    "what_a_process_has_one_of_by_another_name",
    "rc = plt.rcParams; e = os.environ; random.seed(2); draw = random.random",
    "rc['font.size'] = 44; e['MINE'] = '5'; a = draw()",
    "print(plt.rcParams['font.size'], os.environ['MINE'], a, random.random(), draw())",
    prelude=M,
)
case(
    "an_attribute_that_a_table_was_given",
    "df = pd.DataFrame({'a': [1]}); df.label = 'train'; s = df.a.copy(); s.unit = 'm'",
    "n = len(df)",
    "print(df.label, s.unit, n)",
)
case(
    "a_bounded_cache_of_dicts",
    "import functools\n@functools.lru_cache\ndef load(k): return {'k': k}\nd = load(1)",
    "d['z'] = 2",
    "print(load(1), load('k'))",
)
case(
    "search_trees_that_are_only_asked",
    "p = np.arange(40.).reshape(20, 2); c = cKDTree(p); k = KDTree(p); b = BallTree(p)",
    "print(c.query([5., 5.]), k.query([1., 1.]), b.query([[5., 5.]]))",
    "print(c.query([7., 5.]), k.query([7., 1.]), b.query([[7., 5.]]), len(p))",
    prelude=T,
)
case(
    "a_generator_that_a_table_draws_from",
    "rng = np.random.RandomState(0); df = pd.DataFrame({'a': range(10)})",
    "s = df.sample(3, random_state=rng).a.tolist()",
    "print(s, rng.rand())",
)
case(
    "an_iterator_of_the_notebook_that_is_gone_through",
    "class Three:\n    def __init__(self): self.i = 0\n    def __iter__(self): return self\n    def __next__(self):\n        self.i += 1\n        if self.i > 3: raise StopIteration\n        return self.i\nt = Three()",
    "for x in t: break",
    "print(list(t))",
)
case(
    "settings_by_lines_that_run_again_in_later_steps",
    "x = [1]",
    "pd.set_option('display.max_rows', 7)\nnp.set_printoptions(precision=2)\nprint(x)",
    "%precision 3\nprint(x)",
    "print(x, pd.get_option('display.max_rows'), np.array([1.23456]))",
)
case(
    "pictures_that_wait_for_show",
    "x = [1]",
    "plt.rcParams.update(plt.rcParamsDefault)\nprint(x)",
    "print(x, matplotlib.is_interactive())",
    prelude="%matplotlib inline\nimport matplotlib\nimport matplotlib.pyplot as plt\n",
)
case(
    "a_backend_that_the_environment_names",
    "os.environ['MPLBACKEND'] = 'svg'",
    "import matplotlib.pyplot as plt\nprint(plt.get_backend())",
    "print(plt.get_backend())",
    prelude="import os\n",
)

INSIDE: dict[str, tuple[str, list[str]]] = {
    "the_data_of_a_search_tree": (T, ["p = np.arange(8.).reshape(4, 2); t = cKDTree(p)", "p[:] = 0", "print(t.query([6., 7.]))"]),
    "the_data_of_a_fitted_search_tree": (T, ["p = np.arange(8.).reshape(4, 2); t = BallTree(p)", "p[:] = 0", "print(t.query([[6., 7.]]))"]),
    "the_memory_of_a_picture": ("import numpy as np\nfrom PIL import Image\n", ["a = np.zeros((2, 2), np.uint8); img = Image.fromarray(a)", "a[0, 0] = 255", "print(np.asarray(img).tolist())"]),
    "options_in_a_list": (M, ["held = [plt.rcParams]", "held[0]['font.size'] = 44", "print(plt.rcParams['font.size'])"]),
}  # fmt: skip
"""Compiled objects keep what they are given, and give no other to a copy of theirs: said at run time."""

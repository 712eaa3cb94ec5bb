"""Small notebooks that attack the dataflow, written without looking at the analysis: state that no name shows: generators, options, the environment, caches."""

from tests.equivalence.table import Table

case = Table()

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

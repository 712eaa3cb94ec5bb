"""Small notebooks that have the shape of what went wrong in public ones: Norvig's pytudes, Downey's books, VanderPlas' handbook."""

from tests.equivalence.shells import CELL

Q = "import functools, random\nfrom functools import cache, lru_cache\nfrom typing import List, Tuple\n"

PUBLIC: dict[str, tuple[str, list[str]]] = {
    "annotation_of_a_name_that_setup_makes": (Q + CELL + "Pair = Tuple[int, int]\n" + CELL + "def swap(p: Pair) -> Pair: return p[::-1]\n", ["x = swap((1, 2))", "print(x, swap(x))"]),
    "a_literal_above_the_steps_after_what_runs_once": ("n = 0; n = n + 4\n" + CELL + "n = 0\n" + CELL + "m = n + 1\n", ["print('a', n, m)", "print('b', n, m)"]),
    "a_definition_above_the_steps_twice": ("def f(): return 1\n" + CELL + "a = f()\n" + CELL + "def f(): return 2\n", ["print(a, f())", "print(a, f())"]),
    "an_option_above_the_steps_after_what_shows": ("import numpy as np\n" + CELL + "text = str(np.array([1.23456]))\n" + CELL + "np.set_printoptions(precision=2)\n", ["print(text, np.array([1.23456]))"]),
    "a_generator_unpacked_at_once": ("import numpy as np\nrng = np.random.RandomState(1)\n", ["a, b, c = (rng.rand(3) for i in range(3))", "a += b", "print(a, b, c)"]),
    "a_branch_that_nobody_takes_reads_what_nobody_binds": ("", ["def check(x):\n    if x > 9:\n        error()\n    return x", "print(check(3))"]),
    "an_abstract_method_raises_what_nobody_binds": ("", ["class Test:\n    def stat(self, d):\n        raise UnimplementedError()\nclass Mean(Test):\n    def stat(self, d): return sum(d) / len(d)", "t = Mean()", "print(t.stat([1, 2]))"]),
    "cache_of_a_function_that_calls_others": (Q, ["def half(n): return n // 2\n@cache\ndef steps(n): return 0 if n < 2 else 1 + steps(half(n))", "a = steps(100)", "b = steps(1000)", "print(a, b)"]),
    "cache_of_a_function_that_draws": (Q, ["random.seed(1)\n@lru_cache(None)\ndef roll(player): return random.randint(1, 6)", "a = roll('ann')", "b = [roll('ann'), roll('bob')]", "print(a, b, roll('ann'), roll('bob'))"]),
    "cache_that_forgets_the_oldest": (Q, ["calls = []\n@lru_cache(maxsize=2)\ndef f(x, *, k=0):\n    calls.append(x)\n    return x + k", "f(1); f(2, k=3); f(1)", "f(3)", "f(1); f(2, k=3)", "print(calls)"]),
    "cache_with_types": (Q, ["calls = []\n@lru_cache(maxsize=None, typed=True)\ndef f(x):\n    calls.append(repr(x))\n    return x", "f(1); f(1.0)", "f(1); f(True)", "print(calls)"]),
    "cache_of_a_recursion_that_prints": (Q, ["@cache\ndef fib(n):\n    print('fib', n)\n    return n if n < 2 else fib(n - 1) + fib(n - 2)", "fib(4)", "print(fib(6))", "print(fib(7))"]),
    "cache_called_by_another_function": (Q, ["n = {'calls': 0}\n@cache\ndef cost(x):\n    n['calls'] += 1\n    return x * x\ndef total(xs): return sum(cost(x) for x in xs)", "total([1, 2, 3])", "total([2, 3, 4])", "print(total([1, 4]), n)"]),
    "cache_whose_result_is_changed": (Q, ["@cache\ndef table(k): return [k]\nt = table(1)", "t.append(2)", "print(table(1))"]),
    "cache_of_a_method": (Q, ["class A:\n    def __init__(self, l): self.l = l\n    @lru_cache(None)\n    def size(self): return len(self.l)\na = A([1])", "a.size()", "a.l.append(2)", "print(a.size())"]),
    "cache_cleared": (Q, ["calls = []\n@cache\ndef f(x):\n    calls.append(x)\n    return x\nf(1)", "f.cache_clear()", "f(1)", "print(calls)"]),
    "cache_counted": (Q, ["@cache\ndef f(x): return x\nf(1); f(1)", "f(2)", "print(f.cache_info().currsize)"]),
    "cache_of_what_changed_meanwhile": (Q, ["rate = 2\n@cache\ndef price(x): return x * rate\na = price(10)", "rate = 3", "print(price(10), price(20))"]),
    "a_figure_that_goes_on": ("import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt\n", ["plt.plot([1, 2])", "plt.title('x'); print(len(plt.gca().lines))"]),
    "a_figure_for_each_step": ("import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt\n", ["plt.plot([1, 2])", "plt.figure(); plt.title('x'); print(len(plt.gca().lines))"]),
    "last_result_of_the_step_itself": ("", ["x = 2", "x * 3\n", "y = 1"]),
    "last_result_of_an_earlier_step": ("", ["5 + 5", "x = 1\nprint(_)"]),
    "a_counter_with_a_name": ("from collections import Counter\n", ["class Dist(Counter):\n    def __init__(self, samples, name='Dist'):\n        super().__init__(samples)\n        self.name = name\nd = Dist([1, 1, 2], name='dice'); e = d", "d[3] += 1", "print(d.name, d, e is d, type(d) is Dist, d.most_common(1), d['none'])"]),
    "a_counter_of_the_notebook_without_more": ("from collections import Counter\n", ["class ProbDist(Counter):\n    def total(self): return sum(self.values())\np = ProbDist('abca')", "print(p, p.total(), p + p)"]),
    "a_variable_of_a_function_that_is_none": ("", ["def make(limit=None):\n    def take(l): return l[:limit]\n    return take\ntake = make()", "print(take([1, 2]))"]),
    "a_parser_of_arguments": ("import argparse\n", ["ap = argparse.ArgumentParser(); ap.add_argument('--n', type=int, default=1)", "ap.add_argument('--k', default=argparse.SUPPRESS)", "print(ap.parse_args([]))"]),
    "the_source_of_a_function": ("import inspect, traceback\n", ["def f(a):\n    # divides\n    return 1 / a", "print(inspect.getsource(f))", "try: f(0)\nexcept ZeroDivisionError: print('return 1 / a' in traceback.format_exc())"]),
    "tests_in_the_texts_of_functions": ("import doctest\n", ["def sq(x):\n    '\\n>>> sq(2)\\n4\\n'\n    return x * x", "print(doctest.testmod())"]),
    "the_size_of_figures_from_ipython": ("import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt\nfrom IPython.core.pylabtools import figsize\n", ["figsize(3, 2); plt.gray()", "print(plt.rcParams['figure.figsize'], plt.rcParams['image.cmap'])"]),
    "formulas_shown_as_text": ("import sympy as smp\n", ["smp.init_printing(use_unicode=False, wrap_line=False)\nx = smp.Symbol('x')", "x**2 / 3"]),
    "a_switch_of_the_interpreter_used_twice": ("import gc\n", ["gc.disable()", "gc.enable()\nx = 1", "gc.disable()", "print(gc.isenabled(), x)"]),
    "a_partial_handed_to_map": ("from functools import partial\nimport struct\n", ["log = []; add = partial(log.append); raw = bytearray(4); kept = [raw]", "add(1); struct.pack_into('<I', raw, 0, 77)", "list(map(add, [2, 3]))", "print(log, kept)"]),
    "a_context_variable_imported_by_name": ("from contextvars import ContextVar\n", ["cv = ContextVar('cv', default=0); d = {'g': (i for i in range(3))}", "print(cv.get(), next(d['g']))"]),
    "a_result_that_keeps_the_data": ("import numpy as np, pandas as pd, statsmodels.formula.api as smf\n", ["x = np.arange(10.); data = pd.DataFrame({'x': x, 'y': 2 * x + np.sin(x)})\nres = smf.ols('y~x', data=data).fit()", "print(res.get_influence().cooks_distance[0].round(2), data.columns.get_loc('y'))", "print(res.rsquared.round(3), data.shape)"]),
    "a_decorator_that_is_kept": (Q, ["keep = lru_cache(None)\n@keep\ndef half(n): return n // 2\na = half(4)", "@keep\ndef third(n): return n // 3\nprint(a, half(4), third(9))", "print(third(9), half(2))"]),
    "annotation_of_an_inner_function": (Q, ["Action = Tuple[int, int]\nOther = Tuple[int]\ndef make(n):\n    def act(a: Other) -> Action: return (n, a)\n    return act", "f = make(1)", "g = make(2)\nprint(f(1), g(2))"]),
}  # fmt: skip

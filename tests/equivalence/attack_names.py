"""Small notebooks that attack the dataflow, written without looking at the analysis: names, scopes and the order of binding."""

from tests.equivalence.table import Table

case = Table()

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
# A value that cannot travel, bound anew by each step before the functions that look it up are called.
MADE = "env = (i for i in range({0}, 99))\n"
TAKES = "def take(n=2): return [next(env) for _ in range(n)]\n"
case(
    "made_anew_before_a_function_looks_it_up",
    MADE.format(1) + TAKES + "print(take())",
    MADE.format(20) + "print(take(1))",
    "x = 3\n" + MADE.format(30) + "def twice(): return take() + take(3)\nprint(twice())",
)
case(
    "made_anew_beside_a_function_that_looks_it_up",
    MADE.format(1) + "class Car:\n    def go(self): return next(env)\nprint(Car().go())",
    "print('env')\n"
    + MADE.format(20)
    + "def stop(): return next(env)\nc = Car()\nprint(c.go(), stop())",
    MADE.format(40) + "print(c.go(), stop(), Car().go())",
)
case(
    "a_number_looked_up_before_it_is_made_anew",
    "rate = 2\ndef cost(x): return x * rate\nalias = cost\nclass Shop:\n    def price(self): return rate + 1\n"
    "    __str__ = lambda self: f'shop {rate}'\nshop = Shop()",
    "y = cost(1)\nrate = 3\nprint(y, cost(1))",
    "y = list(map(alias, [1]))\nrate = 4\nprint(y, cost(1))",
    "y = shop.price()\nrate = 5\nprint(y, shop.price())",
    "print(shop)\nrate = 6\nprint(shop)",
    "y = (lambda: cost(7))()\nrate = 7\nprint(y, cost(7))",
    "y = eval('cost(8)')\nrate = 8\nprint(y, cost(8))",
    "rate = cost(9)\nprint(rate)",
    "y = f'{cost(10)}'; rate = 10\nprint(y, shop)",
)
case(
    "a_number_looked_up_by_what_calls_at_once",
    "rate = 2\ndef cost(x): return x * rate\ndef called(f): return f(1)",
    "@called\ndef first(x): return x + rate\nrate = 3\nprint(first, rate)",
    "def g(x=cost(2)): return x\nrate = 5\nprint(g(), rate)",
    "class B:\n    n = cost(3)\nrate = 6\nprint(B.n, rate)",
)
case(
    "made_anew_in_a_branch_only",
    "rate = 2\ndef cost(x): return x * rate",
    "if cost(1) > 5:\n    rate = 3\nprint(cost(1))",
    "for rate in []: pass\nprint(cost(1))",
    "try:\n    1 / 0\n    rate = 9\nexcept ZeroDivisionError: pass\nprint(cost(1))",
)
case(
    "made_anew_and_changed_through_a_function",
    "seen = []\ndef note(x): seen.append(x)\nkept = seen\nnote(1)",
    "seen = [0]\nnote(2)\nprint(seen, kept)",
    "print(seen, kept)\nseen = kept\nnote(3)",
    "print(seen, kept, seen is kept)",
)

"""Small notebooks about what a kernel keeps without a variable for it: the order of sets, what libraries and modules hold."""

from tests.equivalence.table import Table

case = Table()

_SHUFFLED = (
    "def shuffled(n):\n"
    "    made = {f'w{i * 7919 % 100003}' for i in range(n)}\n"
    "    for i in range(0, n, 3): made.discard(f'w{i * 7919 % 100003}')\n"
    "    return made\n"
)
"""Words in a set that pickle would bring back in another order."""

case(
    "the_order_of_sets_that_a_dict_a_list_and_an_object_hold",
    "import types\nheld = {'words': shuffled(300)}; parts = [shuffled(90), shuffled(200)]\n"
    "own = types.SimpleNamespace(words=held['words'])",
    "print({w: i for i, w in enumerate(held['words'])})\nprint([list(one) for one in parts])",
    "print(list(own.words), own.words is held['words'])",
    prelude=_SHUFFLED,
)
case(
    "the_order_of_frozen_sets",
    "f = frozenset(shuffled(400)); by_words = {f: 1, f - frozenset(list(f)[:5]): 2}",
    "print(list(f)); print([list(one) for one in by_words])",
    prelude=_SHUFFLED,
)
case(
    "the_order_of_a_large_set_of_pairs",
    "big = {(w, len(w)) for w in shuffled(90_000)}; big -= set(list(big)[::4])",
    "print(list(big)[:500])",
    "print(list(big)[500:1000])",
    prelude=_SHUFFLED,
)
case(
    "a_logger_that_writes_to_a_file",
    "logger = logging.getLogger('f'); fh = logging.FileHandler('run.log', mode='w')\n"
    "fh.setFormatter(logging.Formatter('%(levelname)s %(message)s')); logger.addHandler(fh); logger.setLevel(10)\n"
    "logger.info('a')",
    "logger.info('b'); fh.setLevel(logging.ERROR)",
    "logger.info('no'); logger.error('c')",
    "print(open('run.log').read()); logger.handlers.clear()",
    "print(logger.handlers)",
    prelude="import logging",
)
case(
    "a_log_file_above_the_steps_is_begun_once",
    "logger.info('one')",
    "logger.info('two')",
    "print(open('app.log').read().split())",
    prelude="import logging\nlogger = logging.getLogger('app'); logger.setLevel(logging.INFO)\n"
    "logger.addHandler(logging.FileHandler('app.log', mode='w'))",
)
case(
    "all_loggers_write_to_a_file",
    "logging.basicConfig(filename='b.log', filemode='w', level=logging.INFO, format='%(message)s')\n"
    "logging.info('one')",
    "logging.getLogger('own').info('two')",
    "logging.info('three'); print(open('b.log').read().split())",
    prelude="import logging",
)
case(
    "a_function_that_dispatches_by_kind",
    "@singledispatch\ndef show(x): return 'any'\n@show.register\ndef _(x: int): return 'int'",
    "@show.register(str)\ndef _of_text(x): return 'text'",
    "print(show(1), show('a'), show(1.5), show.dispatch(bool).__name__, len(show.registry))",
    prelude="from functools import singledispatch",
)
case(
    "a_method_that_dispatches_by_kind",
    "class F:\n    @singledispatchmethod\n    def f(self, x): return 'any'\n    @f.register\n"
    "    def _(self, x: int): return 'int'\na = F()",
    "print(a.f(1), a.f('q'))",
    "print(F().f(2), isinstance(a, F))",
    prelude="from functools import singledispatchmethod",
)
case(
    "a_context_variable",
    "user = ContextVar('user', default='none'); empty = ContextVar('empty'); user.set('ann')\n"
    "def who(): return user.get()",
    "print(who()); user.set('bob')",
    "print(who(), user.name, empty.get('nothing'))",
    prelude="from contextvars import ContextVar",
)
case(
    "an_array_gone_through_flat",
    "a = np.arange(6).reshape(2, 3); fl = a.flat",
    "fl[0] = 9; print(next(fl))",
    "print(a, next(fl), fl.index)",
)
case(
    "a_function_that_numpy_vectorizes",
    "n = 0\ndef f(x):\n    global n\n    n += 1\n    return x + n\nvf = np.vectorize(f)",
    "print(vf([1, 2]))",
    "print(vf([0]), n)",
)
case(
    "parts_of_a_page",
    "soup = BeautifulSoup('<p>a <b>x</b></p><p>c</p>', 'html.parser'); tag = soup.b; ps = soup.find_all('p')",
    "tag.string = 'new'; print(soup)",
    "print(soup, tag.parent is soup.p, len(ps), ps[0] is soup.p, ps[1].string.parent is ps[1])",
    prelude="from bs4 import BeautifulSoup",
)
case(
    "a_query_whose_text_is_in_a_variable",
    "df = pd.DataFrame({'a': [1, 5, 9]}); lim = 3; other = 0; parts = ['a > @lim', 'a < 9']\n"
    "def pick(d, text): return d.query(text)\nby_f = f'a > @lim and a != @other'",
    "text = ' and '.join(parts); other = 9; print(len(pick(df, by_f)))",
    "print(len(df.query(text))); lim = 6",
    "print(len(pick(df, by_f)))",
)
case(
    "imports_from_a_folder_in_which_the_notebook_stood",
    "here = os.getcwd(); os.makedirs('inner'); open('inner/found_there.py', 'w').write('x = 5')\n"
    "os.chdir('inner')\nfrom found_there import x\nos.chdir(here)",
    "print(x)",
    "print(x, os.getcwd() == here)",
)
case(
    "a_kind_that_new_type_made",
    "from typing import NewType\nUser = NewType('User', int); rows = {'a': User(3)}",
    "rows['a'] = User(4)",
    "print(rows, User.__name__, User.__supertype__)",
)
case(
    "the_order_of_members_records_and_of_a_set_of_an_own_class",
    "E = Enum('E', [f'm{i}' for i in range(40)]); members = set(E); members -= {E.m1, E.m7}; members |= {E.m1}\n"
    "@dataclass(frozen=True)\nclass P:\n    x: int\n    y: str\n"
    "pairs = {P(i * 37 % 101, f'k{i}') for i in range(60)}; pairs -= set(sorted(pairs, key=str)[::3])\n"
    "class Words(set): pass\nwords = Words(shuffled(300)); words -= set(list(words)[::4])",
    "print([e.name for e in members], [p.x for p in pairs], list(words))",
    "print([e.value for e in members], [p.y for p in pairs], type(words) is Words)",
    prelude="from enum import Enum\nfrom dataclasses import dataclass\n" + _SHUFFLED,
)

"""Small notebooks about what happens when objects are made, dropped or looked at by Python itself, written blindly."""

from tests.equivalence.table import Table

case = Table()

case(
    "a_metaclass_that_counts_what_it_makes",
    "class Meta(type):\n    def __call__(cls, *a):\n        cls.made = getattr(cls, 'made', 0) + 1\n"
    "        return super().__call__(*a)\nclass A(metaclass=Meta): pass\nclass B(A): pass\na = A()",
    "b = A(); c = B()",
    "print(A.made, B.made)",
    prelude="",
)
case(
    "a_generator_of_its_own_class_with_an_attribute",
    "import random\nclass Dice(random.Random):\n    rolls = 0\n    def roll(self):\n        self.rolls += 1\n"
    "        return self.randint(1, 6)\nd = Dice(4)\nprint(d.roll())",
    "print(d.roll(), d.rolls)",
    "print(d.roll(), d.rolls)",
    prelude="",
)
case(
    "attributes_of_dates_numbers_and_dicts_of_its_own_classes",
    "import collections, datetime, decimal, fractions\nclass Day(datetime.date): pass\n"
    "class Stamp(datetime.datetime): pass\nclass Money(decimal.Decimal): pass\n"
    "class Part(fractions.Fraction): pass\nclass Many(collections.defaultdict): pass\n"
    "made = [Day(2020, 1, 2), Stamp(2020, 1, 2), Money('1.5'), Part(1, 3), Many(list, a=[1])]\n"
    "for n, one in enumerate(made):\n    one.note = [n]",
    "for one in made:\n    one.note.append(type(one).__name__)",
    "print([(str(one), one.note) for one in made]); made[-1]['b'].append(2); print(dict(made[-1]))",
    prelude="",
)
case(
    "what_runs_when_an_object_goes",
    "import weakref\nlog = []\nclass T: pass\nt = T()\nf = weakref.finalize(t, log.append, 'bye')",
    "del t",
    "print(log)",
    prelude="",
    may_refuse="the end of an object is noticed in its kernel only",
)
case(
    "a_filter_of_loggers_that_counts",
    "import logging, sys\nclass F(logging.Filter):\n    n = 0\n    def filter(self, r):\n        self.n += 1\n"
    "        return True\nlog = logging.getLogger('fl')\nh = logging.StreamHandler(sys.stdout)\nf = F()\n"
    "h.addFilter(f); log.addHandler(h)\nlog.warning('a')",
    "log.warning('b')",
    "log.warning('c'); print(f.n)",
    prelude="",
    may_refuse="a filter of the notebook's own listens in one kernel only",
)
case(
    "a_module_that_is_loaded_anew",
    "import importlib, colorsys\ncolorsys.ONE_THIRD = 10",
    "importlib.reload(colorsys); print(colorsys.ONE_THIRD)",
    "print(colorsys.ONE_THIRD)",
    prelude="",
    may_refuse="a module is patched in one kernel only",
)
case(
    "an_expression_with_a_target",
    "df = pd.DataFrame({'a': [1, 2]})",
    "pd.eval('z = df.a * 2', target=df, inplace=True)",
    "print(df)",
)
case(
    "classes_with_slots",
    "from dataclasses import dataclass\nclass S:\n    __slots__ = ('a', '__b')\n"
    "    def __init__(self):\n        self.a = [1]; self.__b = 2\n    def b(self): return self.__b\n"
    "class T(S):\n    __slots__ = 'c'\n@dataclass(slots=True)\nclass D:\n    x: int = 1\n    y: list = None\n"
    "s, t, d = S(), T(), D(y=[])\nt.c = s.a",
    "def given(one):\n    try:\n        one.other = 1\n    except AttributeError as error: return str(error)\n"
    "t.c.append(2); d.y.append(s)\nprint(given(s), given(t), given(d))",
    "print(s.a, t.c is s.a, s.b(), t.b(), d.x, d.y[0] is s, hasattr(s, '__dict__'), given(T()), given(D()), S.__slots__)",
    prelude="",
)
case(
    "a_kind_of_numbers_is_one_object",
    "kind = np.dtype('float64'); other = kind; records = np.dtype([('x', 'f8')]); a = np.zeros(3)",
    "print(kind is other, a.dtype is kind, records, kind == np.dtype('>f8'))",
)
case(
    "texts_that_are_asked_whether_they_are_one_object",
    "FAST = 'as fast as it goes'; mode = FAST; NOTHING = None; left = NOTHING",
    "print(left is NOTHING)",
    "print(mode is FAST)",
    may_refuse="equal texts of an earlier step are two objects",
)
case(
    "a_model_whose_formula_calls_a_function_of_the_notebook",
    "import statsmodels.formula.api as smf\ndef sq(x): return x ** 2\n"
    "df = pd.DataFrame({'y': [1., 2, 3, 5, 8], 'x': [1., 2, 3, 4, 5]})\nm = smf.ols('y ~ sq(x)', df).fit()\n"
    "n = smf.ols('y ~ np.log(x) + C(x > 2)', data=df).fit()",
    "print(n.params.round(4).tolist())",
    "print(m.predict(pd.DataFrame({'x': [6.]})).round(3).tolist())",
    may_refuse="loading it asks patsy, which does not know the function",
)
case(
    "matrices_of_a_formula",
    "import patsy\ndf = pd.DataFrame({'y': [1., 2, 3], 'x': [1., 2, 3]})\ny, X = patsy.dmatrices('y ~ x', df)",
    "print(np.asarray(X).tolist())",
    may_refuse="patsy does not let its matrices be pickled",
)
case(
    "tables_of_a_formula",
    "import patsy\ndf = pd.DataFrame({'y': [1., 2, 3], 'x': [1., 2, 3]})\n"
    "y, X = patsy.dmatrices('y ~ x', df, return_type='dataframe')",
    "print(X)",
)
case(
    "an_exception_with_slots_and_other_arguments",
    "class E(Exception):\n    __slots__ = ('code',)\n    def __init__(self, code):\n"
    "        super().__init__(f'c{code}'); self.code = code\ne = E(3); e.note = [1]",
    "print(e.code, str(e), e.note)",
    "try:\n    raise e\nexcept E as x:\n    print(x.code)",
    prelude="",
)

"""Small notebooks that attack the dataflow, written without looking at the analysis: what is told by being one object, and who calls whom."""

from tests.equivalence.table import Table

case = Table()

_PLT = "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt\nimport numpy as np\n"

case(
    "a_missing_value_by_identity",
    "vals = pd.Series(['a', np.nan, 'b'], dtype=object).unique().tolist()",
    "print([v for v in vals if v is not np.nan])",
)
case(
    "a_missing_value_as_a_key",
    "d = {np.nan: 'missing', 1: 'one'}; t = (math.nan, float('nan'))",
    "print(d.get(np.nan, 'gone'), np.nan in d, t[0] is math.nan, t[1] is math.nan, t.index(math.nan))",
    prelude="import math\nimport numpy as np\n",
)
case(
    "missing_values_among_many_texts",
    "s = pd.Series([f't{i}' for i in range(30000)] + [np.nan, None, float('nan')], dtype=object)",
    "print([v is np.nan for v in s.tolist()[-3:]], s.isna().sum())",
)
case(
    "a_dataclass_that_a_later_step_inherits",
    "@dataclass\nclass C:\n    a: int\n    b: list = field(default_factory=list)",
    "@dataclass\nclass D(C):\n    c: int = 3\n"
    "try:\n    print(D())\nexcept TypeError as error:\n    print(error)\n"
    "print(D(1), [f.default is MISSING for f in fields(C)])",
    prelude="from dataclasses import MISSING, dataclass, field, fields\n",
)
case(
    "an_exception_that_asks_for_more",
    "class Bad(ValueError):\n"
    "    def __init__(self, text, at):\n        super().__init__(text)\n        self.at = at\n"
    "try:\n    try:\n        1 / 0\n    except ZeroDivisionError as zero:\n        raise Bad('x', {}) from zero\n"
    "except Bad as error:\n    kept = error\nheld = [kept]",
    "held[0].at['b'] = 2",
    "print(kept, kept.args, kept.at, repr(kept.__cause__), held[0] is kept)",
)
case(
    "exceptions_of_libraries",
    "errors = []\n"
    "for work in (lambda: json.loads('{'), lambda: open('no'), lambda: b'\\xff'.decode(), lambda: {}['a']):\n"
    "    try:\n        work()\n    except Exception as error:\n        errors.append(error)",
    "print(errors[0].pos, errors[1].errno, errors[2].reason, errors[3].args)",
    prelude="import json\n",
)
case(
    "who_is_told_of_a_drawing",
    "fig, ax = plt.subplots(); drawn = []\nfig.canvas.mpl_connect('draw_event', lambda event: drawn.append(1))",
    "fig.canvas.draw()",
    "print(len(drawn))",
    prelude=_PLT,
)
case(
    "who_is_told_of_new_limits",
    "fig, ax = plt.subplots(); seen = []\ndef note(a): seen.append(a.get_xlim())\nax.callbacks.connect('xlim_changed', note)",
    "ax.set_xlim(0, 7)",
    "print(len(seen))",
    prelude=_PLT,
)
case(
    "a_colour_bar_that_follows",
    "fig, ax = plt.subplots(); image = ax.imshow(np.eye(3)); bar = fig.colorbar(image)",
    "image.set_clim(0, 5)",
    "print(bar.vmax)",
    prelude=_PLT,
)
case(
    "texts_of_ticks_once_it_is_drawn",
    "fig, ax = plt.subplots(); ax.plot([1, 2, 3])",
    "fig.canvas.draw(); print([tick.get_text() for tick in ax.get_xticklabels()])",
    prelude=_PLT,
)
case(
    "words_that_two_steps_number",
    "words = 'the quick brown fox jumps over the lazy dog again and again until dawn comes'.split()\n"
    "vocab = set(words); number = {w: n for n, w in enumerate(vocab)}",
    "word = {n: w for n, w in enumerate(vocab)}",
    "print(all(word[number[w]] == w for w in words))",
    prelude="",
)
case(
    "the_order_of_what_is_left_of_a_set",
    "left = set(range(1000)); left -= set(range(1000)) - {9, 16, 500}",
    "print(left)",
    prelude="",
)

"""Small notebooks that show what public notebooks were seen to do, in words of our own.

`SEEN[name] = (prelude, steps)`, as in `table.py`: the split run says what the linear run says, and none is refused.
"""

from tests.equivalence.shells import CELL

SEEN: dict[str, tuple[str, list[str]]] = {
    "public_memo_that_calls_others": (
        "import functools, hashlib\nsalt = 'pepper'\n",
        [
            "memo = functools.lru_cache(None)\n@memo\ndef digest(i):\n"
            "    return hashlib.md5(bytes(salt + str(i), 'utf-8')).hexdigest()\n"
            "@memo\ndef longest(n):\n    return max(runs(n), key=len)\n"
            "def runs(n):\n    return [digest(i)[:i] for i in range(n)]\nlongest(4)",
            "print(digest(3), longest(4), digest.cache_info().currsize)",
        ],
    ),
    "public_frames_unpacked_from_a_generator": (
        "import numpy as np, pandas as pd\n",
        [
            "one, two = (pd.DataFrame(np.full((2, 2), i)) for i in range(2))",
            "two += one + 1\nprint(two.sum().sum())",
            "print(one.sum().sum(), two.sum().sum())",
        ],
    ),
    "public_extension_that_the_notebook_writes": (
        "import random\n",
        [
            "%%writefile own_magics.py\ndef load_ipython_extension(ipython):\n"
            "    ipython.user_ns['loaded'] = 'yes'\n",
            "%load_ext own_magics",
            "print(2)",
        ],
    ),
    "public_model_made_anew_for_data_that_the_one_before_holds": (
        "import numpy as np\nfrom sklearn.neighbors import KNeighborsClassifier\n",
        [
            "X = np.arange(12.0).reshape(6, 2)\ny = np.array([0, 0, 0, 1, 1, 1])",
            "knn = KNeighborsClassifier(n_neighbors=1)\nknn.fit(X, y)",
            "print(knn.predict(X + 1))\nknn = KNeighborsClassifier(n_neighbors=3)\nknn.fit(X, y)\n"
            "print(knn.predict(X + 1))",
            "print(knn.n_neighbors, X.sum())",
        ],
    ),
    "public_annotations_kept_as_text": (
        "import dataclasses\n",
        [
            "from __future__ import annotations",
            "def double(row: Later) -> Later:\n    return Later(row.size * 2)\n"
            "@dataclasses.dataclass\nclass Later:\n    size: Unknown",
            "print(double(Later(2)), double.__annotations__)",
        ],
    ),
    "public_names_that_a_magic_lists": (
        "import math\n",
        ["first = 1", "second = 2", "%who int"],
    ),
    "public_every_name_that_a_magic_lists": (
        "",
        ["first = 1", "text = 'a'\nprint(first)", "%whos", "%who"],
    ),
    "public_names_of_pylab": (
        "import math\n",
        ["%pylab inline\nv = arange(3)", "print(np.sum(v), mean(v))\nmean = 7", "print(mean)"],
    ),
    "public_table_of_an_own_class": (
        "import pandas as pd\n",
        [
            "class Table(pd.DataFrame):\n    @property\n    def _constructor(self):\n        return Table\n"
            "dice = Table({'side': [6, 8], 'kind': ['old', 'new']})\ndice['share'] = 0.5",
            "print(dice.sort_values('share')['kind'].tolist())",
            "print(type(dice).__name__, dice.share.sum())",
        ],
    ),
    "public_values_of_several_random_draws": (
        "import numpy as np, random\nrandom.seed(3); np.random.seed(3)\n",
        [
            "walk = [0]\nfor _ in range(5):\n    walk.append(walk[-1] + random.choice([-1, 1]))",
            "noise = np.random.normal(size=3)\nprint(walk, noise.round(3).tolist())",
            "print(random.random(), np.random.rand(), sum(walk))",
        ],
    ),
    "public_another_module_under_a_name_and_back": (
        "import math as m\n",
        [
            "import cmath as m\nprint(m.__name__)",
            "import math as m\nprint(m.__name__)",
            "print(m.__name__)",
        ],
    ),
    "public_a_name_imported_in_turns": (
        "import datetime\n",
        [
            "from datetime import datetime\nday = datetime(2020, 1, 2)",
            "import datetime\nprint(datetime.date)",
            "from datetime import datetime\nprint(datetime.now)",
            "print(datetime, day)",
        ],
    ),
    "public_a_name_imported_in_turns_within_a_step": (
        "",
        [
            "import cmath as m",
            "import math as m\nx = m.floor(2.5)\nimport cmath as m",
            "print(m.__name__, x)",
        ],
    ),
    "public_another_module_under_a_name_where_classes_are_defined": (
        "import math as m\nx = [m.floor(2.5)]; x.append(1)\n"
        + CELL
        + "import cmath as m\nclass Root:\n    def of(self, n): return m.sqrt(n)\n",
        ["print(Root().of(-4), m.__name__)", "print(Root().of(-9), x)"],
    ),
    "public_a_style_set_through_another_import": (
        "",
        [
            "from statistics import fmean as m\nx = m([1, 2])",
            "import json as lib\nlib.dumps.own = 1",
            "import math as lib\nprint(lib.pi, x)",
            "print(lib.e)",
        ],
    ),
    "public_an_option_set_and_set_back": (
        "import numpy as np\nnp.set_printoptions(precision=2)\n",
        [
            "np.set_printoptions(precision=5)\nprint(np.array([1.23456]))",
            "np.set_printoptions(precision=2)",
            "print(np.array([1.23456]))",
        ],
    ),
    "public_what_a_pattern_found": (
        "import re\n",
        [
            "text = 'a1 b22 c333'\nfirst = re.search(r'(?P<letter>b)(\\d+)', text)\n"
            "every = list(re.finditer(r'[a-z]', text)); part = re.compile(r'\\d').match(text, 1, 2)\nkept = first",
            "print(first, first.groupdict(), first.span(2), kept is first, part.pos, part.endpos)",
            "print([m.group() for m in every], every[2].start(), first.string == text, first.re.pattern)",
        ],
    ),
    "public_frames_that_steps_make_apart": (
        "from sympy.physics.vector import ReferenceFrame\n",
        [
            "N = ReferenceFrame('N'); B = ReferenceFrame('B')",
            "total = sum(range(4))\nprint(total)",
            "A = ReferenceFrame('A')\nprint(2 * B.x + 3 * A.y + N.z, A.index)",
            "print(A.x + N.x + ReferenceFrame('C').x)",
        ],
    ),
    "public_dummies_that_steps_make_apart": (
        "from sympy import Dummy\n",
        ["x = Dummy('x')", "y = Dummy('x')", "print(x == y, x + y, len({x, y}))"],
    ),
    "public_functions_of_time": (
        "from sympy import Eq, Function, dsolve, symbols\nt = symbols('t')\n",
        [
            "x = Function('x')(t); f = Function('f', positive=True)",
            "law = Eq(x.diff(t), x)\nprint(law, f(t).is_positive, x.func == Function('x'))",
            "print(dsolve(law, x), f(1))",
        ],
    ),
    "public_class_with_a_registry_of_its_own": (
        "",
        [
            "class Plugin:\n    _REGISTRY = {}\nPlugin._REGISTRY['a'] = 1\np = Plugin()",
            "print(Plugin._REGISTRY, type(p) is Plugin)",
        ],
    ),
    "public_class_made_in_a_function": (
        "from dataclasses import dataclass\n",
        [
            "def make(n):\n    @dataclass\n    class Row:\n        size: int = n\n        class Part:\n"
            "            pass\n    return Row\nRow = make(3)\nrow = Row()\npart = Row.Part()",
            "print(Row, row, type(row) is Row, type(part), Row(4))",
            "print(isinstance(part, Row.Part), row == Row())",
        ],
    ),
}

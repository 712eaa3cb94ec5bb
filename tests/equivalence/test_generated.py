"""Generated notebooks: assign, alias, mutate, call, branch, draw; split after every cell."""

import os

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.equivalence.shells import compare

pytestmark = pytest.mark.timeout(1200)

PRELUDE = "import copy, random\nimport numpy as np, pandas as pd\n"
SETUP = """a = [1, 2]
b = {'k': [3]}
c = np.arange(6.)
d = pd.DataFrame({'x': [1., 2., 3.], 'y': [4., 5., 6.]})
n = 1
def touch(v): v.append(9); return v
def peek(v): return len(v)
def bump():
    global n
    n += 1
    return n
def keep(v, into=[]): into.append(v); return into
def later(): return a, n
random.seed(3); np.random.seed(5)
"""
CLASS = """class Box:
    made = []
    def __init__(self, v): self.v = v; Box.made.append(len(Box.made))
    def put(self, w): self.v = w; return self
o = Box(a)
"""
LISTS = st.sampled_from(["a", "e", "f", "b['k']"])
ARRAYS = st.sampled_from(["c", "g", "h"])
FRAMES = st.sampled_from(["d", "p", "q"])
NEW_LIST = st.sampled_from(["e", "f"])
NEW_ARRAY = st.sampled_from(["g", "h"])
NEW_FRAME = st.sampled_from(["p", "q"])

LINES = st.one_of(
    st.builds("{} = {}".format, NEW_LIST, LISTS),
    st.builds("{} = list({})".format, NEW_LIST, LISTS),
    st.builds("{} = {} + [n]".format, NEW_LIST, LISTS),
    st.builds("{}.append(len({}))".format, LISTS, LISTS),
    st.builds("{} += [7]".format, NEW_LIST),
    st.builds("{} = touch({})".format, NEW_LIST, LISTS),
    st.builds("peek({})".format, LISTS),
    st.builds("b[{!r}] = {}".format, st.sampled_from(["k", "m"]), LISTS),
    st.builds("{} = keep({})[-1]".format, NEW_LIST, LISTS),
    st.builds("{} = copy.copy({})".format, NEW_LIST, LISTS),
    st.builds("{} = {}[:4]".format, NEW_ARRAY, ARRAYS),
    st.builds("{} = {} * 2".format, NEW_ARRAY, ARRAYS),
    st.builds("{}[0] = n".format, ARRAYS),
    st.builds("{} += 1".format, NEW_ARRAY),
    st.builds("np.add({0}, 1, out={0})".format, ARRAYS),
    st.builds("{} = {}.reshape(-1)".format, NEW_ARRAY, ARRAYS),
    st.builds("{} = {}[['x', 'y']]".format, NEW_FRAME, FRAMES),
    st.builds("{} = {}[{}.x > 1]".format, NEW_FRAME, FRAMES, st.just("d")),
    st.builds("{} = {}.copy()".format, NEW_FRAME, FRAMES),
    st.builds("{}['z'] = n".format, FRAMES),
    st.builds("{}.loc[0, 'x'] = 8.".format, FRAMES),
    st.builds("{}.sort_values('x', ascending=False, inplace=True)".format, FRAMES),
    st.builds("{} = {}".format, NEW_FRAME, FRAMES),
    st.builds("{} = {}['x'].to_numpy(copy=True)".format, NEW_ARRAY, FRAMES),
    st.just("bump()"),
    st.just("n = n + 1"),
    st.just("if n > 2: e = a"),
    st.just("for i in range(2): a = a + [i]"),
    st.just("r = random.random()"),
    st.just("s = np.random.rand()"),
    st.just("f = later()[0]"),
    st.just("t = [v for v in a]"),
    st.just("u = lambda: (len(a), n)"),
    st.just("del b['k'][:1]"),
)
OBJECTS = st.one_of(
    LINES,
    st.builds("o = Box({})".format, LISTS),
    st.builds("o.put({})".format, LISTS),
    st.builds("{}.append(4)".format, st.just("o.v")),
)
BEGIN = """e = [0]; f = [5]; g = c[:2]; h = np.zeros(2); p = d.copy(); q = d[['x', 'y']]
r = s = t = 0
u = later
"""
PRINTED = ("a", "b", "e", "f", "n", "r", "s", "t")
CELLS = st.lists(st.lists(LINES, min_size=1, max_size=3), min_size=2, max_size=5)
OBJECT_CELLS = st.lists(st.lists(OBJECTS, min_size=1, max_size=3), min_size=2, max_size=5)
LOOK = st.lists(st.sampled_from(PRINTED + ("c", "d", "g", "h", "p", "q", "u()", "later()")),
                min_size=2, max_size=6, unique=True)  # fmt: skip


EXAMPLES = settings(
    max_examples=int(os.environ.get("PROMOTE_EXAMPLES", "25")),
    derandomize="PROMOTE_EXAMPLES" not in os.environ,
    deadline=None,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
    database=None,
)


@EXAMPLES
@given(cells=CELLS, look=LOOK)
def test_a_generated_notebook_says_the_same_split(cells: list[list[str]], look: list[str]) -> None:
    check(SETUP + BEGIN, cells, look)


@EXAMPLES
@given(cells=OBJECT_CELLS, look=LOOK)
def test_a_generated_notebook_with_a_class_says_the_same(
    cells: list[list[str]], look: list[str]
) -> None:
    check(SETUP + CLASS + BEGIN, cells, [*look, "o.v", "Box.made"])


def check(first: str, cells: list[list[str]], look: list[str]) -> None:
    steps = [first, *("\n".join(lines) for lines in cells)]
    steps += [f"print({name!r}, {_shown(name)})" for name in look]
    result = compare(PRELUDE, steps)
    assert result.verdict in ("equal", "refused"), (result, "\n---\n".join(steps[1:]))


def _shown(name: str) -> str:
    if name in ("c", "g", "h"):
        return f"{name}.tolist()"
    return f"{name}.to_dict('list')" if name in ("d", "p", "q") else name

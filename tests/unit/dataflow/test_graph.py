"""Which steps connect, with what, and why."""

import nbformat
import pytest

from jupyterlab_promote.dataflow.analysis import analyse
from jupyterlab_promote.notebook.document import read_notebook

LIBRARIES = (
    "import os, random\nimport numpy as np\nimport pandas as pd\nimport matplotlib.pyplot as plt\n"
)


def analysed(prelude, settings=None, **steps):
    cells = [nbformat.v4.new_code_cell(LIBRARIES + prelude)]
    for name, source in steps.items():
        cells.append(nbformat.v4.new_code_cell(source, metadata={"tags": [f"step:{name}"]}))
    metadata = {"promote": {"schema_version": 1, "steps": settings}} if settings else {}
    nb = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
    return analyse(read_notebook(nbformat.writes(nb).encode()))


def edges(prelude="", settings=None, **steps):
    """{"a -> b": names}"""
    found = analysed(prelude, settings, **steps).edges
    return {f"{edge.source} -> {edge.target}": " ".join(edge.names) for edge in found}


def test_steps_that_share_nothing_are_not_connected():
    assert edges(a="x = 1", b="y = 2", c="z = x + y") == {"a -> c": "x", "b -> c": "y"}


def test_lists_that_hold_the_same_number_are_two_lists():
    assert edges(load="n = 3\na = [n]\nb = [n]", change="a.append(1)", show="print(b)") == {
        "load -> change": "a",
        "load -> show": "b",
    }


def test_a_function_under_an_unknown_decorator_is_not_held_by_what_uses_the_same_builtin():
    kept = "import keeper\ny = [3]\n@keeper.keep\ndef show(k):\n    print(y)"
    assert edges("x = [1]", load="z = [1]\n" + kept, use="print(z)") == {"load -> use": "z"}


def test_a_function_with_controls_goes_where_it_is_called_only_and_is_refused_there():
    from_load = "import ipywidgets as w\ndf = pd.DataFrame({'a': [1]})\n"
    from_load += (
        "@w.interact(k=(5, 50))\ndef show(k=10):\n    plt.hist(df['a'], bins=k)\n    plt.show()"
    )
    assert "show" not in edges(load=from_load, use="print(df)")["load -> use"].split()
    asked = analysed("", load=from_load, use="show(3)")
    assert [(f.code, f.name) for f in asked.findings if f.severity == "error"] == [
        ("PRM210", "show")
    ]


def test_branches_that_only_read_a_frame_run_beside_each_other():
    assert edges(
        load="df = pd.DataFrame({'a': [1, 2], 'b': [3, 4]})",
        one="x = df[['a']].copy()\nx['c'] = x.a * 2",
        two="y = df.groupby('b').a.mean()",
        plot="fig, ax = plt.subplots()\ndf.plot(ax=ax)\nax.set_title('t')",
        join="z = x.join(y)",
    ) == {
        "load -> one": "df", "load -> two": "df", "load -> plot": "df", "one -> join": "x", "two -> join": "y",
    }  # fmt: skip


def test_models_that_learn_from_the_same_data_do_so_beside_each_other():
    assert edges(
        "from sklearn.linear_model import LinearRegression, Ridge",
        load="X = np.arange(4.).reshape(-1, 1)\ny = np.arange(4.)",
        one="m = LinearRegression()\nm.fit(X, y)",
        two="n = Ridge().fit(X, y)",
        report="print(m.score(X, y), n.score(X, y))",
    ) == {
        "load -> one": "X y", "load -> two": "X y",
        "load -> report": "X y", "one -> report": "m", "two -> report": "n",
    }  # fmt: skip


def test_a_function_that_changes_a_copy_leaves_its_argument_alone():
    function = "def scaled(d):\n    t = d[d.a > 0]\n    t['b'] = t.a * 2\n    return t"
    assert edges(
        function,
        load="df = pd.DataFrame({'a': [1, 2]})",
        one="x = scaled(df)",
        two="y = scaled(df)",
        join="print(x, y)",
    ) == {"load -> one": "df", "load -> two": "df", "one -> join": "x", "two -> join": "y"}


@pytest.mark.parametrize(
    "change",
    [
        "df['b'] = 1", "df.dropna(inplace=True)", "df.insert(0, 'c', 1)", "clean(df)", "e = df\ne['b'] = 1",
        "for f in [df]: f['b'] = 1", "df.pipe(clean)", "del df['a']", "(lambda d: d.update(d))(df)",
    ],
)  # fmt: skip
def test_whoever_changes_a_value_is_who_gives_it_on(change):
    assert edges(
        "def clean(d):\n    d['b'] = 1",
        load="df = pd.DataFrame({'a': [1, 2]})",
        clean=change,
        show="print(df)",
    ) == {"load -> clean": "df", "clean -> show": "df"}


def test_what_may_be_one_object_has_one_provider_until_it_changes_no_more():
    assert edges(
        make="a = [1]\nb = {'k': a}",
        read="n = len(a)",
        change="b['k'].append(2)",
        show="print(a, b)",
    ) == {"make -> read": "a", "make -> change": "a b", "change -> show": "a b"}


def test_a_function_needs_what_it_looks_up_and_does_what_it_does_to_it():
    assert edges(
        "def note(x):\n    log.append(x)",
        begin="log = []",
        one="note(1)",
        two="note(2)",
        show="print(log)",
    ) == {"begin -> one": "log", "one -> two": "log", "two -> show": "log"}


def test_what_cvxpy_numbers_is_numbered_on_in_every_step():
    found = edges("import cvxpy as cp", a="x = cp.Variable()", b="y = 2", c="z = cp.Variable()")
    assert "numbers:libraries" in found["a -> b"].split()
    assert "numbers:libraries" in found["b -> c"].split()
    assert "numbers:libraries" not in " ".join(edges(a="x = 1", b="y = x").values())


def test_a_seeded_generator_connects_the_steps_that_draw():
    assert edges(
        seed="np.random.seed(1)", a="x = np.random.rand()", b="y = 1", c="z = np.random.rand()"
    ) == {"seed -> a": "rng:numpy", "a -> c": "rng:numpy"}


def test_without_a_seed_each_kernel_draws_its_own():
    assert edges(a="x = np.random.rand()", b="y = np.random.rand()") == {}


def test_the_environment_reaches_all_that_comes_after():
    assert edges(a="x = 1", b="os.environ['K'] = 'v'", c="y = 2", d="z = 3") == {
        "b -> c": "os:environ", "b -> d": "os:environ",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("write", "read", "connected"),
    [
        ("df.to_csv('out/a.csv')", "x = pd.read_csv('out/a.csv')", True),
        ("df.to_csv('a.csv')", "x = pd.read_csv('./a.csv')", True),
        ("df.to_csv('a.csv')", "x = pd.read_csv('b.csv')", False),
        ("open(f'part-{n}.txt', 'w').write('x')", "x = open('part-1.txt').read()", True),
        ("open(f'part-{n}.txt', 'w').write('x')", "x = open('whole.txt').read()", False),
        ("df.to_csv(os.path.join('out', 'a.csv'))", "x = os.listdir('out')", True),
        ("from pathlib import Path\n(Path('out') / 'a').write_text('x')", "x = open('out/a').read()", True),
        ("!touch a.txt", "x = open('a.txt').read()", True),
        ("plt.savefig('a.png')", "plt.savefig('b.png')", False),
        (
            "from urllib.request import urlretrieve\nurlretrieve('http://h/a.csv', 'a.csv')",
            "x = pd.read_csv('a.csv')",
            True,
        ),
        (
            "from urllib.request import urlretrieve\nurlretrieve('http://h/a.csv', filename='a.csv')",
            "x = pd.read_csv('b.csv')",
            False,
        ),
        ("plt.savefig('a.png')", "from IPython.display import Image\nImage('a.png')", True),
        ("plt.savefig('a.png')", "from IPython.display import Image\nImage(filename='b.png')", False),
        ("plt.savefig('a.png')", "from IPython.display import SVG\nfor p in names: SVG(p)", True),
        ("open('a.mplstyle', 'w').write('')", "plt.style.use('a.mplstyle')", True),
        ("w = pd.ExcelWriter('a.xlsx')\nw.close()", "x = pd.read_excel('a.xlsx')", True),
        ("s = pd.HDFStore('a.h5')\ns.close()", "x = pd.read_hdf('a.h5')", True),
        (
            "from sklearn.datasets import dump_svmlight_file\ndump_svmlight_file(df, df, 'a.txt')",
            "x = open('a.txt').read()",
            True,
        ),
        ("df.to_csv('a.csv')", "x = 1", False),
        ("x = pd.read_csv('a.csv')", "y = pd.read_csv('a.csv')", False),
        ("x = os.listdir('out')", "y = open('out/a').read()", False),
        ("x = pd.read_csv('a.csv')", "open('a.csv', 'w').write('x')", True),
        ("import requests\nrequests.post('http://h')", "import requests\nrequests.get('http://h')", True),
    ],
)  # fmt: skip
def test_files_and_the_world_order_steps(write, read, connected):
    found = edges(write=f"n = 1\ndf = pd.DataFrame()\n{write}", read=read)
    assert found == ({"write -> read": ""} if connected else {})


@pytest.mark.parametrize(
    "called",
    ["write()", "g = write\ng()", "for f in {'w': write}.values():\n    f()"],
)
def test_a_file_that_a_function_of_one_step_writes_orders_the_steps(called):
    defined = "def write():\n    open('o.txt', 'w').write('x')\n"
    assert edges(a=defined + called, b="x = open('o.txt').read()") == {"a -> b": ""}


def test_a_path_that_cannot_be_known_is_said_and_can_be_declared():
    steps = {
        "one": "n = 1\nopen(str(n), 'w').write('x')",
        "two": "m = 2\nopen(str(m), 'w').write('x')",
    }
    (found,) = [f for f in analysed("", **steps).findings if f.code == "PRM220"]
    assert (found.severity, found.cell_index, found.line, found.steps) == (
        "info",
        1,
        2,
        ("one", "two"),
    )
    declared = {"one": {"writes": ["1"]}, "two": {"writes": ["2"]}}
    assert analysed("", declared, **steps).edges == ()


def test_a_reason_names_both_lines_and_the_code_that_changes():
    analysis = analysed(
        "", load="df = pd.DataFrame()", clean="x = 1\ndf.dropna(inplace=True)", show="print(df)"
    )
    assert [edge.reasons[0].why for edge in analysis.edges] == [
        "`df` bound in cell 2 line 1, read in cell 3 line 2",
        "`df` may be changed by `df.dropna(inplace=True)`, cell 3 line 2, read in cell 4 line 1",
    ]


def test_what_is_only_read_is_checked_to_be_unchanged():
    analysis = analysed("", a="x = [1]\ny = [2]", b="y.append(x)")
    assert {
        step.name: (step.inputs and step.inputs[0].names, step.readonly) for step in analysis.steps
    } == {
        "a": ((), ()),
        "b": (("x", "y"), ()),
    }
    analysis = analysed("", a="x = [1]", b="print(x)")
    assert analysis.steps[1].readonly == ("x",)


def test_a_mapped_step_leaves_only_what_it_collects():
    over = {"score": {"map_over": {"over": "cities", "item": "city", "collect": ["points"]}}}
    steps = {
        "load": "cities = ['Oslo', 'Rome']\ncity = 'Oslo'\nlog = []",
        "score": "points = len(city)",
        "show": "print(points, city)",
    }
    assert edges("", over, **steps) == {
        "load -> score": "cities", "load -> show": "city", "score -> show": "points",
    }  # fmt: skip
    steps["score"] += "\nlog.append(city)\nnote = 1"
    steps["show"] += "\nprint(log, note)"
    lost = [f for f in analysed("", over, **steps).findings if f.code == "PRM221"]
    assert [(f.name, f.severity, f.steps) for f in lost] == [
        ("log", "error", ("score",)),
        ("note", "error", ("score",)),
    ]


def test_code_whose_names_cannot_be_known_keeps_all_steps_in_order():
    assert edges(a="x = 1", b="exec(input_text)", c="y = 2") == {"a -> b": "*", "b -> c": "*"}


@pytest.mark.parametrize("use", ["exec(text)\nprint(rows)", "'rows' in globals()"])
def test_what_a_later_step_asks_for_is_named_where_everything_travels(use):
    made = "import math\nrows = iter([1])\nother = 2\nmath.pi"
    assert edges(a=made, b="y = 2", c=use) == {"a -> b": "* rows", "b -> c": "* rows"}
    assert edges(a=made, b="rows = 3", c=use) == {"a -> b": "*", "b -> c": "* rows"}


def test_a_class_of_the_prelude_is_one_class_for_all_who_use_it():
    found = edges(
        "class P:\n    pass",
        a="p = P()",
        b="q = P()",
        c="print(type(p) is type(q), isinstance(p, P))",
    )
    assert "P" in found["a -> b"].split()


def test_a_required_parameter_is_given_by_the_run_though_no_cell_binds_it():
    cells = [
        nbformat.v4.new_code_cell("must: int", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell("print(must, other)", metadata={"tags": ["step:a"]}),
    ]
    nb = nbformat.v4.new_notebook(cells=cells)
    found = analyse(read_notebook(nbformat.writes(nb).encode()))
    assert [f.message for f in found.findings if f.code == "PRM201"] == [
        "Step `a` reads `other`, which no earlier cell binds."
    ]
    assert found.steps[0].reads_parameters == ("must",)


def test_what_a_step_makes_anew_before_its_functions_look_it_up_does_not_travel():
    made = "env = object()\ndef car():\n    return env"
    assert edges(a=made, b="env = object()\ncar()", c="print('env')\nenv = [1]\nx = car") == {
        "a -> b": "car", "a -> c": "car",
    }  # fmt: skip
    assert edges(a=made, b="y = [car()]\nenv = object()")["a -> b"] == "car env"
    assert edges(a=made, b="@car\ndef f(): pass\nenv = object()")["a -> b"] == "car env"
    assert edges(a=made, b="run = car\nz = run()\nenv = 1")["a -> b"] == "car env"


@pytest.mark.parametrize(
    "deep",
    ["x = n" + " + 1" * 800, "x = n" + ".real" * 800, "if n: x = 1\n" + "elif n: pass\n" * 800],
)
def test_code_that_nests_deeper_than_recursion_goes_is_read_as_any_other(deep):
    assert edges(a="n = 1", b=deep, c="print(n)") == {"a -> b": "n", "a -> c": "n"}

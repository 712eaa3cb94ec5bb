"""The `parameters` cell: types, help, bindings, and what cannot be a parameter."""

import pytest

from jupyterlab_promote.model.pipeline import Parameter, Place
from jupyterlab_promote.notebook.parameters import read_parameters


def read(notebook, source, bindings=None, *, scheduled=False):
    cell = notebook(("parameters", source)).cells[0]
    return read_parameters(cell, bindings or {}, scheduled=scheduled)


def parameter(name="p", *, line=1, **fields):
    return Parameter(name=name, place=Place(cell="c0", cell_index=0, line=line), **fields)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("p = 3", parameter(type="int", default=3)),
        ("p = -3", parameter(type="int", default=-3)),
        ("p = 1.5  # how much", parameter(type="float", default=1.5, help="how much")),
        ("p: float = 1", parameter(type="float", default=1.0)),
        ("p = True", parameter(type="bool", default=True)),
        ("p = 'a'", parameter(type="str", default="a")),
        ("p = 'a # b'", parameter(type="str", default="a # b")),
        ("p = None", parameter(type="none", default=None, optional=True)),
        ("p = [1, 'a', None]", parameter(type="list", default=[1, "a", None])),
        ("p = (1, 2)", parameter(type="list", default=[1, 2])),
        ("p = {'a': {'b': 1}}", parameter(type="dict", default={"a": {"b": 1}})),
        ("p: dict[str, int] = {}", parameter(type="dict", default={})),
        ("p: int", parameter(type="int", required=True)),
        ("p: int | None = None", parameter(type="int", optional=True)),
        ("p: Optional[str] = 'a'", parameter(type="str", default="a", optional=True)),
        ("p: 'int' = 1", parameter(type="int", default=1)),
        ("p = date(2026, 1, 2)", parameter(type="date", default="2026-01-02")),
        (
            "p: datetime.date = datetime.date(2026, 1, 2)",
            parameter(type="date", default="2026-01-02"),
        ),
        ("p = datetime(2026, 1, 2, 3)", parameter(type="datetime", default="2026-01-02T03:00:00")),
        (
            "p = datetime.datetime.fromisoformat('2026-01-02')",
            parameter(type="datetime", default="2026-01-02T00:00:00"),
        ),
        ("p: Literal['a', 'b'] = 'a'", parameter(type="enum", default="a", choices=("a", "b"))),
        ("p: typing.Literal[1, 2]", parameter(type="enum", choices=(1, 2), required=True)),
        ("p = 3  # type: int the number", parameter(type="int", default=3, help="the number")),
    ],
)
def test_a_line_is_a_typed_parameter(notebook, line, expected):
    assert read(notebook, line) == ((expected,), ())


@pytest.mark.parametrize(
    ("line", "code", "message"),
    [
        ("p = f()", "PRM301", "The default of parameter `p` is computed, so no run could set it."),
        (
            "p = date.today()",
            "PRM301",
            "The default of parameter `p` is computed, so no run could set it.",
        ),
        (
            "p: int = f()",
            "PRM301",
            "The default of parameter `p` is computed, so no run could set it.",
        ),
        ("p: int = 'a'", "PRM302", "The default of parameter `p` is not of type `int`."),
        ("p: int = None", "PRM302", "The default of parameter `p` is not of type `int`."),
        (
            "p: Literal['a'] = 'b'",
            "PRM302",
            "The default of parameter `p` is not of type `Literal['a']`.",
        ),
        (
            "p: pd.DataFrame = 1",
            "PRM302",
            "Parameter `p` has the type `pd.DataFrame`, which is not known.",
        ),
    ],
)
def test_what_no_run_could_set_is_told_with_its_line(notebook, line, code, message):
    parameters, (finding,) = read(notebook, "q = 1\n" + line)
    assert [p.name for p in parameters] == ["q"]
    assert (finding.code, finding.line, finding.cell, finding.message) == (code, 2, "c0", message)


def test_bindings_fill_parameters_from_the_run(notebook):
    parameters, findings = read(
        notebook, "day: date\nn = 1", {"day": "logical_date"}, scheduled=True
    )
    assert parameters == (
        parameter("day", type="date", required=True, binding="logical_date"),
        parameter("n", type="int", default=1, line=2),
    )
    assert findings == ()


def test_bindings_of_nothing_or_to_nothing_are_told(notebook):
    _, findings = read(notebook, "n = 1", {"m": "run_id", "n": "weather"})
    assert [(f.code, f.message, f.fix) for f in findings] == [
        ("PRM303", "The binding of `m` names no parameter.", "There are: n."),
        (
            "PRM303",
            "Parameter `n` is bound to 'weather', which a run does not have.",
            "Use one of data_interval_end, data_interval_start, logical_date, run_id.",
        ),
    ]


def test_a_schedule_needs_a_value_for_each_parameter(notebook):
    _, (finding,) = read(notebook, "n: int", scheduled=True)
    assert (finding.code, finding.name) == ("PRM304", "n")
    assert read(notebook, "n: int")[1] == ()


def test_lines_that_only_name_other_values_are_left_alone(notebook):
    source = "'Settings.'\nfrom datetime import date\n# a remark\nn = 1\nwhere = Path('a') / 'b'\na, b = 1, 2\nd = {1: 2}"
    parameters, findings = read(notebook, source)
    assert ([p.name for p in parameters], findings) == (["n"], ())


def test_what_is_computed_from_a_parameter_is_told(notebook):
    parameters, (finding,) = read(notebook, "n = 1\nm = n + 1")
    assert [p.name for p in parameters] == ["n"]
    assert (finding.code, finding.severity, finding.line, finding.message) == (
        "PRM305",
        "warning",
        2,
        "`m` is computed from `n` before a run sets it, so a run does not change `m`.",
    )


def test_a_line_with_an_effect_is_told(notebook):
    parameters, (finding,) = read(notebook, "n = 1\nprint(n)")
    assert [p.name for p in parameters] == ["n"]
    assert (finding.code, finding.severity, finding.line, finding.message) == (
        "PRM306",
        "warning",
        2,
        "`print(n)` runs again in each step that needs a parameter.",
    )


@pytest.mark.parametrize(
    "line", ["n += 1", "n = n + 1", "if n > 3:\n    n = 3", "n, m = 1, 2", "del n"]
)
def test_a_parameter_that_the_cell_changes_again_is_refused(notebook, line):
    _, findings = read(notebook, "n = 1\n" + line)
    assert [(f.code, f.severity, f.line, f.name) for f in findings if f.severity == "error"] == [
        ("PRM301", "error", 2, "n")
    ]

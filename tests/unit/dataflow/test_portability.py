"""What works here and may not in a scheduled run."""

import nbformat
import pytest

from jupyterlab_promote.dataflow.analysis import Context, analyse
from jupyterlab_promote.notebook.document import read_notebook


def found(*sources, settings=None, counts=None):
    """[(code, severity, cell index, line, name)] of the findings of portability."""
    cells = []
    for index, source in enumerate(sources):
        cell = nbformat.v4.new_code_cell(source, metadata={"tags": ["step:a"]})
        cell.execution_count = counts[index] if counts else None
        cells.append(cell)
    metadata = {"promote": {"schema_version": 1, **settings}} if settings else {}
    nb = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
    context = Context(files=frozenset({"sales.csv"}))
    analysis = analyse(read_notebook(nbformat.writes(nb).encode()), context=context)
    return [
        (f.code, f.severity, f.cell_index, f.line, f.name)
        for f in analysis.findings
        if "PRM404" <= f.code <= "PRM408"
    ]


@pytest.mark.parametrize(
    "look", ["os.environ['TOKEN']", "os.getenv('TOKEN')", "os.environ.get('TOKEN', 'x')"]
)
def test_a_variable_of_the_environment_is_asked_about_once(look):
    assert found(f"import os\nt = {look}\nu = {look}") == [("PRM404", "warning", 0, 2, "TOKEN")]


def test_settings_that_are_read_from_many_variables_are_told_together():
    look = "\n".join(f"v{n} = os.environ.get('V{n}', '{n}')" for n in range(5))
    source = f"import os\nt = os.environ['TOKEN']\n{look}"
    assert found(source, "print(os.environ.get('V3', ''))") == [
        ("PRM404", "warning", 0, 2, "TOKEN"),
        ("PRM404", "warning", 0, 3, "V0"),
    ]


@pytest.mark.parametrize(
    "sources",
    [
        ("import os\nos.environ['TOKEN'] = 'x'", "print(os.environ['TOKEN'])"),
        ("%env TOKEN=x", "import os\nprint(os.environ['TOKEN'])"),
        ("import os\nprint(os.environ['HOME'], os.environ.get(name))\nname = 1",),
    ],
)
def test_what_the_notebook_sets_itself_is_fine(sources):
    assert found(*sources) == []


def test_cells_that_were_run_out_of_order_are_named_as_they_are_counted_on_screen():
    cells = [nbformat.v4.new_code_cell(text) for text in ("a = 1", "b = 2")]
    cells[0].execution_count, cells[1].execution_count = 7, 6
    nb = read_notebook(nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode())
    [told] = (f for f in analyse(nb, context=Context()).findings if f.code == "PRM408")
    assert told.message.startswith("Cell 2 was last run before cell 1;")


def credentials(*sources):
    """[(cell index, line, first words)] of what is said of credentials."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    nb = read_notebook(nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode())
    told = [f for f in analyse(nb, context=Context()).findings if f.code == "PRM415"]
    assert not [f for f in told for source in sources if f.message in source]
    return [(f.cell_index, f.line, f.message.partition(" stands")[0]) for f in told]


def test_a_token_in_the_code_is_told_once_for_each_cell_and_kind():
    token = "ghp_" + 36 * "a"
    again = f"u = '{token}'"
    assert credentials(f"import os\nt = '{token}'\n{again}\nk = 'AKIA{16 * 'A'}'", again) == [
        (0, 2, "A token of GitHub"),
        (0, 4, "An access key of AWS"),
        (1, 1, "A token of GitHub"),
    ]
    assert credentials(f'pem = """-----BEGIN {"RSA "}PRIVATE KEY-----\n"""') == [
        (0, 1, "A private key")
    ]


@pytest.mark.parametrize(
    "source",
    [
        "import os\nt = os.environ.get('TOKEN', 'ghp_...')",
        "digest = 'ask-" + 40 * "a" + "'",
        "AKIA = 'AKIA'",
        "password = 'hunter2'",
        "keys = '-----BEGIN PUBLIC KEY-----'",
    ],
)
def test_what_only_looks_a_little_like_a_credential_is_fine(source):
    assert credentials(source) == []


@pytest.mark.parametrize("key", ["env", "provided", "secrets"])
def test_a_declared_variable_is_fine(key):
    value = ["TOKEN"] if key == "provided" else {"TOKEN": "secret://env/TOKEN"}
    settings = {"steps": {"a": {"environment": {key: value}}}}
    assert found("import os\nt = os.environ['TOKEN']", settings=settings) == []


def test_the_value_of_a_widget_is_that_of_the_code():
    source = (
        "import ipywidgets as w\ns = w.IntSlider(5)\nn = s.value\nm = other.value if False else 0"
    )
    assert found(source) == [("PRM405", "warning", 0, 3, "s")]


def test_a_schedule_over_a_frozen_file_is_asked_about():
    source = "import pandas as pd\nd = pd.read_csv('sales.csv')"
    assert found(source) == []
    settings = {"schedule": {"cron": "@daily", "timezone": "UTC"}}
    assert found(source, settings=settings) == [("PRM406", "warning", 0, 2, "sales.csv")]


@pytest.mark.parametrize(
    ("source", "asked"),
    [
        ("open('log.txt', 'a').write('x')", True),
        ("import pandas as pd\npd.DataFrame().to_csv('log.txt', mode='a')", True),
        ("open('log.txt', 'w').write('x')", False),
        ("open('/mnt/log.txt', 'a').write('x')", False),
    ],
)
def test_appending_to_a_file_begins_anew_in_each_run(source, asked):
    line = source.count("\n") + 1
    assert found(source) == ([("PRM407", "warning", 0, line, "log.txt")] if asked else [])


def test_cells_that_were_run_out_of_order_are_mentioned_once():
    assert found("a = 1", "b = 2", "c = 3", counts=[3, 1, 2]) == [("PRM408", "info", 1, None, None)]
    assert found("a = 1", "b = 2", counts=[1, 2]) == []

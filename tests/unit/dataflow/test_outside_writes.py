"""What a test run would write outside of its folder is told by name, before it runs."""

import nbformat
import pytest

from jupyterlab_promote.dataflow.analysis import analyse
from jupyterlab_promote.model.pipeline import OutsideWrite
from jupyterlab_promote.notebook.document import read_notebook


def _writes(*sources: str, **settings: object) -> tuple[OutsideWrite, ...]:
    cells = [
        nbformat.v4.new_code_cell(text, metadata={"tags": [f"step:s{number}"]})
        for number, text in enumerate(sources)
    ]
    metadata = {"promote": {"steps": settings}} if settings else {}
    content = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
    return analyse(read_notebook(nbformat.writes(content).encode())).outside_writes


@pytest.mark.parametrize(
    ("code", "things"),
    [
        ("df.to_csv('/data/out.csv')", ["/data/out.csv"]),
        ("df.to_csv('../shared/out.csv')", ["../shared/out.csv"]),
        ("df.to_parquet('s3://bucket/day.parquet')", ["df.to_parquet('s3://bucket/day.parquet')"]),
        ("df.to_sql('sales', engine)", ["df.to_sql('sales', engine)"]),
        (
            "import requests\nrequests.post('http://h/x', json={})",
            ["requests.post('http://h/x', json={})"],
        ),
        ("!rsync -a out/ host:", ["!rsync -a out/ host:"]),
        ("with open('/tmp/log', 'a') as f:\n    f.write('x')", ["/tmp/log"]),
        ("df.to_csv('/a.csv')\ndf.to_csv('/a.csv')", ["/a.csv"]),
        ("df.to_csv('out/day.csv')", []),
        ("df = pd.read_csv('/data/in.csv')", []),
        ("import requests\nrequests.get('http://h/x')", []),
        ("import unheard_of\nunheard_of.compute(df)", []),
        ("print(len(df))", []),
    ],
)
def test_what_outlives_the_run_is_named(code: str, things: list[str]) -> None:
    assert [write.thing for write in _writes(f"import pandas as pd\n{code}")] == things


@pytest.mark.parametrize(
    "command",
    [
        "ls",
        "cat x.txt | grep 'a > b' | wc -l",
        "head -c 100 data.csv 2>/dev/null; pwd",
        "nvidia-smi",
        "git log -1 --format=%h -- {path}",
        "pip list 2>&1 | tail -3",
        "find . -name '*.csv' | sort",
        "python --version",
    ],
)
def test_a_command_that_only_reads_is_not_named(command: str) -> None:
    assert _writes(f"!{command}", f"said = !{command}") == ()


@pytest.mark.parametrize(
    "command",
    [
        "cp a.txt /data/b.txt",
        "ls > /data/listed.txt",
        "ls && rm -r /data/old",
        "echo $(touch /data/a)",
        "echo `touch /data/a`",
        "find /data -name '*.tmp' -delete",
        "sort -o /data/a.txt /data/a.txt",
        "uniq a.txt /data/b.txt",
        "git push",
        "python train.py",
        "cat a.txt | tee /data/b.txt",
        "(rm /data/a.txt)",
        "ls 'not closed",
        "ls --color=never --all --long --human-readable some/folder && rm -r /data",
    ],
)
def test_a_command_that_may_write_is_named(command: str) -> None:
    (write,) = _writes(f"!{command}")
    assert write.thing.startswith(f"!{command[:20]}")


def test_each_is_told_with_its_step_and_line_also_where_a_function_does_it() -> None:
    first, later = _writes(
        "df = 1\ndef save(t):\n    t.to_csv('/data/a.csv')", "x = 2\nsave(df)\n!scp a b:"
    )
    assert (first.step, first.thing, first.place.cell_index) == ("s1", "!scp a b:", 1)
    assert first.place.line == 3
    assert (later.step, later.thing, later.place.cell_index) == ("s1", "/data/a.csv", 1)


def test_what_a_step_says_of_itself_replaces_what_was_found() -> None:
    said = {"writes": ["/data/*.csv", "local.csv"]}
    assert [w.thing for w in _writes("df.to_sql('sales', engine)", s0=said)] == ["/data/*.csv"]

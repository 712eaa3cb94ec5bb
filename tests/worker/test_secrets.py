"""Secrets by reference: cells have them, nothing that leaves the step shows them."""

import json
import os
from pathlib import Path

import pytest

from jupyterlab_promote.errors import InvalidInput
from jupyterlab_promote.model.run import Cause
from jupyterlab_promote.model.settings import Environment
from jupyterlab_promote.store.sealing import seal, unseal

VALUE = "c4nary-s3cr3t'&+/ü"
REFERENCE = Environment(secrets={"TOKEN": "secret://env/HELD_BY_THE_WORKER"})
SHOWS_IT_IN_MANY_WAYS = """\
import os, sys, time, logging
token = os.environ["TOKEN"]
print("length", len(token), "token", token, repr(token), [token])
sys.stdout.write(token[:7])
sys.stdout.flush()
time.sleep(0.5)
sys.stdout.write(token[7:])
sys.stdout.flush()
from IPython.display import HTML, display
import html, urllib.parse, base64
display(HTML("<b>" + html.escape(token) + "</b>"), urllib.parse.quote_plus(token))
print(base64.b64encode(token.encode()).decode(), file=sys.stderr)
raise ValueError("refused " + token)
"""


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELD_BY_THE_WORKER", VALUE)


@pytest.mark.usefixtures("held")
def test_a_cell_has_its_secret_and_no_file_of_the_run_shows_it(bench) -> None:
    bench.publish({"a": [SHOWS_IT_IN_MANY_WAYS]})
    outcome = bench.run("a", environment=REFERENCE)
    shown = json.dumps(bench.executed(outcome)["a-0"]["outputs"])
    assert f"length {len(VALUE)} token ***" in shown
    assert (outcome.cause, outcome.message) == (
        Cause.CELL_ERROR,
        "Cell 1 (step `a`) raised ValueError: refused ***",
    )
    kept = everything(Path(bench.store.url))
    for part in ("c4nary-s3cr3t", "YzRuYXJ5LXMz"):
        assert part.encode() not in kept


@pytest.mark.usefixtures("held")
def test_a_secret_does_not_travel_and_one_in_a_value_is_told(bench) -> None:
    bench.publish(
        {
            "a": ["import os\nheaders = {'auth': os.environ['TOKEN']}\nos.environ['OWN'] = '1'"],
            "b": ["print(headers['auth'], os.environ.get('TOKEN'), os.environ['OWN'])"],
        }
    )
    first = bench.run("a", environment=REFERENCE)
    assert "holds one of its secrets" in first.warnings[0]
    second = bench.run("b")
    assert "".join(bench.executed(second)["b-0"]["outputs"][0]["text"]) == f"{VALUE} None 1\n"
    previews = Path(bench.store.url).rglob("previews/*.json")
    assert b"c4nary" not in b"".join(path.read_bytes() for path in previews)


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("secret://env/NOBODY_SET_THIS", "the worker has no variable 'NOBODY_SET_THIS'"),
        ("secret://env/PROMOTE_SECRET_KEY", "the worker has no variable"),
        ("secret://airflow/warehouse", "this run was not started by Airflow"),
        ("hunter2", "is no reference to a secret"),
    ],
)
def test_a_secret_that_cannot_be_had_fails_the_step_before_its_first_cell(
    bench, monkeypatch: pytest.MonkeyPatch, reference: str, words: str
) -> None:
    monkeypatch.setenv("PROMOTE_SECRET_KEY", "k")
    bench.publish({"a": ["print('ran')"]})
    outcome = bench.run("a", environment=Environment(secrets={"TOKEN": reference}))
    assert (outcome.state, outcome.cause) == ("failed", Cause.ENVIRONMENT)
    assert words in outcome.message


def test_a_sealed_secret_opens_with_its_key_for_its_attempt_only(
    bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.publish({"a": ["import os\nprint(len(os.environ['TOKEN']), os.environ['TOKEN'])"]})
    sealed = {"TOKEN": seal(VALUE, key="key", purpose="a-1/TOKEN")}
    environment = Environment(secrets={"TOKEN": "secret://airflow/warehouse"})
    assert sealed == {"TOKEN": seal(VALUE, key="key", purpose="a-1/TOKEN")}
    with pytest.raises(InvalidInput, match="cannot be opened"):
        unseal(sealed["TOKEN"], key="key", purpose="a-2/TOKEN")
    monkeypatch.setenv("PROMOTE_SECRET_KEY", "another")
    fields = {"environment": environment, "sealed_secrets": sealed}
    assert bench.run("a", attempt=1, **fields).cause == Cause.ENVIRONMENT
    monkeypatch.setenv("PROMOTE_SECRET_KEY", "key")
    sealed = {"TOKEN": seal(VALUE, key="key", purpose="a-2/TOKEN")}
    outcome = bench.run("a", attempt=2, **{**fields, "sealed_secrets": sealed})
    assert "".join(bench.executed(outcome)["a-0"]["outputs"][0]["text"]) == f"{len(VALUE)} ***\n"
    assert "PROMOTE_SECRET_KEY" in os.environ

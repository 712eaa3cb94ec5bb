"""How a wrong use is told, and what the arguments of a schedule make of the notebook's own."""

import argparse
import sys
from datetime import UTC, datetime

import pytest

from jupyterlab_promote.cli.main import VERBS, main
from jupyterlab_promote.cli.missing_extra import missing_extra
from jupyterlab_promote.cli.schedule_arguments import add_schedule, is_given, scheduled
from jupyterlab_promote.errors import InvalidInput
from jupyterlab_promote.model.settings import Schedule
from jupyterlab_promote.server.settings import local_timezone

DAILY = Schedule(cron="@daily", timezone="Europe/Berlin", overlap="queue")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["publsh"], "'publsh' is no verb; did you mean 'publish'?"),
        (["trigger"], "the following arguments are required: pipeline"),
        (["runs", "--limit", "0"], "argument --limit: 0 is too few; write 1 or more"),
        (
            ["publish", "a.ipynb", "--schedule", "@daily", "--when-updated", "x"],
            "argument --when-updated: not allowed with argument --schedule",
        ),
    ],
)
def test_a_wrong_use_is_one_sentence_and_the_way_to_the_help(words, told, capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    first, second, *rest = capsys.readouterr().err.splitlines()
    assert (ended.value.code, first, rest) == (2, f"error: {told}", [])
    assert second.endswith("--help` says how it is used.")


class InterruptsImports:
    """As Ctrl-C does that comes while a verb is being imported."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name == "jupyterlab_promote.cli.split":
            raise KeyboardInterrupt


def test_an_interruption_while_a_verb_is_imported_is_one_word(monkeypatch, capsys) -> None:
    monkeypatch.delitem(sys.modules, "jupyterlab_promote.cli.split", raising=False)
    monkeypatch.setattr(sys, "meta_path", [InterruptsImports(), *sys.meta_path])
    assert main(["split", "a.ipynb", "-o", "steps"]) == 130
    assert capsys.readouterr().err == "interrupted\n"


@pytest.mark.parametrize("verb", VERBS)
def test_each_verbs_help_begins_with_a_sentence(verb, capsys) -> None:
    with pytest.raises(SystemExit):
        main([verb, "--help"])
    said = capsys.readouterr().out.split("\n\n")[1]
    assert said[0].isupper()
    assert said.rstrip().endswith(".")


def schedule(*words: str, known: Schedule = DAILY) -> Schedule:
    parser = argparse.ArgumentParser()
    add_schedule(parser)
    args = parser.parse_args(words)
    assert is_given(args) == bool(words)
    return scheduled(known, args)


def test_what_is_not_given_of_a_schedule_stays() -> None:
    assert schedule() == DAILY
    assert schedule("--schedule", "@weekly") == DAILY.model_copy(update={"cron": "@weekly"})
    assert schedule("--schedule", "none").cron is None
    asset = schedule("--when-updated", "prices", "--when-updated", "rates")
    assert (asset.cron, asset.assets) == (None, ("prices", "rates"))
    more = schedule("--start", "2026-01-31", "--catchup", "--overlap", "parallel")
    start = datetime(2026, 1, 31, tzinfo=UTC)
    assert (more.start, more.catchup, more.overlap) == (start, True, "parallel")
    new = schedule("--schedule", "@daily", known=Schedule())
    assert new.timezone == local_timezone()


def test_a_timezone_that_does_not_exist_is_refused_with_an_example() -> None:
    with pytest.raises(InvalidInput, match="'Mars' is not a timezone; write for example"):
        schedule("--timezone", "Mars")


def test_the_timezone_of_this_computer_is_what_tz_says() -> None:
    assert local_timezone({"TZ": ":Asia/Tokyo"}) == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("module", "extra"),
    [
        ("cron_descriptor", "lab"),
        ("airflow_client", "lab"),
        ("ray.exceptions", "ray"),
        ("apache-airflow-core", "airflow"),
    ],
)
def test_a_verb_without_what_it_needs_says_which_extra_brings_it(module, extra) -> None:
    found = missing_extra(ModuleNotFoundError(name=module))
    assert found is not None
    assert f"jupyterlab-promote[{extra}]" in found.hint


def test_a_module_that_no_extra_brings_stays_an_error() -> None:
    assert missing_extra(ModuleNotFoundError(name="jupyterlab_promote.gone")) is None
    assert missing_extra(ModuleNotFoundError("no name")) is None


def test_a_missing_extra_ends_the_verb_without_a_traceback(monkeypatch, capsys) -> None:
    def gone(verb: str) -> None:
        raise ModuleNotFoundError(name="cron_descriptor" if verb == "publish" else "own_module")

    monkeypatch.setattr("jupyterlab_promote.cli.main._module", gone)
    assert main(["publish", "x.ipynb"]) == 1
    assert "needs `cron_descriptor`" in capsys.readouterr().err
    with pytest.raises(ModuleNotFoundError):
        main(["plan", "x.ipynb"])

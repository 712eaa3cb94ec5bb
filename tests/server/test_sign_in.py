"""Tokens of Airflow: kept while they are good, got again before they expire."""

import base64
import json
import sys
from types import SimpleNamespace

import pytest

from jupyterlab_promote.errors import Forbidden, Unavailable
from jupyterlab_promote.server import sign_in
from jupyterlab_promote.server.settings import Settings, from_environment
from jupyterlab_promote.server.sign_in import Tokens, trusts_environment

URL = "https://airflow.example.com"
BEGIN = 1_000_000.0


@pytest.fixture
def clock(monkeypatch):
    clock = SimpleNamespace(now=BEGIN)
    monkeypatch.setattr(sign_in, "time", SimpleNamespace(time=lambda: clock.now))
    return clock


def jwt(expires: float) -> str:
    payload = base64.urlsafe_b64encode(json.dumps({"exp": expires}).encode()).decode().rstrip("=")
    return f"head.{payload}.sign"


def hooked(life: float | None, asked: list[str], clock) -> Tokens:
    """Tokens of a hook that notes for whom it was asked; they live so many seconds, or say nothing of it."""

    def hook(user: str) -> str:
        asked.append(user)
        return "opaque" if life is None else jwt(clock.now + life)

    return Tokens(Settings(airflow_url=URL, token_hook=hook, jupyter_user="ann"))


@pytest.mark.parametrize(
    ("life", "good_for"),
    [(3600.0, 3300.0), (200.0, 100.0), (None, 900.0)],
    ids=["five minutes before its end", "half of a short life", "a token that does not say"],
)
def test_a_token_is_asked_for_again_before_it_expires(clock, life, good_for):
    asked: list[str] = []
    tokens = hooked(life, asked, clock)
    first = tokens.current()
    clock.now = BEGIN + good_for - 1
    assert (tokens.current(), asked) == (first, ["ann"])
    clock.now = BEGIN + good_for + 1
    tokens.current()
    assert asked == ["ann", "ann"]


def test_a_token_that_airflow_refused_is_not_used_again(clock):
    asked: list[str] = []
    tokens = hooked(3600.0, asked, clock)
    tokens.current()
    tokens.forget()
    tokens.current()
    assert asked == ["ann", "ann"]


def test_a_command_gives_the_token_that_it_prints():
    command = (sys.executable, "-c", "print('from the command')")
    assert Tokens(Settings(airflow_url=URL, token_command=command)).current() == "from the command"


def test_the_words_of_a_command_are_those_of_a_shell():
    told = {"PROMOTE_AIRFLOW_TOKEN_COMMAND": "sh -c 'vault read -field=token airflow'"}
    assert from_environment(told).token_command == ("sh", "-c", "vault read -field=token airflow")


def test_a_command_that_fails_is_named_with_the_trait_to_look_at():
    tokens = Tokens(
        Settings(airflow_url=URL, token_command=(sys.executable, "-c", "raise SystemExit(3)"))
    )
    with pytest.raises(Unavailable, match="cannot be used: it ended with exit status 3 ") as caught:
        tokens.current()
    assert caught.value.hint == (
        "Check PromoteApp.token_command, or PROMOTE_AIRFLOW_TOKEN_COMMAND on the command line."
    )


def test_no_sign_in_at_all_says_what_to_set():
    with pytest.raises(Forbidden) as caught:
        Tokens(Settings(airflow_url=URL)).current()
    assert (caught.value.code, "PromoteApp.token" in caught.value.hint) == ("signed_out", True)


def test_no_proxy_sees_what_is_said_to_this_computer():
    local = ("http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080")
    assert [trusts_environment(url) for url in (*local, URL)] == [False, False, False, True]


@pytest.mark.parametrize("url", ["nonsense", "airflow.example.com:8080", "https://"])
def test_what_is_no_url_is_told_before_a_sign_in_is_missed(url):
    with pytest.raises(Unavailable, match=f"{url}' cannot be used: it is no web address") as raised:
        Tokens(Settings(airflow_url=url, token="t")).current()
    assert "PROMOTE_AIRFLOW_URL" in raised.value.hint

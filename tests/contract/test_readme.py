"""The README's commands, settings and limits are those of the code."""

import re
import shlex
from pathlib import Path

import pytest

from jupyterlab_promote.airflow_provider.fan_out import MAX_ITEMS
from jupyterlab_promote.cli.main import VERBS, _parser
from jupyterlab_promote.model.settings import format_bytes
from jupyterlab_promote.store.packing import DEFAULT_LIMITS
from jupyterlab_promote.store.version_files import MAX_FILES_BYTES
from jupyterlab_promote.store.workdir import MAX_CHANGES_BYTES
from jupyterlab_promote.worker.outputs import CELL_LIMIT, NOTEBOOK_LIMIT

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
CODE = {
    path: path.read_text()
    for path in (ROOT / "server_ext" / "jupyterlab_promote").rglob("*.py")
    if path.name != "_version.py"
}
COMMANDS = re.findall(r"^jupyter promote (.+?)(?:  .*)?$", README, re.MULTILINE)


def in_code(pattern: str, folder: str) -> set[str]:
    return {
        word
        for path, text in CODE.items()
        if folder in path.parts
        for word in re.findall(pattern, text)
    }


@pytest.mark.parametrize("command", [c for c in COMMANDS if c != "--help"])
def test_each_command_of_the_readme_is_one(command: str) -> None:
    words = shlex.split(command)
    assert _parser(words).parse_args(words).verb == words[0]


def test_each_verb_that_the_readme_lists_is_one() -> None:
    (listed,) = re.findall(r"^jupyter promote --help +(.*), \.\.\.$", README, re.MULTILINE)
    assert set(listed.split(", ")) <= VERBS.keys()


def test_the_readme_has_every_variable_that_a_user_may_set() -> None:
    read = in_code(r"\"(PROMOTE_(?:AIRFLOW|STACK)_[A-Z_]+)\"", "jupyterlab_promote")
    assert read
    assert read <= set(re.findall(r"PROMOTE_[A-Z_]+", README))


def test_the_readme_has_every_key_of_the_connection() -> None:
    read = in_code(r"extra\.get\(\"(\w+)\"", "airflow_provider")
    (table,) = re.findall(r"extra of the connection `promote_ray` takes:\n\n((?:\|.*\n)+)", README)
    told = {
        key for row in table.splitlines()[2:] for key in re.findall(r"`(\w+)`", row.split("|")[1])
    }
    assert told == read


def test_the_readme_has_every_option_of_airflows_configuration() -> None:
    read = in_code(r"conf\.get\w*\(\s*\"promote\", \"(\w+)\"", "airflow_provider")
    assert read
    assert {name for name in read if f"`{name}" not in README} == set()


def test_the_limits_of_the_readme_are_those_of_the_code() -> None:
    (table,) = re.findall(
        r"^\| of \| at most \|\n\|---\|---\|\n((?:\|.*\n)+)", README, re.MULTILINE
    )
    sizes = (
        MAX_FILES_BYTES,
        DEFAULT_LIMITS.zip_bytes,
        MAX_CHANGES_BYTES,
        CELL_LIMIT,
        NOTEBOOK_LIMIT,
    )
    known = {str(MAX_ITEMS), *map(format_bytes, sizes)}
    assert known <= set(re.findall(r"\d+ [MG]iB|\d+", table))

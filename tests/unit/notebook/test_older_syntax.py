"""A cell that only a newer Python can parse is read as the same cell in older syntax, line for line."""

import ast
import json
import subprocess
import sys
from pathlib import Path
from shutil import which

import pytest

from jupyterlab_promote.notebook import older_syntax
from jupyterlab_promote.notebook.document import Cell, Notebook
from jupyterlab_promote.notebook.newer_syntax import Reading, as_read, is_newer, python_of, unread

NEWER = {
    "quotes of an f-string within it": (
        'print(f"{d["a"]} and {y!r:>{w}} {{}} {z=}")',
        "print(('{} and {!r:>{}} {{}} z={!r}'.format((d[\"a\"]), (y), (w), (z))))",
    ),
    "an f-string within an f-string names a file": (
        'open(f"{base}/{f"{n}.csv"}")',
        "open(('{}/{}'.format((base), (('{}.csv'.format((n)))))))",
    ),
    "an f-string over several lines, with a remark": (
        'm = f"""a {\n  "x".join(\n    names)  # all\n} b"""\nz = 1',
        "m = ('a {} b'.format((\"x\".join(\n    names)))\n\n)\nz = 1",
    ),
    "a tuple, and strings side by side": (
        "s = f'{', '.join(l)}' 'tail' f'{1, 2}' \"é\" + f'{k}'",
        "s = ('{}tail{}é'.format((', '.join(l)), (1, 2))) + ('{}'.format((k)))",
    ),
    "a function of any type": (
        "def f[T: Base, *Ts, **P](\n    x: T, y: list[Ts] = []) -> T:\n    return [x]",
        "def f(\n    x: (lambda: (Base,)), y: list[object] = []) -> (lambda: (Base,)):\n    return [x]",
    ),
    "classes of any type": (
        "class A[\n  T]:\n    v: T\nclass B[K](Gen[K]): pass",
        "class A(\n):\n    v: object\nclass B(Gen[object]): pass",
    ),
    "a name for a type": (
        "type Pair[K] = tuple[\n   K, Other]\nx = 1",
        "Pair = lambda: (tuple[\n   object, Other])\nx = 1",
    ),
}


def _newer_pythons() -> list[str]:
    named = [which(f"python3.{minor}") for minor in range(12, 16)]
    kept = sorted(Path.home().glob(".pyenv/versions/3.1[2-9]*/bin/python"))
    return [*filter(None, named), *map(str, kept)]


def _asked(python: str, source: str) -> dict[str, str]:
    done = subprocess.run(
        [python, "-I", "-S", older_syntax.__file__],
        input=json.dumps(source), capture_output=True, text=True, check=False,
    )  # fmt: skip
    told: dict[str, str] = json.loads(done.stdout) if done.returncode == 0 else {}
    return told


@pytest.mark.parametrize("what", NEWER)
def test_what_stands_for_it_is_older_syntax_on_the_same_lines(what: str) -> None:
    source, older = NEWER[what]
    ast.parse(older, feature_version=(3, 11))
    assert older.count("\n") == source.count("\n")


@pytest.mark.parametrize("python", _newer_pythons())
def test_each_newer_python_of_this_machine_says_so(python: str) -> None:
    told = {what: _asked(python, source) for what, (source, _) in NEWER.items()}
    if not all(told.values()):
        pytest.skip(f"{python} does not start")
    version = next(iter(told.values()))["version"]
    assert is_newer(version)
    assert told == {w: {"version": version, "python": older} for w, (_, older) in NEWER.items()}


def test_the_script_tells_what_python_cannot_parse_either() -> None:
    assert older_syntax.reply("x = 1\ny = (") == {
        "version": f"{sys.version_info[0]}.{sys.version_info[1]}",
        "error": "'(' was never closed",
        "line": 2,
    }


def test_the_magic_above_a_cell_stays_where_it_is() -> None:
    assert python_of('%%time\n!ls\nprint(f"{d["a"]}")') == (
        "%%time\n",
        'get_ipython().system(\'ls\')\nprint(f"{d["a"]}")\n',
    )


def test_a_cell_that_has_no_older_form_is_one_whose_names_are_unknown() -> None:
    cells = tuple(
        Cell(id=str(index), index=index, kind="code", source=source)
        for index, source in enumerate(("type X = int", "lazy import words", "x = (", "y = 1"))
    )
    nb = Notebook(cells, {}, "python3", "python", {})
    assert list(unread(nb)) == ["type X = int", "lazy import words", "x = ("]
    readings = {
        "type X = int": Reading("3.13", source="X = lambda: (int)"),
        "lazy import words": Reading("3.15", source="lazy import words"),
        "x = (": Reading("3.13", error=("'(' was never closed", 1)),
    }
    assert [cell.source for cell in as_read(nb, readings).cells] == [
        "X = lambda: (int)",
        "%%newer_python\nlazy import words",
        "x = (",
        "y = 1",
    ]

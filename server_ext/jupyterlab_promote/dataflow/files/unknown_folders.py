"""Where a path may lie whose folder only a run knows: `CFG.path + "train.csv"`, `root / "data" / "sales.csv"`.

Its folder is taken to be any that is written out somewhere: in a class or dictionary of settings, in an argument, in
one of the notebook's modules or configuration files. Where code asks for a file in a folder that it does not know, as
the search for a project's root does, that may be any folder above the notebook as well. What is there under none of
them is not looked for.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator

from jupyterlab_promote.dataflow.files.folders import MOST_ABOVE
from jupyterlab_promote.dataflow.files.paths import How, PathText
from jupyterlab_promote.dataflow.files.texts import UNKNOWN

_ENDING = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,7}$")
_MOST_FOLDERS, _MOST_PATHS = 64, 256
_LONGEST = 200
"""Characters of a text that is taken for a folder."""
_WITHIN_A_NAME = frozenset("._-")
"""What no name of a file begins with: before it stands more of the name."""
_BELOW: dict[How, How] = {"read": "open", "open": "open", "join": "join", "list": "list"}
"""What is done with a path where it may lie; what is read may be missing there."""


def folders_told(texts: Iterable[str]) -> frozenset[str]:
    """Texts that may name a folder, of all that are written out; they need not be there."""
    found = (text.strip() for text in texts if len(text) <= _LONGEST and UNKNOWN not in text)
    plain = (posixpath.normpath(text) for text in found if text and text.isprintable())
    kept = (text for text in plain if _ENDING.search(text) is None and ":" not in text)
    return frozenset(text for text in kept if text != "." and not text.startswith(("/", "~")))


def is_asked_for(path: PathText) -> bool:
    """Whether something of a known name is asked for in a folder that is not: `(p / "setup.py").exists()`."""
    return path.how == "list" and any(UNKNOWN not in rest for rest in _rests(path))


def folders_above() -> tuple[str, ...]:
    """The folders above the notebook in which its files may lie, the nearest first."""
    return tuple("/".join([".."] * level) for level in range(1, MOST_ABOVE + 1))


def below(paths: Iterable[PathText], folders: Iterable[str]) -> Iterator[tuple[int, PathText]]:
    """(which of the paths, where it may lie) for each path whose beginning is not known."""
    known = sorted(folders, key=lambda folder: (not folder.startswith(".."), folder))
    told = [(number, path, rest) for number, path in enumerate(paths) for rest in _rests(path)]
    for number, path, rest in told[:_MOST_PATHS]:
        named = _is_named(rest)
        for folder in known[:_MOST_FOLDERS]:
            # All that lies above the notebook is nothing that anybody means.
            if named or _is_named(folder):
                lying = PathText(posixpath.join(folder, rest), path.line, _BELOW[path.how])
                yield number, lying


def _rests(path: PathText) -> Iterator[str]:
    """What follows the beginning that is not known, which may be one folder or more, and part of the file's name."""
    rest = path.text
    if path.how not in _BELOW:
        return
    while rest.startswith(UNKNOWN):
        behind = rest[1:]
        rest = behind.lstrip("/")
        if _is_named(rest) or (rest and path.how != "join"):
            yield f"{UNKNOWN}{rest}" if behind[:1] in _WITHIN_A_NAME else rest


def _is_named(text: str) -> bool:
    return any(map(str.isalnum, text))

"""Which of the paths that a notebook writes out are files that it needs, and how these come to a run.

Kept by the paths and by the files that are there: most edits name no other path.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from jupyterlab_promote.dataflow.files.paths import PathText, Told
from jupyterlab_promote.dataflow.files.patterns import any_of, pattern_of
from jupyterlab_promote.dataflow.files.texts import UNKNOWN
from jupyterlab_promote.dataflow.files.unknown_folders import (
    below,
    folders_above,
    folders_told,
    is_asked_for,
)

_URL = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_DATABASE = re.compile(r"(?:file:|(?:sqlite|duckdb)(?:\+\w+)?:///)([^?#]+)(?:[?#].*)?")
"""How SQLite and SQLAlchemy are told a file and what to do with it."""
_ENDING = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,7}$")
_MOST_MATCHES, _MOST_HERE = 5000, 200
"""Files that travel for one pattern, and for one that means all that lies beside the notebook."""
_ANYTHING = "\0"
"""Stands among written paths for files of any name."""


class NamedPaths(NamedTuple):
    """The paths that a notebook writes out.

    Attributes:
        told: block by block of its cells.
        folders: those that it changes into, besides its own.
        of_others: folders that its modules and its configuration write out.
        climbs: it asks where it runs, and may go up from there.
        targets: files that it writes in other ways than by a path in its code.
        unsure: it may leave files of any name.
    """

    told: tuple[Told, ...]
    folders: tuple[str, ...]
    of_others: frozenset[str]
    climbs: bool
    targets: frozenset[str]
    unsure: bool


Travels = Literal["frozen", "live"]


class Needed(NamedTuple):
    """A file that the notebook needs; `place` is that of the cell among the cells of code."""

    place: int
    path: PathText
    travels: Travels


@lru_cache(maxsize=64)
def first_met(named: NamedPaths) -> tuple[tuple[int, PathText], ...]:
    """Each path with the cell where it is met first, seen from each folder that the notebook stands in."""
    return tuple(_first_met(named))


def _first_met(named: NamedPaths) -> Iterator[tuple[int, PathText]]:
    seen: set[tuple[str, str]] = set()
    begin = 0
    for told in named.told:
        for place, path in told.found:
            if (path.text, path.how) not in seen:
                seen.add((path.text, path.how))
                yield begin + place, path
                yield from ((begin + place, path.seen_from(f)) for f in named.folders)
        begin += told.cells


@lru_cache(maxsize=64)
def folders_named(named: NamedPaths) -> frozenset[str]:
    """Folders in which a path may lie that begins with one which only a run knows; they need not be there."""
    paths = [path for _, path in first_met(named)]
    above = folders_above() if named.climbs or any(map(is_asked_for, paths)) else ()
    return folders_told(path.text for path in paths).union(named.of_others, above)


def folders_there(named: NamedPaths, present: frozenset[str] | None) -> frozenset[str]:
    """Those of them that are there."""
    return folders_named(named) & _folders_of(present) if present is not None else frozenset()


@lru_cache(maxsize=64)
def _meant(named: NamedPaths, present: frozenset[str] | None) -> tuple[tuple[int, PathText], ...]:
    """All paths, and where those of them may lie whose folder only a run knows."""
    met = first_met(named)
    found = [(place, variant) for place, path in met for variant in _beside(path)]
    found += _with_endings(met)
    if any(path.text.startswith(UNKNOWN) for _, path in met):
        further = below([path for _, path in met], folders_there(named, present))
        found += [(met[number][0], path) for number, path in further]
    return tuple(found)


def _with_endings(met: Iterable[tuple[int, PathText]]) -> Iterator[tuple[int, PathText]]:
    """Files that go by a name without their endings, unless the notebook writes these out."""
    open_ended = [(place, path) for place, path in met if _stands_for_endings(path)]
    if open_ended:
        parts = [posixpath.splitext(path.text) for _, path in met]
        ended = {stem for stem, ending in parts if ending}
        for place, path in open_ended:
            if path.text not in ended:
                yield place, path._replace(text=f"{path.text}.*", how="open")


@lru_cache(maxsize=8)
def _folders_of(present: frozenset[str]) -> frozenset[str]:
    found = set(map(posixpath.dirname, present))
    waiting = list(found)
    while waiting:
        above = posixpath.dirname(waiting.pop())
        if above not in found:
            found.add(above)
            waiting.append(above)
    return frozenset(found)


@lru_cache(maxsize=64)
def written_paths(named: NamedPaths, present: frozenset[str] | None) -> frozenset[str]:
    """What the notebook writes."""
    written = {normal(path.text) for _, path in first_met(named) if path.how == "write"}
    made = {normal(path.text) for _, path in first_met(named) if path.how == "make"}
    written |= made - (present or frozenset())
    # Which of several folders a path means depends on the way that the run took.
    unsure = (_ANYTHING,) if named.unsure or named.folders else ()
    return named.targets.union(written, unsure)


@lru_cache(maxsize=64)
def needed_files(named: NamedPaths, present: frozenset[str] | None) -> tuple[Needed, ...]:
    """What the notebook needs and does not make, in order; a path may be there twice."""
    written = written_paths(named, present)
    made = any_of(frozenset(path for path in written if "*" in path and path.strip("*/.")))
    # `np.save("a")` writes `a.npy`.
    ended = any_of(frozenset(f"{p}.*" for p in written if p and "." not in posixpath.basename(p)))
    found: list[Needed] = []
    for place, path in _meant(named, present):
        text = normal(path.text)
        travels = how_it_travels(path, text, written, present)
        if travels is None or (travels == "frozen" and made is not None and made.match(text)):
            continue
        whole = "*" not in text and text not in (present or ())
        if whole and ended is not None and ended.match(text):
            continue
        if travels == "frozen" and _is_folder(text, present):
            text = f"{text}/**/*"
        found.append(Needed(place, path._replace(text=text), travels))
    return tuple(found)


def _beside(path: PathText) -> Iterator[PathText]:
    """What begins with a folder that only a run knows: that may be the notebook's own, as in `conf.root / "x.csv"`.

    It may also be any below it, which looking through says nothing of where it is not there: `Path(d).glob("*.csv")`.
    """
    rest = path.text.lstrip(f"{UNKNOWN}/")
    if path.how == "list" and rest and path.text.startswith(f"{UNKNOWN}/"):
        inner = path.text.removeprefix(UNKNOWN).lstrip("/").removeprefix("**/")
        yield path._replace(text=f"**/{inner}")
        return
    yield path
    if path.text.startswith(UNKNOWN) and rest and path.how in _READ:
        yield path._replace(text=rest, how="join")


_READ = ("read", "open", "join")


def _stands_for_endings(path: PathText) -> bool:
    """Whether a path may mean files of this name with endings: `rdrecord("records/100")`, `shelve.open("kept/a")`."""
    plain = UNKNOWN not in path.text and not _is_elsewhere(path.text)
    return plain and path.how in _OPENED and _NO_ENDING.fullmatch(path.text) is not None


_OPENED = ("text", "read", "open", "make")
_NO_ENDING = re.compile(r"[^\s*?\[\]]*/[^\s*?\[\]./]+")


def _is_folder(text: str, present: frozenset[str] | None) -> bool:
    return present is not None and text not in present and bool(_within(text, present))


@lru_cache(maxsize=256)
def _within(folder: str, present: frozenset[str]) -> int:
    """How many files lie in a folder or below it."""
    return sum(path.startswith(f"{folder}/") for path in present)


def how_it_travels(
    path: PathText, text: str, written: frozenset[str], present: frozenset[str] | None
) -> Travels | None:
    """How a path comes to a run; None when it is no file that the notebook needs."""
    if path.how == "write" or text in written or text in ("", "."):
        return None
    if _is_elsewhere(text):
        whole = "*" not in text and "." in posixpath.basename(text)
        return "live" if path.how in ("read", "join") and (whole or path.how == "read") else None
    if present is None:
        return "frozen" if path.how == "read" and "*" not in text else None
    listed = path.how == "list" and "[" in text and text not in present
    if "*" in text or "?" in text or listed:
        return "frozen" if _matches(path, text, present, written) else None
    if text in present:
        return "frozen" if path.how != "text" or "." in text or "/" in text else None
    # A word without an ending may be the name of a model or a data set that a library has.
    if path.how in ("read", "open") and (count := _within(text, present)):
        return "frozen" if count <= _MOST_MATCHES else None
    anything = {_ANYTHING, UNKNOWN} & written
    unmade = path.how == "read" and not anything and _ENDING.search(text) is not None
    return "frozen" if unmade and not _may_be_another(path, present, written) else None


def _may_be_another(path: PathText, present: frozenset[str], written: frozenset[str]) -> bool:
    """Whether what is read may also be a file that is there, or one that only a run finds: `p = "a.csv"`, then
    `if not exists(p): p = "b.csv"`.
    """
    return any(
        "*" in other
        or _is_elsewhere(other)
        or not {other, normal(other)}.isdisjoint(present | written)
        for other in path.others
    )


def _is_elsewhere(text: str) -> bool:
    return text.startswith(("/", "~")) or _URL.match(text) is not None


def _matches(path: PathText, text: str, present: frozenset[str], written: frozenset[str]) -> bool:
    found = _looked_for(path, text, present, written)
    return 0 < len(found) <= _most(text)


def _looked_for(
    path: PathText, text: str, present: frozenset[str], written: frozenset[str]
) -> list[str]:
    folder = text.partition("/")[0] if "/" in text else ""
    here = _is_all(text)
    if path.how == "text" or (here and not path.text.startswith(".")):
        return []
    if path.how != "list" and ("*" in folder and not here):
        return []
    # Put together, `name + ".csv"` is a file where its ending says so; other texts are titles and labels.
    if path.how == "join" and not folder and _ENDING.search(text) is None:
        return []
    pattern = pattern_of(text)
    found = (p for p in present if pattern.fullmatch(p) and p not in written)
    # `**` goes down from the notebook's folder.
    return [p for p in found if not (text.startswith("**/") and p.startswith("../"))]


def _is_all(text: str) -> bool:
    return text.strip("*/") == ""


def _most(text: str) -> int:
    return _MOST_HERE if _is_all(text) else _MOST_MATCHES


@lru_cache(maxsize=64)
def too_many(named: NamedPaths, present: frozenset[str]) -> tuple[tuple[int, PathText, int], ...]:
    """What is looked through and does not travel, because it is so many files: (place, pattern, how many)."""
    written = written_paths(named, present)
    found = []
    for place, path in _meant(named, present):
        text = normal(path.text)
        if path.how == "list" and "*" in text and not text.startswith(("/", "~")):
            count = len(_looked_for(path, text, present, written))
            if count > _most(text):
                found.append((place, path._replace(text=text), count))
    return tuple(found)


_UP_FROM_UNKNOWN = re.compile(r"[^/]*\*[^/]*(?:/\.\.(?![^/]))+")
"""`*/..`: where it leads to is as little known as where it begins."""


@lru_cache(maxsize=16384)
def normal(path: str) -> str:
    """A path without needless dots and slashes; an address stays as it is."""
    if not path or path == _ANYTHING:
        return path
    if of_database := _DATABASE.fullmatch(path):
        path = of_database[1]
    elif _URL.match(path):
        return path
    return posixpath.normpath(_UP_FROM_UNKNOWN.sub("*", path) if "*" in path else path)

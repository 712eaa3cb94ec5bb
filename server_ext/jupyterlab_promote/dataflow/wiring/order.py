"""Which steps must wait for each other because of something outside the kernel: files, databases, other machines.

Two steps conflict when both touch one thing and one of them writes it. Paths that are known to differ do not
conflict; a path that cannot be known may be any. `reads` and `writes` of a step's settings replace what was found.
"""

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from jupyterlab_promote.dataflow.files.folders import changes_folder
from jupyterlab_promote.dataflow.flow.behaviour import KNOWN_LIBRARIES
from jupyterlab_promote.dataflow.flow.values import Outside, Text
from jupyterlab_promote.dataflow.kept import cells_with
from jupyterlab_promote.dataflow.scope import cell_names, modules_of
from jupyterlab_promote.dataflow.step_names import StepNames
from jupyterlab_promote.dataflow.wiring.steps import Seen
from jupyterlab_promote.dataflow.wiring.whereabouts import Whereabouts
from jupyterlab_promote.model.settings import StepSettings
from jupyterlab_promote.notebook.document import Cell

_DECLARED = "declared"


@dataclass(frozen=True)
class Wait:
    """A step that must come after another one.

    Attributes:
        before, after: positions of the steps.
        known: whether the two are known to touch the same thing.
        thing: the path, or what is done.
    """

    before: int
    after: int
    thing: str
    made: Seen
    used: Seen
    known: bool


def waits(
    steps: Sequence[Whereabouts], settings: Mapping[str, StepSettings], ancestors: list[set[int]]
) -> tuple[Wait, ...]:
    """The waits that no other connection of the steps implies.

    Args:
        ancestors: for each step the steps that come before it anyway; it is extended.
    """
    own = [settings.get(step.flow.names.name) for step in steps]
    effects = [_effects(step, said) for step, said in zip(steps, own, strict=True)]
    linking = [s.links_files and not _is_declared(said) for s, said in zip(steps, own, strict=True)]
    if any(linking):
        effects = _after_links(effects, linking.index(True))
    imported: dict[str, tuple[Outside, Cell]] = {}
    for step, found_here in zip(steps, effects, strict=True):
        imported |= _imports(step.flow.names)
        # Imports run again in each later step.
        found_here += imported.values()
    moving = [_changes_folder(step) for step in steps]
    found: list[Wait] = []
    for after in range(len(steps)):
        for before in range(after - 1, -1, -1):
            if before in ancestors[after]:
                continue
            both = effects[before], effects[after]
            moved = True in moving[before : after + 1]
            wait = _conflict(before, after, *(map(_anywhere, both) if moved else both))
            if wait is not None:
                found.append(wait)
                ancestors[after] |= ancestors[before] | {before}
    return tuple(found)


def _effects(step: Whereabouts, settings: StepSettings | None) -> list[tuple[Outside, Cell]]:
    if settings is None or not _is_declared(settings):
        found = list(step.outside)
        if step.touches("*"):
            seen = step.touched("*")
            effect = Outside("world", writes=True, line=seen.line, why=seen.why)
            found.append((effect, seen.cell))
        return found
    first = step.flow.names.code[0]
    declared = [(path, False) for path in settings.reads] + [(p, True) for p in settings.writes]
    return [
        (Outside("file", writes=writes, line=1, why=_DECLARED, place=_glob(path)), first)
        for path, writes in declared
    ]


def _is_declared(settings: StepSettings | None) -> bool:
    """Whether the user says what the step reads and writes."""
    return settings is not None and bool(settings.reads or settings.writes)


def _after_links(
    effects: list[list[tuple[Outside, Cell]]], first: int
) -> list[list[tuple[Outside, Cell]]]:
    """From the step on in which a link is made, one file may have two paths: paths that differ say nothing."""
    return [
        step if index < first else [(effect._replace(place=None), cell) for effect, cell in step]
        for index, step in enumerate(effects)
    ]


def _changes_folder(step: Whereabouts) -> bool:
    return next(cells_with(changes_folder, step.flow.names.code), None) is not None


def _anywhere(effects: list[tuple[Outside, Cell]]) -> list[tuple[Outside, Cell]]:
    """What two steps do between which the notebook goes to another folder: one file has another path there."""
    return [
        (effect._replace(place=None) if _is_relative(effect) else effect, cell)
        for effect, cell in effects
    ]


def _is_relative(effect: Outside) -> bool:
    if effect.what != "file" or effect.place is None or effect.why == _DECLARED:
        return False
    begins = effect.place.begins
    return not begins.startswith(("/", "~")) and "://" not in begins


@lru_cache(maxsize=2048)
def _imports(step: StepNames) -> Mapping[str, tuple[Outside, Cell]]:
    """Modules that a step may have written before: they are read from files of their name."""
    found: dict[str, tuple[Outside, Cell]] = {}
    for cell in cells_with(modules_of, step.code):
        read, own = cell_names(cell.source)
        for module, line in own.modules.items():
            if module not in KNOWN_LIBRARIES:
                why, at = f"import {module}", line + read.line_offset
                place = Text(module, whole=False)
                found[module] = (
                    Outside("module", writes=False, line=at, why=why, place=place),
                    cell,
                )
    return found


def _glob(path: str) -> Text:
    begins, star, _ = path.partition("*")
    return Text(begins, path.rpartition("*")[2], whole=False) if star else Text(path)


def _conflict(
    before: int, after: int, one: list[tuple[Outside, Cell]], other: list[tuple[Outside, Cell]]
) -> Wait | None:
    best: Wait | None = None
    for effect, cell in one:
        for later, place in other:
            same = _same(effect, later) if effect.writes or later.writes else None
            if same is None:
                continue
            wait = Wait(
                before, after, _thing(effect, later), Seen(cell, effect.line, str(effect.why)),
                Seen(place, later.line, str(later.why)), same,
            )  # fmt: skip
            if same:
                return wait
            best = best or wait
    return best


def _thing(one: Outside, other: Outside) -> str:
    place = one.place if one.place is not None and one.place.whole else other.place
    if place is not None and place.whole:
        return place.begins
    return str(one.why)


def _same(one: Outside, other: Outside) -> bool | None:
    """True: known to be the same; False: it may be; None: it is not."""
    if "module" in (one.what, other.what):
        kinds = {one.what, other.what}
        if one.place is None or other.place is None or "file" not in kinds:
            return None
        return _same_path(one.place, other.place)
    if one.what != other.what:
        # Another process may write any file; a database or a server is not a file.
        return False if "world" in (one.what, other.what) and _any_file(one, other) else None
    if one.what == "world":
        return False
    if one.place is None or other.place is None:
        return False
    return _same_path(one.place, other.place)


def _any_file(one: Outside, other: Outside) -> bool:
    world = one if one.what == "world" else other
    return world.place is None


@lru_cache(maxsize=8192)
def _same_path(one: Text, other: Text) -> bool | None:
    first, second = _normal(one.begins), _normal(other.begins)
    if one.whole and other.whole:
        within = first.startswith(second + "/") or second.startswith(first + "/")
        same = first == second or within or "." in (first, second)
        return True if same or _is_ended(first, second) or _is_ended(second, first) else None
    if one.whole or other.whole:
        whole, part = (first, other) if one.whole else (second, one)
        begins = _normal(part.begins)
        # A folder is not the file that begins like its files.
        ends = whole.endswith(part.ends) if whole == begins else _end_alike(whole, part.ends)
        return False if _may_begin(whole, begins) and ends else None
    if not (first.startswith(second) or second.startswith(first)):
        return None
    return False if _end_alike(one.ends, other.ends) else None


def _is_ended(bare: str, path: str) -> bool:
    """Whether a path is another one with an ending, as libraries put it there: `np.save("a")` writes `a.npy`."""
    return _stem(bare) == bare == _stem(path)


def _end_alike(one: str, other: str) -> bool:
    pairs = [(one, other)]
    pairs += [(one, _stem(other))] if _stem(one) == one else []
    pairs += [(_stem(one), other)] if _stem(other) == other else []
    return any(a.endswith(b) or b.endswith(a) for a, b in pairs)


@lru_cache(maxsize=4096)
def _stem(path: str) -> str:
    """A path without the ending of its name."""
    folder, slash, name = path.rpartition("/")
    return folder + slash + (name.rpartition(".")[0] if "." in name else name)


def _may_begin(whole: str, begins: str) -> bool:
    return whole.startswith(begins) or begins.startswith(whole + "/")


@lru_cache(maxsize=4096)
def _normal(path: str) -> str:
    return posixpath.normpath(path.removeprefix("file://")) if path else ""

"""Names that lead to common objects and travel apart: found where they are left, told where they are loaded.

The analysis keeps names together that may share objects. What it did not see is found here in the real objects, when a
step leaves them; a later step refuses such a name if the other one was changed in between, for the notebook would show
that change through both.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jupyterlab_promote.worker.handoff.checks.budget import STREAM_BYTES_PER_SECOND, Budget
from jupyterlab_promote.worker.handoff.checks.footprints import Footprint, common, footprint_of
from jupyterlab_promote.worker.handoff.files.loaded import aliases_of, loaded_names, origin_of
from jupyterlab_promote.worker.handoff.problems import ChangedUnseen, Common, Reach
from jupyterlab_promote.worker.handoff.values.kinds import module_of

_LARGE_STREAM = 4 * 2**20
"""Bytes of a loaded stream from which on its objects are not looked through again."""
_FEW, _MANY = 20_000, 200_000
"""Objects of names that travel together: fewer are always looked through one by one, more than many never."""
_OBJECTS_PER_SECOND = 100_000
"""How fast objects are looked through, for deciding beforehand."""
_OF_MEMORY = frozenset(
    {
        "ndarray",
        "DataFrame",
        "Series",
        "array",
        "bytearray",
        "memoryview",
        "Array",
        "ChunkedArray",
        "Table",
    }
)
_SHOWN: Mapping[Reach, tuple[Common, ...]] = {
    "alone": ("itself",),
    "itself": ("itself", "memory"),
    "parts": ("itself", "memory", "parts"),
}
"""By how far a change goes: what must be common to two names for the other one to show it."""
_DRAWN = ("matplotlib", "mpl_toolkits", "plotly", "ipywidgets", "pandas")
"""Libraries whose objects hold common parts that nobody changes."""


@dataclass(frozen=True)
class Held:
    """A name of this kernel, its value, and what that holds."""

    name: str
    value: Any
    footprint: Footprint


def between(names: Sequence[Held]) -> dict[str, dict[str, Common]]:
    """For each name: the names that it has something in common with."""
    pairs: dict[str, dict[str, Common]] = {}
    for place, other_place in common([held.footprint for held in names]):
        one, other = names[place], names[other_place]
        if _drawn(one.value) or _drawn(other.value):
            continue
        for held, partner in ((one, other), (other, one)):
            reach = _in_common(held, partner)
            if reach is not None:
                pairs.setdefault(held.name, {})[partner.name] = reach
    for image in (held for held in names if _shows_memory(held.value)):
        for other in (held for held in names if _may_be_shown(held.value, image.value)):
            pairs.setdefault(image.name, {})[other.name] = "itself"
    return pairs


def _shows_memory(value: Any) -> bool:
    """Whether a picture shows the memory of something else, as `Image.fromarray` makes it; it does not say whose."""
    return type(value).__module__ == "PIL.Image" and bool(getattr(value, "readonly", False))


def _may_be_shown(value: Any, image: Any) -> bool:
    kind = type(value)
    if (kind.__module__, kind.__name__) != ("numpy", "ndarray"):
        return False
    width, height = image.size
    same_shape: bool = value.shape[:2] == (height, width)
    return same_shape and value.tobytes() == image.tobytes()


def found(
    groups: Sequence[tuple[Mapping[str, Any], Footprint]], namespace: Mapping[str, Any]
) -> dict[str, dict[str, Common]]:
    """What the names that a step leaves have in common with each other, and with loaded ones.

    Args:
        groups: the names that travel together with their values, and what each stream held.
    """
    values = {name: value for group, _ in groups for name, value in group.items()}
    if not values:
        return {}
    others = {name: namespace[name] for name in loaded_names() if name in namespace.keys() - values}
    budget = Budget.of_step()
    names = [held for group, footprint in groups for held in _each_name(group, footprint, budget)]
    for name, value in others.items():
        origin = origin_of(name)
        size = 0 if origin is None else origin.group.size
        if size < _LARGE_STREAM and budget.allows(size / STREAM_BYTES_PER_SECOND):
            names.append(Held(name, value, footprint_of(value, until=budget.until)))
    return _with_earlier(between(names), values, others)


def parted(values: Mapping[str, Any], copies: Mapping[str, Any]) -> dict[str, list[str]]:
    """Names that have something in common here, and nothing where their group was loaded again."""
    pairs = between([Held(name, value, footprint_of(value)) for name, value in values.items()])
    if not pairs:
        return {}
    kept = between([Held(name, value, footprint_of(value)) for name, value in copies.items()])
    lost = {name: sorted(pairs[name].keys() - kept.get(name, {}).keys()) for name in pairs}
    return {name: others for name, others in lost.items() if others}


def hidden_in(values: Mapping[str, Any], footprint: Footprint) -> dict[str, list[str]]:
    """Names of a group whose arrays lie in compiled objects of others: each may have a copy of its own."""
    found: dict[str, list[str]] = {}
    if footprint.hidden and len(values) > 1:
        held = [Held(name, value, footprint_of(value)) for name, value in values.items()]
        for keeper in (one for one in held if one.footprint.hidden):
            inside = Footprint(hidden=keeper.footprint.hidden)
            # Names of one compiled object have it together.
            beside = (
                other
                for other in held
                if other is not keeper and not _memory_in_common(inside, _compiled(other))
            )
            theirs = [o.name for o in beside if _memory_in_common(inside, _shown(o.footprint))]
            found |= {keeper.name: theirs} if theirs else {}
    return found


def _compiled(one: Held) -> Footprint:
    return Footprint(hidden=one.footprint.hidden)


def _shown(footprint: Footprint) -> Footprint:
    return Footprint(arrays=footprint.arrays, ids=footprint.ids)


def _each_name(values: Mapping[str, Any], footprint: Footprint, budget: Budget) -> Iterator[Held]:
    if len(values) == 1:
        ((name, value),) = values.items()
        yield Held(name, value, footprint)
        return
    costs = footprint.size / _OBJECTS_PER_SECOND
    for name, value in values.items():
        if footprint.size < _FEW or (footprint.size < _MANY and budget.allows(costs)):
            yield Held(name, value, footprint_of(value))


def _with_earlier(
    together: Mapping[str, Mapping[str, Common]],
    values: Mapping[str, Any],
    others: Mapping[str, Any],
) -> dict[str, dict[str, Common]]:
    """The same for the names that are left, and what was known of them and their partners when they were loaded."""
    told: dict[str, dict[str, Common]] = {}
    for name, value in values.items():
        known = dict(aliases_of(name, value))
        for other in together.get(name, {}):
            known |= aliases_of(other, others[other]) if other in others else {}
        known |= together.get(name, {})
        known.pop(name, None)
        if known:
            told[name] = known
    return told


def refuse_stale(
    name: str, aliases: Mapping[str, Common], changed: Mapping[str, Reach], *, provider: str
) -> None:
    """Raise ChangedUnseen where another name of the same object was changed since a step left this one.

    Args:
        aliases: the names that `name` has something in common with.
        changed: the names that steps after `provider` may have changed.
    """
    for other in seen_through(aliases, changed):
        raise stale(name, other, provider=provider)


def seen_through(aliases: Mapping[str, Common], changed: Mapping[str, Reach]) -> Iterator[str]:
    """Those of the aliases of a name whose change it would show."""
    for other, shared in aliases.items():
        if other in changed and shared in _SHOWN[changed[other]]:
            yield other


def stale(name: str, other: str, *, provider: str) -> ChangedUnseen:
    """What to say where `other` was changed and `name`, as it was loaded from a step, does not show it."""
    return ChangedUnseen(
        f"{name!r} and {other!r} lead to the same object, which the analysis did not see. {other!r} may "
        f"have been changed since step {provider!r}, and {name!r} would not show it.",
        kind="shared",
        names=(name, other),
        hint=f"Give {name!r} a copy where it is made, or merge the steps that use {other!r}.",
    )


def _in_common(one: Held, other: Held) -> Common | None:
    """What of `other` is common: itself, or objects that it holds; None where it is only memory of its parts.

    Models that were fitted to the same data hold the same arrays, which nobody changes through a model.
    """
    of_memory = not _OF_MEMORY.isdisjoint(kind.__name__ for kind in type(other.value).__mro__)
    if id(other.value) in one.footprint.ids:
        return "memory" if of_memory else "itself"
    if of_memory and _memory_in_common(one.footprint, other.footprint):
        return "memory"
    rebound = one.footprint.rebound | other.footprint.rebound
    parts = other.footprint.objects.keys() & set(one.footprint.changeable(rebound))
    return "parts" if parts else None


def _memory_in_common(one: Footprint, other: Footprint) -> bool:
    bare = [
        Footprint(arrays=held.arrays, buffers=held.buffers, ids=held.ids, hidden=held.hidden)
        for held in (one, other)
    ]
    return bool(common(bare))


def _drawn(value: Any) -> bool:
    module = module_of(type(value)).partition(".")[0]
    return module in _DRAWN and type(value).__name__ not in ("DataFrame", "Series")

"""Sets are gone through in the same order in a later step, whatever was added to them and taken out before."""

import datetime
import enum
import pickle
import random
from dataclasses import dataclass

import pytest

from jupyterlab_promote.worker.handoff.problems import NotPicklable
from jupyterlab_promote.worker.handoff.values.namespace import user_namespace
from jupyterlab_promote.worker.handoff.values.pickling import dump_group
from jupyterlab_promote.worker.handoff.values.unpickling import load_group


def _travelled(value: set[object], monkeypatch: pytest.MonkeyPatch) -> set[object]:
    monkeypatch.setitem(user_namespace(), "seen", value)
    stream = dump_group({"seen": value}, [])
    loaded = load_group(stream, [])["seen"]
    assert isinstance(loaded, set)
    return loaded


@pytest.mark.parametrize("count", [3, 5, 20, 100, 3000])
@pytest.mark.parametrize("seed", range(5))
def test_texts_and_numbers_keep_their_order(
    count: int, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = random.Random(seed)
    value: set[object] = {drawn.randrange(10 * count) for _ in range(3 * count)}
    value |= {f"word {drawn.random()}" for _ in range(count)}
    for element in [one for one in value if drawn.random() < 0.7]:
        value.discard(element)
    assert list(_travelled(value, monkeypatch)) == list(value)


def test_pickle_would_lose_it(monkeypatch: pytest.MonkeyPatch) -> None:
    value: set[object] = set(range(1000))
    value -= set(range(1000)) - {9, 16, 500}
    assert list(pickle.loads(pickle.dumps(value))) != list(value)
    assert list(_travelled(value, monkeypatch)) == list(value)


def _shuffled(drawn: random.Random, count: int = 400) -> set[object]:
    value: set[object] = {f"word {drawn.randrange(10**6)}" for _ in range(count)}
    value -= set(drawn.sample(sorted(value, key=str), count // 3))
    return value


@pytest.mark.parametrize("seed", range(3))
def test_a_set_that_something_else_holds_is_one_object_in_its_order(seed: int) -> None:
    drawn = random.Random(seed)
    held = {"by name": _shuffled(drawn), "list": [_shuffled(drawn), 0.5, float("nan")]}
    loaded = load_group(dump_group({"held": held, "seen": held["by name"]}, []), [])
    assert loaded["held"]["by name"] is loaded["seen"]
    assert list(loaded["seen"]) == list(held["by name"])
    assert list(loaded["held"]["list"][0]) == list(held["list"][0])


def _frozen(words: list[str]) -> list[frozenset[str]]:
    """Frozen sets whose tables come out as large as Python's ways to make them have it."""
    more = [*words, words[0] * 2, words[-1] * 3]
    return [
        frozenset(words),
        frozenset(set(more)),
        frozenset(dict.fromkeys(words)),
        frozenset(words) | frozenset(more),
        frozenset(more) - frozenset(more[-2:]),
        frozenset(more) & frozenset(words),
    ]


@pytest.mark.parametrize("count", [2, 3, 4, 5, 10, 16, 20, 21, 40, 300])
def test_a_frozen_set_keeps_its_order_however_it_was_made(count: int) -> None:
    drawn = random.Random(count)
    for _ in range(40):
        made = _frozen([f"word {drawn.randrange(10**6)}" for _ in range(count)])
        loaded = load_group(dump_group({"made": made}, []), [])["made"]
        assert {type(one) for one in loaded} == {frozenset}
        assert [list(one) for one in loaded] == [list(one) for one in made]
        assert (loaded, set(map(hash, loaded))) == (made, set(map(hash, made)))


@pytest.mark.parametrize("count", [3, 6, 12, 100])
def test_a_set_to_which_was_added_and_from_which_was_taken_in_turn_keeps_its_order(
    count: int,
) -> None:
    drawn = random.Random(count)
    made: list[set[int]] = []
    for _ in range(200):
        made.append(set())
        for _ in range(4 * count):
            some = sorted(made[-1])
            if len(some) > count or (some and drawn.random() < 0.45):
                made[-1].discard(drawn.choice(some))
            else:
                made[-1].add(drawn.getrandbits(40))
    # 15 and 68 stand in each other's first slot: 7 was there first, and was taken out between them.
    made.append({7, 15})
    made[-1].discard(7)
    made[-1].add(68)
    loaded = load_group(dump_group({"made": made}, []), [])["made"]
    assert [list(one) for one in loaded] == [list(one) for one in made]


def test_a_large_set_of_pairs_dates_and_numbers_of_numpy_keeps_its_order() -> None:
    numpy = pytest.importorskip("numpy")
    some = {(n * 7919 % 100003, f"w{n}") for n in range(60_000)}
    some |= {datetime.date.fromordinal(n) for n in range(1, 300)}
    some |= {numpy.int64(n * 10**6) for n in range(300)}
    some -= set(list(some)[::3])
    loaded = load_group(dump_group({"some": [some]}, []), [])["some"][0]
    assert list(loaded) == list(some)


def test_a_frozen_set_that_differences_gave_keeps_its_order_or_is_refused() -> None:
    drawn = random.Random(1)
    kept = refused = 0
    for _ in range(200):
        words = [f"word {drawn.randrange(10**6)}" for _ in range(drawn.randrange(3, 40))]
        made = frozenset(words) ^ frozenset([*words[:2], words[0] * 2])
        try:
            loaded = load_group(dump_group({"made": made}, []), [])["made"]
        except NotPicklable:
            refused += 1
        else:
            kept += list(loaded) == list(made)
    assert kept + refused == 200
    assert refused < 20


def test_a_frozen_set_whose_order_no_way_to_make_it_gives_is_refused_by_name() -> None:
    made = frozenset({24, 25, 27, 23}) ^ frozenset({38, 27, 14, 23}) ^ frozenset({1, 14, 25})
    with pytest.raises(NotPicklable, match=r"the frozenset of 38, 1, 24, .* `sorted\(\.\.\.\)`"):
        dump_group({"made": made}, [])


def test_a_frozen_set_never_comes_back_with_fewer_elements() -> None:
    made = frozenset() ^ frozenset([1, 2, 6, 39, 21]) ^ frozenset([3, 6, 19, 21, 22])
    try:
        loaded = load_group(dump_group({"made": made}, []), [])["made"]
    except NotPicklable:
        return
    assert list(loaded) == list(made)


class _Words(set[object]):
    pass


@dataclass(frozen=True)
class _Pair:
    one: int
    other: str


_Kind = enum.Enum("_Kind", [f"K{n}" for n in range(60)])  # type: ignore[misc]


@pytest.mark.parametrize(
    "elements",
    [
        [_Pair(n * 37 % 101, f"k{n}") for n in range(90)],
        list(_Kind),
        [(n % 7, frozenset({f"k{n}"})) for n in range(90)],
    ],
)
def test_records_and_members_keep_their_order(elements: list[object]) -> None:
    some = set(elements)
    some -= set(list(some)[::3])
    loaded = load_group(dump_group({"some": [some]}, []), [])["some"][0]
    assert list(loaded) == list(some)


def test_a_set_of_a_class_of_its_own_keeps_its_order_and_attributes() -> None:
    some = _Words(_shuffled(random.Random(1)))
    some -= set(list(some)[::3])
    some.tag = "seen"  # type: ignore[attr-defined]
    loaded = load_group(dump_group({"some": some}, []), [])["some"]
    assert (type(loaded), list(loaded), loaded.tag) == (_Words, list(some), "seen")

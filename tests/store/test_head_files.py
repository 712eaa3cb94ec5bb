"""How registrations lie in files: whole, or as what changed; all bundle versions stay readable."""

from datetime import UTC, datetime

import pytest

from jupyterlab_promote.errors import NotFound
from jupyterlab_promote.model.registration import Activate
from jupyterlab_promote.model.version import HeadEntry, HeadFile, Heads
from jupyterlab_promote.store import head_files, heads, layout
from jupyterlab_promote.store.store import open_store
from jupyterlab_promote.store.versions import put_version

MANY = head_files.WHOLE + 8


def entry(since: int) -> HeadEntry:
    return HeadEntry(uid="u", version="v", revision=since, at=datetime.now(UTC), since=since)


@pytest.fixture
def many(local_store) -> list[Heads]:
    """Many registrations, each made by one bundle version; then changes, one of them a forgotten pipeline."""
    made: list[Heads] = []

    def follow(name: str, *, forget: bool = False) -> None:
        known = dict(made[-1].pipelines) if made else {}
        known |= {name: entry(len(made) + 1)}
        if forget:
            del known[name]
        made.append(Heads(n=len(made) + 1, pipelines=known))
        head_files.create(local_store, made[-1], changed=name)

    for number in range(MANY):
        follow(f"p{number}")
    for number in range(4):
        follow(f"p{number}")
    follow("p1", forget=True)
    follow("p2")
    follow("p1")
    return made


def test_every_bundle_version_reads_as_it_was_written(many, local_store):
    assert [head_files.at(local_store, heads.n) for heads in many] == many
    assert head_files.current(local_store) == many[-1]
    with pytest.raises(NotFound):
        head_files.at(local_store, len(many) + 1)


def test_one_publish_among_many_pipelines_writes_little(many, local_store):
    sizes = [local_store.size(layout.heads(heads.n)) for heads in many]
    assert sizes[-1] < max(sizes) / 4


def test_what_another_process_published_is_seen_and_a_store_that_went_back_is_believed(
    many, local_store
):
    other = open_store(local_store.url)
    assert head_files.current(other) == many[-1]
    following = Heads(n=len(many) + 1, pipelines=many[-1].pipelines)
    head_files.create(local_store, following, changed="p0")
    assert head_files.current(other) == following
    for n in (following.n, many[-1].n):
        local_store.remove(layout.heads(n))
    assert head_files.current(other) == many[-2]


def test_registrations_of_an_earlier_release_go_on(local_store, draft_of):
    versions = [put_version(local_store, draft_of(text=str(number)))[0] for number in range(3)]
    for n, version in enumerate(versions[:2], start=1):
        known = HeadEntry(
            uid="u1", version=version, revision=n, number=n, at=datetime.now(UTC), since=n
        )
        file = HeadFile(n=n, pipelines={"demo": known})
        written = file.model_dump_json(exclude={"base", "gone"}, exclude_none=True)
        local_store.create(layout.heads(n), written.encode())
    for revision, version in enumerate((versions[2], versions[0]), start=2):
        wish = Activate(version=version, uid="u1", expected_revision=revision)
        heads.activate(local_store, "demo", wish, by="ann")
    history = heads.history(local_store, "demo")
    assert [(v.revision, v.number) for v in history] == [(4, 1), (3, 3), (2, 2), (1, 1)]

"""Registrations: compare and swap, moved notebooks, history, retiring."""

import concurrent.futures

import pytest

from jupyterlab_promote.errors import Conflict, InvalidInput, NotFound
from jupyterlab_promote.model.registration import Activate
from jupyterlab_promote.store import head_files, heads, layout
from jupyterlab_promote.store.forgetting import remove_runs
from jupyterlab_promote.store.versions import put_version


@pytest.fixture
def publish(store, draft_of):
    def publish(dag_id="demo", *, revision, text="1", uid="u1", by="ann", **more):
        version, _ = put_version(store, draft_of(dag_id, uid=uid, text=text))
        wish = Activate(version=version, uid=uid, expected_revision=revision, **more)
        return heads.activate(store, dag_id, wish, by=by)

    return publish


def test_an_empty_store_has_no_registration(store):
    assert (head_files.current(store).n, heads.current(store).pipelines) == (0, {})
    with pytest.raises(NotFound):
        heads.history(store, "demo")


def test_each_publish_makes_the_next_head(store, publish):
    first, entry = publish(revision=0, message="begin", path="a.ipynb")
    second, again = publish(revision=1, text="2", path="a.ipynb")
    third, back = publish(revision=2, text="1", path="a.ipynb")
    assert [first.n, second.n, third.n] == [1, 2, 3]
    assert [(e.revision, e.number) for e in (entry, again, back)] == [(1, 1), (2, 2), (3, 1)]
    assert head_files.current(store) == third
    assert head_files.at(store, 1) == first
    line = [(v.revision, v.number, v.message, v.current) for v in heads.history(store, "demo")]
    assert line == [(3, 1, "", True), (2, 2, "", False), (1, 1, "begin", False)]


def test_history_is_not_disturbed_by_other_pipelines(store, publish):
    publish(revision=0)
    for number in range(3):
        publish(f"other-{number}", revision=0)
    publish(revision=1, text="2")
    assert [v.revision for v in heads.history(store, "demo")] == [2, 1]


def test_an_old_checkout_cannot_overwrite_a_newer_version(publish):
    publish(revision=0)
    publish(revision=1, text="2", by="bob")
    with pytest.raises(Conflict) as caught:
        publish(revision=1, text="3")
    assert (caught.value.code, caught.value.fields["revision"]) == ("changed", 2)
    assert "bob" in caught.value.message


def test_asking_again_after_a_lost_answer_changes_nothing(store, publish):
    first, entry = publish(revision=0)
    assert publish(revision=0) == (first, entry)
    assert head_files.current(store).n == 1
    with pytest.raises(Conflict) as caught:
        publish(revision=0, by="bob")
    assert caught.value.code == "changed"


def test_a_name_of_another_notebook_is_taken_and_a_free_one_suggested(publish):
    publish(revision=0)
    publish("demo-2", revision=0)
    with pytest.raises(Conflict) as caught:
        publish(revision=0, uid="u2")
    assert (caught.value.code, caught.value.fields["suggestion"]) == ("name_taken", "demo-3")


def test_a_moved_notebook_is_asked_about_once(publish):
    publish(revision=0, path="a.ipynb")
    with pytest.raises(Conflict) as caught:
        publish(revision=1, text="2", path="b.ipynb")
    assert (caught.value.code, caught.value.fields["path"]) == ("moved", "a.ipynb")
    publish(revision=1, text="2", path="b.ipynb", moved=True)
    _, entry = publish(revision=2, text="3", path="b.ipynb")
    assert (entry.path, entry.revision) == ("b.ipynb", 3)


def test_what_was_published_elsewhere_is_said(publish):
    with pytest.raises(Conflict, match="not registered here"):
        publish(revision=4)


def test_a_version_of_another_uid_or_none_is_refused(store, draft_of):
    version, _ = put_version(store, draft_of(uid="u1"))
    with pytest.raises(InvalidInput):
        heads.activate(
            store, "demo", Activate(version=version, uid="u2", expected_revision=0), by="x"
        )
    wish = Activate(version="v-0000000000000000", uid="u1", expected_revision=0)
    with pytest.raises(NotFound):
        heads.activate(store, "demo", wish, by="x")


def test_retiring_keeps_the_history_and_publishing_again_revives(store, publish):
    publish(revision=0)
    _, gone = heads.retire(store, "demo", expected_revision=1, by="ann")
    assert (gone.retired, gone.revision) == (True, 2)
    assert heads.retire(store, "demo", expected_revision=1, by="ann")[1] == gone
    with pytest.raises(Conflict):
        heads.retire(store, "demo", expected_revision=1, by="bob")
    _, back = publish(revision=2)
    assert (back.retired, back.revision, back.number) == (False, 3, 1)
    assert [v.retired for v in heads.history(store, "demo")] == [False, True, False]
    with pytest.raises(NotFound):
        heads.retire(store, "nothing", expected_revision=0, by="ann")


def test_of_eight_publishers_of_one_pipeline_exactly_one_wins(store, draft_of):
    versions = [put_version(store, draft_of(text=str(number)))[0] for number in range(8)]

    def publisher(number):
        wish = Activate(version=versions[number], uid="u1", expected_revision=0)
        try:
            return heads.activate(store, "demo", wish, by=f"user {number}")[1]
        except Conflict as conflict:
            return conflict.code

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(publisher, range(8)))
    assert answers.count("changed") == 7
    assert head_files.current(store).pipelines["demo"] in answers
    assert head_files.current(store).n == 1


def test_eight_publishers_of_different_pipelines_all_land(store, draft_of):
    def publisher(number):
        version, _ = put_version(store, draft_of(f"demo-{number}"))
        wish = Activate(version=version, uid="u1", expected_revision=0)
        return heads.activate(store, f"demo-{number}", wish, by="x")

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert len(list(pool.map(publisher, range(8)))) == 8
    final = head_files.current(store)
    assert (final.n, sorted(final.pipelines)) == (8, [f"demo-{number}" for number in range(8)])


def test_a_forgotten_pipeline_leaves_no_runs_for_the_next_owner_of_its_id(store, publish):
    publish(revision=0)
    for path in (
        "runs/demo/r1/run.json",
        "runs/demo/r1/load/-/a1/handoff/streams",
        "runs/demo-2/r1/run.json",
    ):
        store.put(path, b"{}")
    store.put(layout.cache_entry("demo", "k"), b"{}")
    with pytest.raises(Conflict):
        heads.check_retired(store, "demo")
    heads.retire(store, "demo", expected_revision=1, by="ann")
    heads.check_retired(store, "demo")
    assert [remove_runs(store, "demo") for _ in range(2)] == [3, 0]
    heads.forget(store, "demo")
    assert store.walk("runs/demo") == ()
    assert store.walk("runs/demo-2") == ("r1/run.json",)

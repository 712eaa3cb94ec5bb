"""Versions are whole or absent; a zip that is not exactly one is refused."""

import hashlib
import io
import stat
import zipfile
from dataclasses import replace

import pytest

from jupyterlab_promote.errors import Conflict, InvalidInput, NotFound, Unavailable
from jupyterlab_promote.model.document import canonical_json, dump
from jupyterlab_promote.store import layout
from jupyterlab_promote.store.packing import Limits, pack, unpack
from jupyterlab_promote.store.versions import (
    get_manifest,
    get_source,
    get_step_notebook,
    parse_manifest,
    put_version,
)


def test_the_same_content_gets_the_same_version_once(store, draft_of):
    draft = draft_of(files={"data.csv": b"a,b"})
    assert put_version(store, draft) == (draft.version, True)
    assert put_version(store, draft) == (draft.version, False)
    assert get_manifest(store, "demo", draft.version) == draft.manifest
    assert get_step_notebook(store, "demo", draft.version, "load") == draft.notebooks["load"]
    assert get_source(store, "demo", draft.version) == draft.source
    assert store.read(layout.blob(hashlib.sha256(b"a,b").hexdigest())) == b"a,b"


def test_other_content_under_the_same_short_id_is_a_conflict(local_store, draft_of):
    draft = draft_of()
    local_store.create(layout.manifest("demo", draft.version), b"{}")
    with pytest.raises(Conflict) as caught:
        put_version(local_store, draft)
    assert caught.value.code == "version_collision"


def test_a_damaged_version_is_named_and_not_used(local_store, draft_of):
    draft = draft_of()
    put_version(local_store, draft)
    local_store.put(layout.step_notebook("demo", draft.version, "load"), b"{}")
    with pytest.raises(Unavailable, match="damaged"):
        get_step_notebook(local_store, "demo", draft.version, "load")
    with pytest.raises(NotFound):
        get_manifest(local_store, "demo", "v-0000000000000000")
    with pytest.raises(NotFound):
        get_manifest(local_store, "../demo", draft.version)


def test_a_version_of_an_earlier_release_is_read_without_what_nobody_wants_any_more(
    local_store, draft_of
):
    draft = draft_of()
    wrote = canonical_json({**dump(draft.manifest), "test": False})
    earlier = replace(draft, sent=wrote)
    version, _ = put_version(local_store, earlier)
    assert version != draft.version
    assert get_manifest(local_store, "demo", version) == draft.manifest
    unknown = canonical_json({**dump(draft.manifest), "tests": False})
    with pytest.raises(InvalidInput, match="tests"):
        parse_manifest(unknown)


def test_a_draft_travels_as_a_zip(draft_of):
    draft = draft_of(files={"data.csv": b"a,b", "pkg/mod.py": b"x = 1", "copy.csv": b"a,b"})
    received = unpack(pack(draft))
    assert (received.manifest, received.version) == (draft.manifest, draft.version)
    assert dict(received.notebooks) == dict(draft.notebooks)
    assert (received.source, dict(received.files)) == (draft.source, dict(draft.files))
    assert pack(draft) == pack(received)


def rezip(data: bytes, change) -> bytes:
    """The same zip after `change(name, info, content)`, which gives a list of (ZipInfo, content)."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for info in source.infolist():
            for new, content in change(info, source.read(info)):
                target.writestr(new, content)
    return out.getvalue()


def renamed(info, name):
    new = zipfile.ZipInfo(name)
    new.external_attr = info.external_attr
    return new


BAD_ZIPS = {
    "no zip": lambda data: b"PK\x03\x04 nothing",
    "empty": lambda data: b"",
    "truncated": lambda data: data[: len(data) // 2],
    "a path that climbs": lambda data: rezip(
        data,
        lambda i, c: (
            [(i, c)] + ([(renamed(i, "../evil"), c)] if i.filename == "source.ipynb" else [])
        ),
    ),
    "an absolute path": lambda data: rezip(
        data,
        lambda i, c: (
            [(i, c)] + ([(renamed(i, "/etc/evil"), c)] if i.filename == "source.ipynb" else [])
        ),
    ),
    "a member of no meaning": lambda data: rezip(
        data,
        lambda i, c: (
            [(i, c)]
            + ([(renamed(i, "steps/../../evil.ipynb"), c)] if "source" in i.filename else [])
        ),
    ),
    "source missing": lambda data: rezip(
        data, lambda i, c: [] if i.filename == "source.ipynb" else [(i, c)]
    ),
    "manifest missing": lambda data: rezip(
        data, lambda i, c: [] if i.filename == "manifest.json" else [(i, c)]
    ),
    "a file that is missing": lambda data: rezip(
        data, lambda i, c: [] if "blobs" in i.filename else [(i, c)]
    ),
    "a file of other content": lambda data: rezip(
        data, lambda i, c: [(i, b"z,z" if "blobs" in i.filename else c)]
    ),
    "a manifest of unknown fields": lambda data: rezip(
        data, lambda i, c: [(i, c.replace(b'"uid"', b'"uidd"') if "manifest" in i.filename else c)]
    ),
    "a file outside the directory": lambda data: rezip(
        data,
        lambda i, c: [(i, c.replace(b"data.csv", b"../a.csv") if "manifest" in i.filename else c)],
    ),
}


@pytest.mark.parametrize("kind", BAD_ZIPS)
def test_a_zip_that_is_not_exactly_a_version_is_refused(kind, draft_of):
    data = BAD_ZIPS[kind](pack(draft_of(files={"data.csv": b"a,b"})))
    with pytest.raises(InvalidInput):
        unpack(data)


def test_a_member_that_is_there_twice_is_refused(draft_of):
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = rezip(pack(draft_of()), lambda info, content: [(info, content), (info, content)])
    with pytest.raises(InvalidInput, match="twice"):
        unpack(data)


def test_a_symbolic_link_is_refused(draft_of):
    def link(info, content):
        if info.filename.startswith("steps/"):
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
        return [(info, content)]

    with pytest.raises(InvalidInput, match="does not belong"):
        unpack(rezip(pack(draft_of()), link))


def test_a_zip_bomb_is_refused_before_it_unpacks(draft_of):
    data = pack(draft_of(files={"zeros": bytes(5_000_000)}))
    assert len(data) < 50_000
    with pytest.raises(InvalidInput, match="unpacks to more"):
        unpack(data, Limits(total_bytes=1_000_000))
    with pytest.raises(InvalidInput, match="larger than"):
        unpack(data, Limits(zip_bytes=100))
    with pytest.raises(InvalidInput, match="more than 2 files"):
        unpack(data, Limits(members=2))


def test_a_member_that_lies_about_its_size_is_refused(draft_of):
    data = bytearray(pack(draft_of(files={"zeros": bytes(100_000)})))
    true, lie = (100_000).to_bytes(4, "little"), (10).to_bytes(4, "little")
    with pytest.raises(InvalidInput):
        unpack(bytes(data).replace(true, lie))


@pytest.mark.parametrize(
    "path", ["/x", "~/x", "C:/x", "a/../../x", "a//b", "./a", "a\\b", "a\nb", "", "a/."]
)
def test_a_path_that_leaves_the_working_directory_is_refused(path, draft_of):
    with pytest.raises(InvalidInput):
        unpack(pack(draft_of(files={path: b"1"})))


@pytest.mark.parametrize("folder", ["/x", "../x", "a/../../x", "~", "a\\b", "."])
@pytest.mark.parametrize("field", ["folder", "folders"])
def test_steps_that_would_begin_or_write_outside_the_working_directory_are_refused(
    field, folder, draft_of
):
    def told(path):
        return {field: path if field == "folder" else (path,)}

    draft = draft_of()
    sound = draft.manifest.model_copy(update=told("notebooks/a b"))
    assert unpack(pack(replace(draft, manifest=sound))).manifest == sound
    wrong = draft.manifest.model_copy(update=told(folder))
    with pytest.raises(InvalidInput, match=r"manifest\.folder"):
        unpack(pack(replace(draft, manifest=wrong)))


def test_a_file_may_not_be_a_folder_too(draft_of):
    with pytest.raises(InvalidInput, match="file and a folder"):
        unpack(pack(draft_of(files={"a": b"1", "a/b": b"2"})))
    with pytest.raises(InvalidInput, match="twice"):
        unpack(pack(draft_of(files={"Data.csv": b"1", "data.csv": b"2"})))

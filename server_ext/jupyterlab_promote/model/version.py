"""A version: an immutable, content-addressed publish; and the heads that say which one serves."""

from datetime import datetime

from pydantic import Field

from jupyterlab_promote.model.document import SCHEMA_VERSION, Document, former_keys
from jupyterlab_promote.model.pipeline import FileUse, StepGraph


class FileEntry(Document):
    """A file of a version: path relative to the step's working directory, kept in `blobs/<sha256>`.

    Attributes:
        executable: a program or script that may be started by its name.
    """

    path: str
    sha256: str
    size: int
    executable: bool = False


class Package(Document):
    """The installed version of a package that the notebook imports, at publish time."""

    name: str
    version: str


class Manifest(StepGraph):
    """The description of a version. Its canonical form is hashed; so it holds no author, time or message.

    Attributes:
        folder: where the steps begin below their working directory, as `notebooks` where the notebook reads
            `../data`; the paths of `files` are below the working directory.
        folders: those that are there, empty, when a step begins, since the notebook writes into them without making
            them; below the working directory.
        notebooks: sha256 of each step notebook, by step name.
        source: sha256 of the source notebook, without outputs and identity.
    """

    schema_version: int = SCHEMA_VERSION
    dag_id: str
    uid: str
    packages: tuple[Package, ...] = ()
    python: str = ""
    file_uses: tuple[FileUse, ...] = ()
    files: tuple[FileEntry, ...] = ()
    folder: str = ""
    folders: tuple[str, ...] = ()
    notebooks: dict[str, str]
    source: str

    _former = former_keys("test")


class HeadEntry(Document):
    """Which version of one pipeline serves, and who made it so.

    Attributes:
        revision: counts the activations of this pipeline from 1; the compare-and-swap value.
        number: v1, v2, ... as shown to people: the place of the version among the pipeline's versions.
        path: the notebook's path in the publisher's Jupyter; moving it asks once.
        timezone: of the version's cron; empty without one.
        retired: unpublished; no new runs, the file stays until no run is live.
        since: the bundle version that this registration began with.
        before: `since` of the pipeline's registration before this one, so that history is a chain; 0 for the first,
            None where an earlier release wrote it.
        highest: the highest `number` so far; 0 where an earlier release wrote it.
        swept: retired, and no run is live any more: Airflow has no DAG of it. History stays.
    """

    uid: str
    version: str
    revision: int
    number: int = 1
    by: str = ""
    at: datetime
    message: str = ""
    path: str = ""
    source_user: str = ""
    timezone: str = ""
    retired: bool = False
    since: int = 0
    before: int | None = None
    highest: int = 0
    swept: bool = False


class Heads(Document):
    """All registrations at bundle version n."""

    n: int
    pipelines: dict[str, HeadEntry] = Field(default_factory=dict)


class HeadFile(Document):
    """`heads/<n>.json`. Create-only, the one commit point.

    Attributes:
        base: the bundle version, written whole, that this file says the changes since of; 0 for a whole file.
        pipelines: all registrations, or those that changed since `base`.
        gone: the pipelines that were forgotten since `base`.
    """

    schema_version: int = SCHEMA_VERSION
    n: int
    base: int = 0
    pipelines: dict[str, HeadEntry] = Field(default_factory=dict)
    gone: tuple[str, ...] = ()


class VersionInfo(Document):
    """One line of a pipeline's history; `since` is the bundle version that it began with."""

    dag_id: str
    version: str
    number: int
    revision: int
    by: str
    at: datetime
    message: str
    current: bool
    retired: bool = False
    since: int = 0

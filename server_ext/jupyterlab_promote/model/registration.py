"""What crosses between Jupyter and our Airflow plugin: the registration API."""

from datetime import datetime

from pydantic import Field

from jupyterlab_promote.model.document import Document
from jupyterlab_promote.model.version import HeadEntry

REGISTRATION_API = 1
"""Version of the registration API; the client refuses another one by name."""


class Capacity(Document):
    """`GET /promote/capacity`: the most that one Ray node has of each; None where nobody knows.

    Attributes:
        memory: bytes that steps may ask for.
        accelerator: of the node with the most GPUs.
    """

    cpus: float | None = None
    memory: int | None = None
    gpus: float | None = None
    accelerator: str = ""


class Info(Document):
    """`GET /promote/info`: whether one may publish here, asked before anything is uploaded.

    Attributes:
        user: the name that Airflow knows the caller by.
        can_publish: the caller may register pipelines at all.
        store: why the store cannot be used; empty when it can.
        bundle: why Airflow does not serve our bundle; empty when it does.
        pool: name of the pool that throttles steps.
        max_upload: bytes.
    """

    api: int = REGISTRATION_API
    product: str = "jupyterlab-promote"
    version: str
    user: str
    can_publish: bool
    store_uid: str = ""
    store: str = ""
    bundle: str = ""
    pool: str = ""
    max_upload: int
    sealed_secrets: bool = False


class PutVersion(Document):
    """Answer to an upload; `created` is False when the same content was there already."""

    dag_id: str
    version: str
    created: bool


class Derive(Document):
    """Make a version of the code of the path's version and the settings of another one."""

    settings_of: str


class Activate(Document):
    """Make a version serve, if nobody changed the pipeline since `expected_revision` (0: never published)."""

    version: str
    uid: str
    expected_revision: int
    message: str = ""
    path: str = ""
    source_user: str = ""
    moved: bool = False


class Activated(Document):
    """The registration after activating.

    Attributes:
        n: bundle version, to which new runs are pinned.
        parse_requested: Airflow was asked to parse the file at once.
    """

    dag_id: str
    entry: HeadEntry
    n: int
    parse_requested: bool


class Retire(Document):
    """Unpublish, if nobody changed the pipeline since."""

    expected_revision: int


class Swept(Document):
    """The retired pipelines whose DAGs Airflow lets go of, because no run of theirs is live."""

    dag_ids: tuple[str, ...]


class ShownDag(Document):
    """What a list of pipelines shows of the DAG that Airflow has.

    Attributes:
        schedule: in Airflow's words; empty for a pipeline that runs by hand.
        assets: that it waits for.
        next_run: of the schedule, also while it is paused.
    """

    name: str
    paused: bool
    schedule: str = ""
    assets: tuple[str, ...] = ()
    next_run: datetime | None = None


class PipelineHead(Document):
    """One registered pipeline as `GET /promote/pipelines` lists it.

    Attributes:
        dag: only in a list; None for what Airflow has not read yet.
    """

    dag_id: str
    entry: HeadEntry
    name: str = ""
    suggestion: str = ""
    dag: ShownDag | None = None


class PluginProblem(Document):
    """Problem JSON of the plugin and of the Jupyter server alike."""

    code: str
    message: str
    hint: str = ""
    fields: dict[str, object] = Field(default_factory=dict)

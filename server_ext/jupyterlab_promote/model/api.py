"""What crosses between the browser and the Jupyter server and belongs to no one subject: connection, operations.

On the wire the names are camelCase, the documents inside keep theirs. Publishing is in `publishing.py`, runs in
`run_views.py`, reviewing in `review.py`.
"""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from jupyterlab_promote.model.publishing import PublishResult
from jupyterlab_promote.model.registration import PluginProblem
from jupyterlab_promote.model.review import TrialResult
from jupyterlab_promote.model.settings import Published
from jupyterlab_promote.model.view import View

ConnectionState = Literal[
    "not_set_up", "starting", "connected", "sign_in", "read_only", "unreachable"
]


class Connection(View):
    """Where Airflow stands, with the one thing that can be done about it.

    Attributes:
        message: one sentence.
        action: label of the one action; empty when there is none.
        url: Airflow's own pages.
        embedded: runs only while this computer is on.
        since: when it was first found unreachable.
    """

    state: ConnectionState
    message: str
    action: str = ""
    user: str = ""
    url: str = ""
    embedded: bool = False
    since: datetime | None = None


class Stage(View):
    """One stage of an operation."""

    name: str
    state: Literal["waiting", "running", "done", "failed"] = "waiting"
    message: str = ""


class Operation(View):
    """Work that the server does whether or not anybody watches.

    Attributes:
        owner: process id of the server; another one's running operation was interrupted.
        published: the identity that a finished publish gave the notebook.
        published_as: the identities that it gave to further schedules, by their names.
        results: all pipelines that it published, the notebook's own first.
    """

    id: str
    kind: Literal["publish", "start_stack", "stop_stack", "test_run", "verify"]
    path: str = ""
    state: Literal["running", "done", "failed", "cancelled", "interrupted"] = "running"
    stages: tuple[Stage, ...] = ()
    published: Published | None = None
    published_as: dict[str, Published] = Field(default_factory=dict)
    result: PublishResult | None = None
    results: tuple[PublishResult, ...] = ()
    trial: TrialResult | None = None
    problem: PluginProblem | None = None
    started: datetime
    owner: int = 0


class NotebookRequest(View):
    """A notebook as it is in the browser now, with its path in Jupyter."""

    path: str
    notebook: dict[str, Any]


class ClusterOffer(View):
    """The most that one node has of each; None where it cannot be known."""

    cpus: float | None = None
    memory: int | None = None
    gpus: float | None = None
    accelerator: str = ""


class SettingsView(View):
    """What the browser may know of the server's settings; no token, no password."""

    airflow_url: str
    embedded: bool
    sign_in: Literal["stack", "user", "token", "command", "hook", "none"]


class Done(View):
    """It is done and there is nothing to tell."""

    done: bool = True

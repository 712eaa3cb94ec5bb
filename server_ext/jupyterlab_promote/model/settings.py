"""What the user sets: resources, step settings, schedule. Lives in `notebook.metadata.promote`."""

import math
import re
from datetime import datetime
from typing import Any, Literal

from pydantic import Field, field_validator

from jupyterlab_promote.model.document import Document

_UNITS = {
    "": 1, "b": 1,
    "k": 10**3, "kb": 10**3, "m": 10**6, "mb": 10**6, "g": 10**9, "gb": 10**9, "t": 10**12, "tb": 10**12,
    "ki": 2**10, "kib": 2**10, "mi": 2**20, "mib": 2**20, "gi": 2**30, "gib": 2**30, "ti": 2**40, "tib": 2**40,
}  # fmt: skip

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?"
_LABEL_KEY = re.compile(rf"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{{0,251}}[A-Za-z0-9])?/)?{_LABEL}")
_LABEL_WISH = re.compile(rf"!?(?:{_LABEL}|in\({_LABEL}(?:, ?{_LABEL})*\))")


def parse_bytes(value: int | float | str) -> int:
    """A size in bytes from a number or a text such as `4 GB`, `512MiB` or `2Gi`.

    Raises:
        ValueError: for anything else, negative sizes and zero.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"{value!r} is not a size; write for example '4 GB'")
    if isinstance(value, str):
        match = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([a-zA-Z]*)\s*", value)
        if match is None or match[2].lower() not in _UNITS:
            raise ValueError(f"{value!r} is not a size; write for example '4 GB'")
        size = float(match[1]) * _UNITS[match[2].lower()]
    else:
        size = float(value)
    if not math.isfinite(size) or size < 1:
        raise ValueError(f"{value!r} is not a size of at least one byte")
    return int(size)


def format_bytes(size: float) -> str:
    """A size for people: `4.2 GiB`, `512 MiB`, `12 B`."""
    for unit, factor in (("TiB", 2**40), ("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if size >= factor:
            return f"{size / factor:.1f}".removesuffix(".0") + f" {unit}"
    return f"{int(size)} B"


class Resources(Document):
    """What one step needs of a Ray node.

    Attributes:
        cpus: cores, also the limit of the kernel's thread pools.
        gpus: devices; a fraction shares one.
        memory: bytes, enforced on the kernel's process tree; None for no limit.
        accelerator: Ray accelerator type, such as `A100`.
        custom: Ray custom resources.
        labels: labels of the node, each `value`, `!value`, `in(a, b)` or `!in(a, b)`, as Ray's label selectors.
    """

    cpus: float = Field(1.0, ge=0, le=100_000, allow_inf_nan=False)
    gpus: float = Field(0.0, ge=0, le=10_000, allow_inf_nan=False)
    memory: int | None = None
    accelerator: str | None = Field(None, max_length=100)
    custom: dict[str, float] = Field(default_factory=dict)
    labels: dict[str, str] = Field(default_factory=dict)

    @field_validator("labels")
    @classmethod
    def _labels(cls, value: dict[str, str]) -> dict[str, str]:
        for key, wanted in value.items():
            if not _LABEL_KEY.fullmatch(key) or not _LABEL_WISH.fullmatch(wanted):
                raise ValueError(
                    f"{key}={wanted} is not a label of a Ray node; write for example "
                    "market=spot, market=!spot or gpu=in(A100, H100)"
                )
        return value

    @field_validator("memory", mode="before")
    @classmethod
    def _memory(cls, value: Any) -> int | None:
        return None if value is None or value == "" else parse_bytes(value)


class Environment(Document):
    """What a step needs around its kernel.

    Attributes:
        pip: requirement lines.
        env: environment variables with plain values.
        secrets: environment variable -> `secret://airflow/<connection>` or `secret://env/<NAME>`.
        provided: environment variables that the worker is known to have.
    """

    pip: tuple[str, ...] = ()
    env: dict[str, str] = Field(default_factory=dict)
    secrets: dict[str, str] = Field(default_factory=dict)
    provided: tuple[str, ...] = ()


class MapOver(Document):
    """Run a step once for each element of a list.

    Attributes:
        over: name of the list, left by an earlier step, or of a parameter.
        item: name that holds one element in the step.
        collect: names that are lists in item order afterwards.
        when: followers run when all items succeeded, or collect what did.
    """

    over: str
    item: str
    collect: tuple[str, ...] = ()
    when: Literal["all_success", "all_done"] = "all_success"


class StepSettings(Document):
    """The settings of one step; what is None comes from the notebook's defaults.

    Attributes:
        timeout: seconds of run time.
        queue_timeout: seconds of waiting for resources.
        retries: how often the user wants a failed step tried again.
        retry_delay: seconds between tries.
        after: extra edges from these steps; they add, never remove.
        reads, writes: declared outside paths (globs).
        changes: names that the step changes though its code does not show it, as a run found out.
        strict_packages: other versions of packages than at publish fail the step, and are not only told.
    """

    resources: Resources = Resources()
    timeout: float | None = Field(None, gt=0)
    queue_timeout: float | None = Field(None, gt=0)
    retries: int = Field(0, ge=0, le=100)
    retry_delay: float = Field(30.0, ge=0, le=86_400)
    cache: bool = False
    after: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    map_over: MapOver | None = None
    environment: Environment = Environment()
    strict_packages: bool = False


class Schedule(Document):
    """When a pipeline runs.

    Attributes:
        cron: five fields or a preset such as `@daily`; None for by hand only.
        timezone: IANA name.
        start: first moment at which a tick may count; written when the schedule is switched on.
        catchup: run the ticks missed since `start`.
        overlap: what happens when a run is still going: skip the new one, queue it, or run both.
        assets: run when these Airflow assets are updated (instead of cron).
    """

    cron: str | None = None
    timezone: str = "UTC"
    start: datetime | None = None
    catchup: bool = False
    overlap: Literal["skip", "queue", "parallel"] = "skip"
    assets: tuple[str, ...] = ()


class Accepted(Document):
    """A warning that the user accepted for a cell as it stood."""

    code: str
    cell: str
    source_hash: str


class Published(Document):
    """The identity that the first publish gave the notebook."""

    uid: str
    dag_id: str
    version: str
    revision: int


class NotebookSettings(Document):
    """`notebook.metadata.promote`, read leniently: unknown keys are kept in the notebook, not here.

    Attributes:
        shared: groups of names that lead to one object though the code does not show it, as a run found out.
    """

    schema_version: int = 1
    published: Published | None = None
    name: str | None = None
    description: str = ""
    schedule: Schedule = Schedule()
    defaults: dict[str, Any] = Field(default_factory=dict)
    steps: dict[str, StepSettings] = Field(default_factory=dict)
    parameters: dict[str, str] = Field(default_factory=dict)
    files: tuple[str, ...] = ()
    produces: tuple[str, ...] = ()
    fuse: Literal["ask", "auto"] = "ask"
    shared: tuple[tuple[str, ...], ...] = ()
    accepted: tuple[Accepted, ...] = ()

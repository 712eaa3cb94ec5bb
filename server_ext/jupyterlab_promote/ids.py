"""The identifiers of the product and the one place that validates them.

An id is validated before it becomes a path, a Ray job id or a part of a URL. Nothing here does I/O.
"""

import hashlib
import json
import re
import unicodedata
from typing import NewType

from anyascii import anyascii

DagId = NewType("DagId", str)
StepName = NewType("StepName", str)
VersionId = NewType("VersionId", str)
RunKey = NewType("RunKey", str)
Sha256 = NewType("Sha256", str)

DAG_ID_PATTERN = r"^[a-z0-9][a-z0-9_-]{0,119}$"
STEP_NAME_PATTERN = r"^[a-z_][a-z0-9_-]{0,79}$"
VERSION_PATTERN = r"^v-[0-9a-f]{16}$"

BUNDLE = "promote"
"""The name of our DAG bundle in Airflow, by which both sides know which DAGs are ours."""

TASK_PREFIX = "promote-"
"""Airflow tasks of ours beside the steps begin with this; the name of a step may not."""

UNMAPPED = -1
"""The map index of a step that is not mapped, as in Airflow."""


def is_dag_id(text: str) -> bool:
    """Whether `text` may name a pipeline."""
    return re.fullmatch(DAG_ID_PATTERN, text) is not None


def is_step_name(text: str) -> bool:
    """Whether `text` may name a step."""
    return re.fullmatch(STEP_NAME_PATTERN, text) is not None


def is_version_id(text: str) -> bool:
    """Whether `text` has the form of a version id."""
    return re.fullmatch(VERSION_PATTERN, text) is not None


def slug(name: str) -> DagId:
    """The pipeline id that a display name gives: lower case, in letters from a to z, everything else `-`.

    A name without one usable character gives `pipeline-` and six hex digits of its hash.
    """
    text = re.sub(r"[^a-z0-9_]+", "-", _in_plain_letters(name)).strip("-_")[:120].rstrip("-_")
    if not text:
        text = f"pipeline-{hashlib.sha256(name.encode()).hexdigest()[:6]}"
    return DagId(text)


def step_slug(title: str) -> StepName:
    """The step name that a heading gives, such as `load-the-data` for `## 1.2 Load the data`."""
    text = re.sub(r"[^a-z0-9_]+", "-", _in_plain_letters(title)).strip("-_")
    text = re.sub(r"^[0-9][0-9_-]*", "", text)[:40].rstrip("-_")
    return StepName(text or "step")


def _in_plain_letters(text: str) -> str:
    """Letters of any script as a to z, in lower case; without pictures, which decorate a heading and do not name it."""
    written = "".join(c if unicodedata.category(c)[0] in "LMN" or c == "_" else " " for c in text)
    return anyascii(written).lower()


def run_key(run_id: str) -> RunKey:
    """The folder name of a run: `sanitised run_id[:60]` + `-` + 10 hex digits of its sha256.

    Airflow's run ids hold `:` and `+` and, when typed by hand, may hold `/`.
    """
    safe = re.sub(r"[^A-Za-z0-9_.+:=-]", "_", run_id)[:60]
    return RunKey(f"{safe}-{hashlib.sha256(run_id.encode()).hexdigest()[:10]}")


def job_stem(store_uid: str, dag_id: str, run_id: str, step: str, map_index: int) -> str:
    """The part of a Ray job id that all attempts of one step run share.

    Submitting twice with the same id is harmless, so the id is a function of what is executed.
    """
    identity = json.dumps([store_uid, dag_id, run_id, step, map_index])
    return f"promote-{hashlib.sha256(identity.encode()).hexdigest()[:24]}"


def job_id(stem: str, attempt: int) -> str:
    """The Ray job id of one attempt (numbered from 1)."""
    return f"{stem}-a{attempt}"


def version_id(manifest_sha256: str) -> VersionId:
    """The short id of the version whose canonical manifest has this sha256."""
    return VersionId(f"v-{manifest_sha256[:16]}")


def map_label(map_index: int) -> str:
    """The folder name of a map index: `-` for a step that is not mapped."""
    return "-" if map_index == UNMAPPED else str(map_index)

"""Every path of the store, relative to its root. Ids are validated before they get here."""

from jupyterlab_promote.ids import UNMAPPED, map_label, run_key

STORE_INFO = "store.json"
HEADS = "heads"
RUNS = "runs"
PIPELINES = "pipelines"


def heads(n: int) -> str:
    """Registrations at bundle version `n`."""
    return f"{HEADS}/{n}.json"


def pipeline(dag_id: str) -> str:
    """All that is kept of one pipeline but its runs."""
    return f"{PIPELINES}/{dag_id}"


def version(dag_id: str, version_id: str) -> str:
    """The folder of one immutable version."""
    return f"{PIPELINES}/{dag_id}/versions/{version_id}"


def manifest(dag_id: str, version_id: str) -> str:
    """The manifest of a version; written last, so that a version is whole or absent."""
    return f"{version(dag_id, version_id)}/manifest.json"


def source(dag_id: str, version_id: str) -> str:
    """The notebook that was published, without outputs and identity."""
    return f"{version(dag_id, version_id)}/source.ipynb"


def step_notebook(dag_id: str, version_id: str, step: str) -> str:
    """The runnable notebook of one step."""
    return f"{version(dag_id, version_id)}/steps/{step}.ipynb"


def served(dag_id: str, version_id: str) -> str:
    """Left before a version serves for the first time: without it, it never did."""
    return f"{version(dag_id, version_id)}/served"


def cache(dag_id: str) -> str:
    """The folder of all cache entries of a pipeline."""
    return f"{PIPELINES}/{dag_id}/cache"


def cache_entry(dag_id: str, key: str) -> str:
    """Which outcome the cache holds for a key."""
    return f"{cache(dag_id)}/{key}.json"


def blob(sha256: str) -> str:
    """A file of a version or of a working directory, by content."""
    return f"blobs/{sha256}"


def runs(dag_id: str) -> str:
    """The folder of all runs of a pipeline."""
    return f"{RUNS}/{dag_id}"


def run(dag_id: str, run_id: str) -> str:
    """The folder of one run."""
    return f"{runs(dag_id)}/{run_key(run_id)}"


def run_record(dag_id: str, run_id: str) -> str:
    """The document that holds the real run id."""
    return f"{run(dag_id, run_id)}/run.json"


def step_run(dag_id: str, run_id: str, step: str, map_index: int = UNMAPPED) -> str:
    """The folder of all attempts of one step run."""
    return f"{run(dag_id, run_id)}/{step}/{map_label(map_index)}"


def attempt(dag_id: str, run_id: str, step: str, map_index: int, number: int) -> str:
    """The folder of one attempt (numbered from 1). The names of what lies in it follow."""
    return f"{step_run(dag_id, run_id, step, map_index)}/a{number}"


REQUEST = "request.json"
WAITING = "waiting.json"
CLAIM = "claim.json"
OUTCOME = "outcome.json"
NOTEBOOK = "notebook.ipynb"
EVENTS = "events"
HANDOFF = "handoff"
HANDOFF_MANIFEST = f"{HANDOFF}/handoff.json"
RESERVE = "reserve"

"""Whether a backend can hold a store: exclusive creation, reading back at once, listing."""

import concurrent.futures
import contextlib
import secrets
import threading
from typing import TYPE_CHECKING

from jupyterlab_promote.errors import Unavailable
from jupyterlab_promote.store import layout

if TYPE_CHECKING:
    from jupyterlab_promote.store.store import Store

RACERS = 8


def look(store: "Store", *, write: bool) -> None:
    """Whether an open store is still there: without this look, a lost one seems to hold no pipelines.

    Raises:
        Unavailable: it is gone, or cannot be written when that was asked.
    """
    if not store.exists(layout.STORE_INFO):
        hint = "Mount it again or bring it back from a backup. Pipelines and runs lie there."
        reason = f"its {layout.STORE_INFO} is gone"
        raise Unavailable("The store", store.url, reason, hint=hint)
    if write:
        check_conformance(store)


def check_conformance(store: "Store") -> None:
    """Create one file from eight threads: exactly one must win, and its bytes must be there.

    Raises:
        Unavailable: the backend cannot hold a store, and why.
    """
    if not store.backend.creates_atomically():
        raise _refused(store, "it checks before it writes, so two writers could both win")
    path = f"probe/{secrets.token_hex(8)}"
    try:
        _race(store, path)
    finally:
        with contextlib.suppress(Unavailable):
            store.remove(path)


def _race(store: "Store", path: str) -> None:
    start = threading.Barrier(RACERS)

    def racer(number: int) -> int | None:
        start.wait()
        try:
            store.create(path, f"{number}".encode())
        except FileExistsError:
            return None
        return number

    with concurrent.futures.ThreadPoolExecutor(RACERS) as pool:
        winners = [won for won in pool.map(racer, range(RACERS)) if won is not None]
    if len(winners) != 1:
        raise _refused(store, f"{len(winners)} of {RACERS} writers created the same file")
    if store.read(path) != f"{winners[0]}".encode():
        raise _refused(store, "a file does not hold what its creator wrote")
    if store.list("probe").count(path.removeprefix("probe/")) != 1:
        raise _refused(store, "a new file is missing from the listing")


def _refused(store: "Store", reason: str) -> Unavailable:
    return Unavailable(
        "The store",
        store.url,
        reason,
        hint="Use a directory with hard links or an object store with conditional writes (S3, GCS).",
    )

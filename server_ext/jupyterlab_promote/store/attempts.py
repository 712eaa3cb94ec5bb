"""Which attempts a run has, as a reader finds them in its folder. What lies in an attempt's folder is `runs.py`'s."""

from jupyterlab_promote.ids import UNMAPPED, is_step_name
from jupyterlab_promote.model.run import AttemptInfo
from jupyterlab_promote.store import layout
from jupyterlab_promote.store.runs import AttemptRef, last_event, read_outcome, read_waiting
from jupyterlab_promote.store.store import Store


def attempts(store: Store, dag_id: str, run_id: str) -> tuple[AttemptInfo, ...]:
    """All attempts of a run by step, map index and number; raises InvalidInput or Unavailable."""
    folder = layout.run(dag_id, run_id)
    names = [path.split("/", 4) for path in store.walk(folder)]
    documents: dict[tuple[str, int, int], set[str]] = {}
    for parts in names:
        if len(parts) >= 4 and (key := _attempt_key(parts)) is not None:
            documents.setdefault(key, set()).add(parts[3])
    return tuple(
        _info(
            store,
            AttemptRef(dag_id=dag_id, run_id=run_id, step=step, map_index=index, attempt=number),
            found,
        )
        for (step, index, number), found in sorted(documents.items())
    )


def map_indices(store: Store, dag_id: str, run_id: str, step: str) -> tuple[int, ...]:
    """The items of a mapped step that have attempts; raises Unavailable."""
    labels = store.list(f"{layout.run(dag_id, run_id)}/{step}")
    return tuple(sorted(int(label) for label in labels if label.isdecimal()))


def _info(store: Store, ref: AttemptRef, found: set[str]) -> AttemptInfo:
    outcome = read_outcome(store, ref) if layout.OUTCOME in found else None
    progress = None
    if outcome is None and layout.EVENTS in found:
        progress = last_event(store, ref)
    elif outcome is None and layout.WAITING in found and layout.CLAIM not in found:
        progress = read_waiting(store, ref)
    return AttemptInfo(
        step=ref.step,
        map_index=ref.map_index,
        attempt=ref.attempt,
        claimed=layout.CLAIM in found,
        outcome=outcome,
        progress=progress,
    )


def _attempt_key(parts: list[str]) -> tuple[str, int, int] | None:
    step, label, number = parts[0], parts[1], parts[2]
    if not is_step_name(step) or not number.startswith("a") or not number[1:].isdecimal():
        return None
    if label != "-" and not label.isdecimal():
        return None
    return step, UNMAPPED if label == "-" else int(label), int(number[1:])

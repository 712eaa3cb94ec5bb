"""What `jupyter promote run` tells at its end: the whole notebook, and how each step ended."""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from jupyterlab_promote.cli.source import Source
from jupyterlab_promote.model.run import Outcome
from jupyterlab_promote.split.stitch import stitch
from jupyterlab_promote.store import layout
from jupyterlab_promote.store.runs import read_notebook, ref_of
from jupyterlab_promote.store.store import Store

if TYPE_CHECKING:  # they import Ray, which costs a second
    from jupyterlab_promote.worker.mapped import Ended
    from jupyterlab_promote.worker.ray_run import Run


def report(
    source: Source, store: Store, plan: "Run", ended: "Mapping[str, Ended]"
) -> dict[str, Any]:
    """Write the whole notebook beside the run, and say in one document how the run ended.

    Args:
        ended: how each of its steps ended, by name.

    Returns:
        What `--json` prints: `state`, `run_id`, `version`, `run_dir`, `whole`, `steps`, and of a run that failed its
        first failure as the outcome has it.
    """
    dag_id = plan.manifest.dag_id
    folder = layout.run(dag_id, plan.run_id)
    whole = f"{folder}/whole.ipynb"
    store.put(whole, _whole(source, store, plan, {**plan.finished, **ended}))
    result: dict[str, Any] = {
        "state": "success",
        "run_id": plan.run_id,
        "version": plan.version,
        "run_dir": _shown(store, folder),
        "whole": _shown(store, whole),
        "steps": [_step(store, name, ended[name]) for name in plan.steps],
    }
    failed = _failure([o for e in ended.values() if not e.usable for o in e.outcomes])
    if failed is not None:
        result |= {
            "state": "failed", "step": failed.step, "cell": failed.cell, "cell_index": failed.cell_index,
            "line": failed.line, "cause": failed.cause, "message": failed.message, "hint": failed.hint,
        }  # fmt: skip
    return result


def show(result: Mapping[str, Any]) -> None:
    """The same for a person."""
    for step in result["steps"]:
        items = f"  {len(step['items'])} items" if "items" in step else ""
        earlier = step.get("cached_from")
        cached = f"  as in run {earlier}" if earlier else ""
        state = "cached" if earlier else step["state"]
        print(f"{state:<16} {step['name']}  {step['seconds'] or 0:.1f} s{items}{cached}")
        for item in step.get("items", ()):
            if item["state"] != "success":
                print(f"  {item['state']:<14} {step['name']}[{item['index']}]  {item['message']}")
    if result["state"] == "failed":
        print(f"\n{_placed(result)}\n{result['hint']}")
    print(f"\nwhole notebook: {result['whole']}\nrun: {result['run_dir']}")


def _placed(result: Mapping[str, Any]) -> str:
    """What happened, after where it did; many messages begin with that themselves."""
    step, index, message = result["step"], result["cell_index"], str(result["message"])
    if f"tep `{step}`" in message:
        return message
    where = f"Step `{step}`" if index is None else f"Cell {index + 1} (step `{step}`)"
    return f"{where}: {message}"


def _whole(source: Source, store: Store, plan: "Run", ended: "Mapping[str, Ended]") -> bytes:
    shown = {
        step.name: outcome
        for step in plan.manifest.steps
        if step.name in ended and (outcome := _to_show(ended[step.name].outcomes)) is not None
    }
    executed = {
        name: json.loads(read_notebook(store, ref_of(outcome)))
        for name, outcome in shown.items()
        if any(file.path == layout.NOTEBOOK for file in outcome.files)
    }
    about = {"dag_id": plan.manifest.dag_id, "run_id": plan.run_id, "version": plan.version}
    content = stitch(source.notebook.content, executed, derived_from=about)
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "replace")


def _failure(outcomes: Sequence[Outcome]) -> Outcome | None:
    return next((outcome for outcome in outcomes if not outcome.ok), None)


def _to_show(outcomes: Sequence[Outcome]) -> Outcome | None:
    """Of a mapped step the first item that failed, else the first."""
    return _failure(outcomes) or next(iter(outcomes), None)


def _step(store: Store, name: str, ended: "Ended") -> dict[str, Any]:
    outcomes = ended.outcomes
    shown = _to_show(outcomes)
    if shown is None:
        state = "success" if ended.usable else "upstream_failed"
        return {"name": name, "state": state, "notebook": None, "seconds": None}
    cached = {outcome.cached_from for outcome in outcomes}
    told: dict[str, Any] = {
        "name": name,
        "state": "success" if ended.usable else shown.state,
        "cached_from": cached.pop() if len(cached) == 1 else None,
        "notebook": _notebook(store, shown),
        "seconds": sum(outcome.seconds for outcome in outcomes),
    }
    if outcomes[0].map_index >= 0:
        told["items"] = [_item(store, outcome) for outcome in outcomes]
    return told


def _item(store: Store, outcome: Outcome) -> dict[str, Any]:
    return {
        "index": outcome.map_index,
        "state": outcome.state,
        "message": outcome.message,
        "notebook": _notebook(store, outcome),
        "seconds": outcome.seconds,
    }


def _notebook(store: Store, outcome: Outcome) -> str:
    return _shown(store, ref_of(outcome).path(layout.NOTEBOOK))


def _shown(store: Store, path: str) -> str:
    return str(store.local_path(path) or f"{store.url}/{path}")

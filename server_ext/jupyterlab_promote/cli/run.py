"""`jupyter promote run NB`: run on Ray without Airflow, with a progress bar, and stitch the outputs back."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_data_dir
from pydantic import JsonValue
from tqdm import tqdm

from jupyterlab_promote.cli.source import Source, read_source
from jupyterlab_promote.errors import InvalidInput
from jupyterlab_promote.model.run import Event, Outcome
from jupyterlab_promote.model.version import Manifest
from jupyterlab_promote.split.plan import dag_id_of
from jupyterlab_promote.split.stitch import stitch
from jupyterlab_promote.store import layout
from jupyterlab_promote.store.drafts import make_draft
from jupyterlab_promote.store.runs import AttemptRef, attempts, read_notebook
from jupyterlab_promote.store.store import Store, open_store
from jupyterlab_promote.store.versions import put_version
from jupyterlab_promote.worker.lean import block_slow_imports


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("notebook", metavar="NB")
    parser.add_argument(
        "-p", "--parameter", nargs=2, action="append", default=[], metavar=("NAME", "VALUE")
    )
    parser.add_argument("--store", metavar="URL", help="where the run is kept")
    parser.add_argument(
        "--ray", metavar="ADDR", help="a Ray cluster to join; without it one is started here"
    )
    parser.add_argument("--run-id", metavar="ID")
    parser.add_argument(
        "--from", dest="start", metavar="STEP", help="keep what is before this step of the run"
    )
    parser.add_argument("--steps", metavar="A,B", help="only these steps of the run")
    parser.add_argument(
        "--progress", action="store_true", help="tell of each cell, also with --json (on stderr)"
    )


def execute(args: argparse.Namespace) -> int:
    """Run it; 1 when it is refused or a step fails."""
    block_slow_imports()
    source = read_source(args.notebook)
    pipeline = source.pipeline()
    store = open_store(args.store or Path(jupyter_data_dir()) / "promote" / "local-store")
    dag_id = dag_id_of(source.notebook, source.path.stem)
    draft = make_draft(pipeline, source.notebook, source.folder, uid="local", dag_id=dag_id)
    version, _ = put_version(store, draft)
    parameters = typed_parameters(args.parameter, draft.manifest)
    _refuse_mapped(draft.manifest)

    from jupyterlab_promote.worker import ray_run

    run_id = args.run_id or ray_run.new_run_id()
    finished, numbers = _earlier(store, dag_id, run_id)
    steps = _chosen(args, draft.manifest, finished)
    plan = ray_run.Run(
        store=store,
        manifest=draft.manifest,
        version=version,
        run_id=run_id,
        parameters=parameters,
        steps=steps,
        finished={n: o for n, o in finished.items() if n not in steps},
        attempts={n: numbers.get(n, 0) + 1 for n in steps},
    )
    bars = _Bars(quiet=args.json and not args.progress)
    address = ray_run.start_ray(args.ray)
    try:
        ray_run.check_resources(draft.manifest, steps)
        outcomes = ray_run.run_pipeline(plan, ray_address=address, progress=bars.tell)
    finally:
        bars.close()
        ray_run.stop_ray()
    return _report(args, source, store, plan, outcomes)


def typed_parameters(given: list[list[str]], manifest: Manifest) -> dict[str, JsonValue]:
    """Values of the command line as the parameters' types; raises InvalidInput naming what exists."""
    known = {parameter.name: parameter for parameter in manifest.parameters}
    values: dict[str, JsonValue] = {}
    for name, text in given:
        if name not in known:
            listed = ", ".join(known) or "none"
            raise InvalidInput(
                f"parameter {name}", "is not one of the notebook", hint=f"There are: {listed}."
            )
        values[name] = _value(name, text, known[name].type)
    missing = [p.name for p in manifest.parameters if p.required and p.name not in values]
    if missing:
        raise InvalidInput(
            f"parameter {missing[0]}", "has no default", hint=f"Give it with -p {missing[0]} VALUE."
        )
    return values


def _value(name: str, text: str, kind: str) -> JsonValue:
    if kind in ("str", "date", "datetime"):
        return text
    try:
        value: JsonValue = json.loads(text)
    except ValueError:
        if kind == "enum":
            return text
        if kind == "bool" and text in ("True", "False"):
            return text == "True"
        raise InvalidInput(
            f"parameter {name}", f"{text!r} is no {kind}", hint="Write it as JSON."
        ) from None
    types: dict[str, type | tuple[type, ...]] = {
        "int": int, "float": (int, float), "bool": bool, "list": list, "dict": dict,
    }  # fmt: skip
    expected = types.get(kind)
    wrong = expected is not None and (
        not isinstance(value, expected)
        or (kind != "bool" and value in (True, False) and isinstance(value, bool))
    )
    if wrong:
        raise InvalidInput(f"parameter {name}", f"{text!r} is no {kind}", hint="Write it as JSON.")
    return value


def _refuse_mapped(manifest: Manifest) -> None:
    mapped = [step.name for step in manifest.steps if step.settings.map_over is not None]
    if mapped:
        raise InvalidInput(
            f"step {mapped[0]}",
            "runs once for each element, which only Airflow does so far",
            hint="Publish the notebook, or remove `map_over` for a run here.",
        )


def _earlier(store: Store, dag_id: str, run_id: str) -> tuple[dict[str, Outcome], dict[str, int]]:
    """(successful outcomes, highest attempt number) by step, of an earlier run with this id."""
    finished: dict[str, Outcome] = {}
    numbers: dict[str, int] = {}
    for attempt in attempts(store, dag_id, run_id):
        numbers[attempt.step] = max(numbers.get(attempt.step, 0), attempt.attempt)
        if attempt.outcome is not None and attempt.outcome.ok:
            finished[attempt.step] = attempt.outcome
    return finished, numbers


def _chosen(
    args: argparse.Namespace, manifest: Manifest, finished: dict[str, Outcome]
) -> tuple[str, ...]:
    names = [step.name for step in manifest.steps]
    wanted = args.steps.split(",") if args.steps else [args.start] if args.start else []
    for name in wanted:
        if name not in names:
            raise InvalidInput(
                "step", f"there is no step {name!r}", hint=f"There are: {', '.join(names)}."
            )
    if args.steps:
        chosen = [name for name in names if name in wanted]
    else:
        chosen = names[names.index(args.start) :] if args.start else names
    before = {n for name in chosen for n in manifest.upstream(name)} - set(chosen) - set(finished)
    if before:
        raise InvalidInput(
            "run",
            f"step {sorted(before)[0]!r} has not run in it",
            hint="Name the run with --run-id, or run all steps.",
        )
    return tuple(chosen)


class _Bars:
    """A progress bar for each step; plain lines where nobody looks at a terminal."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._bars: dict[str, Any] = {}
        self._terminal = sys.stderr.isatty()

    def tell(self, step: str, event: Event) -> None:
        if self._quiet or event.kind not in ("cell_end", "finished", "started"):
            return
        if not self._terminal:
            if event.kind == "cell_end":
                print(f"{step}: cell {event.k} of {event.n} {event.state}", file=sys.stderr)
            return
        if step not in self._bars:
            self._bars[step] = tqdm(
                total=event.n or 0, desc=step, unit="cell", position=len(self._bars)
            )
        if event.kind == "cell_end" and event.k is not None:
            self._bars[step].n = event.k
            self._bars[step].refresh()

    def close(self) -> None:
        for bar in self._bars.values():
            bar.close()


def _report(
    args: argparse.Namespace,
    source: Source,
    store: Store,
    plan: Any,
    outcomes: dict[str, Outcome | None],
) -> int:
    dag_id = plan.manifest.dag_id
    every = {**plan.finished, **{n: o for n, o in outcomes.items() if o is not None}}
    executed = {
        step.name: json.loads(read_notebook(store, _ref(every[step.name])))
        for step in plan.manifest.steps
        if step.name in every and any(f.path == layout.NOTEBOOK for f in every[step.name].files)
    }
    about = {"dag_id": dag_id, "run_id": plan.run_id, "version": plan.version}
    content = stitch(source.notebook.content, executed, derived_from=about)
    run_dir = store.local_path(layout.run(dag_id, plan.run_id))
    whole = layout.run(dag_id, plan.run_id) + "/whole.ipynb"
    store.put(
        whole, (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "replace")
    )
    result: dict[str, Any] = {
        "state": "success",
        "run_id": plan.run_id,
        "version": plan.version,
        "run_dir": str(run_dir or f"{store.url}/{layout.run(dag_id, plan.run_id)}"),
        "whole": _shown(store, whole),
        "steps": [_step(store, name, outcomes[name]) for name in plan.steps],
    }
    failed = next((o for o in outcomes.values() if o is not None and not o.ok), None)
    if failed is not None:
        result |= {
            "state": "failed", "step": failed.step, "cell": failed.cell, "cell_index": failed.cell_index,
            "line": failed.line, "cause": failed.cause, "message": failed.message, "hint": failed.hint,
        }  # fmt: skip
    if args.json:
        print(json.dumps(result))
    else:
        _show(result)
    return 0 if failed is None else 1


def _show(result: dict[str, Any]) -> None:
    for step in result["steps"]:
        print(f"{step['state']:<16} {step['name']}  {step['seconds'] or 0:.1f} s")
    if result["state"] == "failed":
        print(f"\n{result['message']}\n{result['hint']}")
    print(f"\nwhole notebook: {result['whole']}\nrun: {result['run_dir']}")


def _step(store: Store, name: str, outcome: Outcome | None) -> dict[str, Any]:
    if outcome is None:
        return {"name": name, "state": "upstream_failed", "notebook": None, "seconds": None}
    notebook = _shown(store, _ref(outcome).path(layout.NOTEBOOK))
    return {"name": name, "state": outcome.state, "notebook": notebook, "seconds": outcome.seconds}


def _ref(outcome: Outcome) -> AttemptRef:
    return AttemptRef(
        dag_id=outcome.dag_id,
        run_id=outcome.run_id,
        step=outcome.step,
        map_index=outcome.map_index,
        attempt=outcome.attempt,
    )


def _shown(store: Store, path: str) -> str:
    return str(store.local_path(path) or f"{store.url}/{path}")

"""`jupyter promote run NB`: run on Ray without Airflow, with a progress bar, and stitch the outputs back."""

import argparse
import contextlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_data_dir
from pydantic import JsonValue
from tqdm import tqdm

from jupyterlab_promote.cli.run_report import report, show
from jupyterlab_promote.cli.shown import read_shown
from jupyterlab_promote.cli.source import read_source
from jupyterlab_promote.errors import InvalidInput
from jupyterlab_promote.model.run import Event, Outcome
from jupyterlab_promote.model.version import Manifest
from jupyterlab_promote.split.plan import dag_id_of
from jupyterlab_promote.store.attempts import attempts
from jupyterlab_promote.store.drafts import make_draft
from jupyterlab_promote.store.store import Store, open_store
from jupyterlab_promote.store.versions import put_version
from jupyterlab_promote.worker.lean import block_slow_imports


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("notebook", metavar="NB")
    parser.add_argument(
        "--shown",
        action="store_true",
        help="the notebook is a line of JSON on standard input, whose end ends this",
    )
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
        "--no-cache", action="store_true", help="run the steps whose earlier results would be used"
    )
    parser.add_argument(
        "--progress", action="store_true", help="tell of each cell, also with --json (on stderr)"
    )


def execute(args: argparse.Namespace) -> int:
    """Run it; 1 when it is refused or a step fails."""
    block_slow_imports()
    source = read_source(args.notebook, shown=read_shown() if args.shown else None)
    pipeline = source.pipeline()
    store = open_store(args.store or Path(jupyter_data_dir()) / "promote" / "local-store")
    dag_id = dag_id_of(source.notebook, source.path.stem)
    draft = make_draft(pipeline, source.notebook, source.folder, uid="local", dag_id=dag_id)
    version, _ = put_version(store, draft)
    parameters = typed_parameters(args.parameter, draft.manifest)

    from jupyterlab_promote.worker import ray_run

    run_id = args.run_id or ray_run.new_run_id()
    outcomes, numbers = _earlier(store, dag_id, run_id)
    finished = ray_run.finished_before(store, draft.manifest, outcomes, parameters=parameters)
    steps = _chosen(args, draft.manifest, finished)
    plan = ray_run.Run(
        store=store,
        manifest=draft.manifest,
        version=version,
        run_id=run_id,
        parameters=parameters,
        steps=steps,
        finished={n: ended for n, ended in finished.items() if n not in steps},
        attempts={n: numbers.get(n, 0) + 1 for n in steps},
        fresh=args.no_cache,
    )
    bars = _Bars(quiet=args.json and not args.progress)
    with contextlib.closing(bars), ray_run.joined(args.ray) as address:
        ray_run.check_resources(draft.manifest, steps)
        ended = ray_run.run_pipeline(plan, ray_address=address, progress=bars.tell)
    result = report(source, store, plan, ended)
    if args.json:
        print(json.dumps(result))
    else:
        show(result)
    return 0 if result["state"] == "success" else 1


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


def _earlier(
    store: Store, dag_id: str, run_id: str
) -> tuple[dict[str, dict[int, Outcome]], dict[str, int]]:
    """(latest outcome by step and item, highest attempt number by step) of an earlier run with this id."""
    outcomes: dict[str, dict[int, Outcome]] = {}
    numbers: dict[str, int] = {}
    for attempt in attempts(store, dag_id, run_id):
        numbers[attempt.step] = max(numbers.get(attempt.step, 0), attempt.attempt)
        if attempt.outcome is not None:
            outcomes.setdefault(attempt.step, {})[attempt.map_index] = attempt.outcome
    return outcomes, numbers


def _chosen(
    args: argparse.Namespace, manifest: Manifest, finished: Mapping[str, Any]
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

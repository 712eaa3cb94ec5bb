"""Fresh IPython shells in forked processes: linear and split runs of small notebooks in a fraction of a kernel's time.

What is split, rendered, left and loaded is the product's own; only the kernel around it is lighter.
"""

import json
import os
import pickle
import re
import signal
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib.pyplot
import nbformat
import networkx
import pandas
import sklearn.linear_model
import statsmodels.formula.api
import sympy
from IPython.core.interactiveshell import InteractiveShell

from jupyterlab_promote.dataflow.analysis import analyse
from jupyterlab_promote.errors import NotPromotable
from jupyterlab_promote.model.pipeline import Pipeline, Step
from jupyterlab_promote.notebook.document import read_notebook
from jupyterlab_promote.split.plan import plan
from jupyterlab_promote.split.render import render

CELL = "# %%\n"
"""What separates the cells above the first step."""

_SECONDS = 60
_IMPORTED_ONCE = (
    matplotlib.pyplot,
    networkx,
    pandas,
    sklearn.linear_model,
    statsmodels.formula.api,
    sympy,
)
"""Loaded before the forks, so that each shell does not pay for them."""


@dataclass(frozen=True)
class Result:
    """`equal`, `refused` before it ran, `stopped` loudly at run time, or `silent`: ran and said something else."""

    verdict: str
    detail: str = ""


def compare(prelude: str, steps: list[str], settings: dict[str, Any] | None = None) -> Result:
    """Run a small notebook both ways; each of `steps` is one cell and one step.

    Args:
        settings: the notebook's own.
    """
    linear = _in_child(lambda: _linear(prelude, steps))
    nb = read_notebook(_notebook(prelude, steps, settings or {}))
    try:
        pipeline = plan(analyse(nb), nb, name="case")
    except NotPromotable as refused:
        return Result(
            "refused",
            f"{[f.code for f in refused.findings if f.severity == 'error']} {refused.message}",
        )
    warned = [f.code for f in pipeline.findings if f.severity == "warning"]
    base, workdir = Path(tempfile.mkdtemp()), Path(tempfile.mkdtemp())
    said: dict[str, tuple[str, str]] = {}
    rendered = {made.step: made for made in render(pipeline, nb)}
    for name in latest_first(pipeline):
        made = rendered[name]
        step = pipeline.step(made.step)
        cells = _in_child(lambda m=made, s=step: _step(s, m.content, base, workdir))
        for cell, text, error in cells:
            said[cell] = (text, error)
            if error and cell.startswith("promote-"):
                return Result("stopped", f"{cell}: {error}")
    for index, (text, error) in enumerate(linear):
        if error:
            # The notebook itself ends here; a step beside may go further.
            break
        split_text, split_error = said.get(f"c{index}", ("", "did not run"))
        if split_error and not error:
            return Result("stopped", f"step s{index}: {split_error}")
        if split_text != text:
            verdict = "warned" if warned else "silent"
            return Result(
                verdict, f"s{index}: {split_text[-200:]!r} instead of {text[-200:]!r} {warned}"
            )
    return Result("equal")


def latest_first(pipeline: Pipeline) -> list[str]:
    """An order that the graph allows, as far from the notebook's as it lets: the last step that can run goes next."""
    left = [step.name for step in pipeline.steps]
    order: list[str] = []
    while left:
        ready = [name for name in left if set(pipeline.upstream(name)) <= set(order)]
        order.append(ready[-1])
        left.remove(ready[-1])
    return order


def _notebook(prelude: str, steps: list[str], settings: dict[str, Any]) -> dict[str, Any]:
    cells = []
    for number, source in enumerate(prelude.split(CELL) if prelude else ()):
        cell = nbformat.v4.new_code_cell(source.rstrip("\n"))
        cell["id"] = f"prelude-{number}"
        cells.append(cell)
    for index, source in enumerate(steps):
        cell = nbformat.v4.new_code_cell(source, metadata={"tags": [f"step:s{index}"]})
        cell["id"] = f"c{index}"
        cells.append(cell)
    return dict(
        json.loads(
            nbformat.writes(nbformat.v4.new_notebook(cells=cells, metadata={"promote": settings}))
        )
    )


def _linear(prelude: str, steps: list[str]) -> list[tuple[str, str]]:
    os.chdir(tempfile.mkdtemp())
    shell = _shell()
    if prelude:
        _, error = _run(shell, prelude)
        # Otherwise a library that is missing here would make a case equal without running it.
        assert not error, error
    return [_run(shell, source) for source in steps]


def _step(
    step: Step, content: dict[str, Any], base: Path, workdir: Path
) -> list[tuple[str, str, str]]:
    os.chdir(workdir)
    context = base / f"{step.name}.json"
    context.write_text(
        json.dumps(
            {
                "step": step.name,
                "inputs": {given.step: [str(base / given.step)] for given in step.inputs},
                "rebound": [name for given in step.inputs for name in given.rebound],
                "changes": step.changes,
                "changed": {given.step: given.changed for given in step.inputs},
                "output": str(base / step.name),
                "workdir": str(workdir),
            }
        )
    )
    os.environ["PROMOTE_STEP_CONTEXT"] = str(context)
    shell = _shell()
    from jupyterlab_promote.worker.handoff import begin

    begin()
    done = []
    for cell in content["cells"]:
        if cell["cell_type"] == "code":
            text, error = _run(shell, cell["source"])
            done.append((cell["id"], text, error))
            if error:
                break
    return done


def _shell() -> Any:
    from traitlets.config import Config

    sys.path.insert(0, "")
    InteractiveShell.clear_instance()
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    shell = InteractiveShell.instance(config=config)
    # A kernel has a loop for windows, which `%pylab` asks for; a bare shell has none.
    shell.enable_gui = lambda _gui=None: None
    return shell


def _run(shell: Any, source: str) -> tuple[str, str]:
    from IPython.utils.capture import capture_output

    with capture_output() as captured:
        result = shell.run_cell(source, store_history=True)
    error = result.error_before_exec or result.error_in_exec
    text = re.sub(r"Out\[\d+\]: ?", "", captured.stdout)
    text = re.sub(r"0x[0-9a-fA-F]+", "0x", text)
    text = re.sub(r"(CPU times|Wall time).*", "", text).strip()
    return text, f"{type(error).__name__}: {error}"[:300] if error else ""


def _in_child(work: Callable[[], Any]) -> Any:
    """Do it in a forked process, so that nothing of one run is there in the next."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.close(reading)
            signal.alarm(_SECONDS)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            answer = pickle.dumps(work())
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(answer)
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        data = pipe.read()
    os.waitpid(pid, 0)
    if not data:
        raise AssertionError("the process of a shell ended without an answer")
    return pickle.loads(data)

"""Steps as real interpreter processes: each runs a piece of code between its two calls."""

import json
import os
import subprocess
import sys
import textwrap
from dataclasses import dataclass

import pytest


@dataclass
class Ended:
    code: int
    printed: list[str]
    errors: str
    problem: dict | None


class Steps:
    """Runs steps one after the other in fresh interpreters, with folders as the worker makes them."""

    def __init__(self, base):
        self.base = base

    def folder(self, step):
        return self.base / step / "handoff"

    def context(self, step, providers, **more):
        told = {
            "step": step,
            "inputs": {
                provider: [str(folder) for folder in folders]
                for provider, folders in providers.items()
            },
            "output": str(self.folder(step)),
            "mapped": {},
            "item": None,
            "metrics": str(self.base / "metrics.jsonl"),
            "workdir": str(self.base / step / "work"),
            **more,
        }
        (self.base / step / "work").mkdir(parents=True, exist_ok=True)
        path = self.base / step / "context.json"
        path.write_text(json.dumps(told))
        return path

    def run(
        self, step, code, *, loads=None, saves=None, readonly=(), environ=None, **more
    ) -> Ended:
        """Run `code` with `loads` bound; `saves` are the groups that it leaves."""
        loads = loads or {}
        providers = more.pop("providers", {provider: [self.folder(provider)] for provider in loads})
        context = self.context(step, providers, **more)
        source = ["from jupyterlab_promote.worker.handoff import *", "begin()"]
        if loads:
            source.append(f"load_inputs({loads!r})")
        source.append(textwrap.dedent(code))
        if saves is not None:
            source.append(f"save_outputs({saves!r}, readonly={list(readonly)!r})")
        script = self.base / step / "step.py"
        script.write_text("\n".join(source))
        ended = subprocess.run(
            [sys.executable, "-W", "ignore", str(script)],
            capture_output=True,
            text=True,
            cwd=self.base / step / "work",
            env={
                **os.environ,
                "PROMOTE_STEP_CONTEXT": str(context),
                "MPLBACKEND": "agg",
                **(environ or {}),
            },
            timeout=120,
            check=False,
        )
        problem = self.folder(step) / "problem.json"
        return Ended(
            ended.returncode,
            ended.stdout.splitlines(),
            ended.stderr,
            json.loads(problem.read_text()) if problem.exists() else None,
        )

    def ok(self, step, code, **more) -> list[str]:
        """Run a step that must succeed; what it printed."""
        ended = self.run(step, code, **more)
        assert ended.code == 0, ended.errors
        return ended.printed


@pytest.fixture
def steps(tmp_path):
    return Steps(tmp_path)

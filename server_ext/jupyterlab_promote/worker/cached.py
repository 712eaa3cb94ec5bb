"""What the result of a cached step depends on, on the machine that runs it.

The packages of the kernel's Python count, all of them: the notebook imports some, and those build on others. Nobody but
a worker knows them, and two nodes may differ, so that only the worker who would run a step looks for an earlier result.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import nullcontext

from jupyterlab_promote.errors import InvalidInput, NotFound
from jupyterlab_promote.model.run import StepRequest
from jupyterlab_promote.store.cache import cache_key
from jupyterlab_promote.store.store import Store
from jupyterlab_promote.store.versions import get_manifest
from jupyterlab_promote.worker.foreign import is_foreign
from jupyterlab_promote.worker.kernel import KernelMissing, find_kernelspec
from jupyterlab_promote.worker.packages import STRICT, PackagesMissing, installed

_TELL = """
import os, platform, sys
found = []
for folder in filter(None, sys.path):
    try:
        names = os.listdir(folder)
    except OSError:
        continue
    found += sorted(n for n in names if n.endswith((".dist-info", ".egg-info", ".egg-link")))
print(sys.version, platform.machine(), found)
"""
"""Told by the interpreter itself, by names of folders, which hold the versions: reading the files takes far longer."""


def result_key(store: Store, request: StepRequest, environment: Mapping[str, str]) -> str | None:
    """The key of a request's result here; None for a step that is not cached, or that cannot run as it is.

    Args:
        environment: variables of the worker's process.

    Raises:
        Unavailable: the store cannot be read.
    """
    if not request.cache:
        return None
    try:
        manifest = get_manifest(store, request.dag_id, request.version)
        passed = {name: environment.get(name) for name in sorted(request.environment.provided)}
        strict = manifest.step(request.step).settings.strict_packages or environment.get(STRICT)
        surroundings = [_packages(manifest.kernel, request, environment), passed, bool(strict)]
        return cache_key(store, manifest, request, surroundings=json.dumps(surroundings))
    except (NotFound, InvalidInput, KernelMissing, PackagesMissing, subprocess.CalledProcessError):
        return None


def _packages(kernel: str, request: StepRequest, environment: Mapping[str, str]) -> str:
    """What the kernel's Python and the step's own packages are; nothing is known of another language's."""
    spec = find_kernelspec(kernel)
    if spec.language.lower() != "python":
        return ""
    python = spec.argv[0] if is_foreign(spec.argv) else sys.executable
    variables = {**environment, **request.environment.env}
    asked = request.environment.pip
    with installed(asked, python=python) if asked else nullcontext() as own:
        paths = [str(own) if own is not None else "", variables.get("PYTHONPATH", "")]
        variables["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
        done = subprocess.run(  # noqa: S603 - the kernel's own interpreter, no shell
            [python, "-c", _TELL],
            env=variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
        )
    return done.stdout

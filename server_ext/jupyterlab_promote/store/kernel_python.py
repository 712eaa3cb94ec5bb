"""Asks the Python of a notebook's kernel how it reads the cells that this Python cannot parse.

It parses them and never runs them. Where that Python is not on this computer, or is no newer one, nothing is asked.
"""

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from shutil import which

from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

from jupyterlab_promote.notebook import older_syntax
from jupyterlab_promote.notebook.document import Notebook
from jupyterlab_promote.notebook.newer_syntax import Reading, is_newer, python_of, unread

_SECONDS = 20.0
_OWN = (
    "python",
    f"python{sys.version_info[0]}",
    f"python{sys.version_info[0]}.{sys.version_info[1]}",
)
_PYTHON = re.compile(r"python[\d.]*w?(?:\.exe)?")


def readings(nb: Notebook) -> Mapping[str, Reading]:
    """By source, how the kernel's Python reads each cell that this one cannot parse."""
    sources = tuple(dict.fromkeys(unread(nb)))
    python = interpreter(nb.kernel) if sources else None
    if python is None:
        return {}
    return {source: found for source in sources if (found := _read(python, source)) is not None}


def is_missing(kernel: str) -> bool:
    """Whether no kernelspec of that name is installed here; one that cannot be read is there."""
    try:
        KernelSpecManager().get_kernel_spec(kernel)
    except NoSuchKernel:
        return True
    except (OSError, ValueError):
        return False
    return False


def interpreter(kernel: str) -> str | None:
    """The interpreter that a kernelspec starts, None where it starts something else."""
    try:
        argv = KernelSpecManager().get_kernel_spec(kernel).argv
    except (NoSuchKernel, OSError, ValueError):
        return None
    if not argv or not _PYTHON.fullmatch(Path(argv[0]).name):
        return None
    # By a bare name Jupyter starts its own interpreter, whatever stands first on the path.
    return sys.executable if argv[0] in _OWN else which(argv[0])


@lru_cache(maxsize=1024)
def _read(python: str, source: str) -> Reading | None:
    head, text = python_of(source)
    told = _asked(python, text)
    if told is None or not is_newer(told["version"]):
        return None
    if "error" in told:
        line = int(told["line"]) + head.count("\n")
        return Reading(told["version"], error=(told["error"], line))
    return Reading(told["version"], source=head + told["python"])


def _asked(python: str, text: str) -> dict[str, str] | None:
    """What `older_syntax` says of a source when that Python runs it."""
    command = [python, "-I", "-S", str(older_syntax.__file__)]
    try:
        done = subprocess.run(  # noqa: S603 - the kernel's own interpreter, no shell
            command, input=json.dumps(text), capture_output=True, text=True, timeout=_SECONDS
        )
        told = json.loads(done.stdout)
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return None
    return told if isinstance(told, dict) and "version" in told else None

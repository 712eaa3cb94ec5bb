"""The hidden first request to a kernel: where it stands and what it finds, before any cell runs.

Sent silently, so that nothing of it is seen in the notebook. Needed because a pre-started kernel has its
environment already; the same request goes to a fresh one, so that both are alike.
"""

from collections.abc import Mapping
from pathlib import Path

from jupyterlab_promote.worker.foreign import Shadow

_TEMPLATE = """\
def _promote_setup(environment, folder, back):
    import os, sys
    os.environ.update(environment)
    os.chdir(folder)
    if back and back not in sys.path:
        sys.path.append(back)
    if "" not in sys.path:
        sys.path.insert(0, "")
    from jupyterlab_promote.worker.handoff import begin
    begin()
_promote_setup(**{arguments!r})
del _promote_setup
"""


def setup_source(environment: Mapping[str, str], *, folder: Path, shadow: Shadow | None) -> str:
    """Python source of the request; its values are literals made by `repr`."""
    arguments = {
        "environment": dict(environment),
        "folder": str(folder),
        "back": str(shadow.back) if shadow is not None else None,
    }
    return _TEMPLATE.format(arguments=arguments)

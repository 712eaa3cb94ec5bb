"""What the product's own processes on Ray must not pay for at import.

Called by entry points only (`__main__`, the gateway, the command line): a library must not change what its
importer can import. Nothing here runs in a kernel.
"""

import importlib
import sys
from types import ModuleType

_CLOUD_BACK_ENDS = (
    "boto3",
    "gcsfs",
    "github",
    "azure",
    "azure.datalake.store",
    "azure.identity",
    "azure.storage.blob",
    "pyarrow.fs",
)


def block_slow_imports() -> None:
    """Keep packages out of this process that jsonschema imports where JupyterLab is installed.

    They are for formats that nothing here checks: the first compiles a grammar for about 2 s, the second one for
    about 30 ms, and the third imports all that knows of dates. `import ray` pays that as well.
    """
    for name in ("rfc3987_syntax", "rfc3986_validator", "isoduration"):
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]


def import_papermill(module: str) -> ModuleType:
    """Import a papermill module without its cloud back ends (0.8 s where all of them are installed).

    papermill treats each as optional. They are unblocked afterwards, for the store's own use.
    """
    blocked = [name for name in _CLOUD_BACK_ENDS if name not in sys.modules]
    sys.modules.update(dict.fromkeys(blocked))  # type: ignore[arg-type]
    try:
        return importlib.import_module(module)
    finally:
        for name in blocked:
            sys.modules.pop(name, None)

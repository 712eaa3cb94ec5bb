"""A verb that needs what another extra of this package installs: which one that is, instead of a traceback."""

import re
from importlib.metadata import PackageNotFoundError, requires

from jupyterlab_promote.errors import PromoteError

_PACKAGE = "jupyterlab-promote"
_EXTRAS = ("lab", "ray", "airflow", "s3")
"""From which a person chooses; `dev` and `local` are made of them."""


def missing_extra(error: ModuleNotFoundError) -> PromoteError | None:
    """What to install; None where the module is of no extra, which is a fault of ours or of the environment."""
    module = (error.name or "").partition(".")[0]
    own = module.replace("_", "-") in ("", _PACKAGE)
    extra = next((extra for extra in _EXTRAS if not own and _brings(extra, module)), None)
    if extra is None:
        return None
    return PromoteError(
        f"This verb needs `{module}`, which is not installed here.",
        hint=f'`pip install "{_PACKAGE}[{extra}]"` brings it.',
        code="not_installed",
        module=module,
        extra=extra,
    )


def _brings(extra: str, module: str) -> bool:
    """Whether an extra names the distribution of a module: `apache-airflow-client` is imported as `airflow_client`."""
    try:
        lines = requires(_PACKAGE) or []
    except PackageNotFoundError:
        return False
    named = [
        line.partition(";")[0] for line in lines if f"extra == '{extra}'" in line.replace('"', "'")
    ]
    names = [re.split(r"[\[<>=!~ (]", one, maxsplit=1)[0] for one in named]
    wanted = module.replace("_", "-").lower()
    # What asks for the metadata of a distribution names that: `apache-airflow-core` comes with `apache-airflow`.
    return any(n in (wanted, f"apache-{wanted}") or wanted.startswith(f"{n}-") for n in names)

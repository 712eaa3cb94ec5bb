"""How this Airflow is configured for us: bundle, store, stricter right. Read once in the API server."""

import functools
import json
from dataclasses import dataclass
from typing import Any

from jupyterlab_promote.airflow_provider.airflow_internals import conf
from jupyterlab_promote.errors import Unavailable
from jupyterlab_promote.ids import BUNDLE
from jupyterlab_promote.store.packing import DEFAULT_LIMITS
from jupyterlab_promote.store.store import Store, open_store


@dataclass(frozen=True)
class Site:
    """The settings of the plugin.

    Attributes:
        store_url: the store of our bundle: one source of truth for both.
        team: Airflow team of the bundle, in an installation with teams.
        max_upload: bytes of an uploaded version.
        strict_right: publishing also needs the right to change this Airflow Variable; empty for no
            more than the right to edit the DAG.
    """

    store_url: str
    team: str | None
    max_upload: int
    strict_right: str


@functools.cache
def site() -> Site:
    """The settings of this Airflow.

    Raises:
        Unavailable: our bundle is not configured.
    """
    bundle = _bundle()
    if bundle is None:
        raise Unavailable(
            "Airflow's DAG bundle",
            BUNDLE,
            "it is not configured",
            hint="Add it to [dag_processor] dag_bundle_config_list; the README shows the line.",
        )
    return Site(
        store_url=str(bundle["kwargs"]["store_url"]),
        team=bundle.get("team_name"),
        max_upload=conf.getint("promote", "max_upload", fallback=DEFAULT_LIMITS.zip_bytes),
        strict_right=conf.get("promote", "publish_needs_variable", fallback=""),
    )


def _bundle() -> dict[str, Any] | None:
    bundles = json.loads(conf.get("dag_processor", "dag_bundle_config_list"))
    return next((bundle for bundle in bundles if bundle["name"] == BUNDLE), None)


@functools.cache
def site_store() -> Store:
    """The store that the bundle is configured with; raises Unavailable when it cannot be used."""
    return open_store(site().store_url)

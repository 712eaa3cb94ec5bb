"""Hop 7, first half: registrations -> a versioned DAG bundle.

The bundle version is the n of `heads/<n>.json`. Each registered pipeline is one file of two lines that holds
its id and its version and nothing of the user's; the DAG is built by `dag.py` when the file is parsed, so one
bad manifest breaks one pipeline. Only files that changed are written, and Airflow parses again only those.
"""

import hashlib
import importlib
import logging
import os
import shutil
from pathlib import Path

from airflow.dag_processing.bundles.base import BaseDagBundle, BundleVersion

from jupyterlab_promote.airflow_provider.manifests import ManifestCache, write_atomically
from jupyterlab_promote.airflow_provider.names import HOUSEKEEPING, dag_file
from jupyterlab_promote.model.version import HeadEntry, Heads
from jupyterlab_promote.store.head_files import at, current
from jupyterlab_promote.store.store import Store, open_store

log = logging.getLogger(__name__)

_BUILDER = "jupyterlab_promote.airflow_provider.dag"
_TRACKING = "tracking"
_FILES = "files"
_COMPLETE = ".complete"

_HOUSEKEEPING_FILE = """\
from jupyterlab_promote.airflow_provider.housekeeping import housekeeping_dag  # an Airflow DAG
dag = housekeeping_dag()
"""


class PromoteBundle(BaseDagBundle):
    """The DAG files of all registered pipelines.

    Args:
        store_url: where registrations and versions are kept.
    """

    supports_versioning = True

    def __init__(self, *, store_url: str, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.store_url = store_url
        self._current: int | None = None
        self._store: Store | None = None
        self._written: dict[str, str] | None = None

    @property
    def path(self) -> Path:
        """The folder of DAG files: of the pinned version, else of the newest."""
        if self.version:
            return Path(self.versions_dir) / str(self.version)
        return Path(self.base_dir) / _TRACKING

    def initialize(self) -> None:
        """Make the folder: of a pinned run for a worker, of the newest for the DAG processor."""
        if self.version:
            self._pin(int(self.version))
        else:
            _import_builder()
            self.refresh()
        super().initialize()

    def refresh(self) -> None:
        """Bring the newest registrations; called by the DAG processor on its interval and when asked."""
        with self.lock():
            self._cache().remember_store()
            # Kept, because an open store knows from which bundle version to look on.
            self._store = self._store or open_store(self.store_url)
            heads = current(self._store)
            if heads.n != self._current or not self.path.exists():
                self._bring_up_to_date(heads)
                self._current = heads.n

    def get_current_version(self) -> BundleVersion | None:
        """The n that new runs are pinned to."""
        version = self.version or (None if self._current is None else str(self._current))
        return None if version is None else BundleVersion(version=version)

    def _cache(self) -> ManifestCache:
        return ManifestCache(root=Path(self.base_dir), store_url=self.store_url)

    def _bring_up_to_date(self, heads: Heads) -> None:
        wanted = {dag_file(HOUSEKEEPING): _HOUSEKEEPING_FILE, **_pipeline_files(heads)}
        # A publish looks at what changed, not at a thousand files.
        known = self._written if self._written is not None and self.path.exists() else self._found()
        self.path.mkdir(parents=True, exist_ok=True)
        for name in known.keys() - wanted.keys():
            (self.path / name).unlink(missing_ok=True)
        for name, text in wanted.items():
            if known.get(name) != text:
                write_atomically(self.path / name, text.encode())
        self._written = wanted

    def _found(self) -> dict[str, str]:
        """The DAG files that an earlier process left."""
        return {file.name: file.read_text(encoding="utf-8") for file in self.path.glob("*.py")}

    def _pin(self, n: int) -> None:
        """Make the folder of one version out of links into a shared folder of DAG files."""
        if (self.path / _COMPLETE).exists():
            return
        with self.lock():
            if (self.path / _COMPLETE).exists():
                return
            self._cache().remember_store()
            heads = at(open_store(self.store_url), n)
            shutil.rmtree(self.path, ignore_errors=True)
            self.path.mkdir(parents=True)
            for name, text in _pipeline_files(heads).items():
                self._link(name, text)
            (self.path / _COMPLETE).touch()

    def _link(self, name: str, text: str) -> None:
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        shared = Path(self.base_dir) / _FILES / f"{name}-{digest}"
        if not shared.is_file():
            write_atomically(shared, text.encode())
        os.link(shared, self.path / name)


def _import_builder() -> None:
    """Import once what every DAG file imports: each is parsed in a fork of this process."""
    try:
        importlib.import_module(_BUILDER)
    except ImportError:
        log.exception("DAGs of pipelines cannot be built; each file of theirs says so too.")


def _pipeline_files(heads: Heads) -> dict[str, str]:
    return {
        dag_file(dag_id): _pipeline_file(dag_id, entry)
        for dag_id, entry in heads.pipelines.items()
        if not entry.swept
    }


def _pipeline_file(dag_id: str, entry: HeadEntry) -> str:
    """Two lines; the word Airflow is what its discovery of DAG files looks for."""
    retired = ", retired=True" if entry.retired else ""
    return (
        "from jupyterlab_promote.airflow_provider.dag import registered_dag  # an Airflow DAG\n"
        f'dag = registered_dag(__file__, "{dag_id}", "{entry.version}"{retired})\n'
    )

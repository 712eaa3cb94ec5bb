"""Where the embedded stack keeps its things, and their permissions. Starts nothing."""

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from jupyter_core.paths import jupyter_data_dir

from jupyterlab_promote.errors import Unavailable

DIRECTORY_VARIABLE = "PROMOTE_STACK_DIR"


@dataclass(frozen=True)
class Places:
    """The paths of one embedded stack."""

    root: Path

    @property
    def store(self) -> Path:
        """The store of published versions and runs."""
        return self.root / "store"

    @property
    def airflow_home(self) -> Path:
        """`AIRFLOW_HOME`: database, configuration and task logs."""
        return self.root / "airflow"

    @property
    def database(self) -> Path:
        """Airflow's database."""
        return self.airflow_home / "airflow.db"

    @property
    def bundles(self) -> Path:
        """Airflow's local copies of our bundle."""
        return self.root / "bundles"

    @property
    def dags(self) -> Path:
        """DAG files of the user's own, which the same Airflow runs."""
        return self.root / "dags"

    @property
    def logs(self) -> Path:
        """One log file for each component."""
        return self.root / "logs"

    @property
    def state(self) -> Path:
        """What runs."""
        return self.root / "stack.json"

    @property
    def secrets(self) -> Path:
        """Passwords and keys."""
        return self.root / "secrets.json"

    @property
    def passwords(self) -> Path:
        """Airflow's user and password, in the form that its simple auth manager reads."""
        return self.root / "passwords.json"

    @property
    def lock(self) -> Path:
        """Held while the stack starts or ends."""
        return self.root / "lock"

    @property
    def ports(self) -> Path:
        """The ports of the last start, so that bookmarks of Airflow's page stay valid."""
        return self.root / "ports.json"

    def log(self, component: str) -> Path:
        """The log file of a component."""
        return self.logs / f"{component}.log"


def places() -> Places:
    """The places of this user's stack: `PROMOTE_STACK_DIR`, else below the Jupyter data directory."""
    configured = os.environ.get(DIRECTORY_VARIABLE)
    return Places(Path(configured or Path(jupyter_data_dir()) / "promote").expanduser().absolute())


def prepare(where: Places) -> None:
    """Create the directories, closed to other users. Raises Unavailable where that is not possible."""
    try:
        for directory in (
            *(where.root, where.store, where.airflow_home),
            *(where.bundles, where.dags, where.logs),
        ):
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        where.root.chmod(0o700)
    except OSError as error:
        raise Unavailable(
            "The stack's directory",
            str(where.root),
            str(error),
            hint=f"Make it writable, or name another one in {DIRECTORY_VARIABLE}.",
        ) from error


def write_private(path: Path, value: object) -> None:
    """Replace a JSON file in one step; nobody but the owner can read it at any moment."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w") as file:
            json.dump(value, file, indent=1)
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)

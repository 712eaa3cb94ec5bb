"""Secrets of Airflow for a step: read from a Connection, sealed for one attempt. Opened in the step's kernel only.

Which Connections steps may name is the administrator's choice: `secrets` in the extra of `promote_ray`. Without
it a notebook's author would reach every Connection of this Airflow.
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException

from jupyterlab_promote.airflow_provider.names import CONNECTION
from jupyterlab_promote.errors import InvalidInput
from jupyterlab_promote.model.secret import SecretReference, parse_secret
from jupyterlab_promote.model.settings import Environment
from jupyterlab_promote.store.sealing import seal


@dataclass(frozen=True)
class SecretSource:
    """What the Connection says of secrets.

    Attributes:
        key: shared with the Ray nodes; empty for none.
        allowed: patterns of the Connections that steps may name.
    """

    key: str = ""
    allowed: tuple[str, ...] = ()

    @classmethod
    def of(cls, extra: dict[str, Any]) -> "SecretSource":
        """What the extra of the Connection says."""
        patterns = extra.get("secrets") or ()
        allowed = (patterns,) if isinstance(patterns, str) else tuple(map(str, patterns))
        return cls(key=str(extra.get("secret_key") or ""), allowed=allowed)

    def sealed(self, environment: Environment, *, job_id: str) -> dict[str, str]:
        """The step's secrets that Airflow has, sealed for one attempt, by variable.

        Raises:
            InvalidInput: one cannot be read or may not be used; says what to do.
        """
        found: dict[str, str] = {}
        for variable, text in sorted(environment.secrets.items()):
            reference = _reference(variable, text)
            if reference.place == "airflow":
                value = self._value(variable, reference)
                found[variable] = seal(value, key=self.key, purpose=f"{job_id}/{variable}")
        return found

    def check(self, environment: Environment) -> None:
        """Refuse what no run could ever have; whether the Connections exist is not asked.

        Raises:
            InvalidInput: a secret of Airflow without a key to seal it, or one that steps may not use.
        """
        for variable, text in sorted(environment.secrets.items()):
            reference = _reference(variable, text)
            if reference.place == "airflow":
                self._check(variable, reference.name)

    def _check(self, variable: str, name: str) -> None:
        if not self.key:
            raise InvalidInput(
                f"secret {variable}",
                "needs a key that Airflow and the Ray nodes share, and there is none",
                hint="Set `secret_key` in the extra of 'promote_ray' and PROMOTE_SECRET_KEY on the nodes.",
            )
        if name == CONNECTION or not any(fnmatchcase(name, each) for each in self.allowed):
            raise InvalidInput(
                f"secret {variable}",
                f"names the Connection {name!r}, which steps may not use",
                hint="An administrator can add it to `secrets` in the extra of 'promote_ray'.",
            )

    def _value(self, variable: str, reference: SecretReference) -> str:
        name = reference.name
        self._check(variable, name)
        try:
            connection = BaseHook.get_connection(name)
        except AirflowNotFoundException:
            hint = "Create it in Airflow, or correct the reference."
            raise InvalidInput(
                f"secret {variable}", f"names no Connection ({name!r})", hint=hint
            ) from None
        value = _part(connection, reference.part)
        if value is None:
            raise InvalidInput(
                f"secret {variable}",
                f"the Connection {name!r} has no {reference.part}",
                hint="Fill it in there, or name another part: password, login, host, uri, extra/KEY.",
            )
        return value


def secret_source() -> SecretSource:
    """What this Airflow's Connection says of secrets; without the Connection there are none."""
    try:
        return SecretSource.of(BaseHook.get_connection(CONNECTION).extra_dejson)
    except AirflowNotFoundException:
        return SecretSource()


def _reference(variable: str, text: str) -> SecretReference:
    try:
        return parse_secret(text)
    except ValueError as error:
        raise InvalidInput(f"secret {variable}", str(error)) from error


def _part(connection: Any, part: str) -> str | None:
    kind, _, key = part.partition("/")
    if kind == "uri":
        return str(connection.get_uri())
    value = connection.extra_dejson.get(key) if key else getattr(connection, part)
    return None if value is None else str(value)

"""References to secrets: what a notebook says instead of a value. Values are never part of a document."""

import re
from typing import Literal, NamedTuple

_REFERENCE = re.compile(
    r"secret://(?:(?P<env>env)/(?P<variable>[A-Za-z_][A-Za-z0-9_]*)"
    r"|airflow/(?P<connection>[A-Za-z0-9_.\-]+)(?:/(?P<part>login|password|host|schema|port|uri|extra/[^/]+))?)"
)


class SecretReference(NamedTuple):
    """Where a secret is read.

    Attributes:
        place: a variable of the worker, or a Connection of Airflow.
        name: of the variable or Connection.
        part: which part of the Connection; `extra/<key>` for one of its extra fields.
    """

    place: Literal["env", "airflow"]
    name: str
    part: str = "password"


def parse_secret(text: str) -> SecretReference:
    """Read `secret://env/NAME` or `secret://airflow/<connection>[/<part>]`; raises ValueError for anything else."""
    found = _REFERENCE.fullmatch(text)
    if found is None:
        raise ValueError(
            "is no reference to a secret; write secret://env/NAME, secret://airflow/<connection> "
            "or secret://airflow/<connection>/login"
        )
    if found["env"]:
        return SecretReference("env", found["variable"])
    return SecretReference("airflow", found["connection"], found["part"] or "password")

"""The secrets of the embedded stack: made once, random, in files that only their owner can read."""

import base64
import json
import os
from dataclasses import asdict, dataclass, field, fields
from secrets import token_hex, token_urlsafe

from jupyterlab_promote.stack.places import Places, write_private

USER = "admin"


def _key() -> str:
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


@dataclass(frozen=True, repr=False)
class Secrets:
    """Every secret of the stack.

    Attributes:
        password: of Airflow's user `admin`.
        api, jwt, database: Airflow's signing keys and the key that encrypts its connections.
        ray: bearer token of Ray and of the gateway; whoever has it can run code there.
        seal: opens the values that the operator seals for a step's kernel.
    """

    password: str = field(default_factory=token_urlsafe)
    api: str = field(default_factory=token_hex)
    jwt: str = field(default_factory=lambda: token_hex(48))
    database: str = field(default_factory=_key)
    ray: str = field(default_factory=token_hex)
    seal: str = field(default_factory=_key)


def load_secrets(where: Places) -> Secrets:
    """The stack's secrets; made and written on the first call."""
    known = {}
    if where.secrets.exists():
        names = {each.name for each in fields(Secrets)}
        stored = json.loads(where.secrets.read_text())
        known = {name: value for name, value in stored.items() if name in names}
    secrets = Secrets(**known)
    write_private(where.secrets, asdict(secrets))
    write_private(where.passwords, {USER: secrets.password})
    return secrets

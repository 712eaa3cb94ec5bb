"""Sealed values: what the operator puts into a request so that only a worker with the same key can read it.

Sealing the same value for the same purpose gives the same text, so that a request can be written again. What
is sealed, and who opens it, is not known here.
"""

import base64
import hashlib
from typing import TYPE_CHECKING

from jupyterlab_promote.errors import InvalidInput

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV


def seal(value: str, *, key: str, purpose: str) -> str:
    """Encrypt a value for one purpose, such as the variable of one attempt."""
    sealed = _cipher(key).encrypt(value.encode(), [purpose.encode()])
    return base64.urlsafe_b64encode(sealed).decode()


def unseal(sealed: str, *, key: str, purpose: str) -> str:
    """Open what was sealed for that purpose; raises InvalidInput when key or purpose are others."""
    from cryptography.exceptions import InvalidTag

    try:
        return _cipher(key).decrypt(base64.urlsafe_b64decode(sealed), [purpose.encode()]).decode()
    except (InvalidTag, ValueError):
        raise InvalidInput(
            f"secret of {purpose}",
            "cannot be opened with this worker's PROMOTE_SECRET_KEY",
            hint="Give the Ray nodes the key that the Connection 'promote_ray' has as `secret_key`.",
        ) from None


def _cipher(key: str) -> "AESSIV":
    # Only steps with secrets pay for the import.
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

    return AESSIV(hashlib.sha512(key.encode()).digest())

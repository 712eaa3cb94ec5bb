"""Files that never leave the user's folder: environment files, keys, credentials."""

from fnmatch import fnmatch
from pathlib import PurePath

_NAMES = (
    ".env", ".env.*", "*.env", "*.pem", "*.key", "*.p12", "*.pfx", "*.jks", "*.keystore", "*.kdbx", "*.ppk",
    "id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", ".netrc", "_netrc", ".pgpass", ".pypirc", ".npmrc",
    ".git-credentials", ".htpasswd", ".dockercfg", "kubeconfig", "credentials", "credentials.*",
    "*credentials*.json",
    "service-account*.json", "service_account*.json", "client_secret*.json", "secrets.*", "secret.*",
    "token.json",
)  # fmt: skip
_FOLDERS = {".aws", ".azure", ".config", ".docker", ".git", ".gnupg", ".kube", ".ssh"}


def never_travels(path: PurePath) -> bool:
    """Whether a path names a credential by its file name or by a folder above it."""
    if _FOLDERS & set(path.parts[:-1]):
        return True
    return any(fnmatch(path.name.lower(), pattern) for pattern in _NAMES)

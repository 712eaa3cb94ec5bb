"""What the name of a call says of it. Kept by name: a notebook has many calls, and few names of what it calls."""

from functools import lru_cache

from jupyterlab_promote.dataflow.flow import behaviour as known
from jupyterlab_promote.dataflow.library import READERS


@lru_cache(maxsize=4096)
def reads_files(name: str) -> bool:
    """Whether it reads a file where it is given a path."""
    return known.READS_FILES.fullmatch(name) is not None


@lru_cache(maxsize=4096)
def writes_files(name: str) -> bool:
    """Whether it writes a file."""
    return known.WRITES_FILES.fullmatch(name) is not None


@lru_cache(maxsize=4096)
def reads_tables(name: str) -> bool:
    """Whether its first argument is a path that is read."""
    return READERS.fullmatch(f"x.{name}") is not None


@lru_cache(maxsize=4096)
def changes_first_argument(name: str) -> bool:
    """Whether it changes what it is given first."""
    return name in known.CHANGES_FIRST_ARGUMENT or bool(known.CHANGES_BY_NAME.match(name))


@lru_cache(maxsize=4096)
def fills(name: str) -> bool:
    """Whether it writes its result into what it is given."""
    return known.FILLS.fullmatch(name) is not None

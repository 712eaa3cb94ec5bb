"""Texts and paths that hold the place of the step's working directory, of which each step has one of its own.

`BASE = os.getcwd()` of one step means the same folder in the next one, where that is called otherwise: in a stream its
name is left open, and the receiver's is put there.
"""

import pathlib
import re
from functools import cached_property

from jupyterlab_promote.worker.handoff.context import current

SCRATCH = "promote-step-"
"""How the name of a step's folder begins, in which its working directory lies (`worker/scratch.py`)."""
_TEXT, _PATH = "place:text:", "place:path:"
KINDS = frozenset({str, type(pathlib.Path())})
"""Types of what may hold it; other paths are made of their parts."""
_OPEN = re.compile("\0(\\d+)\0")
"""Stands for the working directory, or for the folder so many levels above it."""


def in_stream(stream: bytes) -> bool:
    """Whether some text of a stream may hold the place."""
    return SCRATCH.encode() in stream and any(
        folder.name.encode() in stream for folder in Here().folders[-1:]
    )


def may_hold(text: str) -> bool:
    """Whether a text may hold the place of a step's working directory."""
    return SCRATCH in text


def is_name(pid: str) -> bool:
    """Whether what stands in a stream stands for a text with the place."""
    return pid.startswith((_TEXT, _PATH))


class Here:
    """The working directory of this step, as far as it is one that ends with it."""

    @cached_property
    def _workdir(self) -> pathlib.Path:
        return current().workdir

    @cached_property
    def folders(self) -> tuple[pathlib.Path, ...]:
        """The working directory and those above it, to the one that is the step's own; none when opened by hand."""
        return _own_folders(self._workdir)

    def name_of(self, value: str | pathlib.PurePath) -> str | None:
        """What stands in a stream for a text or a path; None for one without the place."""
        text = str(value)
        if not may_hold(text) or "\0" in text:
            return None
        named = text
        for way in dict.fromkeys((self._workdir.resolve(), self._workdir)):
            for level, folder in enumerate(_own_folders(way)):
                named = named.replace(str(folder), f"\0{level}\0")
        if named == text:
            return None
        return (_TEXT if isinstance(value, str) else _PATH) + named

    def own(self, name: str) -> str | pathlib.Path:
        """What a name stands for, with this step's place."""
        workdir = self._workdir.resolve()
        ways = (workdir, *workdir.parents)
        text = _OPEN.sub(lambda open_: _nth(ways, int(open_[1])), name[len(_TEXT) :])
        return text if name.startswith(_TEXT) else pathlib.Path(text)


def _own_folders(workdir: pathlib.Path) -> tuple[pathlib.Path, ...]:
    folders = (workdir, *workdir.parents)
    own = [level for level, folder in enumerate(folders) if folder.name.startswith(SCRATCH)]
    return folders[: own[-1] + 1] if own else ()


def _nth(ways: tuple[pathlib.Path, ...], level: int) -> str:
    return str(ways[min(level, len(ways) - 1)])

"""Checking loaded buffers while the cells run: the pages that are hashed are those that the cells map."""

import threading
from collections.abc import Sequence

from jupyterlab_promote.worker.handoff.files.bundle import Reader
from jupyterlab_promote.worker.handoff.files.manifest import Group
from jupyterlab_promote.worker.handoff.problems import HandoffError, InputCorrupt


class _Check(threading.Thread):
    def __init__(self, reader: Reader, numbers: Sequence[int]) -> None:
        super().__init__(name="promote-verify", daemon=True)
        self._reader = reader
        self._numbers = numbers
        self.problem: HandoffError | None = None

    def run(self) -> None:
        try:
            self._reader.check_pieces(self._numbers)
        except HandoffError as error:
            self.problem = error
        except OSError as error:
            self.problem = InputCorrupt(f"An input can no longer be read: {error}.")


_checks: list[_Check] = []


def start_verification(reader: Reader, groups: Sequence[Group]) -> None:
    """Begin to hash what was mapped, in the background."""
    numbers = reader.pieces_of(groups)
    if numbers:
        check = _Check(reader, numbers)
        _checks.append(check)
        check.start()


def finish_verification() -> None:
    """Wait until everything that was loaded is known to be what was written; raises InputCorrupt."""
    checks = tuple(_checks)
    _checks.clear()
    for check in checks:
        check.join()
    problem = next((check.problem for check in checks if check.problem is not None), None)
    if problem is not None:
        raise problem

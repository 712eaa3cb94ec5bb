"""Where in the user's notebook a step stands: the cell that runs or failed, as a person counts it.

What is said of it is `endings.py`'s.
"""

import json
import re

from jupyterlab_promote.model.run import StepRequest
from jupyterlab_promote.store.store import Store
from jupyterlab_promote.store.versions import get_source
from jupyterlab_promote.worker.recorder import Recorder


class Whereabouts:
    """The cells of one attempt in the source notebook.

    Attributes:
        recorder: what the cells did so far; None until the first may run.
    """

    def __init__(self, store: Store, request: StepRequest) -> None:
        self._store = store
        self._request = request
        self.recorder: Recorder | None = None

    def now(self, *, ended: bool = False) -> tuple[str, str | None]:
        """Words for the cell that runs or failed, and its id when it is the user's.

        Args:
            ended: a cell that was interrupted may have gone on to its end, and is meant nevertheless.
        """
        running = self.recorder.running if self.recorder is not None else None
        if self.recorder is not None and ended:
            running = running or self.recorder.latest
        if running is None:
            return f"step `{self._request.step}`", None
        index = self.place_of(running)
        if index is None:
            return f"Step `{self._request.step}`", None
        return f"Cell {index + 1} (step `{self._request.step}`)", running

    def place_of(self, cell: str) -> int | None:
        """The index of a cell in the source; None for one that is not the user's."""
        source = json.loads(get_source(self._store, self._request.dag_id, self._request.version))
        return next((at for at, one in enumerate(source["cells"]) if one["id"] == cell), None)

    def only_cell_with(self, name: str) -> str | None:
        """The one cell of the user's, among the step's, that names a variable; None for several."""
        cells = self.recorder.notebook.cells if self.recorder is not None else ()
        named = re.compile(rf"\b{re.escape(name)}\b")
        found = [c["id"] for c in cells if c.cell_type == "code" and named.search(c.source)]
        mine = [cell for cell in found if self.place_of(cell) is not None]
        return mine[0] if len(mine) == 1 else None

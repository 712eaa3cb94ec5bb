"""What is said about a notebook, always with the place and the way out."""

from enum import StrEnum
from typing import Literal

from jupyterlab_promote.model.document import Document

Severity = Literal["error", "warning", "info"]


class FixAction(StrEnum):
    """A fix that the sidebar or the command line can make by itself."""

    RENAME = "rename"
    MERGE = "merge"
    UNSKIP = "unskip"
    MOVE_TO_ENVIRONMENT = "move_to_environment"
    ADD_SECRET = "add_secret"  # noqa: S105 - the name of an action
    PROVIDED = "provided"
    MAKE_PARAMETER = "make_parameter"
    ACCEPT = "accept"
    DECLARE_WRITES = "declare_writes"


class Action(Document):
    """One offered fix.

    Attributes:
        kind: what to do.
        label: the words of the button.
        argument: what the action needs: a new step name, the steps to merge (`a,b`), a variable, a package, the
            step that declares, the skipped cell, the hash of the accepted cell, the parameter's line. A person
            does what lacks it.
    """

    kind: FixAction
    label: str
    argument: str = ""


def merging(step: str, follower: str) -> Action:
    """The offer to run two steps in one kernel."""
    label, argument = f"Merge {step} and {follower}", f"{step},{follower}"
    return Action(kind=FixAction.MERGE, label=label, argument=argument)


class Finding(Document):
    """A located statement about the notebook.

    Attributes:
        code: stable `PRMnnn`: 1xx tags, 2xx dataflow, 3xx parameters, 4xx portability.
        cell: id of the cell, None for the notebook as a whole.
        cell_index: 0-based place of that cell in the notebook, for people and for cells without id.
        line: 1-based line in the cell's source, None for the whole cell.
        message: one sentence, naming the value.
        fix: what to do, in one sentence.
        steps: the steps that it is about, for the graph.
        accepted: the user accepted this warning for the cell as it stands.
    """

    code: str
    severity: Severity
    message: str
    fix: str = ""
    cell: str | None = None
    cell_index: int | None = None
    line: int | None = None
    name: str | None = None
    steps: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()
    accepted: bool = False

    @property
    def group(self) -> Literal["blocks", "check", "fine"]:
        """The list of the sidebar in which it stands."""
        if self.severity == "error":
            return "blocks"
        return "check" if self.severity == "warning" and not self.accepted else "fine"

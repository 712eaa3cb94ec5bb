"""The errors that a step's two calls raise in the kernel; the worker knows them by class name.

They stand here and not in `errors.py`, because the kernel may be another environment without pydantic.
"""

from typing import Any, Literal

Reach = Literal["alone", "itself", "parts"]
"""What was changed: an object that shows no memory of others, as a model; any object itself; what it holds."""
Common = Literal["itself", "memory", "parts"]
"""What is common to two names: the object of the other name, an array or table of it, something that it holds."""


class HandoffError(Exception):
    """A value could not be handed over.

    Attributes:
        cause: the outcome's cause, a value of `model.run.Cause`.
        name: the variable that it is about; may be empty.
        hint: what to do next.
    """

    cause = "store_error"

    def __init__(self, message: str, *, name: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.name = name
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    def as_json(self) -> dict[str, Any]:
        """What `problem.json` holds, so that the worker need not read a traceback."""
        return {
            "cause": self.cause,
            "message": self.message,
            "name": self.name,
            "hint": self.hint,
            "kind": type(self).__name__,
            "learned": None,
        }


class NotPicklable(HandoffError):
    """A value that later steps need cannot leave this kernel, or would come back as something else."""

    cause = "not_picklable"


class ChangedUnseen(HandoffError):
    """A value that the step was taken to only read has changed, or is the same object as one that has.

    Attributes:
        learned: what the notebook's settings can say of it: that the step `changes` these names, or that they are
            `shared`; in the form of `model.run.Learned`.
    """

    cause = "changed_unseen"

    def __init__(
        self,
        message: str,
        *,
        kind: Literal["changes", "shared"],
        names: tuple[str, ...],
        hint: str,
    ) -> None:
        super().__init__(message, name=names[0], hint=hint)
        self.learned = {"kind": kind, "names": list(names)}

    def as_json(self) -> dict[str, Any]:
        """The same with what was learned."""
        return {**super().as_json(), "learned": self.learned}


class InputMissing(HandoffError):
    """What an earlier step should have left is not there."""

    cause = "input_missing"


class InputCorrupt(HandoffError):
    """What an earlier step left is not what it wrote."""

    cause = "input_corrupt"


class StoreFull(HandoffError):
    """There is no space for the step's values."""

    cause = "store_full"

"""The errors of the product.

Findings talk about the user's notebook; errors say that an operation could not be done.

PromoteError                    code, message, hint, fields
├── NotPromotable               findings, at least one of severity error
├── NotFound                    kind, id
├── Conflict                    what changed under us: name taken, newer version, edited since the preview
├── InvalidInput                field, reason
├── Forbidden                   who may not do what
├── StepFailed                  step, cause, cell
└── Unavailable                 service, address, reason

    try:
        publish(...)
    except NotPromotable as refused:
        show(refused.findings)
    except PromoteError as error:
        show(error.message, error.hint)

The message says what happened with the value and the place; the hint says what to do next.
Nothing here knows of HTTP: `server/problems.py` has the table of statuses.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jupyterlab_promote.model.finding import Finding


class PromoteError(Exception):
    """An operation could not be done.

    Attributes:
        code: stable machine-readable name, such as `name_taken`.
        message: one sentence for a person.
        hint: what to do next; may be empty.
        fields: JSON-ready details.
    """

    code = "error"

    def __init__(
        self, message: str, *, hint: str = "", code: str | None = None, **fields: Any
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        if code is not None:
            self.code = code
        self.fields: dict[str, Any] = fields

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self), self.code, self.message, self.hint, self.fields))


def _rebuild(
    kind: type[PromoteError], code: str, message: str, hint: str, fields: dict[str, Any]
) -> PromoteError:
    """Bring an error back across a process boundary without running its class's constructor."""
    error = kind.__new__(kind)
    PromoteError.__init__(error, message, hint=hint, code=code, **fields)
    for name, value in fields.items():
        setattr(error, name, value)
    return error


class NotPromotable(PromoteError):
    """The notebook cannot become a pipeline as it stands."""

    code = "not_promotable"

    def __init__(self, findings: "Sequence[Finding]") -> None:
        self.findings = tuple(findings)
        blocking = [f for f in self.findings if f.severity == "error"]
        first = blocking[0].message if blocking else "The notebook cannot be published."
        more = f" (and {len(blocking) - 1} more)" if len(blocking) > 1 else ""
        super().__init__(
            first + more,
            hint=blocking[0].fix if blocking else "",
            findings=self.findings,
        )


class NotFound(PromoteError):
    """There is nothing of that kind with that id."""

    code = "not_found"

    def __init__(self, kind: str, id: str, *, hint: str = "") -> None:  # noqa: A002 - the word of the wire
        super().__init__(f"There is no {kind} {id!r}.", hint=hint, kind=kind, id=id)


class Conflict(PromoteError):
    """Something changed, or is owned by somebody else, so that going on would overwrite it unseen."""

    code = "conflict"


class InvalidInput(PromoteError):
    """A value that a person or a client gave cannot be used."""

    code = "invalid_input"

    def __init__(self, field: str, reason: str, *, hint: str = "") -> None:
        super().__init__(f"{field}: {reason}", hint=hint, field=field, reason=reason)


class Forbidden(PromoteError):
    """The signed-in user may not do this."""

    code = "forbidden"


class StepFailed(PromoteError):
    """A step of a run ended without success."""

    code = "step_failed"

    def __init__(self, step: str, cause: str, message: str, *, cell: str | None = None) -> None:
        super().__init__(message, step=step, cause=cause, cell=cell)


class Unavailable(PromoteError):
    """A service that is needed cannot be reached or used."""

    code = "unavailable"

    def __init__(self, service: str, address: str, reason: str, *, hint: str = "") -> None:
        super().__init__(
            f"{service} at {address} cannot be used: {reason}",
            hint=hint,
            service=service,
            address=address,
            reason=reason,
        )

"""The table of errors and HTTP statuses, and the one form in which an error leaves the server."""

import json

from jupyterlab_promote.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    NotPromotable,
    PromoteError,
    StepFailed,
    Unavailable,
)
from jupyterlab_promote.model.document import dump
from jupyterlab_promote.model.registration import PluginProblem

STATUS: dict[type[PromoteError], int] = {
    NotPromotable: 422,
    NotFound: 404,
    Conflict: 409,
    InvalidInput: 400,
    Forbidden: 403,
    StepFailed: 409,
    Unavailable: 503,
}


def status_of(error: PromoteError) -> int:
    """The HTTP status of an error."""
    return next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)


def problem_of(error: PromoteError) -> PluginProblem:
    """Problem JSON."""
    fields = dict(error.fields)
    if isinstance(error, NotPromotable):
        fields["findings"] = [dump(finding) for finding in error.findings]
    # Fields may hold dates and paths; what a person reads is their text.
    plain = json.loads(json.dumps(fields, default=str))
    return PluginProblem(code=error.code, message=error.message, hint=error.hint, fields=plain)

"""Who may do what: Airflow's auth manager decides, per pipeline. And how a refusal looks.

A sub-app is open until a route depends on one of these.
"""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Path, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from jupyterlab_promote.airflow_provider.airflow_internals import (
    BaseUser,
    DagAccessEntity,
    DagDetails,
    DagModel,
    GetUserDep,
    VariableDetails,
    get_auth_manager,
)
from jupyterlab_promote.airflow_provider.site import site
from jupyterlab_promote.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    PromoteError,
    Unavailable,
)
from jupyterlab_promote.ids import DAG_ID_PATTERN
from jupyterlab_promote.model.document import dump
from jupyterlab_promote.model.registration import PluginProblem

DagIdPath = Annotated[str, Path(pattern=DAG_ID_PATTERN)]

_STATUS: dict[type[PromoteError], int] = {
    NotFound: 404,
    Conflict: 409,
    InvalidInput: 422,
    Forbidden: 403,
    Unavailable: 503,
}
_CODES = {401: "unauthenticated", 403: "forbidden", 404: "not_found", 413: "too_large"}


def readers(entity: DagAccessEntity | None = None) -> Callable[..., BaseUser]:
    """A dependency: the signed-in user, who may read this of the pipeline in the path; it raises Forbidden."""

    def check(dag_id: DagIdPath, user: GetUserDep) -> BaseUser:
        if not _may(user, "GET", dag_id, entity):
            raise Forbidden(f"{user.get_name()} may not look at {dag_id!r}.", hint=_ASK)
        return user

    return check


def publisher(dag_id: DagIdPath, user: GetUserDep) -> BaseUser:
    """A dependency: the signed-in user, who may publish the pipeline in the path.

    PUT, not POST: Airflow's roles let people edit DAGs, hardly any lets them create one. It raises Forbidden.
    """
    if not (_may(user, "PUT", dag_id, None) and _may_publish(user)):
        raise Forbidden(f"{user.get_name()} may not publish {dag_id!r}.", hint=_ASK)
    return user


def can_publish(user: BaseUser) -> bool:
    """Whether the user may register new pipelines at all."""
    return _may(user, "PUT", None, None) and _may_publish(user)


def visible(user: BaseUser, dag_ids: set[str]) -> set[str]:
    """Those pipelines that the user may see."""
    return set(
        get_auth_manager().filter_authorized_dag_ids(
            dag_ids=dag_ids, user=user, method="GET", team_name=site().team
        )
    )


_ASK = "Ask the administrator of Airflow for the right."


def _may(user: BaseUser, method: str, dag_id: str | None, entity: DagAccessEntity | None) -> bool:
    """A pipeline that Airflow does not know yet belongs to the team of our bundle."""
    team = (DagModel.get_team_name(dag_id) if dag_id else None) or site().team
    return bool(
        get_auth_manager().is_authorized_dag(
            method=method,
            access_entity=entity,
            user=user,
            details=DagDetails(id=dag_id, team_name=team),
        )
    )


def _may_publish(user: BaseUser) -> bool:
    """Publishing runs code on workers, so a site may ask for more than the right to edit a DAG."""
    variable = site().strict_right
    if not variable:
        return True
    details = VariableDetails(key=variable)
    return bool(get_auth_manager().is_authorized_variable(method="PUT", user=user, details=details))


def _problem(status: int, problem: PluginProblem) -> JSONResponse:
    return JSONResponse(dump(problem), status_code=status)


def _on_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, PromoteError)  # noqa: S101 - FastAPI's handler signature is wider
    status = next((s for kind, s in _STATUS.items() if isinstance(error, kind)), 422)
    return _problem(
        status,
        PluginProblem(
            code=error.code, message=error.message, hint=error.hint, fields=dict(error.fields)
        ),
    )


def _on_refusal(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - FastAPI's handler signature is wider
    code = _CODES.get(error.status_code, "refused")
    return _problem(error.status_code, PluginProblem(code=code, message=str(error.detail)))


def _on_invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - FastAPI's signature is wider
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"][1:])
    message = f"{field}: {first['msg']}"
    return _problem(
        422, PluginProblem(code="invalid_input", message=message, fields={"field": field})
    )


def answer_with_problems(app: FastAPI) -> None:
    """Let every error of the app become problem JSON."""
    app.add_exception_handler(PromoteError, _on_error)
    app.add_exception_handler(HTTPException, _on_refusal)
    app.add_exception_handler(RequestValidationError, _on_invalid)


Publisher = Annotated[BaseUser, Depends(publisher)]
User = GetUserDep

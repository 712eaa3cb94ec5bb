"""Client of the gateway on Ray: one request for a step, one long poll for its end."""

import httpx

from jupyterlab_promote.airflow_provider.ray_jobs import JobState, JobStatus
from jupyterlab_promote.errors import PromoteError, Unavailable
from jupyterlab_promote.model.run import Cause, StepRequest

_TIMEOUT = 5.0
_STATES: dict[str, JobState] = {
    "PENDING": "PENDING",
    "RUNNING": "RUNNING",
    "SUCCEEDED": "SUCCEEDED",
    "FAILED": "FAILED",
    "STOPPED": "STOPPED",
}


class NoNodeNow(Exception):
    """No node that is there could run the step, as far as the gateway knows."""


class Gateway:
    """The gateway's HTTP endpoint. A gateway that is away is an answer, not an error."""

    def __init__(self, *, url: str, token: str, mode: str, verify: bool) -> None:
        self._mode = mode
        self._http = httpx.Client(
            base_url=url.rstrip("/"),
            headers={"Authorization": f"Bearer {token}"},
            timeout=_TIMEOUT,
            trust_env=False,
            # Loading certificates takes longer than a step's other calls; plain HTTP needs none.
            verify=verify and url.startswith("https:"),
        )

    def submit(self, request: StepRequest, *, uri: str, patient: bool = False) -> str | None:
        """Give a step to the gateway, harmlessly often; the reason when it is away.

        Args:
            patient: let it wait also when no node that is there could run it.

        Raises:
            NoNodeNow: no node could, and it is not patient.
            Unavailable: it refuses the token.
            PromoteError: it refuses the step, with its reason.
        """
        body = {
            "job_id": request.job_id,
            "request_uri": uri,
            "resources": request.resources.model_dump(mode="json"),
            "mode": self._mode,
            "name": f"{request.step} of {request.dag_id}",
            "patient": patient,
        }
        try:
            answer = self._http.post("/steps", json=body)
        except httpx.HTTPError as error:
            return str(error) or type(error).__name__
        if answer.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            hint = "Correct `gateway_token` in the extra of Airflow's Connection 'promote_ray'."
            url = str(self._http.base_url)
            raise Unavailable("The gateway on Ray", url, "it refused the token", hint=hint)
        if answer.status_code == httpx.codes.CONFLICT:
            raise NoNodeNow
        if answer.is_client_error:
            raise PromoteError(
                f"The gateway on Ray refused the step: {answer.text[:300]}",
                hint="If it is of another version, start it anew with `jupyter promote runners`.",
                code="gateway_refused",
            )
        return None if answer.is_success else f"HTTP {answer.status_code}"

    def status(self, job_id: str, *, wait: float) -> JobStatus:
        """The state of a step, after at most `wait` seconds."""
        try:
            answer = self._http.get(
                f"/steps/{job_id}", params={"wait": wait}, timeout=wait + _TIMEOUT
            )
        except httpx.HTTPError as error:
            return JobStatus("UNKNOWN", str(error) or type(error).__name__)
        if answer.status_code == httpx.codes.NOT_FOUND:
            return JobStatus(
                "LOST", "The gateway on Ray was started anew and does not know the step."
            )
        if not answer.is_success:
            return JobStatus("UNKNOWN", f"HTTP {answer.status_code}")
        body = answer.json()
        state = _STATES.get(body.get("status") or body.get("state") or "", "UNKNOWN")
        cause = body.get("cause")
        known = Cause(cause) if cause in set(Cause) else None
        return JobStatus(state, body.get("message") or "", known)

    def stop(self, job_id: str) -> bool | None:
        """Ask for a step's end; False when the gateway does not know it, None when it is away."""
        try:
            answer = self._http.post(f"/steps/{job_id}/stop", json={})
        except httpx.HTTPError:
            return None
        if answer.is_success:
            return True
        return False if answer.status_code == httpx.codes.NOT_FOUND else None

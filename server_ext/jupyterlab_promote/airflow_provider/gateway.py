"""Client of the gateway on Ray: one request for a step, one long poll for its end."""

import httpx

from jupyterlab_promote.airflow_provider.ray_jobs import JobState, JobStatus
from jupyterlab_promote.model.run import StepRequest

_TIMEOUT = 5.0
_STATES: dict[str, JobState] = {
    "PENDING": "PENDING",
    "RUNNING": "RUNNING",
    "SUCCEEDED": "SUCCEEDED",
    "FAILED": "FAILED",
    "STOPPED": "STOPPED",
}


class Gateway:
    """The gateway's HTTP endpoint. A gateway that is away is an answer, not an error."""

    def __init__(self, *, url: str, token: str, mode: str, verify: bool) -> None:
        self._mode = mode
        self._http = httpx.Client(
            base_url=url.rstrip("/"),
            headers={"Authorization": f"Bearer {token}"},
            timeout=_TIMEOUT,
            trust_env=False,
            verify=verify,
        )

    def submit(self, request: StepRequest, *, uri: str) -> str | None:
        """Give a step to the gateway, harmlessly often; the reason when it did not take it."""
        body = {
            "job_id": request.job_id,
            "request_uri": uri,
            "resources": request.resources.model_dump(mode="json"),
            "mode": self._mode,
        }
        try:
            answer = self._http.post("/steps", json=body)
        except httpx.HTTPError as error:
            return str(error) or type(error).__name__
        return None if answer.is_success else f"HTTP {answer.status_code}: {answer.text[:200]}"

    def status(self, job_id: str, *, wait: float) -> JobStatus:
        """The state of a step, after at most `wait` seconds."""
        try:
            answer = self._http.get(
                f"/steps/{job_id}", params={"wait": wait}, timeout=wait + _TIMEOUT
            )
        except httpx.HTTPError as error:
            return JobStatus("UNKNOWN", str(error) or type(error).__name__)
        if answer.status_code == httpx.codes.NOT_FOUND:
            return JobStatus("LOST")
        if not answer.is_success:
            return JobStatus("UNKNOWN", f"HTTP {answer.status_code}")
        body = answer.json()
        state = _STATES.get(body.get("status") or body.get("state") or "", "UNKNOWN")
        return JobStatus(state, body.get("message") or "")

    def stop(self, job_id: str) -> bool:
        """End a step; False when the gateway is away or does not know it."""
        try:
            answer = self._http.post(f"/steps/{job_id}/stop", json={})
        except httpx.HTTPError:
            return False
        return answer.is_success

"""The gateway: one long-lived Ray job with one HTTP endpoint that runs steps as Ray tasks.

Its driver must live as long as it serves: Ray ends the workers of a job that has finished after each task.
`python -m jupyterlab_promote.worker.gateway --port P` is the job's entrypoint; the token is in the
environment (`PROMOTE_GATEWAY_TOKEN`, else `RAY_AUTH_TOKEN`). Every call needs `Authorization: Bearer <token>`.

    POST /steps {job_id, request_uri, resources, mode}   -> {job_id}; the same job_id again is harmless
    GET  /steps/{job_id}?wait=SECONDS                    -> {job_id, status, message, cause}, at the end or after `wait`
    POST /steps/{job_id}/stop                            -> {stopped}
    GET  /health                                         -> {steps, nodes}

`status` is PENDING (waits for resources), RUNNING, SUCCEEDED, FAILED or STOPPED; what happened is in the
attempt's outcome, and `cause` says why there may be none. `mode` is `cold` (a fresh process and kernel) or `warm`
(a process and kernel started ahead on the node, used once); warm falls back to cold when none is ready.
"""

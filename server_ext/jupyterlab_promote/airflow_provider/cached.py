"""A step that an earlier run answers is not given to Ray: it costs no process and no kernel."""

from jupyterlab_promote.airflow_provider.cancelling import end
from jupyterlab_promote.model.run import Cause, Outcome, StepRequest
from jupyterlab_promote.store.cache import is_answerable, request_key, take
from jupyterlab_promote.store.runs import claim, commit_outcome, ref_of
from jupyterlab_promote.store.store import Store

_GONE = "The earlier result that answers the step was removed from the store just then."


def answered(store: Store, request: StepRequest) -> Outcome | None:
    """The outcome of an earlier run as that of this attempt; None when the step has to run.

    An earlier result that goes away meanwhile ends the attempt as a failure of the infrastructure, after
    which the next one runs.

    Raises:
        Unavailable: the store cannot be used.
    """
    if not is_answerable(store, request):
        return None
    key = request_key(store, request)
    ref = ref_of(request)
    if key is None or not claim(store, ref, "started", by="airflow"):
        return None
    earlier = take(store, request, key=key)
    if earlier is None:
        return end(store, ref, version=request.version, cause=Cause.STORE_ERROR, message=_GONE)
    return commit_outcome(store, earlier)[0]

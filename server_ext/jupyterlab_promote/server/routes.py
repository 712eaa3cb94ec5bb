"""The one table of routes: path, what comes in, what goes out, which use case. Nothing is decided here.

Handlers, the OpenAPI document and the browser's types are made from it.
"""

from jupyterlab_promote.ids import UNMAPPED
from jupyterlab_promote.model import api, publishing, review, run_views
from jupyterlab_promote.model.pipeline import Analysis
from jupyterlab_promote.model.registration import Activated
from jupyterlab_promote.model.run import AttemptInfo, Event, Preview
from jupyterlab_promote.model.version import Manifest, VersionInfo
from jupyterlab_promote.server import (
    cluster,
    comparison,
    debug_notebooks,
    further,
    overview,
    pipelines,
    run_control,
    runs,
    schedule,
    trials,
    written_files,
)
from jupyterlab_promote.server.calls import Call, Route
from jupyterlab_promote.server.site import Site

PREFIX = "promote/api"


def _connect(site: Site, _: Call) -> api.Connection:
    if site.connection().state == "not_set_up":
        site.start_stack()
    return site.connection()


def _analyse(site: Site, call: Call) -> Analysis:
    return site.source(call.body.path, call.body.notebook).analysis()


def _state(site: Site, call: Call) -> publishing.PublishState:
    source = site.source(call.body.path, call.body.notebook)
    state = pipelines.moved_or_copied(
        pipelines.publish_state(source, site.session(reading=True)),
        exists=site.exists,
        shown=site.shown,
    )
    return state.model_copy(update={"further": further.states(source, site.session(reading=True))})


def _runs(site: Site, call: Call) -> run_views.RunPage:
    site.watch(call.path["dag_id"])
    return runs.page(
        site.session(reading=True),
        call.path["dag_id"],
        limit=min(max(call.number("limit", 10), 1), 100),
        offset=call.number("offset", 0),
        states=call.words("state"),
        kinds=call.words("kind"),
    )


def _trigger(site: Site, call: Call) -> run_views.Run:
    site.watch(call.path["dag_id"])
    return run_control.trigger(
        site.session(), call.path["dag_id"], call.body.parameters, note=call.body.note
    )


def _repair(site: Site, call: Call) -> run_views.Repaired:
    return run_views.Repaired(steps=run_control.repair(site.session(), *call.run, call.body))


def _pause(site: Site, call: Call) -> api.Done:
    site.session().api.set_paused(call.path["dag_id"], paused=call.body.paused)
    return api.Done()


def _roll_back(site: Site, call: Call) -> Activated:
    return pipelines.roll_back(
        site.session(),
        call.path["dag_id"],
        call.body.version,
        expected_revision=call.body.expected_revision,
        message=call.body.message,
        code_only=call.body.code_only,
    )


def _unpublish(site: Site, call: Call) -> Activated:
    return pipelines.unpublish(
        site.session(), call.path["dag_id"], expected_revision=call.body.expected_revision
    )


def _attempts(site: Site, call: Call) -> tuple[AttemptInfo, ...]:
    return site.session(reading=True).registration.attempts(*call.run)


def _events(site: Site, call: Call) -> tuple[Event, ...]:
    return site.session(reading=True).registration.events(
        *call.run,
        call.path["step"],
        map_index=call.number("map_index", UNMAPPED),
        attempt=call.attempt,
        after=call.number("after", -1),
    )


def _previews(site: Site, call: Call) -> tuple[Preview, ...]:
    return site.session(reading=True).registration.previews(
        *call.run,
        call.path["step"],
        map_index=call.number("map_index", UNMAPPED),
        attempt=call.attempt,
    )


def _log(site: Site, call: Call) -> run_views.LogText:
    text = runs.log(
        site.session(reading=True),
        *call.run,
        call.path["step"],
        map_index=call.number("map_index", UNMAPPED),
        try_number=call.number("try_number", 0) or None,
        attempt=call.attempt,
    )
    return run_views.LogText(text=text)


def _overview(site: Site, _: Call) -> tuple[run_views.PipelineRow, ...]:
    site.watch(overview.ALL)
    return overview.rows(site.session(reading=True), exists=site.exists, shown=site.shown)


def _compare(site: Site, call: Call) -> review.Comparison:
    return comparison.compare(site, *call.run, call.query.get("with", "previous"))


def _debug(site: Site, call: Call) -> review.DebugPlan:
    return debug_notebooks.debug(site, *call.run, call.path["step"], call.body)


def _copy(site: Site, call: Call) -> review.CopiedFile:
    return written_files.copy(site, *call.run, call.path["step"], call.body)


def _try(site: Site, call: Call) -> api.Operation:
    request: review.TrialRequest = call.body
    return site.operations.start(
        request.kind,
        (trials.STAGES[request.kind],),
        lambda progress: trials.run_trial(site, request, progress),
        path=request.path,
    )


def _settings(site: Site, _: Call) -> api.SettingsView:
    known = site.settings
    return api.SettingsView(
        airflow_url=known.airflow_url, embedded=known.embedded, sign_in=known.sign_in
    )


_PIPELINE = "pipelines/{dag_id}"
_RUN = "runs/{dag_id}/{run_id}"
_STEP = f"{_RUN}/steps/{{step}}"
_ATTEMPT = ("map_index", "attempt")

ROUTES: tuple[Route, ...] = (
    Route("GET", "connection", "Where Airflow stands", api.Connection, lambda s, _: s.connection()),
    Route("POST", "connection", "Do what the connection offers", api.Connection, _connect),
    Route("POST", "stack/start", "Start the embedded stack", api.Operation, lambda s, _: s.start_stack()),
    Route(
        "POST", "stack/stop", "End the embedded stack", api.Operation,
        lambda s, c: s.stop_stack(force=c.query.get("force") == "true"), query=("force",),
    ),
    Route("POST", "analyse", "Steps, edges and findings of a notebook", Analysis, _analyse, api.NotebookRequest),
    Route(
        "POST", "schedule/preview", "A schedule in words and its next runs", publishing.SchedulePreview,
        lambda _, c: schedule.preview(c.body), publishing.SchedulePreviewRequest,
    ),
    Route(
        "POST", "publish", "Publish a notebook", api.Operation,
        lambda s, c: s.publish(c.body), publishing.PublishRequest,
    ),
    Route("GET", "operations", "The latest operations", api.Operation, lambda s, _: s.operations.all(), many=True),
    Route(
        "GET", "operations/{id}", "One operation", api.Operation, lambda s, c: s.operations.get(c.path["id"])
    ),
    Route(
        "POST", "operations/{id}/cancel", "End an operation before its next stage", api.Operation,
        lambda s, c: s.operations.cancel(c.path["id"]),
    ),
    Route(
        "GET", "pipelines", "All pipelines", run_views.PipelineRow,
        lambda s, _: pipelines.rows(s.session(reading=True), exists=s.exists, shown=s.shown), many=True,
    ),
    Route(
        "POST", "state", "A notebook beside what is published of it", publishing.PublishState,
        _state, api.NotebookRequest,
    ),
    Route(
        "POST", f"{_PIPELINE}/state", "A notebook beside what is published of it", publishing.PublishState,
        _state, api.NotebookRequest,
    ),
    Route("GET", "overview", "All pipelines with their last results", run_views.PipelineRow, _overview, many=True),
    Route(
        "GET", "failures", "Failed runs of the user's pipelines", review.Failure,
        lambda s, _: overview.failures(s), many=True,
    ),
    Route("POST", "trials", "Run or verify a notebook on this computer", api.Operation, _try, review.TrialRequest),
    Route(
        "GET", f"{_PIPELINE}/runs", "Runs, newest first", run_views.RunPage, _runs,
        query=("limit", "offset", "state", "kind"),
    ),
    Route("POST", f"{_PIPELINE}/runs", "Start a run", run_views.Run, _trigger, run_views.TriggerRequest),
    Route("POST", f"{_PIPELINE}/pause", "Switch the schedule off or on", api.Done, _pause, run_views.PauseRequest),
    Route(
        "POST", f"{_PIPELINE}/backfill", "Run past dates", run_views.Backfill,
        lambda s, c: run_control.backfill(s.session(), c.path["dag_id"], c.body), run_views.BackfillRequest,
    ),
    Route(
        "GET", f"{_PIPELINE}/versions", "Versions, newest first", VersionInfo,
        lambda s, c: s.session(reading=True).registration.versions(c.path["dag_id"]), many=True,
    ),
    Route(
        "GET", f"{_PIPELINE}/versions/{{version}}", "What a version is made of", Manifest,
        lambda s, c: s.session(reading=True).manifest(c.path["dag_id"], c.path["version"]),
    ),
    Route(
        "GET", f"{_PIPELINE}/diff/{{older}}/{{newer}}", "What changed between versions", publishing.VersionDiff,
        lambda s, c: pipelines.diff(s.session(reading=True), c.path["dag_id"], c.path["older"], c.path["newer"]),
    ),
    Route(
        "POST", f"{_PIPELINE}/rollback", "Serve an earlier version again", Activated, _roll_back,
        publishing.RollbackRequest,
    ),
    Route("POST", f"{_PIPELINE}/unpublish", "No new runs", Activated, _unpublish, publishing.UnpublishRequest),
    Route("GET", _RUN, "One run", run_views.Run, lambda s, c: runs.show(s.session(reading=True), *c.run)),
    Route("POST", f"{_RUN}/cancel", "End a run", run_views.Run, lambda s, c: run_control.cancel(s.session(), *c.run)),
    Route("POST", f"{_RUN}/repair", "Run again what failed", run_views.Repaired, _repair, run_views.RepairRequest),
    Route("GET", f"{_RUN}/attempts", "Attempts and outcomes", AttemptInfo, _attempts, many=True),
    Route("GET", f"{_RUN}/compare", "A run beside another or its source", review.Comparison, _compare, query=("with",)),
    Route("POST", f"{_STEP}/debug", "A step with its inputs", review.DebugPlan, _debug, review.DebugRequest),
    Route("POST", f"{_STEP}/copy", "Copy a file beside the notebook", review.CopiedFile, _copy, review.FileRequest),
    Route("GET", f"{_STEP}/events", "What a step reported", Event, _events, many=True, query=(*_ATTEMPT, "after")),
    Route("GET", f"{_STEP}/previews", "What a step left", Preview, _previews, many=True, query=_ATTEMPT),
    Route("GET", f"{_STEP}/log", "Airflow's log", run_views.LogText, _log, query=(*_ATTEMPT, "try_number")),
    Route("GET", "cluster", "The most that a node has", api.ClusterOffer, lambda s, _: cluster.offer(s)),
    Route("GET", "settings", "What the browser may know", api.SettingsView, _settings),
)  # fmt: skip

"""Checks of an installation: Airflow, our plugin and bundle in it, the store, the pool, Ray, versions.

Only asks; changes nothing. Each check that fails says what to do.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from typing import Literal

import httpx
from packaging.requirements import Requirement

from jupyterlab_promote.airflow_provider.names import POOL
from jupyterlab_promote.errors import Unavailable
from jupyterlab_promote.model.registration import REGISTRATION_API, Info
from jupyterlab_promote.stack.environment import runners
from jupyterlab_promote.stack.probes import airflow_token
from jupyterlab_promote.stack.state import StackInfo

_TIMEOUT = 5.0
_SIGN_IN_SECONDS = 20.0
_DISTRIBUTION = "jupyterlab-promote"
_EXTRAS = ("lab", "ray", "airflow")
_INSTALL = 'Install them with `pip install "jupyterlab-promote[local]"`.'


@dataclass(frozen=True)
class Check:
    """What was found.

    Attributes:
        subject: what was looked at.
        found: one sentence.
        advice: what to do; empty when all is well.
    """

    subject: str
    state: Literal["ok", "warning", "failed"]
    found: str
    advice: str = ""


@dataclass(frozen=True)
class Airflow:
    """An Airflow to look at and a token for it."""

    url: str
    token: str


def check_versions(extras: tuple[str, ...] = _EXTRAS) -> Check:
    """Whether the packages that these extras need are of the versions that this one is made for."""
    wrong = sorted(_wrong_versions(extras))
    if wrong:
        found = f"not as needed: {', '.join(wrong)}"
        return Check("Versions", "failed", found, _INSTALL)
    names = ("apache-airflow-core", "ray", "jupyterlab", "papermill")
    shown = ", ".join(f"{name} {_installed(name)}" for name in names if _installed(name))
    return Check("Versions", "ok", f"{_DISTRIBUTION} {metadata.version(_DISTRIBUTION)}, {shown}")


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _wrong_versions(needed: tuple[str, ...]) -> Iterator[str]:
    for line in metadata.requires(_DISTRIBUTION) or ():
        requirement = Requirement(line)
        extras = (*needed, "") if requirement.marker else ("",)
        if not any(requirement.marker is None or _applies(requirement, extra) for extra in extras):
            continue
        installed = _installed(requirement.name)
        if installed is None:
            yield f"{requirement.name} is missing"
        elif not requirement.specifier.contains(installed, prereleases=True):
            yield f"{requirement.name} {installed} instead of {requirement.specifier}"


def _applies(requirement: Requirement, extra: str) -> bool:
    return requirement.marker is not None and requirement.marker.evaluate({"extra": extra})


def check_airflow(airflow: Airflow, *, hint: str) -> Iterator[Check]:
    """Airflow itself, our plugin, bundle, store and pool; ends early when Airflow does not answer."""
    with httpx.Client(
        base_url=airflow.url,
        headers={"Authorization": f"Bearer {airflow.token}"},
        timeout=_TIMEOUT,
        trust_env=False,
    ) as client:
        try:
            yield _check_health(client, hint=hint)
            yield from _check_plugin(client)
            yield _check_pool(client)
            yield _check_imports(client)
        except (httpx.HTTPError, ValueError) as error:
            yield Check("Airflow", "failed", f"{airflow.url} does not answer: {error}", hint)


def _check_health(client: httpx.Client, *, hint: str) -> Check:
    health = client.get("/api/v2/monitor/health").raise_for_status().json()
    ill = [name for name, part in health.items() if part and part.get("status") != "healthy"]
    if ill:
        return Check("Airflow", "failed", f"{client.base_url}: not healthy: {', '.join(ill)}", hint)
    version = client.get("/api/v2/version").raise_for_status().json()["version"]
    return Check("Airflow", "ok", f"{client.base_url} answers, version {version}")


def _check_plugin(client: httpx.Client) -> Iterator[Check]:
    answer = client.get("/promote/info", params={"check": True})
    try:
        # Airflow answers unknown addresses with its own page and status 200.
        info = Info.model_validate(answer.raise_for_status().json())
    except (httpx.HTTPError, ValueError):
        yield Check(
            "Plugin",
            "failed",
            "this Airflow does not have our plugin, or it could not be loaded",
            'Install "jupyterlab-promote[airflow]" where the API server runs, restart it, '
            "and read its log and `airflow plugins`.",
        )
        return
    yield _plugin_version(info)
    if not info.can_publish:
        advice = "Ask the administrator of this Airflow for the right to edit DAGs."
        yield Check("Permission", "failed", f"{info.user} may look but not publish", advice)
    advice = "See `dag_bundle_config_list` in the README; every component of Airflow needs it."
    if info.bundle:
        yield Check("Bundle", "failed", info.bundle, advice)
    else:
        yield Check("Bundle", "ok", "Airflow serves our bundle")
    if info.store:
        yield Check("Store", "failed", info.store, "Correct `store_url` of the bundle.")
    else:
        yield Check("Store", "ok", f"can be read and written, id {info.store_uid[:8]}")


def _plugin_version(info: Info) -> Check:
    own = metadata.version(_DISTRIBUTION)
    if info.api != REGISTRATION_API:
        found = f"the plugin speaks version {info.api} of the registration API, this side {REGISTRATION_API}"
        return Check("Plugin", "failed", found, "Install the same version on both sides.")
    if info.version != own:
        found = f"the plugin is {info.version}, this side is {own}"
        return Check("Plugin", "warning", found, "Install the same version on both sides.")
    return Check("Plugin", "ok", f"version {info.version}, signed in as {info.user}")


def _check_pool(client: httpx.Client) -> Check:
    answer = client.get(f"/api/v2/pools/{POOL}")
    if answer.status_code == httpx.codes.NOT_FOUND:
        advice = f"Create it: `airflow pools set {POOL} 32 'Steps that run on Ray.'`."
        found = "is missing, so that every step would wait for ever"
        return Check(f"Pool {POOL}", "failed", found, advice)
    if not answer.is_success:
        advice = "Only a right is missing for this check; steps may well run."
        return Check(f"Pool {POOL}", "warning", f"HTTP {answer.status_code}", advice)
    pool = answer.json()
    found = f"{pool['open_slots']} of {pool['slots']} slots are free"
    if pool["open_slots"] > 0:
        return Check(f"Pool {POOL}", "ok", found)
    return Check(
        f"Pool {POOL}", "warning", found, "New steps wait; enlarge the pool if that is not meant."
    )


def _check_imports(client: httpx.Client) -> Check:
    answer = client.get("/api/v2/importErrors", params={"limit": 100})
    errors = answer.json()["import_errors"] if answer.is_success else []
    ours = [error["filename"] for error in errors if error.get("bundle_name") == "promote"]
    if ours:
        advice = "Publish these notebooks again; `jupyter promote versions` shows what can be rolled back to."
        return Check("Pipelines", "failed", f"Airflow cannot load {', '.join(ours)}", advice)
    return Check("Pipelines", "ok", "Airflow loads every pipeline")


def check_ray(url: str, *, token: str, advice: str) -> Check:
    """Whether Ray's Job API takes our token, and what the cluster offers."""
    try:
        with httpx.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=_TIMEOUT,
            trust_env=False,
        ) as client:
            client.get("/api/jobs/").raise_for_status()
            nodes = client.get("/api/v0/nodes").raise_for_status().json()
    except (httpx.HTTPError, ValueError) as error:
        return Check("Ray", "failed", f"{url}: {error}", advice)
    alive = [node for node in nodes["data"]["result"]["result"] if node["state"] == "ALIVE"]
    cpus = sum(node["resources_total"].get("CPU", 0) for node in alive)
    gpus = sum(node["resources_total"].get("GPU", 0) for node in alive)
    return Check("Ray", "ok", f"{len(alive)} nodes, {cpus:g} CPUs, {gpus:g} GPUs")


def check_gateway(url: str, *, token: str) -> Check:
    """Whether the gateway answers; without it steps still run, but start slower."""
    try:
        headers = {"Authorization": f"Bearer {token}"}
        httpx.get(
            f"{url}/health", headers=headers, timeout=_TIMEOUT, trust_env=False
        ).raise_for_status()
    except httpx.HTTPError as error:
        advice = (
            "`jupyter promote up` starts it again; until then each step is a Ray job of its own, "
            "which starts slower."
        )
        return Check("Gateway", "warning", f"{url}: {error}", advice)
    return Check("Gateway", "ok", f"{url} takes steps")


def check_stack(info: StackInfo) -> Iterator[Check]:
    """The embedded stack, part by part."""
    hint = f"Run `jupyter promote down --force` and `jupyter promote up`; logs are in {info.logs}."
    if info.missing:
        hint = f"`jupyter promote up` starts the stack anew; logs are in {info.logs}."
        yield Check("Stack", "failed", f"ended since: {info.ended}", hint)
    else:
        yield Check("Stack", "ok", f"runs since {info.started:%Y-%m-%d %H:%M} UTC")
    try:
        airflow = Airflow(info.airflow_url, airflow_token(info, patience=_SIGN_IN_SECONDS))
    except Unavailable as error:
        yield Check("Airflow", "failed", error.message, hint)
    else:
        yield from check_airflow(airflow, hint=hint)
    yield check_ray(info.ray_url, token=info.ray_token, advice=hint)
    if runners() != "jobs":
        yield check_gateway(info.gateway_url, token=info.ray_token)

"""The OpenAPI document of `ROUTES`. `python -m jupyterlab_promote.server.openapi` writes `openapi.json`."""

import json
import re
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from jupyterlab_promote.model.registration import PluginProblem
from jupyterlab_promote.model.run import Outcome, RunRecord
from jupyterlab_promote.model.settings import NotebookSettings
from jupyterlab_promote.server.calls import Route
from jupyterlab_promote.server.routes import PREFIX, ROUTES

FILE = Path(__file__).with_name("openapi.json")
_ALSO: tuple[type[BaseModel], ...] = (NotebookSettings, Outcome, RunRecord, PluginProblem)
"""Documents that the browser reads without a route of their own."""


class _NoTitles(GenerateJsonSchema):
    """Titles of fields would become types of their own in TypeScript."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic's signature
        return False


def document() -> dict[str, Any]:
    """The OpenAPI document of all routes, from which the TypeScript types are generated."""
    models = {route.answer for route in ROUTES} | {r.body for r in ROUTES if r.body} | set(_ALSO)
    ordered = sorted(models, key=lambda model: model.__name__)
    # Serialisation mode for all, so that no document appears twice (as X-Input and X-Output).
    _, schemas = models_json_schema(
        [(model, "serialization") for model in ordered],
        ref_template="#/components/schemas/{model}",
        schema_generator=_NoTitles,
    )
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(f"/{PREFIX}/{route.path}", {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "jupyterlab-promote", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas.get("$defs", {})},
    }


def text() -> str:
    """The document as the file holds it."""
    return json.dumps(document(), indent=2, sort_keys=True) + "\n"


def _operation(route: Route) -> dict[str, Any]:
    answer = _ref(route.answer)
    if route.many:
        answer = {"type": "array", "items": answer}
    named = re.findall(r"{(\w+)}", route.path)
    operation: dict[str, Any] = {
        "summary": route.summary,
        "parameters": [
            *(_parameter(name, "path") for name in named),
            *(_parameter(name, "query") for name in route.query),
        ],
        "responses": {
            "200": _content("The answer", answer),
            "default": _content("A problem", _ref(PluginProblem)),
        },
    }
    if route.body is not None:
        operation["requestBody"] = {"required": True, **_content("", _ref(route.body))}
        del operation["requestBody"]["description"]
    return operation


def _parameter(name: str, place: str) -> dict[str, Any]:
    return {"name": name, "in": place, "required": place == "path", "schema": {"type": "string"}}


def _content(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _ref(model: type[BaseModel]) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{model.__name__}"}


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")

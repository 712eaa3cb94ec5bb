"""The generated files are fresh, and no route answers without a sign-in."""

import json
import re

import pytest
from tornado.httpclient import HTTPClientError

from jupyterlab_promote.server.openapi import FILE, document, text
from jupyterlab_promote.server.routes import PREFIX, ROUTES


@pytest.fixture
def jp_server_config(tmp_path, monkeypatch):
    monkeypatch.setenv("PROMOTE_STACK_DIR", str(tmp_path / "none"))
    return {
        "ServerApp": {
            "jpserver_extensions": {"jupyterlab_promote": True},
            "allow_unauthenticated_access": False,
        }
    }


def test_the_openapi_document_is_that_of_the_routes() -> None:
    assert FILE.read_text(encoding="utf-8") == text(), "run: jlpm gen"


def test_no_document_appears_twice() -> None:
    names = document()["components"]["schemas"]
    assert not [name for name in names if re.search(r"(-|__)(Input|Output)$", name)]


def test_every_path_is_served_once_for_each_method() -> None:
    served = [(route.method, route.path) for route in ROUTES]
    assert len(served) == len(set(served))


@pytest.mark.parametrize("token", ["", "token wrong"])
async def test_no_route_answers_without_a_sign_in(jp_fetch, jp_base_url, token) -> None:
    paths = [(r.method, re.sub(r"{\w+}", "x", r.path)) for r in ROUTES]
    paths += [("GET", "contents"), ("GET", "contents/x"), ("GET", "contents/x/checkpoints")]
    for method, path in paths:
        body = json.dumps({}) if method == "POST" else None
        with pytest.raises(HTTPClientError) as caught:
            await jp_fetch(
                *PREFIX.split("/"),
                *path.split("/"),
                method=method,
                body=body,
                headers={"Authorization": token},
                follow_redirects=False,
            )
        assert caught.value.code in (302, 403), (method, path)

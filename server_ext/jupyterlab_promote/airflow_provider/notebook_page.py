"""The executed notebook as a page of Airflow's UI.

Outputs are whatever the user's code printed, served on Airflow's own origin: the page is locked into an
origin of its own, where it reaches neither cookies nor the API.
"""

import html
import json
import threading

from fastapi.responses import HTMLResponse

_HEADERS = {
    "content-security-policy": (
        "sandbox allow-scripts allow-popups; connect-src 'none'; form-action 'none'; "
        "frame-ancestors 'self'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}
_RENDERING = threading.Lock()


def notebook_page(notebook: bytes) -> HTMLResponse:
    """The page of an executed notebook; one is rendered at a time."""
    import nbformat
    from nbconvert import HTMLExporter

    document = nbformat.from_dict(json.loads(notebook))
    with _RENDERING:
        text, _ = HTMLExporter(template_name="lab").from_notebook_node(document)
    return HTMLResponse(text, headers=_HEADERS)


def message_page(message: str) -> HTMLResponse:
    """A page that says why there is no notebook. The tab is on every task, also on other people's."""
    text = html.escape(message)
    page = f"<!doctype html><meta charset=utf-8><p style='font-family: sans-serif'>{text}</p>"
    return HTMLResponse(page, headers=_HEADERS)

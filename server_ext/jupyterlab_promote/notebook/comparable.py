"""What a cell shows, as text that two runs can be compared by. Pure; who compares lies elsewhere."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_NOISE = (
    (re.compile(r"0x[0-9a-fA-F]{6,}"), "0x"),
    (re.compile(r"\x1b\[[0-9;]*m"), ""),
    (re.compile(r"(?:CPU times|Wall time):.*"), "time"),
    (re.compile(r"\d+(?:\.\d+)? (?:ns|µs|us|ms|s) (?:±|\+-) .*"), "time"),
    (
        re.compile(
            r"\bid='?[0-9a-f-]{16,}'?|T_[0-9a-f]{5}|sk-container-id-\d+|sk-estimator-id-\d+"
        ),
        "id",
    ),
    (re.compile(r"Cell In\[\d+\]|In\[\d+\]"), "In[]"),
    (re.compile(r"/tmp/(?:promote-step-)?[\w.-]+"), "/tmp/"),  # noqa: S108 - text in outputs
    (re.compile(r"ipykernel_\d+/\d+\.py"), "ipykernel.py"),
)


_EMPTY_LINES = re.compile(r"\A(?:[^\S\n]*\n)+")


def normalised(cell: Mapping[str, Any]) -> str:
    """A cell's outputs as text, without what differs between any two runs: addresses, timings, counters.

    What is printed stands first: when the lines of another program come, beside what Python shows, is chance.
    """
    return "\n".join(part for part in (shown_text(_printed_first(cell)), *pictures(cell)) if part)


def _printed_first(cell: Mapping[str, Any]) -> dict[str, Any]:
    outputs = cell.get("outputs", ())
    text = "".join(_text(one) for one in outputs if one["output_type"] == "stream")
    printed = [{"output_type": "stream", "name": "stdout", "text": text}] if text else []
    return {"outputs": [*printed, *(o for o in outputs if o["output_type"] != "stream")]}


def shown_text(cell: Mapping[str, Any]) -> str:
    """The text among a cell's outputs, without what differs between any two runs; no pictures."""
    text = "\n".join(_text(output) for output in cell.get("outputs", ()))
    for noise, plain in _NOISE:
        text = noise.sub(plain, text)
    # The blanks before the first line keep the head of a table over its columns.
    return _EMPTY_LINES.sub("", text).rstrip()


def pictures(cell: Mapping[str, Any]) -> tuple[str, ...]:
    """The pictures among a cell's outputs, as base64 of PNG."""
    found = (output.get("data", {}).get("image/png") for output in cell.get("outputs", ()))
    return tuple(_joined(picture).strip() for picture in found if picture)


_ONLY_NAMED = re.compile(r"\s*(?:<[\w. ]+>|<[\w.]+(?: object)? at 0x[0-9a-fA-F]+>)?\s*")
"""Plain text that says of which class something is, and nothing of what it shows."""
_SHOWN_INSTEAD = ("text/html", "text/markdown", "text/latex", "image/svg+xml")
_CHARTS = re.compile(r"application/(?:vnd\.plotly|vnd\.vega|geo\+json|json)")
_NUMBERED = re.compile(r'"(view|param|selector)_?\d+"')
"""Names in a chart that altair counts in each kernel anew."""


def drawn(cell: Mapping[str, Any]) -> str:
    """What a cell shows beside its text: charts as JSON, and HTML and its kind where the plain text tells nothing.

    Some of it has generated names in it, which are others in each run: where two runs from top to bottom do not agree,
    nothing follows from a third one.
    """
    text = "\n".join(part for output in cell.get("outputs", ()) for part in _drawn(output))
    for noise, plain in _NOISE:
        text = noise.sub(plain, text)
    return text


def _drawn(output: Mapping[str, Any]) -> Iterator[str]:
    data = output.get("data", {})
    for kind in sorted(data):
        if _CHARTS.match(kind):
            yield _NUMBERED.sub(r'"\1"', json.dumps(data[kind], sort_keys=True))
    if _ONLY_NAMED.fullmatch(_joined(data.get("text/plain") or "")):
        yield from (_joined(data[kind]) for kind in _SHOWN_INSTEAD if data.get(kind))


def _text(output: Mapping[str, Any]) -> str:
    if output["output_type"] == "stream":
        return _joined(output["text"]) if output["name"] == "stdout" else ""
    if output["output_type"] == "error":
        return f"{output['ename']}: {output['evalue']}"
    data = output.get("data", {})
    return _joined(data.get("text/plain") or data.get("text/html") or "")


def _joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)

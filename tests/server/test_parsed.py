"""Airflow drops a wish to parse that comes while it parses the file as it was before: a race that cannot be had at will."""

from types import SimpleNamespace

import pytest

from jupyterlab_promote.errors import Unavailable
from jupyterlab_promote.server import parsed


class DroppedOnce:
    """An Airflow that has the version only after it was asked once more; and never, where `deaf`."""

    url = "http://airflow"

    def __init__(self, *, deaf: bool = False) -> None:
        self.asked: list[str] = []
        self._deaf = deaf

    def parse(self, dag_id: str) -> None:
        self.asked.append(dag_id)

    def dag(self, dag_id: str) -> dict[str, object]:
        heard = dag_id in self.asked and not self._deaf
        return {"tags": [{"name": "v-2" if heard else "v-1"}]}

    def import_error(self, dag_id: str) -> str:
        return ""


def waiting(airflow: DroppedOnce) -> str:
    session = SimpleNamespace(api=airflow, registration=airflow)
    return parsed.wait_for_version(session, "sales", "v-2")  # type: ignore[arg-type]


def test_a_wish_that_was_dropped_is_made_again(monkeypatch) -> None:
    monkeypatch.setattr(parsed, "_ASK_SECONDS", 0.0)
    airflow = DroppedOnce()
    assert (waiting(airflow), airflow.asked) == ("", ["sales"])


def test_what_does_not_come_at_all_is_said(monkeypatch) -> None:
    monkeypatch.setattr(parsed, "_PARSE_SECONDS", 0.3)
    with pytest.raises(Unavailable, match="has not read sales v-2"):
        waiting(DroppedOnce(deaf=True))

"""What a route is, and the request that its use case is given: validated, and free of any web server."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel

from jupyterlab_promote.errors import InvalidInput
from jupyterlab_promote.server.site import Site


@dataclass(frozen=True)
class Call:
    """One request, validated: names of the path, of the query, and the body."""

    path: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    body: Any = None

    def number(self, name: str, default: int) -> int:
        """A whole number of the query. Raises InvalidInput."""
        text = self.query.get(name, str(default))
        try:
            return int(text)
        except ValueError as error:
            raise InvalidInput(name, f"{text!r} is not a whole number") from error

    def words(self, name: str) -> tuple[str, ...]:
        """Words of the query, with commas between them."""
        return tuple(word for word in self.query.get(name, "").split(",") if word)

    @property
    def attempt(self) -> int | None:
        """Which attempt was asked for; None for the latest."""
        return self.number("attempt", 0) or None

    @property
    def run(self) -> tuple[str, str]:
        """Pipeline and run."""
        return self.path["dag_id"], self.path["run_id"]


@dataclass(frozen=True)
class Route:
    """One operation of the API. `many` answers with a list of `answer`."""

    method: Literal["GET", "POST"]
    path: str
    summary: str
    answer: type[BaseModel]
    act: Callable[[Site, Call], Any]
    body: type[BaseModel] | None = None
    many: bool = False
    query: tuple[str, ...] = ()

"""The base of what crosses between the browser and the Jupyter server; the views lie beside it."""

from pydantic import ConfigDict
from pydantic.alias_generators import to_camel

from jupyterlab_promote.model.document import Document


class View(Document):
    """A document with camelCase names on the wire."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, alias_generator=to_camel
    )

"""The read-only drive: what is gone is said on a page, since a restored tab asks without a person."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from jupyterlab_promote.errors import NotFound
from jupyterlab_promote.server.drive import contents
from jupyterlab_promote.server.site import Site


class Gone:
    """A registration without any run."""

    def whole(self, dag_id: str, run_id: str) -> dict[str, Any]:
        raise NotFound("run", f"{dag_id}/{run_id}", hint="All runs are in the list.")

    def notebook(self, dag_id: str, run_id: str, step: str, **_: Any) -> dict[str, Any]:
        return self.whole(dag_id, f"{run_id}/{step}")


@pytest.mark.parametrize("name", ["whole", "train"])
def test_a_notebook_that_is_gone_is_a_page_in_words(name: str) -> None:
    site = cast("Site", SimpleNamespace(session=lambda **_: SimpleNamespace(registration=Gone())))
    model = contents(site, f"churn/manual__1/{name}.ipynb", True)  # noqa: FBT003
    [cell] = model["content"]["cells"]
    assert (model["writable"], cell["cell_type"]) == (False, "markdown")
    assert "churn/manual__1" in cell["source"]
    assert "All runs are in the list." in cell["source"]
    assert model["content"]["metadata"]["derived_from"]["run_id"] == "manual__1"

"""bokeh's models go on being one drawing in another kernel, whose document shows them anew."""

from typing import Any

import pytest

from jupyterlab_promote.worker.handoff.values.pickling import dump_alone
from jupyterlab_promote.worker.handoff.values.unpickling import load_apart

pytest.importorskip("bokeh")


def _again(value: Any) -> Any:
    stream, buffers = dump_alone(value)
    (found,) = load_apart(stream, [memoryview(buffer.raw()) for buffer in buffers]).values()
    return found


def test_a_figure_is_drawn_on_and_told_of_changes_in_another_kernel() -> None:
    from bokeh.document import Document
    from bokeh.models import ColumnDataSource
    from bokeh.plotting import figure

    source = ColumnDataSource({"x": [1, 2], "y": [3, 4]})
    drawn = figure(tools="pan")
    line = drawn.line("x", "y", source=source, legend_label="one")
    Document().add_root(drawn)
    again, again_line, again_source = _again((drawn, line, source))
    assert again.document is None
    assert again.renderers == [again_line]
    assert again_line.data_source is again_source
    told: list[object] = []
    again_source.on_change("data", lambda attr, old, new: told.append(new))
    again_source.data["z"] = [5, 6]
    assert len(told) == 1
    assert list(again_source.data) == ["x", "y", "z"]
    again.tags.append("mine")
    assert Document.from_json(_written(again)).roots[0].tags == ["mine"]


def _written(model: Any) -> Any:
    from bokeh.document import Document

    document = Document()
    document.add_root(model)
    return document.to_json()

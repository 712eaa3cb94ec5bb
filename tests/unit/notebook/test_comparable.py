"""What two runs are compared by: noise is gone, pictures are kept apart from text."""

from typing import Any

from jupyterlab_promote.notebook.comparable import drawn, normalised, pictures, shown_text


def cell(*outputs: dict[str, Any]) -> dict[str, Any]:
    return {"cell_type": "code", "outputs": list(outputs)}


def stream(text: str, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def shown(**data: str) -> dict[str, Any]:
    kinds = {"text": "text/plain", "html": "text/html", "png": "image/png"}
    return {"output_type": "display_data", "data": {kinds[k]: v for k, v in data.items()}}


def test_addresses_and_times_do_not_count() -> None:
    one = cell(stream("<A at 0x7f00aa>\nWall time: 3 s\n"), stream("slow", "stderr"))
    other = cell(stream("<A at 0x7fbbcc>\nWall time: 9 s\n"))
    assert shown_text(one) == shown_text(other) == "<A at 0x>\ntime"


def test_a_picture_is_no_text_but_counts() -> None:
    one = cell(shown(text="<Figure>", png="QUJD\n"))
    assert (shown_text(one), pictures(one)) == ("<Figure>", ("QUJD",))
    assert normalised(one) != normalised(cell(shown(text="<Figure>", png="REVG")))


def test_when_another_program_prints_beside_what_is_shown_does_not_count() -> None:
    early = cell(stream("solving\n"), stream("done\n"), shown(text="10"))
    late = cell(stream("solving\n"), shown(text="10"), stream("done\n"))
    assert normalised(early) == normalised(late) == "solving\ndone\n\n10"
    assert normalised(early) != normalised(cell(stream("solving\n"), shown(text="10")))


def test_html_is_compared_where_there_is_no_plain_text() -> None:
    assert shown_text(cell(shown(html="<b>1</b>"))) == "<b>1</b>"
    assert shown_text(cell(shown(html="<b>1</b>", text="1"))) == "1"


def test_the_head_of_a_table_stays_over_its_columns() -> None:
    table = "   a\n0  1\n"
    assert shown_text(cell(stream("\n \n"), shown(text=table))) == "   a\n0  1"
    assert normalised(cell(shown(text=table))) == "   a\n0  1"
    assert shown_text(cell(stream("  \n"))) == ""


PLOTLY = "application/vnd.plotly.v1+json"


def _chart(kind: str, data: object, plain: str = "<Chart>") -> dict[str, Any]:
    return cell({"output_type": "execute_result", "data": {kind: data, "text/plain": plain}})


def test_a_chart_is_compared_by_its_json_whatever_its_plain_text_says() -> None:
    assert drawn(_chart(PLOTLY, {"y": [1], "x": [2]}, "Figure(1)")) == '{"x": [2], "y": [1]}'
    assert drawn(_chart(PLOTLY, {"name": "view_3"})) == drawn(_chart(PLOTLY, {"name": "view_1"}))
    assert drawn(_chart(PLOTLY, {"name": "run 3"})) != drawn(_chart(PLOTLY, {"name": "run 1"}))
    assert drawn(_chart("application/vnd.jupyter.widget-view+json", {"model_id": "7"})) == ""


def test_html_is_compared_where_the_plain_text_only_names_its_class() -> None:
    for plain in (
        "<IPython.core.display.HTML object>",
        "<pandas.io.formats.style.Styler at 0x7f12345>",
    ):
        assert drawn(_chart("text/html", "<b id=T_0a1b2>1</b>", plain)) == "<b id=id>1</b>"
    assert drawn(_chart("text/markdown", "# 1", "<IPython.core.display.Markdown object>")) == "# 1"
    assert drawn(_chart("text/html", "<b>1</b>", "   a\n0  1")) == ""

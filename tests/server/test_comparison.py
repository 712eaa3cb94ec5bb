"""Two executed notebooks beside each other."""

from typing import Any

from jupyterlab_promote.model.review import ComparedCell
from jupyterlab_promote.server.comparison import compared, with_outputs_of


def executed(make_notebook: Any, *cells: tuple[str, str]) -> dict[str, Any]:
    notebook: dict[str, Any] = make_notebook(*(source for source, _ in cells))
    for cell, (_, printed) in zip(notebook["cells"], cells, strict=True):
        text = {"output_type": "stream", "name": "stdout", "text": printed}
        cell["outputs"] = [text] if printed else []
    return notebook


def test_a_changed_output_is_a_diff_and_the_rest_is_counted(make_notebook) -> None:
    older = executed(make_notebook, ("x = 1", ""), ("print(x)", "rows 10\nmean 3\n"))
    newer = executed(make_notebook, ("x = 1", ""), ("print(x)", "rows 10\nmean 4\n"))
    cells, equal = compared(older, newer)
    assert equal == 1
    assert cells == [
        ComparedCell(
            cell="c1",
            index=1,
            kind="changed",
            outputs="@@ -1,2 +1,2 @@\n rows 10\n-mean 3\n+mean 4",
        )
    ]


def test_cells_that_came_and_went_are_named(make_notebook) -> None:
    older = executed(make_notebook, ("a = 1", ""), ("import this_is_gone", ""))
    newer = executed(make_notebook, ("a = 1", ""))
    newer["cells"].append({**older["cells"][1], "id": "fresh", "source": "print('new')"})
    cells, _ = compared(older, newer)
    assert [(cell.cell, cell.kind) for cell in cells] == [("fresh", "added"), ("c1", "removed")]


def test_equal_notebooks_have_no_difference(make_notebook) -> None:
    same = executed(make_notebook, ("a = 1", "1"), ("b = 2", "2"))
    assert compared(same, same) == ([], 2)


def test_a_source_that_was_never_run_differs_only_where_its_text_does(make_notebook) -> None:
    run = executed(make_notebook, ("print(1)", "1"), ("print(2)", "2"), ("print(3)", "3"))
    source = executed(make_notebook, ("print(1)", ""), ("print(4)", ""), ("print(3)", "9"))
    cells, equal = compared(with_outputs_of(run, source), run)
    assert equal == 1
    assert [(cell.cell, cell.source != "", cell.outputs != "") for cell in cells] == [
        ("c1", True, False),
        ("c2", False, True),
    ]


def drawn(make_notebook: Any, *pictures: str) -> dict[str, Any]:
    """A notebook of one cell that says the same and draws these pictures."""
    notebook: dict[str, Any] = make_notebook("plot()")
    notebook["cells"][0]["outputs"] = [
        {
            "output_type": "display_data",
            "metadata": {},
            "data": {"text/plain": "<Figure>", "image/png": png},
        }
        for png in pictures
    ]
    return notebook


def test_the_first_picture_that_differs_stands_beside_the_one_before(make_notebook) -> None:
    older, newer = drawn(make_notebook, "AAAA", "BBBB"), drawn(make_notebook, "AAAA", "CCCC")
    assert compared(older, newer) == (
        [ComparedCell(cell="c0", index=0, kind="changed", picture="CCCC", other_picture="BBBB")],
        0,
    )


def test_a_picture_that_only_one_of_them_has_stands_alone(make_notebook) -> None:
    one, two = drawn(make_notebook, "AAAA"), drawn(make_notebook, "AAAA", "BBBB")
    [[came], [went]] = compared(one, two)[0], compared(two, one)[0]
    assert (came.picture, came.other_picture) == ("BBBB", "")
    assert (went.picture, went.other_picture) == ("", "BBBB")

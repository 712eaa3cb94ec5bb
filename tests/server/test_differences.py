"""What changed between two versions, in words and cell by cell."""

from typing import Any

from jupyterlab_promote.model.pipeline import Edge, Parameter, Step, StepInput
from jupyterlab_promote.model.publishing import CellChange
from jupyterlab_promote.model.settings import Environment, Resources, Schedule, StepSettings
from jupyterlab_promote.model.version import FileEntry, Manifest
from jupyterlab_promote.server.cell_changes import cell_changes
from jupyterlab_promote.server.differences import changes, settings_changes


def version(*steps: Step, code: str = "0", **more: Any) -> Manifest:
    """A version in which every step's notebook has the hash `code`."""
    fields: dict[str, Any] = {"name": "Churn", "kernel": "python3", "edges": (), **more}
    notebooks = {step.name: code for step in steps}
    return Manifest(dag_id="churn", uid="u", steps=steps, notebooks=notebooks, source="s", **fields)


def step(name: str, **settings: Any) -> Step:
    return Step(name=name, cells=(f"c-{name}",), settings=StepSettings(**settings))


LOAD, TRAIN = step("load"), step("train")


def test_the_same_version_has_no_changes() -> None:
    assert changes(version(LOAD, TRAIN), version(LOAD, TRAIN)) == ()


def test_steps_that_came_went_or_changed_are_named() -> None:
    older, newer = version(LOAD, TRAIN), version(LOAD, step("report"), code="1")
    assert changes(older, newer) == (
        "Step report is new.",
        "Step train is gone.",
        "Step load: the code changed.",
    )


def source(**cells: str) -> dict[str, Any]:
    """A notebook of one code cell for each step."""
    return {
        "cells": [
            {"id": f"c-{name}", "cell_type": "code", "source": text} for name, text in cells.items()
        ]
    }


def test_a_step_that_only_leaves_or_loads_another_name_has_the_same_code() -> None:
    load = LOAD.model_copy(update={"outputs": (("a",),)})
    more = LOAD.model_copy(update={"outputs": (("a",), ("b", "c"))})
    train = TRAIN.model_copy(update={"inputs": (StepInput(step="load", names=("a",)),)})
    other = TRAIN.model_copy(update={"inputs": (StepInput(step="load", names=("b", "c")),)})
    older, newer = version(load, train), version(more, other, code="1")
    sources = source(load="a = b = c = 1", train="a"), source(load="a = b = c = 1", train="b, c")
    assert changes(older, newer, sources=lambda: sources) == (
        "Step load: now also leaves b, c.",
        "Step train: the code changed.",
    )
    same = source(load="a = b = c = 1", train="a")
    assert changes(newer, older, sources=lambda: (same, same)) == (
        "Step load: no longer leaves b, c.",
        "Step train: now also loads a.",
        "Step train: no longer loads b, c.",
    )


def with_parameters(text: str, **cells: str) -> dict[str, Any]:
    """The same after a cell of parameters."""
    own = {"id": "p", "cell_type": "code", "source": text, "metadata": {"tags": ["parameters"]}}
    return {"cells": [own, *source(**cells)["cells"]]}


def told(was: dict[str, Any], now: dict[str, Any], defaults: tuple[int, int]) -> tuple[str, ...]:
    """What is said of two versions of one step that has the parameters' cell above it."""
    load = LOAD.model_copy(update={"replay": ("p",)})
    first, second = (
        version(load, code=code, parameters=(Parameter(name="n", type="int", default=default),))
        for code, default in zip("01", defaults, strict=True)
    )
    return changes(first, second, sources=lambda: (was, now))


def test_another_value_of_a_parameter_is_no_change_of_the_steps_code() -> None:
    was = with_parameters("n = 7", load="print(n)")
    assert told(was, with_parameters("n = 8", load="print(n)"), (7, 8)) == (
        "Parameter n: int 7 -> int 8.",
    )
    assert told(was, with_parameters("n = 8", load="print(-n)"), (7, 8)) == (
        "Step load: the code changed.",
        "Parameter n: int 7 -> int 8.",
    )


def test_what_else_the_cell_of_parameters_does_is_told() -> None:
    was = with_parameters("n: int = 7\nm = n + 1", load="print(n)")
    now = with_parameters("n: int = 8\nm = n + 2", load="print(n)")
    assert told(was, now, (7, 8)) == (
        "Parameter n: int 7 -> int 8.",
        "The parameters' cell changed.",
    )
    magic = with_parameters("%time n = 7", load="print(n)")
    assert told(was, magic, (7, 7)) == ("The parameters' cell changed.",)


def test_text_and_tags_of_a_step_are_no_code() -> None:
    load = LOAD.model_copy(update={"cells": ("c-text", "c-load")})
    was, now = source(text="# Load", load="1"), source(text="# Load it", load="1")
    was["cells"][0]["cell_type"] = now["cells"][0]["cell_type"] = "markdown"
    now["cells"][1]["metadata"] = {"tags": ["raises-exception"]}
    found = changes(version(load), version(load, code="1"), sources=lambda: (was, now))
    assert found == (
        "Step load: the text between its code changed.",
        "Step load: tags of its cells changed.",
    )


def test_settings_are_shown_as_the_sidebar_has_them() -> None:
    settled = step(
        "load",
        resources=Resources(cpus=2, memory=4 * 2**30, labels={"market": "!spot"}),
        cache=True,
        after=("train",),
        environment=Environment(pip=("polars", "pyarrow")),
    )
    assert changes(version(LOAD), version(settled)) == (
        "Step load: after none -> train.",
        "Step load: cache off -> on.",
        "Step load: environment.pip none -> polars, pyarrow.",
        "Step load: cpus 1 -> 2.",
        "Step load: labels.market none -> !spot.",
        "Step load: memory none -> 4 GiB.",
    )


def test_dependencies_schedule_parameters_files_and_packages_are_told() -> None:
    edge = Edge(source="load", target="train")
    older = version(
        LOAD,
        TRAIN,
        edges=(edge,),
        parameters=(Parameter(name="n", type="int", default=7), Parameter(name="old", type="str")),
        files=(
            FileEntry(path="a.csv", sha256="1", size=1),
            FileEntry(path="b.csv", sha256="1", size=1),
        ),
    )
    newer = version(
        LOAD,
        TRAIN,
        name="Churn 2",
        edges=(Edge(source="train", target="load"),),
        schedule=Schedule(
            cron="0 2 * * *", timezone="Europe/Berlin", catchup=True, overlap="queue"
        ),
        parameters=(
            Parameter(name="n", type="float", default=7.5),
            Parameter(name="new", type="str"),
        ),
        files=(
            FileEntry(path="b.csv", sha256="2", size=1),
            FileEntry(path="c.csv", sha256="1", size=1),
        ),
        requirements=("polars",),
    )
    assert changes(older, newer) == (
        "train -> load is a new dependency.",
        "load -> train is no dependency any more.",
        "Schedule: Only by hand -> At 02:00, Europe/Berlin.",
        "Overlapping runs: skip -> queue.",
        "Catching up on missed runs: off -> on.",
        "Parameter new is new.",
        "Parameter old is gone.",
        "Parameter n: int 7 -> float 7.5.",
        "File a.csv is gone.",
        "File b.csv changed.",
        "File c.csv is new.",
        "Name: Churn -> Churn 2.",
        "Packages: none -> polars.",
    )


def test_a_parameter_that_the_run_fills_from_now_on_is_told() -> None:
    day = Parameter(name="day", type="date", default="2026-01-01")
    bound = day.model_copy(update={"binding": "logical_date"})
    assert changes(version(LOAD, parameters=(day,)), version(LOAD, parameters=(bound,))) == (
        "Parameter day: filled from its default -> logical_date.",
    )


def test_a_rollback_of_the_code_alone_leaves_the_settings_and_says_which() -> None:
    older = version(step("load", retries=1, after=("train",)), code="0")
    newer = version(step("load", retries=3), code="1", schedule=Schedule(cron="@daily"))
    assert settings_changes(older, newer) == (
        "Step load: retries 1 -> 3.",
        "Schedule: Only by hand -> At 00:00, UTC.",
    )


def test_cells_that_changed_came_or_went_stand_in_the_newer_order(make_notebook: Any) -> None:
    older = make_notebook("a = 1", "b = 2", "c = 3")
    newer = make_notebook("new = 0", "a = 1", "b = 20")
    for cell, name in zip(newer["cells"], ("n0", "n1", "n2"), strict=True):
        cell["id"] = name
    newer["cells"][2]["id"] = "c1"
    assert cell_changes(older, newer) == (
        CellChange(cell="n0", kind="added", diff="@@ -0,0 +1 @@\n+new = 0"),
        CellChange(cell="c1", kind="changed", diff="@@ -1 +1 @@\n-b = 2\n+b = 20"),
        CellChange(cell="c2", kind="removed", diff="@@ -1 +0,0 @@\n-c = 3"),
    )


def test_cells_that_only_got_other_ids_did_not_change(make_notebook: Any) -> None:
    older, newer = make_notebook("a = 1", "b = 2"), make_notebook("a = 1", "b = 2")
    for number, cell in enumerate(newer["cells"]):
        cell["id"] = f"other-{number}"
    assert cell_changes(older, newer) == ()

"""`Pipeline` + notebook -> step notebooks that a person can open and run.

Order: title; prelude and `parameters` cells as far as the step needs them; lines of earlier steps that set libraries
up; one cell that loads; the user's cells; one cell that saves. Built with nbformat and ast, never by formatting
strings.
"""

import ast
import copy
from collections.abc import Mapping
from typing import Any

import nbformat

from jupyterlab_promote.dataflow.step_names import may_fail
from jupyterlab_promote.dataflow.wiring.chain import WHERE
from jupyterlab_promote.model.pipeline import Pipeline, Step, StepNotebook
from jupyterlab_promote.notebook.document import Notebook
from jupyterlab_promote.notebook.identity import published_source
from jupyterlab_promote.notebook.installs import without_installs
from jupyterlab_promote.notebook.settings import KEY
from jupyterlab_promote.notebook.source import python_cell
from jupyterlab_promote.notebook.tags import (
    CONTINUES,
    INPUTS,
    OUTPUTS,
    PREAMBLE,
    with_papermill_tag,
)

_HANDOFF = "jupyterlab_promote.worker.handoff"


def render(pipeline: Pipeline, nb: Notebook) -> tuple[StepNotebook, ...]:
    """One notebook for each step, in notebook order; the user's cells keep their ids."""
    return tuple(
        StepNotebook(step=step.name, content=_render_step(pipeline, step, nb))
        for step in pipeline.steps
    )


def _render_step(pipeline: Pipeline, step: Step, nb: Notebook) -> dict[str, Any]:
    raw = {cell["id"]: cell for cell in published_source(nb)["cells"]}
    order = {cell.id: cell.index for cell in nb.cells}
    # What stands above the first step runs in its own order where it runs once.
    above = (*step.replay, *step.cells) if step.automatic else step.replay
    own = () if step.automatic else step.cells
    language = pipeline.language
    cells = [_title(pipeline, step), *_where(step)]
    cells += [
        _user_cell(raw[cell_id], language) for cell_id in sorted(above, key=order.__getitem__)
    ]
    cells += _preamble(step, nb)
    if language == "python":
        cells += _inputs(step, again=_sets_again(step, [raw[cell_id] for cell_id in above]))
    cells += [_user_cell(raw[cell_id], language) for cell_id in own]
    last = step is pipeline.steps[-1]
    # What a step was given is compared at its end, and leads to what is of the whole process, even where it leaves
    # nothing itself; so is what the notebook's own modules keep.
    if language == "python" and (step.outputs or step.inputs or step.watched):
        cells.append(_outputs(step, last=last))
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=_metadata(nb))
    return dict(nbformat.from_dict(notebook))


def _metadata(nb: Notebook) -> dict[str, Any]:
    """The notebook's metadata as it is published, without ours."""
    return {k: v for k, v in published_source(nb)["metadata"].items() if k != KEY}


def _title(pipeline: Pipeline, step: Step) -> Any:
    text = f"# {pipeline.name}: {step.name}"
    cell = nbformat.v4.new_markdown_cell(text)
    cell["id"] = f"promote-title-{step.name}"[:64]
    return cell


def _user_cell(raw: Mapping[str, Any], language: str) -> Any:
    """A cell of the user as it stands, without outputs; lines that install packages become comments."""
    source = raw.get("source", "")
    source = "".join(source) if isinstance(source, list) else source
    kind = str(raw.get("cell_type"))
    if kind == "code" and language == "python":
        source = without_installs(source, python_cell(source).install_lines)
    make = {
        "code": nbformat.v4.new_code_cell,
        "markdown": nbformat.v4.new_markdown_cell,
    }.get(kind, nbformat.v4.new_raw_cell)
    metadata = raw.get("metadata")
    kept = copy.deepcopy(dict(metadata)) if isinstance(metadata, Mapping) else {}
    tags = kept.pop("tags", [])
    if tags:
        kept["tags"] = with_papermill_tag(tags) if isinstance(tags, list) else tags
    cell = make(source, metadata=kept)
    cell["id"] = raw["id"]
    return cell


def _code(source: str, tag: str, step: Step) -> Any:
    cell = nbformat.v4.new_code_cell(source, metadata={"tags": [tag]})
    cell["id"] = f"{tag}-{step.name}"[:64]
    return cell


def _preamble(step: Step, nb: Notebook) -> list[Any]:
    """The lines of earlier steps that run again; each that may fail, as where it stands, has a cell of its own."""
    unsure = may_fail(nb.cells) if nb.language == "python" else frozenset()
    lines = [line for line in step.preamble if line not in unsure]
    cells = [_code("\n".join(lines), PREAMBLE, step)] if lines else []
    for line in (line for line in step.preamble if line in unsure):
        cell = _code(line, PREAMBLE, step)
        cell["id"] = f"{PREAMBLE}-{len(cells)}-{step.name}"[:64]
        cell["metadata"]["tags"].append(CONTINUES)
        cells.append(cell)
    return cells


def _where(step: Step) -> list[Any]:
    wanted = _wanted(step, where=True)
    if not wanted:
        return []
    cell = _code(_call("load_inputs", [wanted], {"before_imports": True}), INPUTS, step)
    cell["id"] = f"{INPUTS}-where-{step.name}"[:64]
    return [cell]


def _wanted(step: Step, *, where: bool) -> dict[str, list[str]]:
    """What the step loads of each earlier one: the state that tells where modules are, or the rest."""
    names = {given.step: [n for n in given.names if (n in WHERE) == where] for given in step.inputs}
    return {provider: wanted for provider, wanted in names.items() if wanted}


_SETS = {"sys:path": ("sys.path",), "os:environ": ("environ", "putenv", "%env", "%set_env")}
"""Words of lines that change what is loaded before the imports."""


def _sets_again(step: Step, above: list[Any]) -> bool:
    """Whether lines that run again change a search path or environment that was loaded before them."""
    texts = [*step.preamble, *("".join(cell.get("source", "")) for cell in above)]
    loaded = [state for state in _SETS if any(state in given.names for given in step.inputs)]
    words = [word for state in loaded for word in _SETS[state]]
    return any(word in text for word in words for text in texts)


def _inputs(step: Step, *, again: bool) -> list[Any]:
    wanted = _wanted(step, where=False)
    if not wanted and step.settings.map_over is None and not again:
        return []
    return [_code(_call("load_inputs", [wanted], {}), INPUTS, step)]


def _outputs(step: Step, *, last: bool) -> Any:
    groups = [list(group) for group in step.outputs]
    told = {"readonly": step.readonly, "repeated": step.repeated, "watched": step.watched}
    keywords: dict[str, Any] = {name: list(names) for name, names in told.items() if names}
    keywords |= {"last": True} if last else {}
    # Opened by hand, nothing else tells the kernel under which name the later steps look for the values.
    keywords["step"] = step.name
    return _code(_call("save_outputs", [groups], keywords), OUTPUTS, step)


def _call(function: str, arguments: list[Any], keywords: Mapping[str, Any]) -> str:
    """The source that imports one function of the handoff and calls it with JSON values."""
    module = ast.Module(
        body=[
            ast.ImportFrom(module=_HANDOFF, names=[ast.alias(name=function)], level=0),
            ast.Expr(
                ast.Call(
                    func=ast.Name(id=function, ctx=ast.Load()),
                    args=[_literal(value) for value in arguments],
                    keywords=[ast.keyword(arg=k, value=_literal(v)) for k, v in keywords.items()],
                )
            ),
        ],
        type_ignores=[],
    )
    return ast.unparse(ast.fix_missing_locations(module))


def _literal(value: Any) -> ast.expr:
    return ast.parse(repr(value), mode="eval").body

"""What steps write that outlives a run: paths outside of its folder, databases, other machines."""

from collections.abc import Iterator, Mapping, Sequence

from jupyterlab_promote.dataflow.flow.values import Outside, Text
from jupyterlab_promote.dataflow.located import place
from jupyterlab_promote.dataflow.wiring.reading_commands import only_reads
from jupyterlab_promote.dataflow.wiring.whereabouts import Whereabouts
from jupyterlab_promote.model.pipeline import OutsideWrite
from jupyterlab_promote.model.settings import StepSettings

_ELSEWHERE = ("/", "~", "../")


def outside_writes(
    steps: Sequence[Whereabouts], settings: Mapping[str, StepSettings]
) -> Iterator[OutsideWrite]:
    """Each thing once for each step, in the notebook's order; `writes` of a step's settings replaces what was found.

    Left out are paths that are not known, calls of which nothing is known (most stay within the run's folder), and
    shell commands that are known to only read.
    """
    for step in steps:
        name = step.flow.names.name
        said = settings.get(name)
        if said is not None and said.writes:
            yield from (
                OutsideWrite(step=name, thing=path) for path in said.writes if _leads_out(path)
            )
            continue
        told: set[str] = set()
        for effect, cell in step.outside:
            thing = _thing(effect) if effect.writes and effect.sure else ""
            if thing and thing not in told:
                told.add(thing)
                yield OutsideWrite(step=name, thing=thing, place=place(cell, effect.line))


def _thing(effect: Outside) -> str:
    if effect.what == "world":
        said = str(effect.why)
        return "" if only_reads(said) else said
    return (
        _path(effect.place) if effect.place is not None and _leads_out(effect.place.begins) else ""
    )


def _path(text: Text) -> str:
    return text.begins if text.whole else f"{text.begins}*{text.ends}"


def _leads_out(path: str) -> bool:
    return path.startswith(_ELSEWHERE) or path == ".." or "://" in path

"""Small versions made by hand: the provider needs no notebook analysis."""

import hashlib
import json

from jupyterlab_promote.model.pipeline import Edge, Parameter, Step, StepInput
from jupyterlab_promote.model.settings import Schedule, StepSettings
from jupyterlab_promote.model.version import Manifest
from jupyterlab_promote.store.versions import Draft

UID = "u" * 32


def notebook(*sources, tags=()):
    """An nbformat 4 notebook with one code cell for each source."""
    cells = [
        {
            "cell_type": "code",
            "id": f"c{index}",
            "metadata": {"tags": list(tags)},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        for index, source in enumerate(sources)
    ]
    return {
        "cells": cells,
        "metadata": {
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def encoded(document):
    return json.dumps(document, sort_keys=True).encode()


def step(name, *, inputs=(), parameters=(), **settings):
    return Step(
        name=name,
        cells=("c0",),
        settings=StepSettings(**settings),
        inputs=tuple(StepInput(step=source, names=names) for source, names in inputs),
        reads_parameters=tuple(parameters),
    )


def draft(
    dag_id="demo",
    *,
    code=None,
    steps=None,
    edges=(("load", "train"),),
    schedule=None,
    parameters=(),
    uid=UID,
    name="Demo",
    produces=(),
):
    """A draft whose step notebooks run the given sources: step name -> source, or a list of them."""
    steps = steps or (step("load"), step("train"))
    code = {s.name: "pass" for s in steps} | (code or {})
    notebooks = {
        s.name: encoded(
            notebook(*([code[s.name]] if isinstance(code[s.name], str) else code[s.name]))
        )
        for s in steps
    }
    source = encoded(notebook(*[str(c) for c in code.values()]))
    manifest = Manifest(
        dag_id=dag_id,
        uid=uid,
        name=name,
        kernel="python3",
        steps=tuple(steps),
        edges=tuple(Edge.model_validate({"from": a, "to": b}) for a, b in edges),
        parameters=tuple(parameters),
        schedule=schedule or Schedule(),
        notebooks={k: hashlib.sha256(v).hexdigest() for k, v in notebooks.items()},
        source=hashlib.sha256(source).hexdigest(),
        produces=produces,
    )
    return Draft(manifest=manifest, notebooks=notebooks, source=source, files={})


def parameter(name, kind, default=None, **more):
    return Parameter(name=name, type=kind, default=default, **more)

"""What the kernels of a run have in common."""

from jupyterlab_promote.model.settings import Environment, Resources
from jupyterlab_promote.worker.environment import kernel_environment

_HASHES = "PYTHONHASHSEED"


def test_steps_hash_texts_alike_as_one_kernel_does() -> None:
    plain = {"resources": Resources(), "environment": Environment()}
    assert kernel_environment({}, **plain)[_HASHES] == "0"
    assert kernel_environment({_HASHES: "7"}, **plain)[_HASHES] == "7"
    asked = Environment(env={_HASHES: "9"})
    assert kernel_environment({}, resources=Resources(), environment=asked)[_HASHES] == "9"


def test_pictures_are_drawn_as_in_the_notebook_unless_the_step_asks_otherwise() -> None:
    worker = {"MPLBACKEND": "agg"}
    plain = kernel_environment(worker, resources=Resources(), environment=Environment())
    assert "MPLBACKEND" not in plain
    asked = Environment(env={"MPLBACKEND": "svg"})
    made = kernel_environment(worker, resources=Resources(), environment=asked)
    assert made["MPLBACKEND"] == "svg"

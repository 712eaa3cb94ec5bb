"""The positions of random generators. A library that the notebook has not imported has none to travel."""

import sys
from typing import Any


def get_random() -> Any:
    """The position of `random`."""
    module = sys.modules.get("random")
    return None if module is None else module.getstate()


def set_random(value: Any) -> None:
    """Go on from there."""
    import random

    random.setstate(value)


def get_numpy() -> Any:
    """The position of `numpy.random`."""
    module = sys.modules.get("numpy.random")
    return None if module is None else module.get_state()


def set_numpy(value: Any) -> None:
    """Go on from there."""
    import numpy as np

    np.random.set_state(value)


def get_torch() -> Any:
    """The positions of PyTorch's generators, of the CPU and of each GPU that the notebook has used."""
    torch = sys.modules.get("torch")
    if torch is None:
        return None
    used = torch.cuda.is_available() and torch.cuda.is_initialized()
    gpus = torch.cuda.get_rng_state_all() if used else []
    return {
        "cpu": bytes(torch.get_rng_state().tolist()),
        "gpus": [bytes(state.tolist()) for state in gpus],
    }


def set_torch(value: Any) -> None:
    """Go on from there. GPUs that this machine has not keep their place for nobody."""
    import torch  # type: ignore[import-not-found,unused-ignore]

    torch.set_rng_state(torch.tensor(list(value["cpu"]), dtype=torch.uint8))
    there = torch.cuda.device_count() if value["gpus"] else 0
    for index, state in enumerate(value["gpus"][:there]):
        torch.cuda.set_rng_state(torch.tensor(list(state), dtype=torch.uint8), index)

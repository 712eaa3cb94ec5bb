"""The positions of PyTorch's random generators, of the CPU and of each GPU that the notebook has used."""

import sys
from pathlib import Path
from typing import Any


def get(workdir: Path) -> Any:
    """The positions; None where the notebook has not imported PyTorch."""
    del workdir
    torch = sys.modules.get("torch")
    if torch is None:
        return None
    used = torch.cuda.is_available() and torch.cuda.is_initialized()
    gpus = torch.cuda.get_rng_state_all() if used else []
    return {
        "cpu": bytes(torch.get_rng_state().tolist()),
        "gpus": [bytes(state.tolist()) for state in gpus],
    }


def set_(value: Any, workdir: Path) -> None:
    """Go on from there. GPUs that this machine has not keep their place for nobody."""
    del workdir
    import torch  # type: ignore[import-not-found,unused-ignore]

    torch.set_rng_state(torch.tensor(list(value["cpu"]), dtype=torch.uint8))
    there = torch.cuda.device_count() if value["gpus"] else 0
    for index, state in enumerate(value["gpus"][:there]):
        torch.cuda.set_rng_state(torch.tensor(list(state), dtype=torch.uint8), index)

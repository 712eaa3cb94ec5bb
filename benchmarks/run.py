"""`make bench ONLY=name`: runs benchmarks, prints one table, writes `benchmarks/out/results.json`.

A benchmark is a function `() -> Result` in the table `BENCHMARKS` of a module of this folder, and is
named there. Each is measured beside a peer in the same run, because a ratio holds on other machines.
"""

import argparse
import importlib
import json
import signal
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx

from jupyterlab_promote.errors import PromoteError

_HERE = Path(__file__).parent
_RESULTS = _HERE / "out" / "results.json"
_NO_BENCHMARKS = {"run", "__init__"}
_NOT_MEASURED = (
    PromoteError,
    RuntimeError,
    OSError,
    subprocess.SubprocessError,
    httpx.HTTPError,
)
"""What a benchmark raises when something that it needs is not there or fails; the others are measured nevertheless."""


@dataclass(frozen=True)
class Result:
    """One measured value.

    Attributes:
        value: median of the repetitions, in `unit`.
        peer: median of what it is compared with, in the same unit; for a goal without a peer, the goal.
        ratio: value / peer.
        spread: lowest and highest repetition.
    """

    value: float
    unit: str
    peer: float | None
    ratio: float | None
    spread: tuple[float, float]


def result(values: Sequence[float], *, unit: str, peer: Sequence[float] | float | None) -> Result:
    """The result of repetitions beside the repetitions of a peer, or beside a fixed goal."""
    median = statistics.median(values)
    other = peer if isinstance(peer, float | None) else statistics.median(peer)
    return Result(
        value=round(median, 4),
        unit=unit,
        peer=None if other is None else round(other, 4),
        ratio=None if other is None else round(median / other, 3),
        spread=(round(min(values), 4), round(max(values), 4)),
    )


def _benchmarks() -> dict[str, Callable[[], Result]]:
    found: dict[str, Callable[[], Result]] = {}
    for path in sorted(_HERE.glob("*.py")):
        if path.stem not in _NO_BENCHMARKS:
            module = importlib.import_module(f"benchmarks.{path.stem}")
            found |= getattr(module, "BENCHMARKS", {})
    return found


def _write(results: dict[str, Result]) -> None:
    known = json.loads(_RESULTS.read_text()) if _RESULTS.exists() else {}
    known |= {name: asdict(each) for name, each in results.items()}
    _RESULTS.parent.mkdir(exist_ok=True)
    _RESULTS.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n")


def _shown(name: str, each: Result) -> str:
    peer = "-" if each.peer is None else f"{each.peer:.3f}"
    ratio = "-" if each.ratio is None else f"{each.ratio:.2f}"
    spread = f"{each.spread[0]:.3f}-{each.spread[1]:.3f}"
    return f"{name:28}{each.value:>10.3f} {each.unit:6}{peer:>10}{ratio:>8}   {spread}"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the named benchmarks, or all; exit code 1 when one could not be measured."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("names", nargs="*", help="which; all when none is named")
    args = parser.parse_args(argv)
    # Being ended must end what a benchmark started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    known = _benchmarks()
    unknown = set(args.names) - set(known)
    if unknown:
        parser.error(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    print(f"{'name':28}{'value':>10} {'unit':6}{'peer':>10}{'ratio':>8}   spread", flush=True)
    failed = 0
    for name in args.names or known:
        try:
            measured = known[name]()
        except _NOT_MEASURED as error:
            failed += 1
            print(f"{name:28}could not be measured: {error}", file=sys.stderr, flush=True)
            continue
        _write({name: measured})
        print(_shown(name, measured), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    # Modules import `benchmarks.run`, which is another module object than `__main__`.
    from benchmarks.run import main as run

    sys.exit(run())

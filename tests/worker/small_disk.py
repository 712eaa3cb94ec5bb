"""Runs steps on a file system of one MiB that others fill, in a mount namespace of its own; prints how they ended.

`unshare --mount python -m tests.worker.small_disk FOLDER KILOBYTES...`: one step for each number, which prints so much.
"""

import json
import subprocess
import sys
from pathlib import Path

from tests.worker.conftest import Bench

from jupyterlab_promote.model.document import dump
from jupyterlab_promote.store.runs import read_outcome, ref_of
from jupyterlab_promote.store.store import open_store

FILL = """\
print('filling', flush=True)
with open({path!r}, 'wb', buffering=0) as file:
    try:
        while True:
            file.write(b'x' * 4096)
    except OSError:
        print('filled', flush=True)
"""


def ended(place: Path, kilobytes: str) -> object:
    """The outcome that a step left on a new file system at `place`."""
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    subprocess.run(mount, check=True, capture_output=True)
    bench = Bench(open_store(place / "store"))
    fill = FILL.format(path=str(place / "others"))
    bench.publish({"a": [fill, f"print('y' * {kilobytes} * 1024)"]})
    outcome = bench.run("a")
    if read_outcome(bench.store, ref_of(outcome)) != outcome:
        raise SystemExit("the store has another outcome")
    return dump(outcome)


if __name__ == "__main__":
    base = Path(sys.argv[1])
    print(json.dumps([ended(base / number, number) for number in sys.argv[2:]]))

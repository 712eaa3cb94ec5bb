"""How much memory a kernel and all that it started hold.

Counted is what cannot be reclaimed: anonymous and shared memory, shared pages divided by their users (PSS).
Clean pages of mapped files, such as handoffs, are the page cache's and are not counted.
"""

from pathlib import Path

import psutil

_COUNTED = ("Pss_Anon:", "Pss_Shmem:")


def tree(pid: int) -> tuple[psutil.Process, ...]:
    """The process and its living descendants; empty when it is gone."""
    try:
        root = psutil.Process(pid)
        return (root, *root.children(recursive=True))
    except psutil.NoSuchProcess:
        return ()


def tree_memory(pid: int) -> int:
    """Bytes held by a process and its descendants; 0 when it is gone."""
    return sum(_memory(process) for process in tree(pid))


def _memory(process: psutil.Process) -> int:
    try:
        text = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
    except OSError:
        return _memory_without_proc(process)
    kibibytes = [int(line.split()[1]) for line in text.splitlines() if line.startswith(_COUNTED)]
    return 1024 * sum(kibibytes)


def _memory_without_proc(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def killed_for_memory() -> int | None:
    """How often this machine's OOM killer struck since it started; None where that is not known."""
    try:
        lines = Path("/proc/vmstat").read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) for line in lines if line.startswith("oom_kill ")), None)

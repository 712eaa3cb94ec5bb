"""Processes by identity: a pid and the moment at which it began, so that a reused pid is never touched."""

import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

_CLOCK_TOLERANCE = 2.0
"""Seconds; the boot time from which the moment is computed moves when the clock is set."""


@dataclass(frozen=True)
class ProcessRecord:
    """One process; `created` is seconds since the epoch."""

    name: str
    pid: int
    created: float


def record(name: str, process: psutil.Process) -> ProcessRecord:
    """The identity of a living process."""
    return ProcessRecord(name, process.pid, process.create_time())


def find(known: ProcessRecord) -> psutil.Process | None:
    """The process of a record, or None when it has ended or its pid belongs to another one."""
    try:
        process = psutil.Process(known.pid)
        same = abs(process.create_time() - known.created) < _CLOCK_TOLERANCE
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None
    except psutil.Error:
        return None


def start(
    name: str, command: Sequence[str], *, env: Mapping[str, str], cwd: Path, log: Path
) -> tuple[ProcessRecord, subprocess.Popen[bytes]]:
    """Start a program that outlives us, in a session of its own, with its output in `log`."""
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        process = subprocess.Popen(  # noqa: S603 - our own command lines
            command,
            env=dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=descriptor,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    finally:
        os.close(descriptor)
    return record(name, psutil.Process(process.pid)), process


def descendants(known: Iterable[ProcessRecord]) -> tuple[ProcessRecord, ...]:
    """Every living process below those of the records."""
    found: dict[int, ProcessRecord] = {}
    for parent in known:
        process = find(parent)
        if process is None:
            continue
        try:
            children = process.children(recursive=True)
        except psutil.Error:
            continue
        for child in children:
            try:
                found[child.pid] = record(parent.name, child)
            except psutil.Error:
                continue
    return tuple(found.values())


def end(known: Sequence[ProcessRecord], *, parents: int, grace: float) -> None:
    """End processes and all below them: the first `parents` of `known` are asked, what is left is killed.

    Never takes longer than `grace` and a few seconds. Raises nothing for processes that are gone.
    """
    below = {each.pid: each for each in (*known, *descendants(known))}
    asked = [process for each in known[:parents] if (process := find(each))]
    for process in asked:
        _signal(process, kill=False)
    psutil.wait_procs(asked, timeout=grace)
    below |= {each.pid: each for each in descendants(list(below.values()))}
    left = [process for each in below.values() if (process := find(each))]
    for process in left:
        _signal(process, kill=True)
    psutil.wait_procs(left, timeout=5)


def _signal(process: psutil.Process, *, kill: bool) -> None:
    try:
        process.kill() if kill else process.terminate()
    except psutil.Error:
        return

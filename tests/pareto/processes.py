"""Processes as /proc shows them: who descends from whom, who still runs."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

PROC = Path("/proc")
HERE = (PROC / "self" / "stat").exists()

Process = tuple[int, str]
"""Its number, and when it started, for numbers come again."""


def _stat(pid: int) -> list[str] | None:
    """Return the fields of a process from its state on; None where there is none."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return None


def _tracks(pid: int) -> bool:
    """Whether it is the one that Python keeps to clean up shared memory."""
    try:
        return b"resource_tracker" in (PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return False


def below(parent: int, tracker: bool = True) -> list[Process]:
    """Return all that descend from a process."""
    numbers = [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit()]
    table = {pid: stat for pid in numbers if (stat := _stat(pid)) is not None}
    found: list[Process] = []
    new = [parent]
    while new:
        new = [pid for pid, stat in table.items() if int(stat[1]) in new]
        found += [(pid, table[pid][19]) for pid in new]
    return [process for process in found if tracker or not _tracks(process[0])]


def alive(process: Process) -> bool:
    """Whether a process runs, and is not only to be collected."""
    stat = _stat(process[0])
    return stat is not None and stat[19] == process[1] and stat[0] not in "ZX"


def gone(processes: Iterable[Process], seconds: float = 5.0) -> bool:
    """Whether processes end within so many seconds."""
    left = [p for p in processes if alive(p)]
    until = time.monotonic() + seconds
    while left and time.monotonic() < until:
        time.sleep(0.05)
        left = [p for p in left if alive(p)]
    return not left

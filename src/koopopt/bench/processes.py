"""One run in a process of its own, with a clock, a limit of memory and a line to end it.

The process has a session of its own, so that Ctrl-C in the terminal reaches only who started it.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

GRACE: Final = 30.0
"""Seconds over the limit after which a process is ended."""
PREPARING: Final = 600.0
"""Seconds in which an instance has to be made."""
TICK: Final = 0.1
SHARE: Final = 0.8
"""Of a limit of memory, what coalitions and models may take: the process itself needs some."""


class Cancelled(Exception):  # noqa: N818 - a signal, not an error
    """Whoever asked wants no more."""


@dataclass(slots=True)
class Run:
    """What a process said, and what became of it.

    Attributes
    ----------
    end : mapping
        As `koopopt.bench.job` tells it; where the process was ended, its status is ``killed`` or
        ``memory``, where it ended by itself, ``error``.
    track : list of mapping
        Seconds, value and bound, each time one of them was better.
    peak : int
        Largest memory of the process, in bytes; 0 where that is not known.
    """

    end: Mapping[str, Any] = field(default_factory=dict)
    track: list[Mapping[str, Any]] = field(default_factory=list)
    peak: int = 0


def run(
    question: Mapping[str, Any], *, seconds: float, memory: int | None, tick: Callable[[], bool]
) -> Run:
    """Ask a question of `koopopt.bench.job` in a process of its own.

    Parameters
    ----------
    question : mapping
    seconds : float
        What the run may take; the process has `GRACE` more.
    memory : int or None
        Bytes that the process may take; it is ended where it takes more.
    tick : callable
        Called several times a second; False ends the run.

    Raises
    ------
    Cancelled
        Where `tick` said so.
    """
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "koopopt.bench.job"], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
        encoding="utf-8",
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(process.stdout, lines), daemon=True).start()
    try:
        soft = None if memory is None else int(SHARE * memory)
        process.stdin.write(json.dumps({**question, "time": seconds, "memory": soft}) + "\n")
        process.stdin.flush()
    except OSError:  # it is gone already; that is told below
        pass
    try:
        return _followed(process, lines, seconds, memory, tick)
    finally:
        process.kill()
        process.wait()
        process.stdin.close()


def _followed(
    process: subprocess.Popen[str], lines: queue.SimpleQueue[str | None], seconds: float,
    memory: int | None, tick: Callable[[], bool],
) -> Run:  # fmt: skip
    found = Run()
    about: dict[str, Any] = {}
    began, until = time.monotonic(), time.monotonic() + PREPARING
    while True:
        if not tick():
            raise Cancelled
        found.peak = max(found.peak, _peak(process.pid))
        taken = time.monotonic() - began
        if memory is not None and found.peak > memory:
            found.end = {**about, "status": "memory", "seconds": round(taken, 3)}
            return found
        if time.monotonic() > until:
            found.end = {**about, "status": "killed", "seconds": round(taken, 3)}
            return found
        try:
            line = lines.get(timeout=TICK)
        except queue.Empty:
            continue
        if line is None:
            code = process.wait()
            message = f"the process ended with {code}"
            found.end = {**about, "status": "error", "seconds": round(taken, 3),
                         "message": message}  # fmt: skip
            return found
        said = json.loads(line)
        if "ready" in said:
            about = {key: value for key, value in said.items() if key != "ready"}
            began, until = time.monotonic(), time.monotonic() + seconds + GRACE
        elif "status" in said:
            found.peak = max(found.peak, int(said.pop("peak", 0)))
            found.end = {**about, **said}
            return found
        else:
            found.track.append(said)


def _read(stream: IO[str], lines: queue.SimpleQueue[str | None]) -> None:
    try:
        for line in stream:
            lines.put(line)
    except ValueError:  # closed meanwhile
        pass
    lines.put(None)


def _peak(pid: int) -> int:
    """Return the largest memory of a running process, in bytes; 0 where the system does not say."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii", "replace")
    except OSError:
        return 0
    words = status.partition("VmHWM:")[2].split(maxsplit=1)
    return 1024 * int(words[0]) if words and words[0].isdecimal() else 0


def own_peak() -> int:
    """Return the largest memory of this process so far, in bytes; 0 where that is not known."""
    known = _peak(os.getpid())
    if known:
        return known
    try:
        import resource
    except ImportError:
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else 1024 * most

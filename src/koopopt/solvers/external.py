"""Running PuLP and Pyomo in a process of their own.

Both start programs, write files and redirect standard output, and neither can be asked to stop.
In a child process with its own process group that does no harm: it can be interrupted (CBC then
hands over its best solution) and, if that is not enough, killed; two threads may solve at once;
and a crash is an error message. The child is this module, run as a program: it reads a pickled
`Job` from standard input and writes a pickled `SolverAnswer` to standard output.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from koopopt.solvers.base import Control, Termination
from koopopt.solvers.supervise import Brake
from koopopt.solvers.task import SolverAnswer, SolverTask

TERMINATION_SECONDS: Final = 0.7
"""Seconds between asking a child to stop and killing it."""
POSIX: Final = os.name == "posix"


@dataclass(frozen=True, slots=True)
class Job:
    """What the child does: call `run` with a task and further words, in a folder of its own."""

    run: Callable[..., SolverAnswer]
    task: SolverTask
    words: tuple[str, ...]


def in_child(job: Job, control: Control, brake: Brake) -> SolverAnswer:
    """Run `job` in a child process and return its answer."""
    model = job.task.model
    rows, columns = model.shape
    # Readable names are of no use to a program, and might mean something to it.
    plain = replace(
        model,
        columns=[f"x{j}" for j in range(columns)],
        rows=[f"c{i}" for i in range(rows)],
        name="koopopt",
    )
    until = None if job.task.seconds is None else time.time() + job.task.seconds
    parcel = pickle.dumps(replace(job, task=replace(job.task, model=plain, until=until)))
    with tempfile.TemporaryDirectory(prefix="koopopt-", ignore_cleanup_errors=True) as folder:
        here = Path.cwd()
        paths = [str(here / path) for path in sys.path]
        with open(Path(folder) / "errors", "w+b") as errors:
            child = subprocess.Popen(
                [sys.executable, "-c", "from koopopt.solvers.external import main; main()"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=folder,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "TMPDIR": folder},
                start_new_session=True,
            )
            brake.pull = _brake(child)
            try:
                output, _ = child.communicate(parcel)
            finally:
                _signal(child, kill=True)  # whatever the child may have left running
            errors.seek(0)
            words = errors.read().decode(errors="replace").strip().splitlines()
    if child.returncode == 0 and output:
        answer: SolverAnswer = pickle.loads(output)
    else:
        said = words[-1] if words else f"exit code {child.returncode}"
        answer = SolverAnswer(Termination.ERROR, message=said)
    if answer.termination is Termination.ERROR and control.stopped:
        return replace(answer, termination=control.why, message="")
    return answer


def _brake(child: subprocess.Popen[bytes]) -> Callable[[], None]:
    """Return what interrupts the child when first called, and kills it a little later."""
    asked: float | None = None

    def pull() -> None:
        nonlocal asked
        now = time.monotonic()
        if asked is None:
            asked = now
            _signal(child, kill=False)
        elif now > asked + TERMINATION_SECONDS:
            _signal(child, kill=True)

    return pull


def _signal(child: subprocess.Popen[bytes], *, kill: bool) -> None:
    """Interrupt or kill the child and all that it started."""
    try:
        if POSIX:
            os.killpg(child.pid, signal.SIGKILL if kill else signal.SIGINT)
        elif kill:
            child.kill()
    except (ProcessLookupError, PermissionError):
        pass


def main() -> None:
    """Do one job; the child's main function."""
    # Interrupts are for the solver; this process waits for what it hands over.
    signal.signal(signal.SIGINT, lambda *_: None)
    channel = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    job: Any = pickle.load(sys.stdin.buffer)
    try:
        answer = job.run(job.task, *job.words)
    except Exception as error:
        answer = SolverAnswer(Termination.ERROR, message=f"{type(error).__name__}: {error}")
    with channel:
        pickle.dump(answer, channel)

"""The streams of the process, made reliable: what is written arrives whole, or an error is raised.

Python keeps what could not be written and complains once more when the process ends; it fails on
a pipe that is not ready, and prints `?` for what a console cannot show. Here every text is spelled
in the console's characters (`language.spelling`) and written at once, waiting where a reader is
slow. Nothing is left over at the end.
"""

from __future__ import annotations

import io
import os
import select
import sys
from typing import TYPE_CHECKING

from koopopt.language.spelling import spelled

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class Wire(io.RawIOBase):
    """Bytes to a file descriptor: all of them, or an error; silence where they do not matter."""

    def __init__(self, descriptor: int, *, needed: bool) -> None:
        super().__init__()
        self._raw = open(descriptor, "wb", buffering=0, closefd=False)  # noqa: SIM115
        self._needed = needed

    def fileno(self) -> int:
        return self._raw.fileno()

    def isatty(self) -> bool:
        return self._raw.isatty()

    def writable(self) -> bool:
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        left = memoryview(data)
        try:
            while left:
                count = self._raw.write(left)
                if count is None:  # a pipe that does not wait for its reader
                    select.select([], [self._raw], [])
                else:
                    left = left[count:]
        except OSError:
            if self._needed:
                raise
        return memoryview(data).nbytes

    def settle(self) -> None:
        """Hear of errors that a file system tells only when a file is closed (full disks)."""
        os.close(os.dup(self.fileno()))


class Stream(io.TextIOWrapper):
    """Text to a file descriptor, in characters that its encoding has."""

    def __init__(self, descriptor: int, encoding: str, *, needed: bool) -> None:
        self.wire = Wire(descriptor, needed=needed)
        super().__init__(self.wire, encoding, "backslashreplace", write_through=True)  # type: ignore[arg-type]

    def write(self, text: str, /) -> int:
        super().write(spelled(text, self.encoding))
        return len(text)


def claim() -> None:
    """Keep standard output for koopopt; what libraries in C print goes to standard error.

    Only where the streams are the process's own: a test or a notebook has put something else
    there. Descriptors that are closed are opened on nothing, lest a file of koopopt's own gets
    the number to which libraries print.
    """
    if sys.stdout is not sys.__stdout__ or sys.stderr is not sys.__stderr__:
        return
    try:
        for number in range(3):
            _occupied(number)
        if sys.stdout is not None:
            sys.stdout.flush()
            own = os.dup(sys.stdout.fileno())
            sys.stdout = Stream(own, sys.stdout.encoding, needed=True)
        if sys.stderr is not None:
            sys.stderr = Stream(sys.stderr.fileno(), sys.stderr.encoding, needed=False)
        os.dup2(2, 1)
    except (OSError, ValueError):
        return


def _occupied(number: int) -> None:
    """Make sure that a descriptor is open; those below it are."""
    try:
        os.fstat(number)
    except OSError:
        os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # gets the least free number

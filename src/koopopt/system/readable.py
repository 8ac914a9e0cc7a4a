"""Whether a file can be read to its end, before that is tried."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

_DESCRIPTORS: Final = ("/dev/fd/", "/dev/stdin", "/proc/")
"""Where a process finds what is open already: its standard input, and `<(...)` of a shell."""


def ends(path: Path) -> bool:
    """Whether there is a file, or a pipe that is open already.

    A named pipe may wait for ever for somebody to write, and a device need not end.

    Raises
    ------
    OSError
        If there is nothing, or it may not be looked at.
    """
    mode = path.stat().st_mode
    opened = os.path.abspath(path).startswith(_DESCRIPTORS)
    return stat.S_ISREG(mode) or (stat.S_ISFIFO(mode) and opened)

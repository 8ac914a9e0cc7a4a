"""How many processes may compute at a time: cores of the machine, or fewer where it is limited.

Limits are those that Linux knows: the cores that a process may run on, and the share of time that
control groups leave it (`--cpus` of a container).
"""

from __future__ import annotations

import math
import os
from pathlib import Path

from koopopt.system import groups


def usable(root: Path = Path("/")) -> int:
    """Return how many cores can be used, a part of one counted as one."""
    shares = [_share(*group) for group in groups.around(root, "cpu")]
    return max(1, min([_allowed(), *(math.ceil(s) for s in shares if s is not None)]))


def _allowed() -> int:
    """Return the cores that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _share(group: Path, version: int) -> float | None:
    """Return how many cores' time a control group has; None where it is not limited."""
    try:
        if version == 2:
            most, period = (group / "cpu.max").read_text(encoding="ascii").split()
        else:
            most = (group / "cpu.cfs_quota_us").read_text(encoding="ascii")
            period = (group / "cpu.cfs_period_us").read_text(encoding="ascii")
        share = int(most) / int(period)
    except (OSError, ValueError, ZeroDivisionError):  # "max", or no such group to be seen
        return None
    return share if share > 0 else None  # -1: without a limit

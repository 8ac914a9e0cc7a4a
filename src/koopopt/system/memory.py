"""How much memory a run may take: what is free, and the share of it that is used unless said.

Free is what Linux says can be had without swapping, or less where a control group (a container, a
batch system) allows less. Elsewhere a fixed amount stands for it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

USUAL_SHARE: Final = 0.5
"""Part of the free memory that is taken at the most, unless said."""
UNKNOWN_BYTES: Final = 4 * 10**9
"""Bytes that count as free where the system does not say."""


def free(root: Path = Path("/")) -> int:
    """Return the bytes that can be had: of the machine, and of the control groups it runs in."""
    known = [_available(root / "proc/meminfo"), *_groups(root)]
    return max(0, min((k for k in known if k is not None), default=UNKNOWN_BYTES))


def usual() -> int:
    """Return the bytes that a run may take unless said."""
    return int(USUAL_SHARE * free())


def parse(text: str) -> int:
    """Return the bytes of ``4GB``, ``500 MB``, ``4.5G``, ``2GiB`` or ``50%`` (of what is free).

    Raises
    ------
    ValueError
        For anything else.
    """
    found = _AMOUNT.fullmatch(text.strip().upper())
    if found is None:
        raise ValueError(text)
    number, percent, unit, binary = found.groups()
    value = float(number)
    if percent:
        value *= free() / 100 if value <= 100 else float("nan")
    else:
        power = " KMGT".index(unit or " ")
        value *= (1024 if binary else 1000) ** power
    if not 1 <= value < 1e18:
        raise ValueError(text)
    return int(value)


def told(amount: float) -> str:
    """Return an amount of memory for people, e.g. ``4.5 GB``."""
    unit = "GB" if amount >= 10**9 else "MB"
    return f"{amount / (10**9 if unit == 'GB' else 10**6):.3g} {unit}"


_AMOUNT: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?) *(?:(%)|(?:([KMGT])(?:(I?)B)?|B)?)")


def _available(file: Path) -> int | None:
    """Return MemAvailable of /proc/meminfo."""
    try:
        lines = file.read_text(encoding="ascii", errors="replace").splitlines()
        return next(int(x.split()[1]) * 1024 for x in lines if x.startswith("MemAvailable:"))
    except (OSError, StopIteration, ValueError, IndexError):
        return None


def _groups(root: Path) -> list[int]:
    """Return what each control group around this process has left, version 1 and 2."""
    left: list[int] = []
    try:
        lines = (root / "proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return left
    for line in lines:
        _, _, rest = line.partition(":")
        kinds, _, path = rest.partition(":")
        top = root / "sys/fs/cgroup"
        names = ("memory.max", "memory.current", "inactive_file")
        if kinds == "memory" or "memory" in kinds.split(","):
            top = top / "memory"
            names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
        elif kinds:
            continue
        group = top / path.strip("/")
        while True:  # a limit of any group above holds as well
            room = _left(group, *names)
            left += [] if room is None else [room]
            if group == top or top not in group.parents:
                break
            group = group.parent
    return left


def _left(group: Path, limit: str, used: str, cached: str) -> int | None:
    """Return limit - use of a control group; files that can be dropped are no use."""
    try:
        most = int((group / limit).read_text(encoding="ascii"))
        now = int((group / used).read_text(encoding="ascii"))
        stat = (group / "memory.stat").read_text(encoding="ascii").splitlines()
        files = sum(int(x.split()[1]) for x in stat if x.split()[0] == cached)
    except (OSError, ValueError, IndexError):  # "max", or no such group to be seen
        return None
    return max(0, most - now + files)

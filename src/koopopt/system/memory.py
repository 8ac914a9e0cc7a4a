"""How much memory a run may take: what is free, and the share of it that is used unless said.

Free is what Linux says can be had without swapping, or less where a control group (a container, a
batch system) allows less. Elsewhere a fixed amount stands for it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from koopopt.system import groups

USUAL_SHARE: Final = 0.5
"""Part of the free memory that is taken at the most, unless said."""
UNKNOWN_BYTES: Final = 4 * 10**9
"""Bytes that count as free where the system does not say."""


def free(root: Path = Path("/")) -> int:
    """Return the bytes that can be had: of the machine, and of the control groups it runs in."""
    left = [_left(*group) for group in groups.around(root, "memory")]
    known = [_available(root / "proc/meminfo"), *left]
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

_NAMES: Final = {
    1: ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    2: ("memory.max", "memory.current", "inactive_file"),
}
"""Where the versions of control groups have limit, use, and what of it can be dropped."""


def _available(file: Path) -> int | None:
    """Return MemAvailable of /proc/meminfo."""
    try:
        lines = file.read_text(encoding="ascii", errors="replace").splitlines()
        return next(int(x.split()[1]) * 1024 for x in lines if x.startswith("MemAvailable:"))
    except (OSError, StopIteration, ValueError, IndexError):
        return None


def _left(group: Path, version: int) -> int | None:
    """Return limit - use of a control group; files that can be dropped are no use."""
    limit, used, cached = _NAMES[version]
    try:
        most = int((group / limit).read_text(encoding="ascii"))
        now = int((group / used).read_text(encoding="ascii"))
        stat = (group / "memory.stat").read_text(encoding="ascii").splitlines()
        files = sum(int(x.split()[1]) for x in stat if x.split()[0] == cached)
    except (OSError, ValueError, IndexError):  # "max", or no such group to be seen
        return None
    return max(0, most - now + files)

"""The control groups of Linux that this process runs in: a container, a batch system, a service."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path


def around(root: Path, kind: str) -> Iterator[tuple[Path, int]]:
    """Yield the folders of groups that may limit a kind of resource, each with its version.

    Parameters
    ----------
    root : Path
        Of the file system.
    kind : str
        ``memory`` or ``cpu``.
    """
    try:
        lines = (root / "proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    for line in lines:
        _, _, rest = line.partition(":")
        kinds, _, path = rest.partition(":")
        top, version = root / "sys/fs/cgroup", 2
        if kind in kinds.split(","):
            top, version = top / kind, 1
        elif kinds:
            continue
        group = top / path.strip("/")
        while True:  # a limit of any group above holds as well
            yield group, version
            if group == top or top not in group.parents:
                break
            group = group.parent

"""Files that are never half written: they wait beside their place until they are complete."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

TEMPORARY_PREFIX: Final = ".koopopt-"
"""How folders begin in which files wait until they are complete."""


@contextmanager
def beside(folder: Path) -> Iterator[Path]:
    """Make a folder for files that will be moved into `folder` once they are complete."""
    there = Path(tempfile.mkdtemp(prefix=TEMPORARY_PREFIX, dir=folder))
    try:
        yield there
    finally:
        shutil.rmtree(there, ignore_errors=True)

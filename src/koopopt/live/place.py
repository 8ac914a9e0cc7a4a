"""Where a room keeps what is decided in it, unless a folder is named."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

FOLDER: Final = "live"


def folder_of(what: str | Path) -> Path:
    """Return the folder of an instance: below its own, else in the current folder by its name.

    Workbooks and shipped instances have no folder of their own.
    """
    place = Path(what)
    if os.path.isdir(place):
        return place / FOLDER
    return Path(f"{place.stem or 'room'}-{FOLDER}")

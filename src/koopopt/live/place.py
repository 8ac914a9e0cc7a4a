"""Where a room keeps what is decided in it, unless a folder is named."""

from __future__ import annotations

import os
from pathlib import Path

from koopopt.reading.unread import ROOM_FOLDER


def folder_of(what: str | Path) -> Path:
    """Return the folder of an instance: below its own, else in the current folder by its name.

    Workbooks and shipped instances have no folder of their own.
    """
    place = Path(what)
    if os.path.isdir(place):
        return place / ROOM_FOLDER
    return Path(f"{place.stem or 'room'}-{ROOM_FOLDER}")

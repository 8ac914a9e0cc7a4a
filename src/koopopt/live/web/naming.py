"""Names of files made of what people type: harmless on every system, and never a path."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Final

from koopopt.language.inert import on_line

LONGEST: Final = 80
"""Characters of a name without its ending; in UTF-8 that fits every file system."""
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
"""Names that are devices on Windows, whatever their ending."""


def safe(name: str, instead: str) -> str:
    """Return a name for a file, without an ending: letters, digits, blanks and ``-_()`` are kept.

    `instead` is taken where nothing is left.
    """
    plain = unicodedata.normalize("NFC", on_line(name))
    kept = "".join(c if c.isalnum() or c in " -_()" else "-" for c in plain)
    kept = re.sub(r"-{2,}", "-", " ".join(kept.split())).strip(" -")
    while len(kept) > LONGEST or len(kept.encode()) > 2 * LONGEST:
        kept = kept[:-1].rstrip(" -")
    return f"{instead}-{kept}" if _RESERVED.fullmatch(kept) else kept or instead


def free(folder: Path, stem: str, ending: str) -> Path:
    """Return a place in a folder where nothing is yet, not even a link that leads nowhere."""
    place, number = folder / f"{stem}{ending}", 2
    while _there(place):
        place = folder / f"{stem}-{number}{ending}"
        number += 1
    return place


def _there(place: Path) -> bool:
    return place.is_symlink() or place.exists()

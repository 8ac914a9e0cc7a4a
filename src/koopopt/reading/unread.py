"""What lies beside an instance's files and is not read: named, and refused where it looks meant.

* A name that means a file of an instance but is not spelled so (``Travel.csv``, ``travel (1).csv``,
  ``travel.csv.txt``, ``neighbors.csv``) is an error, whether that file is there as well or not:
  nobody could know which of the two counts.
* A name that is only similar (``travels.csv``, ``travel_2024.csv``, ``travel.xlsx``), a backup
  (``travel.csv~``) or packed (``travel.csv.zip``) is an error where the file itself is missing, and
  noted where it is there.
* Everything else is noted, but for what programs leave behind, the decision room's folder, and what
  explains a folder to people.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from pathlib import PurePath

from koopopt.errors import Fault
from koopopt.language.hints import Names
from koopopt.reading.labels import clean
from koopopt.reading.tables import Source
from koopopt.text import T, Text

MAX_LISTED_FILES = 50
ROOM_FOLDER = "live"
"""What `koopopt live` keeps beside an instance's files: the trail of decisions, and exports."""
_LEFT_BEHIND = re.compile(
    r"\..*|~\$.*|thumbs\.db|desktop\.ini|icon\r|__macosx|__pycache__|lost\+found|\$recycle\.bin"
    r"|(readme|liesmich|licen[cs]e|copying|notice|authors|citation|changelog|makefile)(\..*)?"
    r"|.*\.(md|rst)",
    re.IGNORECASE,
)
_SPREADSHEETS = ("xlsx", "xlsm", "xls", "ods")
_BACKUP = re.compile(
    r"(.+?)(~|\.(bak|backup|old|orig|save|sav|tmp|swp|part|crdownload|download|\d+))$|^#(.+)#$",
    re.IGNORECASE,
)
_PACKED = re.compile(r"(.+?)(\.(zip|gz|bz2|xz|zst|7z|rar|tar|tgz))+$", re.IGNORECASE)
_COPY = re.compile(
    r"\s*\((\d+|[^()]*(kopie|copy|konflikt|conflict)[^()]*)\)$|\s+\d\d?$"
    r"|[\s_-]+(kopie|copy|copie|copia)([\s_-]*\d+)?$|^(kopie|copy|copie|copia) (von|of|de|di) ",
    re.IGNORECASE,
)
_ENDINGS = re.compile(r"\.(csv|txt|tsv|tab|toml|geojson|json|xlsx|xlsm|xls|ods)$", re.IGNORECASE)


def tell_unread(source: Source, *, complete: bool) -> None:
    """Note what is not read from a source; `complete`: all that it names has been looked for."""
    wanted = source.wanted()
    others = []
    for name in source.unread():
        if name == f"{ROOM_FOLDER}/" or _LEFT_BEHIND.fullmatch(name.rstrip("/")):
            continue
        meant, certain = (None, False) if name.endswith("/") else _meant(name, wanted)
        if meant is not None and not wanted[meant]:
            rule = T("Nothing of this name is read.")
            source.faults.append(Fault(name, rule, _remedy(name, repr(meant))))
        elif meant is not None and certain:
            rule = T("It seems to be another {near}, and only that one is read.", near=repr(meant))
            remedy = T("Keep the one that counts, and rename the other or move it elsewhere.")
            source.faults.append(Fault(name, rule, remedy))
        else:
            others.append(name)
    if others and complete:
        names = ", ".join(map(repr, others[:MAX_LISTED_FILES]))
        more = len(others) - MAX_LISTED_FILES
        rule = (
            T("Not read: {names} and {count} more.", names=names, count=more)
            if more > 0
            else T("Not read: {names}.", names=names)
        )
        remedy = T("Correct the name of what should be read.")
        source.notes.append(Fault(source.name, rule, remedy))


def _remedy(name: str, near: str) -> Text:
    if name.lower().endswith(_SPREADSHEETS):
        return T("Did you mean {near}? Save it as CSV UTF-8 by this name.", near=near)
    if _PACKED.match(name):
        return T("Did you mean {near}? Unpack it.", near=near)
    return T("Did you mean {near}? Rename it, or move it elsewhere.", near=near)


def _meant(name: str, wanted: Mapping[str, bool]) -> tuple[str | None, bool]:
    """Return what a name was probably meant to be, and whether there is no doubt about it."""
    plain = clean(unicodedata.normalize("NFKC", name))
    packed = _PACKED.match(plain)
    if packed is not None:
        plain = packed[1]
    backup = _BACKUP.match(plain)
    if backup is not None:
        plain = backup[1] or backup[4]
    stem, ending = _split(plain)
    stems = {_split(good): good for good in wanted}
    for (good_stem, good_ending), good in stems.items():
        if stem == good_stem and not (ending in _SPREADSHEETS and good_ending == "toml"):
            return good, packed is None and backup is None and ending == good_ending
    alike = {good_stem: good for (good_stem, kind), good in stems.items() if kind == ending}
    begun = [s for s in alike if re.match(rf"{re.escape(s)}[\W\d_]", stem)]
    near = max(begun, default=None) or Names(alike).near(stem, cutoff=0.75)
    return (None if near is None else alike[near]), False


def _split(name: str) -> tuple[str, str]:
    """Return the stem of a name, as far as it bears the meaning, and its ending."""
    kind = None
    while True:  # one behind the other, in any order: travel (1).csv.txt, travel.csv (1)
        if (match := _ENDINGS.search(name)) is not None:
            name, kind = name[: match.start()], match[1].lower()
        elif (shorter := _COPY.sub("", name).strip()) and shorter != name:
            name = shorter
        else:
            return _bare(name), kind or PurePath(name).suffix.lower()


def _bare(name: str) -> str:
    folded = name.casefold().replace("neighbors", "neighbours")
    return re.sub(r"[\s_-]+", "-", folded).strip("-")

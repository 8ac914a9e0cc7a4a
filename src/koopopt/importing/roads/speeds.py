"""What a car drives on a way of OpenStreetMap, told by its tags: this is the only place for speeds.

Speeds, the share of a limit that is driven, and limits that are named instead of numbered are those
of OSRM's car profile (`SOURCE`). Unlike there, of several limits the lowest counts, and penalties
for turns, lights, surfaces and narrow roads are left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

SOURCE: Final = "OSRM (github.com/Project-OSRM/osrm-backend, profiles/car.lua, commit 5230a87)"
SPEEDS: Final[Mapping[str, float]] = {
    "motorway": 90, "motorway_link": 45,
    "trunk": 85, "trunk_link": 40,
    "primary": 65, "primary_link": 30,
    "secondary": 55, "secondary_link": 25,
    "tertiary": 40, "tertiary_link": 20,
    "unclassified": 25,
    "residential": 25,
    "living_street": 10,
    "service": 15,
}  # fmt: skip
"""km/h by class of road, where no limit is given; on other classes nobody drives."""
FERRY_KMH: Final = 5.0
"""Speed of a ferry whose duration is not given."""
OF_THE_LIMIT: Final = 0.8
"""Share of a speed limit that is driven on average."""
NAMED: Final[Mapping[str, float]] = {
    "none": 140, "walk": 7,
    "urban": 50, "rural": 90, "trunk": 110, "motorway": 130,
    "de:living_street": 7, "de:rural": 100,
    "at:rural": 100, "at:trunk": 100,
    "be:motorway": 120, "be-vlg:rural": 70,
    "ch:rural": 80, "ch:trunk": 100, "ch:motorway": 120,
    "dk:rural": 80, "fr:rural": 80,
    "nl:rural": 80, "nl:trunk": 100,
    "no:rural": 80, "no:motorway": 110,
    "pl:rural": 100, "pl:trunk": 120, "pl:motorway": 140,
}  # fmt: skip
"""km/h of limits that are named: by country, else by kind of road. Only `walk` is not OSRM's: it is
what a living street has in Germany."""
UNLIMITED: Final = {"de:motorway", "cz:motorway", "cz:trunk"}
"""Named limits that are none, so that the class of the road tells."""
NO_LIMIT: Final = {"signals", "variable", "implicit", "unknown"}
"""What a limit may be without saying a speed."""
FASTEST_LIMIT: Final = 200.0
"""km/h; higher limits are slips of the pen."""
KM_PER_MILE: Final = 1.609344

DENIED: Final = {
    "no", "private", "agricultural", "forestry", "emergency", "psv", "bus", "military", "delivery",
    "customers",
}  # fmt: skip
"""Who may pass there, where that is not everybody with a car."""
ACCESS: Final = ("motorcar", "motor_vehicle", "vehicle", "access")
"""Tags that say who may pass; the first that is there counts."""
NOT_FOR_STARTING: Final = {"motorway", "motorway_link"}
"""Classes of roads on which nobody sets out or arrives."""


@dataclass(frozen=True, slots=True)
class Passage:
    """How cars pass a way.

    Attributes
    ----------
    forward, backward : float
        km/h along the way and against it; 0 where cars may not.
    hours : float or None
        How long it takes as a whole, whatever its length: a ferry.
    ferry : bool
    start : bool
        Whether journeys may begin and end there.
    strange : str or None
        A speed limit that could not be understood, and does not count.
    """

    forward: float
    backward: float
    hours: float | None = None
    ferry: bool = False
    start: bool = True
    strange: str | None = None


def passage(tags: Mapping[str, str]) -> Passage | None:
    """Return how cars pass a way with these tags; None where they do not."""
    ferry = tags.get("route") == "ferry"
    road = tags.get("highway", "")
    if (not ferry and road not in SPEEDS) or _closed(tags):
        return None
    forth, back = _directions(tags, road)
    if not forth and not back:
        return None
    if ferry:
        hours = duration(tags.get("duration", ""))
        return Passage(FERRY_KMH * forth, FERRY_KMH * back, hours, ferry=True, start=False)
    general, strange = limit(tags.get("maxspeed", ""))
    usual = SPEEDS[road]
    speeds = []
    for way in ("forward", "backward"):
        own, odd = limit(tags.get(f"maxspeed:{way}", ""))
        strange = strange or odd
        limited = own or general
        speeds.append(OF_THE_LIMIT * limited if limited else usual)
    start = road not in NOT_FOR_STARTING
    return Passage(speeds[0] * forth, speeds[1] * back, start=start, strange=strange)


def _closed(tags: Mapping[str, str]) -> bool:
    """Whether cars may not pass at all, or the way is an area."""
    access = next((tags[key] for key in ACCESS if key in tags), "")
    return access in DENIED or tags.get("area") == "yes" or tags.get("impassable") == "yes"


def _directions(tags: Mapping[str, str], road: str) -> tuple[bool, bool]:
    """Return whether cars may pass along the way, and against it."""
    said = tags.get("oneway", "")
    if said in ("yes", "true", "1"):
        return True, False
    if said in ("-1", "reverse"):
        return False, True
    if said == "reversible":  # one way or the other, by the time of the day
        return False, False
    implied = tags.get("junction") in ("roundabout", "circular") or road == "motorway"
    return True, said in ("no", "false", "0", "alternating") or not implied


@lru_cache(maxsize=4096)
def limit(text: str) -> tuple[float | None, str | None]:
    """Return a limit in km/h, None where none is said; and the text where it is not understood.

    Of several values the lowest counts.

    >>> limit("50"), limit("DE:urban")[0], limit("30 mph")[0], limit("100;80"), limit("fast")
    ((50.0, None), 50, 48.28032, (80.0, None), (None, 'fast'))
    """
    found: list[float] = []
    for part in re.split(r"[;|,]", text):
        word = part.strip().lower()
        if not word or word in NO_LIMIT or word in UNLIMITED:
            continue
        kmh = _kmh(word)
        if kmh is None or not 0 < kmh <= FASTEST_LIMIT:
            return (min(found) if found else None), text
        found.append(kmh)
    return (min(found) if found else None), None


_NUMBER = re.compile(r"(\d+(?:\.\d+)?) *(km/h|kmh|kph|mph|mp/h)?")
_ZONE = re.compile(r"(?:[a-z]{2}(?:-[a-z]+)?:)?(?:zone)?:?(\d+)")


def _kmh(word: str) -> float | None:
    if (match := _NUMBER.fullmatch(word)) is not None:
        miles = match[2] in ("mph", "mp/h")
        return float(match[1]) * (KM_PER_MILE if miles else 1.0)
    if (match := _ZONE.fullmatch(word)) is not None:
        return float(match[1])
    return NAMED.get(word) or NAMED.get(word.rpartition(":")[2])


def duration(text: str) -> float | None:
    """Return the hours of a duration: minutes, ``hh:mm``, ``hh:mm:ss``, ``PT1H30M``; None for else.

    >>> duration("90"), duration("1:30"), duration("00:15:00"), duration("PT1H30M"), duration("")
    (1.5, 1.5, 0.25, 1.5, None)
    """
    word = text.strip().upper()
    if re.fullmatch(r"\d+(\.\d+)?", word):
        hours = float(word) / 60
    elif re.fullmatch(r"\d+:\d\d(:\d\d)?", word):
        hours = sum(int(part) / 60**k for k, part in enumerate(word.split(":")))
    elif (match := re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?", word)) is not None:
        hours = sum(int(part or 0) / 60**k for k, part in enumerate(match.groups()))
    else:
        return None
    return hours if hours > 0 else None

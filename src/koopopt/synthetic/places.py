"""Municipalities of a synthetic county: keys, names and people for the places of a shape."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

import numpy as np

from koopopt.case.instance import Municipality, Neighbours
from koopopt.linear import Floats
from koopopt.synthetic.figures import REAL_COUNTIES, inhabitants, mean_area
from koopopt.synthetic.shape import Shape, drawn, grown

USUAL_COUNTY: Final = 40
"""Municipalities of a county, where there are too many for the largest real one."""
USUAL_AREA: Final = 10
"""Municipalities of an identity area: a county of today has two or three former ones."""
MOST_AREAS: Final = 4
TOWN: Final = 10_000
"""Inhabitants from which a municipality is a town."""
CENTRE: Final = 5_000
"""Inhabitants from which the largest municipality of an identity area is its central place."""
STATE: Final = "00"
"""No state has this key, so none of a municipality is a real one."""
MIDDLE: Final = np.array((10.0, 50.5))
KM_PER_DEGREE: Final = np.array((70.7, 111.2))
"""Of longitude and latitude, in the middle of Germany."""
SHORTEST: Final = 0.001
"""km of a border."""
DECIMALS: Final = 5
"""Of degrees: about a metre."""


@dataclass(frozen=True, slots=True)
class Places:
    """Municipalities ordered by key, their neighbours, and their areas as GeoJSON by key."""

    municipalities: tuple[Municipality, ...]
    neighbours: tuple[Neighbours, ...]
    boundaries: Mapping[str, Any]


def places(count: int, dice: Random) -> Places:
    """Return so many municipalities."""
    shape = drawn(count, dice)
    counties = 1 if count <= REAL_COUNTIES[1] else round(count / USUAL_COUNTY)
    usual = count // counties
    middle = sum(math.log(area) for area in shape.area) / count
    unit = mean_area(usual, dice) / math.exp(middle)
    km = math.sqrt(unit)
    globe = _Globe(np.mean(shape.places, axis=0), km)
    points = np.round(globe.degrees(np.array(shape.places)), DECIMALS).tolist()
    towns: dict[int, Municipality] = {}
    for number, members in enumerate(_parted(shape, range(count), counties, dice), start=1):
        people = inhabitants([shape.area[k] for k in members], usual, dice)
        living = dict(zip(members, people, strict=True))
        belongs, centres = _areas(shape, living, dice)
        for own, k in enumerate(members, start=1):
            centre, county = k in centres, f"{STATE}{number:03d}"
            towns[k] = Municipality(
                id=f"{county}{own:03d}",
                name=f"Ort {number}-{own}" if counties > 1 else f"Ort {own}",
                population=float(living[k]),
                lat=points[k][1],
                lon=points[k][0],
                county=county,
                state=STATE,
                identity_area=f"Raum {number}-{belongs[k]}",
                kind="Stadt" if centre or living[k] >= TOWN else "Gemeinde",
                area_km2=round(unit * shape.area[k], 2),
                central_place="Mittelzentrum" if centre else "",
            )
    pairs = []
    for (a, b), border in shape.borders.items():
        first, second = sorted((towns[a].id, towns[b].id))
        pairs.append(Neighbours(first, second, max(SHORTEST, round(km * border, 3))))
    return Places(
        municipalities=tuple(towns.values()),
        neighbours=tuple(sorted(pairs, key=lambda pair: (pair.a, pair.b))),
        boundaries={town.id: globe.area(shape.outlines[k]) for k, town in towns.items()},
    )


def _areas(
    shape: Shape, living: Mapping[int, int], dice: Random
) -> tuple[dict[int, int], set[int]]:
    """Return the number of the identity area of each municipality, and the central places."""
    count = min(MOST_AREAS, max(1, round(len(living) / USUAL_AREA)))
    parts = _parted(shape, list(living), count, dice)
    largest = (max(inside, key=living.__getitem__) for inside in parts)
    belongs = {k: area for area, inside in enumerate(parts, start=1) for k in inside}
    return belongs, {k for k in largest if living[k] >= CENTRE}


def _parted(shape: Shape, members: Sequence[int], parts: int, dice: Random) -> list[list[int]]:
    """Return connected parts of connected municipalities, each around one of them."""
    members = list(members)
    number = {k: position for position, k in enumerate(members)}
    near = [[number[o] for o in shape.near[k] if o in number] for k in members]
    points = [shape.places[k] for k in members]
    starts = sorted(range(len(members)), key=lambda _: dice.random())[:parts]
    owner = grown(near, points, dict.fromkeys(starts, 1.0))
    return [[members[i] for i, own in enumerate(owner) if own == start] for start in starts]


@dataclass(frozen=True, slots=True, eq=False)
class _Globe:
    """Where the plane of a shape lies on the globe: its middle, and how many km its unit has."""

    middle: Floats
    km: float

    def degrees(self, points: Floats) -> Floats:
        """Return longitudes and latitudes, (..., 2), of points."""
        return np.asarray(MIDDLE + (points - self.middle) * (self.km / KM_PER_DEGREE), float)

    def area(self, outline: Floats) -> Any:
        """Return the GeoJSON geometry of what lines enclose."""
        import shapely

        lines: Any = shapely.linestrings(self.degrees(outline))
        found: Any = shapely.build_area(shapely.multilinestrings(lines))
        found = shapely.set_precision(found, 10.0**-DECIMALS)
        rounded = shapely.transform(found, lambda points: np.round(points, DECIMALS))
        return json.loads(shapely.to_geojson(rounded))

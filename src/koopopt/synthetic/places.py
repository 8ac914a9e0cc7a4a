"""Municipalities of a synthetic county: keys, names and people for the places of a shape."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from random import Random
from typing import Final

from koopopt.case.instance import Municipality, Neighbours
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
MIDDLE: Final = (50.5, 10.0)
KM_PER_DEGREE: Final = (111.2, 70.7)
"""Of latitude and longitude, in the middle of Germany."""


def places(count: int, dice: Random) -> tuple[tuple[Municipality, ...], tuple[Neighbours, ...]]:
    """Return so many municipalities, ordered by key, and their neighbours."""
    shape = drawn(count, dice)
    counties = 1 if count <= REAL_COUNTIES[1] else round(count / USUAL_COUNTY)
    usual = count // counties
    middle = sum(math.log(area) for area in shape.area) / count
    unit = mean_area(usual, dice) / math.exp(middle)
    km2 = [round(unit * area, 2) for area in shape.area]
    points = _degrees(shape, math.sqrt(unit))
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
                lat=points[k][0],
                lon=points[k][1],
                county=county,
                state=STATE,
                identity_area=f"Raum {number}-{belongs[k]}",
                kind="Stadt" if centre or living[k] >= TOWN else "Gemeinde",
                area_km2=km2[k],
                central_place="Mittelzentrum" if centre else "",
            )
    pairs = sorted(sorted((towns[a].id, towns[b].id)) for a, b in shape.pairs)
    return tuple(towns.values()), tuple(Neighbours(a, b) for a, b in pairs)


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
    points = [(shape.x[k], shape.y[k]) for k in members]
    starts = sorted(range(len(members)), key=lambda _: dice.random())[:parts]
    owner = grown(near, points, dict.fromkeys(starts, 1.0))
    return [[members[i] for i, own in enumerate(owner) if own == start] for start in starts]


def _degrees(shape: Shape, km: float) -> list[tuple[float, float]]:
    """Return latitude and longitude of each municipality; the unit of the shape is so many km."""
    x, y = (sum(values) / len(values) for values in (shape.x, shape.y))
    return [
        (
            round(MIDDLE[0] + km * (b - y) / KM_PER_DEGREE[0], 5),
            round(MIDDLE[1] + km * (a - x) / KM_PER_DEGREE[1], 5),
        )
        for a, b in zip(shape.x, shape.y, strict=True)
    ]

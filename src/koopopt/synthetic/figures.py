"""The figures of real counties that synthetic ones are drawn from.

Fitted to the 294 German counties with more than one municipality, 10,640 municipalities, territory
of 2026-02-28 and population of 2024-12-31 (© Statistisches Bundesamt (Destatis),
Gemeindeverzeichnis GV-ISys, dl-de/by-2-0; data modified). `docs/make_synthetic.py` fits them anew
and compares what comes out. Logarithms are natural.

The mean of the logarithms of a county is a straight line of the logarithm of how many
municipalities it has (least squares over counties) with normal residuals; the logarithms of its
municipalities lie around the mean, the wider the more there are (least squares over counties, each
weighted by its municipalities). Those of inhabitants are skewed to the right, and go with those
of areas: where there is much land there are more people.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random
from typing import Final

from koopopt.synthetic.shape import normal

REAL_COUNTIES: Final = (6, 233)
"""Municipalities of the smallest and the largest: beyond them the lines do not go on."""
PEOPLE_LINE: Final = (12.36, -1.245, 0.61)
"""Inhabitants of a municipality: where the line begins, its slope, the residuals' deviation."""
AREA_LINE: Final = (5.94, -0.777, 0.48)
"""The same of its km²."""
WITHIN_LINE: Final = (0.53, 0.114)
"""The standard deviation of the logarithms of inhabitants within a county: a line as well."""
WITH_AREA: Final = 0.65
"""Their correlation with those of areas."""
SKEW: Final = 0.1
"""u + SKEW · (u² − 1) of a normal u has the skewness of the logarithms, 0.6."""
FEWEST: Final = 10
"""Inhabitants."""


def mean_area(municipalities: int, dice: Random) -> float:
    """Return the km² that the logarithm of an area has as its mean, in a county of this size."""
    return math.exp(_level(AREA_LINE, municipalities, dice))


def inhabitants(areas: Sequence[float], size: int, dice: Random) -> list[int]:
    """Return how many live in each municipality of a county, by the areas.

    Parameters
    ----------
    areas : sequence of float
        In any unit.
    size : int
        Municipalities that the county is taken to have.
    dice : Random
    """
    level = _level(PEOPLE_LINE, size, dice)
    within = WITHIN_LINE[0] + WITHIN_LINE[1] * _log_of(size)
    logs = [math.log(area) for area in areas]
    middle = sum(logs) / len(logs)
    deviation = math.sqrt(sum((x - middle) ** 2 for x in logs) / len(logs)) or 1.0
    people = []
    for x in logs:
        own = math.sqrt(1 - WITH_AREA**2) * normal(dice)
        u = WITH_AREA * (x - middle) / deviation + own
        skewed = (u + SKEW * (u * u - 1)) / math.sqrt(1 + 2 * SKEW * SKEW)
        people.append(max(FEWEST, round(math.exp(level + within * skewed))))
    return people


def _level(line: tuple[float, float, float], municipalities: int, dice: Random) -> float:
    begin, slope, deviation = line
    return begin + slope * _log_of(municipalities) + deviation * normal(dice)


def _log_of(municipalities: int) -> float:
    least, most = REAL_COUNTIES
    return math.log(min(max(municipalities, least), most))

"""Times of travel that are numbers, but can hardly be minutes: seconds, mostly."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from koopopt.case.facts import great_circle_km, points
from koopopt.case.instance import Instance
from koopopt.errors import Fault
from koopopt.text import T

TIMES_SLOWER: Final = 10
"""Beyond this multiple of the estimate a time is doubted; seconds are 60 times as many."""


def slow(instance: Instance, file: str) -> Iterator[Fault]:
    """Yield a note where most given minutes are far more than the distances let expect."""
    if not instance.travel:
        return
    ids = [town.id for town in instance.municipalities] + [site.id for site in instance.sites]
    index = {id_: k for k, id_ in enumerate(dict.fromkeys(ids))}
    ways = np.array([(index[a], index[b]) for a, b in instance.travel])
    given = np.array(list(instance.travel.values()), float)
    (lat_a, lat_b), (lon_a, lon_b) = (degrees[ways].T for degrees in points(instance))
    km = great_circle_km(lat_a, lon_a, lat_b, lon_b)
    expected = km * instance.detour / instance.speed_kmh * 60
    apart = int((expected > 0).sum())
    slower = given > TIMES_SLOWER * expected
    slower &= expected > 0
    if 2 * (count := int(slower.sum())) <= apart:
        return
    first = int(np.flatnonzero(slower)[0])
    a, b = list(instance.travel)[first]
    rule = T(
        "{count} of {all} given times are more than {times} times what the distance lets expect:"
        " from {a} to {b} {minutes} minutes instead of about {expected}.",
        count=count,
        all=apart,
        times=TIMES_SLOWER,
        a=a,
        b=b,
        minutes=round(float(given[first]), 1),
        expected=round(float(expected[first]), 1),
    )
    yield Fault(file, rule, T("Divide them by 60 if they are seconds."), column="minutes")

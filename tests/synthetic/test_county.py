"""Synthetic counties: the same everywhere, connected, without fault, and like real ones."""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import shapely

import koopopt
from koopopt.case.instance import Instance
from koopopt.errors import UsageError

REAL = {
    "people": (808, 1605, 3715, 8217, 15991),
    "km2": (9.8, 17.3, 31.6, 56.7, 96.8),
    "degree": (2, 3, 4, 5, 7),
    "km": (3.2, 4.6, 6.6, 9.3, 12.2),
}
"""Quantiles of the 79 German counties with 20 to 29 municipalities, 1,953 in all; neighbours and
distances within the county (Destatis, Gemeindeverzeichnis, 2024; GeoBasis-DE / BKG; modified)."""
QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
WITHIN = {"people": 0.45, "km2": 0.3, "degree": 0.0, "km": 0.15}
"""How far apart quantiles may be, as a share of the real one. There are only 60 counties, whose
means differ as much as those of real ones do, and inhabitants more than anything."""


def degrees(instance: Instance) -> list[int]:
    ends = Counter(end for pair in instance.neighbours for end in (pair.a, pair.b))
    return [ends[town.id] for town in instance.municipalities]


def reached(instance: Instance, wanted: set[str]) -> set[str]:
    """Return which of these municipalities can be reached from one of them within them."""
    near: dict[str, list[str]] = {town: [] for town in wanted}
    for pair in instance.neighbours:
        if {pair.a, pair.b} <= wanted:
            near[pair.a].append(pair.b)
            near[pair.b].append(pair.a)
    seen, todo = set(), [min(wanted)]
    while todo:
        town = todo.pop()
        if town not in seen:
            seen.add(town)
            todo += near[town]
    return seen


DIGEST = "e1f7ab962d3442e6"
"""Of a county, the same with every version of Python and on every system."""


def test_a_seed_gives_the_same_county_everywhere() -> None:
    made = koopopt.generate(30, seed=7)
    rows = [
        (t.id, t.population, t.lat, t.lon, t.identity_area, t.area_km2, t.central_place)
        for t in made.municipalities
    ]
    pairs = [(pair.a, pair.b, pair.border_km) for pair in made.neighbours]
    digest = hashlib.sha256(repr((rows, pairs)).encode()).hexdigest()
    assert digest[:16] == DIGEST
    assert koopopt.generate(30, seed=7).fingerprint == made.fingerprint
    assert koopopt.generate(30, seed=8).fingerprint != made.fingerprint


@pytest.mark.parametrize("count", [2, 3, 6, 17, 40, 233, 234, 600])
@pytest.mark.parametrize("seed", [0, 1, 2**40])
def test_any_county_is_connected_planar_and_complete(count: int, seed: int) -> None:
    made = koopopt.generate(count, seed=seed)
    ids = {town.id for town in made.municipalities}
    assert len(ids) == len(made.municipalities) == count
    assert reached(made, ids) == ids
    assert len(made.neighbours) <= max(1, 3 * count - 6)
    assert min(degrees(made)) >= 1
    assert all(pair.a < pair.b for pair in made.neighbours)
    assert all(town.population >= 10 and town.area_km2 for town in made.municipalities)


def test_counties_and_identity_areas_hold_together() -> None:
    made = koopopt.generate(400, seed=3)
    for column, parts in (("county", 10), ("identity_area", range(10, 41))):
        groups: dict[str, set[str]] = {}
        for town in made.municipalities:
            groups.setdefault(getattr(town, column), set()).add(town.id)
        assert len(groups) == parts or len(groups) in parts
        assert all(reached(made, ids) == ids for ids in groups.values()), column
    assert all(town.id.startswith(town.county) for town in made.municipalities)
    assert {town.state for town in made.municipalities} == {"00"}
    centres = [town for town in made.municipalities if town.central_place]
    assert len({town.identity_area for town in centres}) == len(centres) > 5


@pytest.mark.parametrize("count", [2, 40, 300])
def test_areas_and_borders_are_those_of_the_map(count: int) -> None:
    made = koopopt.generate(count, seed=2)
    drawn = {id_: shapely.from_geojson(json.dumps(g)) for id_, g in made.boundaries.items()}
    assert all(area.is_valid for area in drawn.values())
    for town in made.municipalities:
        assert drawn[town.id].covers(shapely.Point(town.lon, town.lat))
        km2 = drawn[town.id].area * KM[0] * KM[1]
        assert km2 == pytest.approx(town.area_km2, rel=0.02, abs=0.02)
    for pair in made.neighbours:
        border = shapely.transform(
            drawn[pair.a].buffer(2e-5).intersection(drawn[pair.b].boundary), lambda p: p * KM
        )
        assert border.length == pytest.approx(pair.border_km, rel=0.05, abs=0.05)


KM = np.array([70.7, 111.2])
"""Of a degree of longitude and of latitude."""


def test_the_largest_takes_seconds_at_most() -> None:
    made = koopopt.generate(2000, seed=5)
    assert len(made.municipalities) == 2000
    assert len({town.county for town in made.municipalities}) == 50


def test_it_is_like_real_counties() -> None:
    found: dict[str, list[float]] = {name: [] for name in REAL}
    for seed in range(60):
        made = koopopt.generate(24, seed=seed)
        at = {town.id: town for town in made.municipalities}
        found["people"] += [town.population for town in made.municipalities]
        found["km2"] += [town.area_km2 or 0.0 for town in made.municipalities]
        found["degree"] += degrees(made)
        for pair in made.neighbours:
            a, b = at[pair.a], at[pair.b]
            east = math.cos(math.radians(a.lat)) * (a.lon - b.lon)
            found["km"].append(111.2 * math.hypot(a.lat - b.lat, east))
    for name, real in REAL.items():
        mine = np.quantile(found[name], QUANTILES)
        assert mine == pytest.approx(real, rel=WITHIN[name]), name


def test_where_there_are_many_they_are_small() -> None:
    def typical(count: int) -> float:
        made = [koopopt.generate(count, seed=seed) for seed in range(5)]
        return float(np.median([t.population for case in made for t in case.municipalities]))

    assert typical(200) < 800
    assert typical(40) > 1500


def test_it_is_written_read_and_solved(tmp_path: Path) -> None:
    made = koopopt.generate(8, seed=2, services=["water", "housing"], name="test", title="Test")
    assert [service.id for service in made.services] == ["water", "housing"]
    assert made.title == {"de": "Test", "en": "Test"}
    koopopt.save(made, tmp_path / "test")
    again = koopopt.read(tmp_path / "test")
    assert again == made
    assert again.notes == ()
    assert again.fingerprint == made.fingerprint
    result = koopopt.solve(made)
    assert result.status is koopopt.Status.OPTIMAL
    assert "SYNTHETIC" in str(made.sources)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"municipalities": 1}, "municipalities is 1; it must be between 2 and 2,000."),
        ({"municipalities": 2001}, "municipalities is 2001; it must be between 2 and 2,000."),
        ({"municipalities": 4.5}, "whole number"),
        ({"municipalities": True}, "whole number"),
        ({"seed": -1}, "seed is -1; it must be a whole number, 0 or more."),
        ({"services": []}, "one service or more"),
        ({"services": ["water", "water"]}, "each once"),
        ({"services": ["wather"]}, "Did you mean 'water'?"),
        ({"services": "water"}, "services"),
        ({"name": "a/b"}, "cannot be the name"),
        ({"title": " "}, "a text that is not empty"),
    ],
)
def test_what_cannot_be_meant_is_refused(asked: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError) as refused:
        koopopt.generate(**asked)  # type: ignore[arg-type]
    assert said in refused.value.render()

"""Every real county from the real files, against pairs that were derived independently.

A sample of the counties, or all of them with KOOPOPT_NIGHTLY set.
"""

from __future__ import annotations

import csv
import json
import os
from collections import Counter
from functools import lru_cache
from pathlib import Path

import pytest

from koopopt.importing.germany import placed as placing
from koopopt.importing.germany.instance import Made, Wishes, make
from koopopt.importing.germany.matching import matched
from koopopt.importing.germany.register import Register, read_register
from koopopt.importing.germany.selection import counties
from koopopt.importing.polygons.areas import areas
from koopopt.importing.polygons.borders import borders
from koopopt.importing.polygons.layer import Layer, open_layer
from koopopt.importing.polygons.owned import Drawing
from koopopt.importing.written import written

pytest.importorskip("pyogrio")
DATA = Path(__file__).parents[4] / "shared" / "data"
GV100AD, VG5000 = DATA / "official/GV100AD_28022026.txt", DATA / "official/VG5000_GEM.shp"
NEWER = DATA / "boundaries_de.geojson"
pytestmark = pytest.mark.skipif(
    not GV100AD.exists(), reason=f"the official files are not at {DATA}"
)
ELSEWHERE = {"07132001"}
"""Almersbach: its polygon in the newer file is of another drawing, which shares no corners."""
MOSTLY = 0.6
STRIPS = 0.03
"""Share of pairs whose lengths may differ: rounding closed a narrow strip of a third one's."""
Pair = tuple[str, str]


@lru_cache(maxsize=1)
def register() -> Register:
    return read_register(GV100AD)


@lru_cache(maxsize=2)
def layer(path: Path) -> Layer:
    return open_layer(path)


@pytest.fixture(autouse=True)
def opened_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placing, "open_layer", lambda path, name: layer(path))


def counties_to_try() -> list[str]:
    """Return every twelfth county of more than one municipality, or with KOOPOPT_NIGHTLY each."""
    if not GV100AD.exists():
        return []
    sizes = Counter(key[:5] for key in register().municipalities)
    several = [county for county in register().counties if sizes[county] > 1]
    assert len(several) == 294
    return several if os.environ.get("KOOPOPT_NIGHTLY") else several[::12]


COUNTIES = counties_to_try()


def imported(county: str, path: Path) -> Made:
    return make(register(), counties(register(), [county]), path, Wishes(name="here"))


def direct(found: Made) -> dict[Pair, float]:
    rows = found.contents.tables["neighbours"][1]
    return {(str(a), str(b)): float(km) for a, b, km in rows if km is not None}


@lru_cache(maxsize=1)
def derived() -> dict[Pair, float]:
    with (DATA / "neighbours_de.csv").open(encoding="utf-8", newline="") as file:
        return {(r["ags_a"], r["ags_b"]): float(r["border_km"]) for r in csv.DictReader(file)}


@pytest.mark.parametrize("county", COUNTIES)
def test_every_county_reads_without_a_fault(county: str, tmp_path: Path) -> None:
    made = imported(county, VG5000)
    instance = written(made.contents, tmp_path / "here")
    own = [entry for entry in register().municipalities.values() if entry.county == county]
    assert [town.id for town in instance.municipalities] == [entry.key for entry in own]
    assert sum(town.population for town in instance.municipalities) == sum(
        entry.population for entry in own
    )
    page = (tmp_path / "here/README.md").read_text(encoding="utf-8")
    told = page.replace("\\", "")
    assert [n for n in made.notes if n.described("en") not in told] == []


@pytest.mark.parametrize("county", COUNTIES)
def test_neighbours_are_those_derived_independently(county: str) -> None:
    """Pairs with hardly 20 m of border may count or not; the file has corners to 11 m."""
    found = direct(imported(county, NEWER))
    wanted = {pair: km for pair, km in derived().items() if pair[0][:5] == pair[1][:5] == county}
    doubtful = {pair: {**wanted, **found}[pair] for pair in set(found) ^ set(wanted)}
    assert {p: km for p, km in doubtful.items() if km > 0.02 and not ELSEWHERE & set(p)} == {}
    same = {pair for pair in set(found) & set(wanted) if not ELSEWHERE & set(pair)}
    other = [pair for pair in same if abs(found[pair] - wanted[pair]) > 0.03 + 0.02 * wanted[pair]]
    assert len(other) <= STRIPS * len(same) + 3


@pytest.mark.parametrize("county", ["06633", "06636", "06435"])
def test_pairs_through_forests_are_those_derived_independently(county: str) -> None:
    path = DATA / "neighbours_via_unincorporated_de.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["via_ags"][:2] == "06"]
    wanted = {(r["ags_a"], r["ags_b"]) for r in rows if r["ags_a"][:5] == r["ags_b"][:5] == county}
    made = imported(county, DATA / "boundaries_hessen.geojson")
    rows_ = made.contents.tables["neighbours"][1]
    assert {(a, b) for a, b, km in rows_ if km is None} == wanted


def test_matched_polygons_lie_where_newer_ones_have_the_municipality() -> None:
    import shapely
    from shapely.geometry import shape

    drawn, newer = layer(VG5000), json.loads(NEWER.read_text(encoding="utf-8"))
    keys = drawn.keys()
    found = areas(drawn, keys)
    match = matched(register(), found, borders(found, Drawing().near), set(keys))
    there = {f["properties"]["ags"]: shape(f["geometry"]) for f in newer["features"]}
    moved = {**match.renamed, **match.dealt}
    assert len(moved) > 25
    assert {key for key in register().municipalities if key not in match.areas.keys} == set()
    at = {key: k for k, key in enumerate(found.keys)}
    shares = {}
    for old, new in moved.items():
        degrees = shapely.transform(found.metres[at[old]], found.degrees)
        common = shapely.area(shapely.intersection(degrees, there[new]))
        shares[match.shown(old)] = common / shapely.area(degrees)
    wrong = {name for name, share in shares.items() if share < MOSTLY}
    assert wrong <= {"Langenbacher Forst (09476455)"}


@pytest.mark.parametrize(
    ("county", "words"),
    [
        ("06633", ("Wesertal", "Reinhardswald", "count as neighbours")),
        ("08335", ("Büsingen am Hochrhein", "connected with no other by borders")),
        ("01054", ("Hooge", "connected with no other by borders")),
        ("03358", ("Osterheide", "belongs to no municipality", "left out")),
        ("16077", ("Schmölln", "km² in the register")),
        ("16071", ("Kleinschwabhausen", "Großschwabhausen", "matched by area and place")),
    ],
)
def test_what_is_special_is_told(county: str, words: tuple[str, ...]) -> None:
    told = [note.render("en") for note in imported(county, VG5000).notes]
    assert any(all(word in line for word in words) for line in told), told

"""The table of sites: what it means, and the words for what is wrong in it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from koopopt.case.facts import Facts
from koopopt.case.plan import Partnership
from koopopt.errors import DataError
from koopopt.evaluation import evaluate
from koopopt.problem import Problem
from koopopt.reading.instance import check, read
from koopopt.reading.plans import read_plan
from koopopt.writing.instance import write, write_workbook
from reading.mutations import TODAY, TOML, WAYS, Mutation, add, both, drop, put, rule, swap
from reading.valid import FILES, lay_out

SITES = "sites.csv"
FORMS = swap("forms.toml", "max_members = 3", "min_members = 1\nmax_members = 3")
WITH = {
    **FILES,
    SITES: """\
id,name,lat,lon,service,fixed_cost,capacity,identity_area
W1,Waterworks,51.21,9.97,water,20000,500000,
W1,Waterworks,51.21,9.97,fire,"1000,50",,
D9,County office,51.19,10.01,water,0,,west
""",
}
SEAT = "fire,F3,06636003,W1,agreement"

CASES: list[tuple[str, Mutation, list[str]]] = [
    ("column missing", swap(SITES, "fixed_cost,", "cost,"), [SITES, "column fixed_cost"]),
    ("column unknown", swap(SITES, "capacity", "size"), [SITES, "column size", "Unknown column"]),
    ("id of a municipality", swap(SITES, "D9", "06636001"),
     [SITES, "row 4", "column id", "'06636001'", "municipality", "an id of its own"]),
    ("service unknown", swap(SITES, ",fire,", ",fyre,"), ["row 3", "'fyre'", "'fire'"]),
    ("service not asked for", swap(SITES, ",fire,", ",housing,"), ["row 3", "'housing'"]),
    ("service twice", swap(SITES, ",fire,", ",water,"), ["row 3", "row 2", "W1, water"]),
    ("no latitude", swap(SITES, "51.19,10.01", ",10.01"), ["row 4", "column lat", "empty"]),
    ("no longitude", swap(SITES, "51.19,10.01", "51.19,190"), ["row 4", "column lon", "'190'"]),
    ("swapped", swap(SITES, "51.19,10.01", "10.01,51.19"), ["row 4", "swapped"]),
    ("no cost", swap(SITES, "water,0", "water,"), ["row 4", "column fixed_cost", "empty"]),
    ("negative cost", swap(SITES, "water,0", "water,-5"), ["row 4", "fixed_cost", "'-5'"]),
    ("no capacity at all", swap(SITES, "500000", "0"), ["row 2", "column capacity", "'0'"]),
    ("another name", swap(SITES, "W1,Waterworks,51.21,9.97,fire", "W1,Works,51.21,9.97,fire"),
     ["row 3", "column name", "'Works'", "Row 2", "same site"]),
    ("elsewhere", swap(SITES, "51.21,9.97,fire", "51.22,9.97,fire"), ["row 3", "column lat"]),
    ("origin", add(WAYS, "W1,06636001,5"), [WAYS, "row 6", "column origin", "'W1'", "no origin"]),
    ("way to nobody", add(WAYS, "06636001,W7,5"), [WAYS, "column destination", "'W7'"]),
    ("demand of a site", add("demand.csv", "W1,fire,5"), ["demand.csv", "'W1'"]),
    ("seat unknown", rule('seats = ["W1", "W7"]'), [TOML, "rules.seats", "'W7'", "site"]),
    ("alone", rule('alone = ["W1"]'), [TOML, "rules.alone", "'W1'"]),
    ("today's seat of another service", add(TODAY, "fire,F3,06636003,D9,agreement"),
     [TODAY, "row 5", "column seat", "'D9'", "does not serve fire"]),
    ("alone at a site", add(TODAY, "fire,F3,06636003,W1,alone"), [TODAY, "row 5", "alone"]),
    ("two today at a site", both(swap(TODAY, "fire,F2,16061004,16061004,alone\n", ""),
                                 add(TODAY, f"{SEAT}\nfire,F4,16061004,W1,agreement")),
     [TODAY, "row 5", "column seat", "row 4"]),
    ("a site among members", add(TODAY, "fire,F3,W1,W1,agreement"), [TODAY, "row 5", "'W1'"]),
    ("another file", both(put("site.csv", "id"), drop(SITES)), ["site.csv", "'sites.csv'"]),
]  # fmt: skip


def with_sites(folder: Path, *mutations: Mutation) -> Path:
    files = dict(WITH)
    for mutate in (FORMS, *mutations):
        mutate(files)
    return lay_out(files, folder)


@pytest.mark.parametrize(("mutate", "wanted"), [pytest.param(*c[1:], id=c[0]) for c in CASES])
def test_one_thing_wrong(mutate: Mutation, wanted: list[str], tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read(with_sites(tmp_path, mutate))
    lines = [fault.render() for fault in caught.value.faults]
    assert any(all(part in line for part in wanted) for line in lines), lines
    assert len(lines) <= 4, lines


def test_what_it_means(tmp_path: Path) -> None:
    folder = with_sites(tmp_path, add(WAYS, "06636001,W1,7"), rule('seats = ["W1", "06636001"]'))
    instance = read(folder)
    assert not instance.notes
    works, fire, office = instance.sites
    assert (works.id, works.name, works.service) == ("W1", "Waterworks", "water")
    assert (works.fixed_cost, works.capacity, works.identity_area) == (20000.0, 500000.0, "")
    assert (fire.fixed_cost, fire.capacity, office.fixed_cost) == (1000.5, None, 0.0)
    facts = Facts.of(instance)
    assert (facts.n, facts.places) == (4, 6)
    assert facts.seat_ids[4:] == ("W1", "D9")
    assert facts.minutes.shape == (4, 6)
    assert facts.minutes[0, 4] == 7.0
    assert facts.minutes[1, 4] > 0
    assert facts.seat_area[4] == facts.area[1]  # of Bach, the nearest
    assert facts.seat_area[5] not in facts.area
    assert facts.seat_name("D9") == "County office"


def test_a_site_may_have_a_capacity_of_its_own(tmp_path: Path) -> None:
    named = rule('max_population = { W1 = 9000, "06636001" = 8000, default = 7000 }')
    assert read(with_sites(tmp_path / "a", named)).rules["max_population"]["W1"] == 9000
    wrong = rule("max_demand = { W9 = 9000, default = 7000 }")
    with pytest.raises(DataError) as caught:
        read(with_sites(tmp_path / "b", wrong))
    (fault,) = caught.value.faults
    assert "municipality or site" in fault.render()
    assert "W9" in fault.render()


def test_today_may_be_at_a_site(tmp_path: Path) -> None:
    instance = read(with_sites(tmp_path, add(TODAY, SEAT)))
    assert Partnership("fire", ("06636003",), "W1", "agreement") in instance.status_quo
    facts = Facts.of(instance)
    assert facts.status_quo_seat[facts.service_index["fire"], 2] == facts.index["W1"]


def test_what_is_written_reads_back(tmp_path: Path) -> None:
    instance = read(with_sites(tmp_path / "a", add(WAYS, "06636001,W1,7"), add(TODAY, SEAT)))
    write(instance, tmp_path / "b")
    write_workbook(instance, tmp_path / "b.xlsx")
    for copy in (tmp_path / "b", tmp_path / "b.xlsx"):
        assert check(copy) == []
        assert read(copy) == instance
        assert read(copy).fingerprint == instance.fingerprint


def test_sites_are_part_of_the_fingerprint(tmp_path: Path) -> None:
    instance = read(with_sites(tmp_path / "a"))
    assert replace(instance, sites=()).fingerprint != instance.fingerprint
    dearer = tuple(replace(site, fixed_cost=site.fixed_cost + 1) for site in instance.sites)
    assert replace(instance, sites=dearer).fingerprint != instance.fingerprint


def test_a_plan_may_name_a_site(tmp_path: Path) -> None:
    instance = read(with_sites(tmp_path / "a"))
    path = tmp_path / "plan.csv"
    path.write_text("service,municipality,seat\nfire,06636003,W1\nwater,06636001,D9\n")
    plan = read_plan(path, instance)
    assert Partnership("fire", ("06636003",), "W1", "agreement") in plan.partnerships
    assert Partnership("water", ("06636001",), "D9", "agreement") in plan.partnerships
    assert len(plan.pooled) == 2


def test_two_partnerships_of_a_plan_at_one_site_are_told_by_the_evaluator(tmp_path: Path) -> None:
    instance = read(with_sites(tmp_path / "a"))
    path = tmp_path / "plan.csv"
    path.write_text(
        "service,partnership,municipality,seat\nfire,A,06636003,W1\nfire,B,06636001,W1\n"
    )
    found = evaluate(Problem.of(instance), read_plan(path, instance))
    assert "sites" in {violation.rule for violation in found.violations}

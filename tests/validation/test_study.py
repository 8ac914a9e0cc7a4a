"""The study on an invented folder of data: what is real, what is asked, and what is written."""

from __future__ import annotations

import csv
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

import agreement
import detail
import reality
import study
import tables
from koopopt.errors import UsageError

ROOT = Path(__file__).parents[2]
TOWNS = [
    # ags, name, inhabitants, longitude, association, seat
    ("16099001", "Adorf (Thür.)", 2500, 10.00, "A", "Adorf/Thür."),
    ("16099002", "Bdorf", 1000, 10.05, "A", "Adorf/Thür."),
    ("16099003", "Cdorf", 900, 10.20, "C", "Kreisstadt"),
    ("16099004", "Ddorf", 2600, 10.25, "C", "Kreisstadt"),
    ("16099005", "Kreisstadt", 20_000, 10.40, "K", ""),
]


def write(path: Path, columns: str, rows: list[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as table:
        csv.writer(table).writerows([columns.split(), *rows])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Five municipalities in a row; the fourth borders on the fifth."""
    write(
        tmp_path / "municipalities_de.csv",
        "ags name population area_km2 lat lon kreis_ags kreis land_ags tax_office",
        [(a, name, p, 10, 51, lon, a[:5], "Kreis", a[:2], "1") for a, name, p, lon, _, _ in TOWNS],
    )
    keys = [town[0] for town in TOWNS]
    write(tmp_path / "neighbours_de.csv", "ags_a ags_b border_km distance_km",
          [(a, b, 1, 5) for a, b in pairwise(keys)])  # fmt: skip
    write(tmp_path / "associations_de.csv", "ags association_id seat",
          [(a, group, seat) for a, _, _, _, group, seat in TOWNS])  # fmt: skip
    return tmp_path


def test_real_groups_and_their_seats_are_read(data: Path) -> None:
    (county,) = reality.real(data)
    assert county.labels == (0, 0, 1, 1, 2)
    assert county.seats == (0, 4, 4), "a member, a town outside, the town itself"
    assert county.near[1] == {0, 2}
    assert county.law.least == 3000


def test_a_folder_without_the_tables_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"associations_de\.csv is not in the folder"):
        reality.real(tmp_path)


def test_the_law_binds_where_it_can_be_kept(data: Path) -> None:
    (county,) = reality.real(data)
    asked = reality.rules(county)
    assert asked["min_population"] == 3000
    assert asked["forbid_alone"] == [town[0] for town in TOWNS[:4]]
    write(data / "neighbours_de.csv", "ags_a ags_b", [])
    (apart,) = reality.real(data)
    assert "forbid_alone" not in reality.rules(apart), "islands that are too small"


def test_the_case_knows_nothing_of_the_real_groups(data: Path) -> None:
    (county,) = reality.real(data)
    case = reality.case(data, county, {"cost": 1.0})
    assert case.status_quo == ()
    assert [service.id for service in case.services] == ["administration"]
    assert {m.identity_area for m in case.municipalities} == {"1"}


def test_every_way_gives_a_line_and_short_ways_give_the_real_groups(data: Path) -> None:
    (county,) = reality.real(data)
    case = reality.case(data, county, {"cost": 1.0})
    lines = [study.line(county, *made) for made in study.plain(county)]
    lines += [*study.cores(county, case), *study.plans(county, case, 10.0)]
    assert {row["method"] for row in lines} == {
        "random", "largest", "seats", "smallest", "core", "core-small", "core-exact", "optimal",
    }  # fmt: skip
    optimal = [row for row in lines if row["method"] == "optimal"]
    assert len(optimal) == len(study.TRAVEL) * len(study.IDENTITY)
    assert {row["status"] for row in optimal} == {"optimal"}
    dear = [row["rand"] for row in optimal if row["travel"] == max(study.TRAVEL)]
    assert dear == [1.0] * len(study.IDENTITY)


def test_facts_of_the_real_groups_are_counted(data: Path) -> None:
    (county,) = reality.real(data)
    found = detail.facts(county)
    assert (found["associations"], found["pooled"], found["alone"]) == (2, 4, 1)
    assert found["seat_outside"] == 1, "that of the second is the town, which is alone"
    assert (found["apart"], found["below"], found["alone_below"]) == (0, 0, 0)
    write(data / "neighbours_de.csv", "ags_a ags_b", [])
    (apart,) = reality.real(data)
    assert (detail.facts(apart)["apart"], detail.facts(apart)["apart_by_alone"]) == (2, 0)
    ring = [(TOWNS[i][0], TOWNS[4][0]) for i in range(4)]
    write(data / "neighbours_de.csv", "ags_a ags_b", [*ring])
    (ringed,) = reality.real(data)
    assert (detail.facts(ringed)["apart"], detail.facts(ringed)["apart_by_alone"]) == (2, 2)


def test_what_a_plan_makes_of_the_real_groups_is_counted(data: Path) -> None:
    (county,) = reality.real(data)
    same = detail.differences(county, county.labels)
    assert (same["found"], same["pairs"], same["missed"]) == (2, 2, 0)
    together = detail.differences(county, [0] * 5)
    assert (together["alone_grouped"], together["found"], together["missed"]) == (1, 0, 0)
    alone = detail.differences(county, range(5))
    assert (alone["pooled_alone"], alone["missed"], alone["missed_across"]) == (4, 2, 0)


def test_the_real_plan_costs_what_the_same_plan_costs(data: Path) -> None:
    (county,) = reality.real(data)
    weights = {"cost": 1.0, "travel": 1000.0}
    found = detail.beside_plan(data, county, weights, 10.0)
    assert found["found"] == 2
    assert found["cost_real"] == found["cost_plan"] > 0
    assert found["travel_real"] == found["travel_plan"] > 0


def test_a_sample_takes_small_and_large_ones_of_each_land(data: Path) -> None:
    (county,) = reality.real(data)
    assert study.sampled([county], 5) == [county]


@pytest.mark.parametrize("script", ["study", "detail"])
def test_without_data_the_scripts_say_what_to_do(script: str, tmp_path: Path) -> None:
    path = ROOT / "validation" / f"{script}.py"
    told = subprocess.run(
        [sys.executable, str(path), "--data", str(tmp_path)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert told.returncode == 1
    assert "validation/README.md" in told.stderr
    assert "Traceback" not in told.stderr


def test_the_page_shows_the_tables_that_the_results_give() -> None:
    page = (ROOT / "validation" / "README.md").read_text("utf-8")
    made = tables.made(study.rows_of(study.RESULTS))
    made += tables.detail_tables(study.rows_of(tables.DETAILS))
    missing = [table for table in made if table not in page]
    assert missing == [], "paste what `python validation/tables.py` prints"


def test_agreement_of_the_results_is_within_its_range() -> None:
    rows = study.rows_of(study.RESULTS)
    assert all(-1 <= float(row["rand"]) <= 1 for row in rows)
    assert {row["ags"][:2] for row in rows} == {*reality.LAWS, "FR"}
    assert agreement.interval([[float(row["rand"]) for row in rows]])[0] > 0

"""What one source of travel finds, another reads as the same: roads, services, tables, files."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

import koopopt
from importing.roads.maps import ROAD, Point, drawn, north, settled
from koopopt.importing.roads.minutes import by_road
from koopopt.importing.travel.pairs import DECIMALS, write_minutes
from koopopt.importing.travel.times import imported
from koopopt.writing.instance import write


def test_roads_services_tables_and_files_say_the_same(tmp_path: Path) -> None:
    nodes: dict[int, Point] = north(0, 9, 20)
    case = settled(*nodes.values())
    limited = {**ROAD, "maxspeed:forward": "50"}
    found = by_road(case, drawn(tmp_path, nodes, [((1, 2, 3), limited)]), "map").minutes

    seconds = [[found.get((a, b), 0) * 60 for b in "abc"] for a in "abc"]
    points = [{"location": [lon, lat]} for lat, lon in nodes.values()]
    answer = tmp_path / "answer.json"
    answer.write_text(json.dumps({"durations": seconds, "sources": points, "destinations": points}))
    assert imported(answer, case).minutes == pytest.approx(found)

    table = tmp_path / "table.csv"
    rows = [f"{a};{b};{minutes!r}" for (a, b), minutes in found.items()]
    table.write_text("\n".join(("von;nach;Minuten", *rows)).replace(".", ","))
    assert imported(table, case).minutes == pytest.approx(found)

    write(case, tmp_path / "county")
    write_minutes(tmp_path / "county/travel.csv", found)
    again = koopopt.read(tmp_path / "county")
    assert again.travel == {pair: round(m, DECIMALS) for pair, m in found.items()}
    assert replace(again, travel={}).municipalities == case.municipalities

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from importing.table.made import COMMUNES, imported, saved, told, wanted
from koopopt.errors import DataError
from koopopt.importing.table.making import import_table

REST = {"constants": {"county": "01", "state": "84"}, "status_quo": "epci"}


def test_the_same_value_is_a_pool_in_each_service(tmp_path: Path) -> None:
    made = imported(saved(tmp_path / "t.csv", COMMUNES), **REST)
    header, rows = made.contents.tables["status_quo"]
    assert header == ("service", "partnership", "municipality", "seat", "legal_form")
    assert rows == [
        (service, f"{service}-1", town, "01001", "agreement")
        for service in ("water", "housing")
        for town in ("01001", "01003")
    ]
    assert "1 group(s) pool each service today. Supposed are the seat" in told(made.notes)
    assert "These stand there once and are no pool: Nord." in told(made.notes)


def test_groups_that_are_cut_are_named(tmp_path: Path) -> None:
    text = COMMUNES.replace("Nord", "Sud")
    made = imported(saved(tmp_path / "t.csv", text), **REST, only={"name": ("Ahun", "Ajain")})
    assert "Groups reach beyond the municipalities that are taken: Sud." in told(made.notes)


def test_large_groups_and_the_rules(tmp_path: Path) -> None:
    rows = "".join(f"0100{k},T{k},100,1,46.{k},2.0,x,Sud\n" for k in range(1, 9))
    made = imported(saved(tmp_path / "t.csv", COMMUNES.splitlines()[0] + "\n" + rows), **REST)
    assert made.contents.tables["status_quo"][1][0][-1] == "association"
    assert "Pools of today have up to 8 members, more than max_members = 6" in told(made.notes)
    larger = import_table(replace(wanted(tmp_path / "t.csv", **REST), max_members=8))
    assert larger.contents.documents["instance.toml"]["rules"]["max_members"] == 8
    assert "max_members" not in told(larger.notes)


def test_a_column_that_there_is_not(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"value 'epic'.*Did you mean 'epci'"):
        imported(saved(tmp_path / "t.csv", COMMUNES), **REST | {"status_quo": "epic"})

"""The table [relax]: what giving up a rule counts, by its name."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import pytest

import koopopt
from koopopt.case import resources
from koopopt.errors import DataError
from koopopt.problem import Problem

GIVEN = """
[relax]
contiguous = 2.5
central_places = 2
limits.cost = 3
"rules.max_pooled" = "never"
legal_forms.association.votes.max_share = 1e-3
services.library.rules.max_members = 4
"""
MEANT = {
    "contiguous": 2.5, "central_places": 2, "limits.cost": 3, "rules.max_pooled": math.inf,
    "legal_forms.association.votes.max_share": 1e-3, "services.library.rules.max_members": 4,
}  # fmt: skip


def folder(tmp_path: Path, more: str) -> Path:
    """Return a copy of a shipped instance whose instance.toml says more."""
    place = tmp_path / "case"
    shutil.copytree(resources.instances()["three-villages"], place)
    settings = place / "instance.toml"
    settings.write_text(settings.read_text("utf-8") + more, "utf-8")
    return place


@pytest.mark.parametrize("ending", ["", ".xlsx"])
def test_weights_are_read_and_written_back(tmp_path: Path, ending: str) -> None:
    read = koopopt.read(folder(tmp_path, GIVEN))
    assert read.relax == MEANT
    again = tmp_path / f"again{ending}"
    read.save(again)
    assert koopopt.read(again).relax == MEANT


def test_they_are_no_part_of_what_an_instance_means(tmp_path: Path) -> None:
    read, plain = koopopt.read(folder(tmp_path, GIVEN)), koopopt.read("three-villages")
    assert read.fingerprint == plain.fingerprint
    assert Problem.of(read).plan_rules == Problem.of(plain).plan_rules


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("rules.contigous = 2", ["relax.rules.contigous", "Did you mean 'rules.contiguous'?"]),
        ("limits.money = 2", ["relax.limits.money", "no rule of this name"]),
        ("contiguous = 0", ["relax.contiguous", "above 0", '"never"']),
        ("contiguous = -1", ["relax.contiguous", "above 0"]),
        ("contiguous = nan", ["relax.contiguous", "not finite"]),
        ("contiguous = true", ["relax.contiguous", "above 0"]),
        ('contiguous = "often"', ["relax.contiguous", "above 0"]),
        ("rules.contiguous = 1\n'rules.contiguous' = 2", ["relax.rules.contiguous", "twice"]),
        ("contiguous = [1]", ["relax.contiguous", "above 0"]),
    ],
)
def test_nonsense_is_refused_with_its_place(tmp_path: Path, line: str, said: list[str]) -> None:
    with pytest.raises(DataError) as refused:
        koopopt.read(folder(tmp_path, f"\n[relax]\n{line}\n"))
    (fault,) = refused.value.faults
    told = f"{fault.file} {fault.column} {fault.rule} {fault.remedy}"
    assert [part for part in ["instance.toml", *said] if part not in told] == []


def test_the_table_has_to_be_one(tmp_path: Path) -> None:
    place = folder(tmp_path, "")
    settings = place / "instance.toml"
    settings.write_text("relax = 3\n" + settings.read_text("utf-8"), "utf-8")
    with pytest.raises(DataError, match="relax"):
        koopopt.read(place)

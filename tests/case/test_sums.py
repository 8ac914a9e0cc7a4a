"""Sums that cannot be exact are refused, from files and in memory alike, before anything counts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from koopopt.case.facts import Facts
from koopopt.case.instance import Instance
from koopopt.case.sums import sum_faults
from koopopt.errors import DataError, Fault
from koopopt.problem import Problem
from koopopt.reading.instance import check, read
from reading.valid import FILES, Content, lay_out


@pytest.fixture
def small(tmp_path: Path) -> Instance:
    return read(lay_out(FILES, tmp_path / "small"))


def test_large_costs_that_can_be_added_are_fine(small: Instance) -> None:
    alone = {(town.id, "fire"): 1e12 for town in small.municipalities}
    assert not list(sum_faults(replace(small, alone_cost=alone)))


@pytest.mark.parametrize("fixed", [8e13, -8e13, 1e18, 1e300])
def test_a_legal_form_beyond_cents(small: Instance, fixed: float) -> None:
    """Such costs once wrapped around 2^63 and became gains."""
    forms = tuple(replace(form, fixed_cost=fixed) for form in small.legal_forms)
    instance = replace(small, legal_forms=forms)
    for use in (Problem.of, Facts.of):
        with pytest.raises(DataError) as error:
            use(instance)
        assert "legal_forms" in error.value.render()


def test_a_cost_of_pairs_beyond_cents(small: Instance) -> None:
    """All municipalities in one pool are as many pairs as there can be."""
    form = replace(small.legal_forms[1], fixed_cost=0.0, votes=None, grant=None)

    def faults(each: float, **changes: Any) -> list[Fault]:
        forms = (replace(form, services="all", cost_per_pair=each, **changes),)
        return list(sum_faults(replace(small, legal_forms=forms)))

    towns = len(small.municipalities)
    most = 9e13 / len(small.services) / (towns * (towns - 1) / 2)
    assert not faults(0.9 * most)
    assert [f.column for f in faults(1.1 * most)] == ['legal_forms["association"]']
    assert not faults(1.1 * most, max_members=towns - 1)


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("forms.toml", "cost_per_extra_member = 5000.0", "cost_per_pair = 1e14", "legal_f"),
        ("forms.toml", "fixed_cost = 90000.0", "fixed_cost = 1e14", "forms.toml, column legal_f"),
        ("instance.toml", "cost = 40000.0", "cost = 1e14", "instance.toml, column office.cost"),
        ("fire.toml", "per_inhabitant = 1.0", "per_inhabitant = 1e14", "The demand adds up to"),
        ("fire.toml", "per_unit = 12.0", "per_unit = 1e14", 'services["fire"].cost'),
    ],
)
def test_check_names_the_largest_part(
    file: str, old: str, new: str, expected: str, tmp_path: Path
) -> None:
    files: dict[str, Content] = {**FILES, file: str(FILES[file]).replace(old, new)}
    if file == "fire.toml":
        files[file] = str(files[file]).replace("per_unit = 20.0", "per_unit = 1e14")
    (fault,) = check(lay_out(files, tmp_path / "large"))
    assert expected in fault.render()

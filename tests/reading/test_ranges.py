"""Ranges in files: what is wrong with them is said with file, key, value and a remedy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import koopopt
from koopopt.case.ranges import ranged
from koopopt.reading.instance import check

VILLAGES = Path(__file__).parents[2] / "instances/three-villages"


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(VILLAGES, tmp_path / "case")
    return tmp_path / "case"


def put(folder, file, old, new):
    path = folder / file
    text = path.read_text("utf-8")
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1), "utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "key", "said"),
    [("instance.toml", "cost = 5000.0", "cost = 5000.0\ncost_range = [6000, 7000]",
      "office.cost_range", "does not lie in its range"),
     ("instance.toml", "cost = 5000.0", "cost = 5000.0\ncost_range = [7000, 4000]",
      "office.cost_range", "least value of a range stands first"),
     ("instance.toml", "cost = 5000.0", "cost = 5000.0\ncost_range = [4000]",
      "office.cost_range", "two values"),
     ("instance.toml", "cost = 5000.0", "cost = 5000.0\ncost_range = [1, 2, 9000]",
      "office.cost_range", "two values"),
     ("instance.toml", "cost = 5000.0", 'cost = 5000.0\ncost_range = "4000 to 9000"',
      "office.cost_range", "two values"),
     ("instance.toml", "cost = 5000.0", "cost = 5000.0\ncost_range = [-1, 9000]",
      "office.cost_range[1]", "0 or more"),
     ("instance.toml", "travel = 10.0", "travel = 10.0\ntravel_range = [20, 30]\n#",
      "weights.travel_range", "does not lie in its range"),
     ("instance.toml", "travel = 10.0", "travel = 10.0\ntravel_range = 20\n#",
      "weights.travel_range", "two values"),
     ("instance.toml", "travel = 10.0", "travel = 10.0\ntravle_range = [5, 20]\n#",
      "weights.travle_range", "Did you mean 'travel'"),
     ("instance.toml", "contiguous = true", "max_members = 3\nmax_members_range = [2, 4]\n#",
      "rules.max_members_range", "Beside 'max_members' stands no range"),
     ("instance.toml", "cost = 5000.0", "cost = 5000.0\ncots_range = [1, 2]",
      "office.cots_range", "Unknown key"),
     ("library.toml", "weight = 1.0", "weight = 1.0\nweight_range = [1.5, 2.0]",
      "identity.weight_range", "does not lie in its range"),
     ("library.toml", "per_unit = 10.0", "per_unit = 10.0, per_unit_range = [11, 12]",
      "cost.tiers[1].per_unit_range", "does not lie in its range"),
     ("library.toml", "per_unit = 10.0", "per_unit = 10.0, up_to_range = [11, 12]",
      "cost.tiers[1].up_to_range", "sizes of plant"),
     ("library.toml", 'unit = "inhabitants"', 'unit = "inhabitants"\nunit_range = [1, 2]',
      "demand.unit_range", "no number that"),
     ("forms.toml", "min_members = 2", "min_members = 2\nmin_members_range = [2, 3]",
      "legal_form[1].min_members_range", "what is allowed"),
     ("forms.toml", "fixed_cost = 10000.0", "fixed_cost = 10000.0\nfixed_cost_range = [0, 1]",
      "legal_form[1].fixed_cost_range", "does not lie in its range")],
)  # fmt: skip
def test_what_is_wrong_with_a_range_is_said(folder, file, old, new, key, said):
    put(folder, file, old, new)
    found = [fault for fault in check(folder) if fault.column == key]
    assert found, [(f.file, f.column, f.render("en")) for f in check(folder)]
    assert said in found[0].render("en")
    assert found[0].file == file


def test_an_override_may_bring_a_range_of_its_own(folder):
    text = "\n[service.library.identity]\nweight_range = [0.5, 2.0]\n"
    settings = folder / "instance.toml"
    settings.write_text(settings.read_text("utf-8") + text, "utf-8")
    assert [r.place for r in ranged(koopopt.read(folder))] == ["service.library.identity.weight"]


def test_a_number_that_is_overridden_has_the_range_of_the_model_no_more(folder):
    put(folder, "library.toml", "weight = 1.0", "weight = 1.0\nweight_range = [0.5, 2.0]")
    settings = folder / "instance.toml"
    text = settings.read_text("utf-8")
    settings.write_text(text + "\n[service.library.identity]\nweight = 3.0\n", "utf-8")
    assert not check(folder)
    assert ranged(koopopt.read(folder)) == ()


def test_a_doubtful_number_in_a_range_is_asked_about(folder):
    put(folder, "instance.toml", "cost = 5000.0", "cost = 5000.0\ncost_range = [4.000, 9000.0]")
    assert any("office.cost_range" in (f.column or "") for f in check(folder))

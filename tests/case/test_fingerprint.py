"""The fingerprint is of what an instance means: the same however it is written, else another."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import koopopt
import tiny
from koopopt.case.fingerprint import fingerprint
from koopopt.case.years import Horizon
from koopopt.errors import Fault
from koopopt.text import Text

BASE = tiny.instance()


def test_it_is_the_same_for_equal_values_of_other_kinds() -> None:
    whole = replace(BASE, office_cost=1000)
    assert fingerprint(whole) == fingerprint(BASE)
    other_order = replace(BASE, title=dict(reversed(BASE.title.items())))
    assert fingerprint(other_order) == fingerprint(BASE)


def test_notes_are_no_part_of_what_it_means() -> None:
    noted = replace(BASE, notes=(Fault("a.csv", Text("So it is."), Text("Nothing to do.")),))
    assert fingerprint(noted) == fingerprint(BASE)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "other"},
        {"office_cost": 1000.01},
        {"rules": {"max_bodies": 1}},
        {"weights": {"cost": 2.0}},
        {"demand": {("01", "water"): 1.0}},
        {"neighbours": BASE.neighbours[:1]},
        {"municipalities": BASE.municipalities[::-1]},
        {"legal_forms": (replace(tiny.ASSOCIATION, cost_per_pair=0.5),)},
        {"horizon": Horizon(years=10)},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_any_other_value_changes_it(changes: dict[str, Any]) -> None:
    assert fingerprint(replace(BASE, **changes)) != fingerprint(BASE)


def test_a_translated_source_means_what_it_did() -> None:
    """So that a run is still known to be of the library in which its sources are translated."""
    both = {"de": "Statistik", "en": "statistics"}
    for said in ("statistics", both, {"en": "statistics", "de": "anders"}):
        water = tiny.service(demand=replace(tiny.service().demand, source=said))
        made = replace(BASE, services=(water,), sources=({"what": said},))
        assert fingerprint(made) == fingerprint(
            replace(BASE, services=(tiny.service(),), sources=({"what": "statistics"},))
        )
    water = tiny.service(demand=replace(tiny.service().demand, source={"en": "a guess"}))
    assert fingerprint(replace(BASE, services=(water,))) != fingerprint(
        replace(BASE, services=(tiny.service(),))
    )


def test_what_older_versions_do_not_know_counts_where_it_is_used() -> None:
    """So that what was found with them is still known to be of the same instance."""
    assert fingerprint(tiny.instance()) == (
        "349e7f85ecc7b7e7f3d64d7d760cb3404f7644a03f4c60aabc148cd57298b59c"
    )


def test_the_instance_knows_its_own() -> None:
    assert BASE.fingerprint == fingerprint(BASE)
    assert koopopt.read("valley").fingerprint != koopopt.read("three-villages").fingerprint

"""What types cannot say of service models and legal forms: names, order of tiers, bounds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import tiny
from koopopt.case.library import LegalForm
from koopopt.case.sense import form_sense, service_sense
from koopopt.language.hints import Names


def tiers(*ends: float | None) -> dict[str, Any]:
    shown = [{"fixed": 1.0} | ({} if end is None else {"up_to": end}) for end in ends]
    return {"id": "water", "cost": {"kind": "tiers", "tiers": shown}}


def told(data: dict[str, Any]) -> list[str | None]:
    return [fault.column for fault in service_sense("water", data, "water.toml", "")]


def test_a_service_is_named_as_its_file() -> None:
    assert told({"id": "water"}) == []
    assert told({"id": "fire"}) == ["id"]
    assert told({}) == ["id"]


def test_tiers_follow_each_other_and_only_the_last_has_no_end() -> None:
    assert told(tiers(10.0, 20.0, None)) == []
    assert told(tiers(10.0, 20.0)) == ["cost.tiers[2].up_to"]
    assert told(tiers(20.0, 10.0, None)) == ["cost.tiers[1].up_to"]
    assert told(tiers(None, 10.0, None)) == ["cost.tiers[1].up_to"]
    assert told({"id": "water", "cost": {"kind": "tiers", "tiers": "x"}}) == []  # types tell that


FORM = tiny.ASSOCIATION


@pytest.mark.parametrize(
    ("forms", "column", "said"),
    [
        ((replace(FORM, id="alone"),), "legal_form[1].id", "always exists"),
        ((FORM, FORM), "legal_form[2].id", "stands twice"),
        ((replace(FORM, id="a b"),), "legal_form[1].id", "letters, digits"),
        ((replace(FORM, min_members=5, max_members=4),), "legal_form[1].max_members", "= 5"),
        ((replace(FORM, services=("watr",)),), "legal_form[1].services", "Did you mean 'water'"),
    ],
)
def test_a_legal_form(forms: tuple[LegalForm, ...], column: str, said: str) -> None:
    (fault,) = form_sense(forms, "forms.toml", Names(["water", "fire"]))
    assert str(fault.column).startswith(column)
    assert said in fault.render()


def test_right_ones_are_right() -> None:
    forms = (FORM, replace(FORM, id="other", services=("water",)))
    assert list(form_sense(forms, "forms.toml", Names(["water"]))) == []
    unspelled = (replace(FORM, id="made in memory"),)
    assert list(form_sense(unspelled, "forms.toml", Names(["water"]), spelling=False)) == []

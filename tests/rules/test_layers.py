"""Tables of rules: which hold where, and whatever is wrong with them by file and key."""

from __future__ import annotations

from typing import Any

import pytest

from koopopt.language.hints import Names
from koopopt.rules import Known, Layer, active, check

KNOWN = Known(
    towns=Names(["01", "02", "03"]),
    services=Names(["water", "fire"]),
    forms=Names(["association"]),
    central_places=Names(["town"]),
)


def told(shared: dict[str, Any], own: dict[str, Any] | None = None) -> list[str]:
    layers = [(Layer("water.toml", "rules", own or {}),)]
    return [
        fault.render() for fault in check(Layer("instance.toml", "rules", shared), layers, KNOWN)
    ]


def test_later_tables_win_and_false_lifts_a_rule() -> None:
    everywhere, here = {"max_members": 3, "contiguous": True}, {"max_members": 5}
    assert active(everywhere, here) == {"max_members": 5, "contiguous": True}
    assert active(everywhere, {"contiguous": False}) == {"max_members": 3}


@pytest.mark.parametrize(
    ("shared", "own"),
    [
        ({"max_bodies": 2, "limit": {"change": 3}}, {"max_members": 3}),
        ({"max_members": 3}, {"max_members": False}),
        ({"min_population": 100.0}, {"viable_alone": True}),  # belongs to what holds for all
        ({"source": "the council", "confidence": "high"}, {"seats": ["01"]}),
    ],
)
def test_right_ones(shared: dict[str, Any], own: dict[str, Any]) -> None:
    assert told(shared, own) == []


@pytest.mark.parametrize(
    ("shared", "own", "words"),
    [
        ({"max_member": 3}, {}, ["instance.toml", "rules.max_member", "'max_members'"]),
        ({}, {"max_bodies": 2}, ["water.toml", "rules.max_bodies", "cannot stand here"]),
        ({}, {"viable_alone": True}, ["water.toml", "rules.viable_alone", "Add min_population"]),
        ({}, {"max_members": 2.5}, ["water.toml", "rules.max_members", "a whole number"]),
        ({}, {"seats": ["1"]}, ["rules.seats", "value '1'", "municipality", "zero"]),
        ({}, {"legal_forms": ["asociation"]}, ["rules.legal_forms", "'association'"]),
        ({"max_partnerships": {"watr": 2}}, {}, ["rules.max_partnerships", "'water'"]),
        ({"limit": {"costs": 2}}, {}, ["rules.limit", "criterion", "'cost'"]),
        ({"limit": {"cost": "2"}}, {}, ["rules.limit.cost", "a number"]),
        ({}, {"apart": [["01", "01"]]}, ["rules.apart", "paired with itself"]),
        ({"max_bodies": 1e300}, {}, ["rules.max_bodies", "absurdly large"]),
    ],
)
def test_one_thing_wrong(shared: dict[str, Any], own: dict[str, Any], words: list[str]) -> None:
    (said,) = told(shared, own)
    assert [word for word in words if word not in said] == []


def test_names_that_could_not_be_read_are_not_looked_for() -> None:
    layers = [(Layer("water.toml", "rules", {"seats": ["nobody"]}),)]
    assert list(check(Layer("instance.toml", "rules", {}), layers, Known())) == []

"""Plug-ins that do wrong are named, with their package; nothing wrong is computed with."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np
import pytest

import koopopt
from koopopt import rules
from koopopt.case.library import Count
from koopopt.criteria import Criterion
from koopopt.errors import PluginError
from koopopt.packages import Entry
from koopopt.plugins import Door, Offer, blamed
from koopopt.problem import rule_faults
from koopopt.rules import Capacity, Conditions, PartnershipRule, PlanConditions, PlanRule, Range
from koopopt.rules import kinds as rule_kinds
from koopopt.rules.sound import check_plan_conditions
from koopopt.text import T

VILLAGES = koopopt.read("three-villages")
PARCEL = {"parcel": "1"}


def entry(name: str) -> Entry:
    return Entry(name, "x:y", "parcel", "1", None)  # type: ignore[arg-type]


def criterion(pair: Callable[..., Any], **changes: Any) -> Criterion:
    return Criterion("odd", T("t"), T("u"), 1.0, pair=pair, package=PARCEL, **changes)


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        (criterion(lambda facts, s: sys.exit("bye")), "SystemExit: bye"),
        (criterion(lambda facts, s: facts.minutes * 1j), "complex numbers"),
        (
            criterion(lambda facts, s: facts.minutes * 0 + 0.5, exact=lambda *_: Fraction(10**400)),
            "for member A at seat A its exact and its pair differ",
        ),
    ],
)
def test_amounts_that_are_none(odd: Criterion, said: str) -> None:
    facts = koopopt.Problem.of(VILLAGES).facts
    with pytest.raises(PluginError, match=said):
        odd.terms(facts, 0)


def test_whole_numbers_and_truth_values_are_amounts() -> None:
    facts = koopopt.Problem.of(VILLAGES).facts
    for kind in (bool, int, object):
        terms = criterion(lambda facts, s, kind=kind: (facts.minutes > 3).astype(kind))
        assert np.array_equal(terms._rounded(facts, 0, terms.pair), facts.minutes > 3)


def test_the_process_is_not_ended_by_a_plug_in() -> None:
    with pytest.raises(PluginError, match="SystemExit: 3"), blamed("mine", PARCEL):
        sys.exit(3)


def test_what_is_printed_while_loading_is_no_result(capsys: pytest.CaptureFixture[str]) -> None:
    door: Door[None] = Door(
        lambda: [Offer("criterion", "mine", entry("mine"), lambda: print("hello"))], lambda: ()
    )
    assert len(door.plugins) == 1
    assert capsys.readouterr() == ("", "hello\n")


@dataclass(frozen=True)
class Odd(PartnershipRule):
    odd: Count
    more: Count

    def __post_init__(self) -> None:
        if self.odd > self.more:
            raise ValueError("odd above more")

    def restrict(self, facts: Any, service: int, conditions: Conditions) -> None:
        WAYS[self.odd](conditions)

    def violations(self, facts: Any, partnership: Any) -> Any:
        return [("plain", T("{gone}"), None)[self.odd % 3]]


WAYS: list[Callable[[Conditions], None]] = [
    lambda c: setattr(c, "pool", None),
    lambda c: setattr(c, "alone", np.ones(3)),
    lambda c: setattr(c, "pair", np.ones((3, 2), bool)),
    lambda c: c.apart.__setitem__((0, 1), True),
    lambda c: c.ranges.append(Range(np.full(3, np.nan), 0, 1)),
    lambda c: c.ranges.append(Range(np.ones(3), high=np.nan)),
    lambda c: c.capacities.append(Capacity(np.ones(3), np.ones(2))),
    lambda c: c.capacities.append(Capacity(np.ones(3), np.full(3, np.nan))),
    lambda c: c.groups.append(np.array([0, 3])),
]


@pytest.fixture
def odd(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the rule come from a package."""
    monkeypatch.setattr(rules.DOOR, "package", {"odd": PARCEL}.get)


@pytest.mark.usefixtures("odd")
@pytest.mark.parametrize("way", range(len(WAYS)))
def test_conditions_that_nobody_can_use(way: int) -> None:
    problem = replace(koopopt.Problem.of(VILLAGES), partnership_rules=((Odd(way, 9),),))
    with pytest.raises(PluginError, match="'odd' of parcel 1 fails: ValueError: conditions"):
        koopopt.solve(problem)


@pytest.mark.usefixtures("odd")
@pytest.mark.parametrize("way", range(3))
def test_violations_that_are_no_sentences(way: int) -> None:
    problem = replace(koopopt.Problem.of(VILLAGES), partnership_rules=((Odd(way, 9),),))
    with pytest.raises(PluginError, match="'odd' of parcel 1 fails: "):
        koopopt.evaluate(problem, koopopt.all_alone(problem))


@pytest.mark.parametrize(
    "wrong",
    [
        {"max_pooled": "x"},
        {"max_memberships": 0.5},
        {"limits": {"nope": 3}},
        {"limits": {"cost": 0.5}},
    ],
)
def test_conditions_of_plans_that_nobody_can_use(wrong: dict[str, Any]) -> None:
    facts = koopopt.Problem.of(VILLAGES).facts
    with pytest.raises(ValueError, match="conditions"):
        check_plan_conditions(facts, PlanConditions(**wrong))


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"odd": 1}, "rules.more: This key is missing"),
        ({"odd": 2, "more": 1}, "odd above more"),
        ({"odd": -1, "more": 1}, "rules.odd"),
    ],
)
def test_rules_that_check_themselves(
    table: dict[str, int], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(rule_kinds.DOOR), "things", {"odd": Odd})
    faults = rule_faults(replace(VILLAGES, rules={**VILLAGES.rules, **table}))
    (fault,) = {fault.render() for fault in faults}
    assert said in fault
    assert not rule_faults(replace(VILLAGES, rules={**VILLAGES.rules, "odd": 1, "more": 1}))


def test_a_rule_that_speaks_in_odd_words_is_refused() -> None:
    @dataclass(frozen=True)
    class Mute(PlanRule):
        mute: Count
        words: tuple[str, ...] = field(default=())
        title: ClassVar[Any] = T("{gone}")

    @dataclass(frozen=True)
    class Loose(PlanRule):
        loose: Count
        town_keys: ClassVar[Any] = "loose"

    for kind, said in ((Mute, "gone"), (Loose, "town_keys")):
        with pytest.raises((TypeError, ValueError), match=said):
            rule_kinds._outside(entry(kind.__name__.lower()), kind)

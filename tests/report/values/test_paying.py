"""What is said of shares: who loses, who would leave, and what of it holds under any key."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np
import pytest

import koopopt
import tiny
from browser.scenes import ASSOCIATION, chain
from koopopt.case.plan import Partnership, Plan
from koopopt.games.core import Core
from koopopt.problem import Problem
from koopopt.report.values import paying
from koopopt.report.values.decision import Decision
from koopopt.sharing.allocation import Allocation, Payment
from koopopt.sharing.keys import KEYS
from koopopt.sharing.standalone import StandAlone
from random_instances import Dice, _random_plan, random_problem
from report.decided import DAY, walk


def of_tiny(**changes: Any) -> tuple[Problem, Allocation]:
    problem = Problem.of(tiny.instance(**changes))
    (a,) = paying.of(problem, tiny.pooled_plan(problem))
    return problem, a


def lines(a: Allocation, payment: Payment) -> list[str]:
    return [said.render() for said in paying.sentences(a, payment, str)]


def loser(a: Allocation, payment: Payment, k: int, reference: tuple[int, ...]) -> str:
    return f"{a.members[k]} ({(payment.cents[k] - reference[k]) / 100:,.2f}".rstrip("0").rstrip(".")


@pytest.mark.parametrize("seed", range(12))
def test_losers_are_named_and_nobody_else(seed: int) -> None:
    problem = random_problem(seed)
    plan = _random_plan(Dice(np.random.default_rng(seed)), problem)
    for a in paying.of(problem, plan):
        for payment in a.payments.values():
            today, alone, _ = lines(a, payment)
            assert payment.today is not None
            for said, reference in ((today, payment.today), (alone, a.alone)):
                more = [k for k, paid in enumerate(payment.cents) if paid > reference[k]]
                assert said.startswith("Nobody") == (not more)
                assert said.count(" EUR a year") == len(more)
                assert all(loser(a, payment, k, reference) in said for k in more)


def test_a_group_that_would_leave_is_named_with_its_gain() -> None:
    problem, a = of_tiny(demand={("01", "water"): 200.0})
    own = StandAlone.of(problem, 0, np.array([0, 1]))
    payment = a.payments["equal"]
    gains = {k: payment.cents[k] - int(own.value[1 << k]) for k in range(2)}
    worst = max(gains, key=lambda k: gains[k])
    assert gains[worst] > 0
    said = lines(a, payment)[-1]
    assert said == (
        f"Would pay less without the others: {a.members[worst]}"
        f" (by {gains[worst] / 100:,.2f} EUR a year)."
    )


def test_of_many_groups_the_first_are_named_and_all_are_counted() -> None:
    problem = Problem.of(koopopt.read("werra-meissner"))
    plan = chain(problem, "water", 6, ASSOCIATION)
    several = 0
    for a in paying.of(problem, plan):
        who = np.array([problem.facts.index[i] for i in a.members])
        own = StandAlone.of(problem, problem.facts.service_index["water"], who)
        for payment in a.payments.values():
            count = sum(
                sum(payment.cents[k] for k in some) > int(own.value[own.mask(who[list(some)])])
                for size in range(1, len(who))
                for some in combinations(range(len(who)), size)
            )
            said = lines(a, payment)[-1]
            if count > paying.MOST_GROUPS:
                several += 1
                assert said.startswith(f"{count} groups would pay less without the others")
            assert said.count("(by ") == min(count, paying.MOST_GROUPS)
    assert several


def test_what_nobody_knows_is_said() -> None:
    _, a = of_tiny()
    payment = a.payments["equal"]
    unknown = replace(payment, today=None, blocking=(), groups=None, excess=None)
    first, _, last = lines(a, unknown)
    assert first == "Who pays more than today is not known."
    assert last == "Whether a group would pay less without the others is not known."
    assert lines(a, replace(unknown, excess=0))[-1].startswith("No group")
    assert "1,234.56" in lines(a, replace(unknown, excess=123_456))[-1]


@pytest.mark.parametrize(
    ("core", "words"),
    [
        (Core(None, None, None), "not known"),
        (Core(False, Fraction(0), Fraction(0)), "There are shares with which no group"),
        (Core(False, Fraction(-250), Fraction(0)), "2.5 EUR a year or more"),
        (Core(True, Fraction(1, 3), Fraction(100), (("01",), ("02",))), "With 1 EUR a year"),
    ],
)
def test_what_is_known_of_a_core(core: Core, words: str) -> None:
    _, a = of_tiny()
    assert words in " ".join(t.render() for t in paying.whole(replace(a, core=core), str))


def test_keys_left_out_are_named() -> None:
    instance = koopopt.read("germersheim")
    problem = Problem.of(replace(instance, rules={}))
    facts, service = problem.facts, problem.facts.services[0].id
    who, rest = facts.ids[:23], facts.ids[23:]
    pool = Partnership(service, who, who[0], instance.legal_forms[0].id)
    alone = [Partnership(service, (i,), i) for i in rest]
    others = [Partnership(s.id, (i,), i) for s in facts.services[1:] for i in facts.ids]
    (a,) = paying.of(problem, Plan([pool, *alone, *others]))
    assert set(KEYS) - set(a.payments) == {"scrb", "shapley", "nucleolus"}
    said = " ".join(text.render() for text in paying.whole(a, str))
    assert "Not worked out for more than 22 members: separable costs" in said
    assert "by nucleolus" in said


def test_only_the_chosen_plan_is_shared() -> None:
    decision = Decision.of(walk(5), DAY)
    for number in (1, 5):
        chosen = decision.beginning_with(number)
        assert [a.partnership for a in chosen.payments] == list(chosen.plan.plan.pooled)
    assert decision.beginning_with(1).payments == []

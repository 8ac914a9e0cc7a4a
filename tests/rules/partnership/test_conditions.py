"""Rules say the same twice: what they tell formulations is what they tell of a plan."""

from __future__ import annotations

from typing import Any

import pytest

from koopopt.case.plan import Partnership, Plan
from koopopt.problem import Problem
from koopopt.rules import Conditions
from rules.cases import ALL, ALONE, ALONE_TOO, ENDS, PAIR, PARTNERSHIPS, broken, named, three

PLANS = (ALONE, PAIR, ENDS, ALL)
CASES = [
    *((rules, (*PLANS, good, bad)) for rules, good, bad, _ in PARTNERSHIPS),
    *((rules, (*PLANS, good)) for rules, good, _ in ALONE_TOO),
]


def connected(problem: Problem, members: set[int]) -> bool:
    found, border = set[int](), {min(members)}
    while border:
        found |= border
        near = problem.facts.adjacent[sorted(border)].any(axis=0).nonzero()[0].tolist()
        border = set(near) & members - found
    return found == members


def kept(problem: Problem, asked: Conditions, partnership: Partnership) -> bool:
    """Whether a partnership keeps conditions, by the words of `Conditions`."""
    who = problem.facts.members(partnership).tolist()
    seat = problem.facts.index[partnership.seat]
    whole = all(set(who) >= set(g) or not set(who) & set(g) for g in map(list, asked.groups))
    if not partnership.pooled:
        return bool(asked.alone[who[0]]) and whole
    return bool(
        whole
        and asked.pool[who].all()
        and asked.pair[who, seat].all()
        and not asked.apart[who][:, who].any()
        and (not asked.contiguous or connected(problem, set(who)))
        and all(r.low <= r.weight[who].sum() <= r.high for r in asked.ranges)
        and all(c.weight[who].sum() <= c.high[seat] for c in asked.capacities)
        and all(len(set(d.label[who].tolist())) <= d.high for d in asked.distinct)
    )


@pytest.mark.parametrize(("rules", "plans"), CASES, ids=map(named, CASES))
def test_conditions_and_violations_agree(rules: dict[str, Any], plans: tuple[Plan, ...]) -> None:
    problem = Problem.of(three(rules))
    asked = dict(zip(problem.facts.service_index, problem.conditions, strict=True))

    def keeps(plan: Plan) -> bool:
        return all(kept(problem, asked[p.service], p) for p in plan.of("water"))

    told = [all(v.service != "water" for v in broken(problem.instance, p)) for p in plans]
    assert [keeps(plan) for plan in plans] == told
    assert len(set(told)) == 2  # some keep it, some do not


def test_without_rules_everything_is_allowed() -> None:
    problem = Problem.of(three())
    assert all(kept(problem, problem.conditions[0], p) for p in PAIR.of("water") + ALL.of("water"))

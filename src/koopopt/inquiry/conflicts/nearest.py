"""The nearest value of a numeric rule with which there is a plan, all other rules kept.

Bisection over the values that matter, from the rule's own towards what a plan without it needs.
Each plan that is found on the way says how near its own value is; each "none" is proven, so what
stays open is an interval.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from typing import Any, Final

import numpy as np

from koopopt.case.plan import Plan
from koopopt.criteria import CRITERIA
from koopopt.evaluation import evaluate
from koopopt.exact import fraction
from koopopt.inquiry.conflicts.oracle import Answer
from koopopt.inquiry.conflicts.ruleset import RuleSet
from koopopt.inquiry.rules import InForce, with_value
from koopopt.inquiry.steps import number, number_key
from koopopt.problem import Problem
from koopopt.solving.optimise import Result, Status

STEP: Final = 1000
"""Shares are looked at in parts of a thousandth."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """How far a numeric rule has to be changed.

    Attributes
    ----------
    key : str
        The key whose value it is.
    old, new : number
        What it says, and a value with which there is a plan.
    fails : number
        The value nearest to `new`, of those looked at, with which there is proven to be none.
    exact : bool
        Whether no value in between was left to look at.
    """

    key: str
    old: Any
    new: Any
    fails: Any
    exact: bool


def nearest(rules: RuleSet, k: int, plan: Plan, ask: Callable[[Problem], Answer]) -> Nearest | None:
    """Return the nearest value of a rule with which there is a plan; None where it has no number.

    Parameters
    ----------
    rules : RuleSet
    k : int
        The rule: with it there is no plan.
    plan : Plan
        Keeps all others.
    ask : callable
        Looks for a plan of a problem.
    """
    rule = rules.rules[k]
    key, old = number_key(rule), number(rule)
    if rule.place == "limit" or not _is_number(old):
        return None
    values = _values(rules.problem, rule, old)

    def changed(at: int) -> Problem:
        return with_value(rules.problem, rule, key, values[at])

    def kept(plan: Plan, most: int) -> int | None:
        """Return the nearest value that a plan keeps."""
        low, high = -1, most
        if high < 0 or not evaluate(changed(high), plan).feasible:
            return None
        while high - low > 1:
            middle = (low + high) // 2
            if evaluate(changed(middle), plan).feasible:
                high = middle
            else:
                low = middle
        return high

    works, fails = kept(plan, len(values) - 1), -1
    if works is None:
        return None
    open_ = False
    while works - fails > 1 and not open_:
        middle = (works + fails) // 2
        answer = ask(changed(middle))
        if isinstance(answer, Plan):
            works = kept(answer, middle) or 0
        elif answer is False:
            fails = middle
        else:
            open_ = True
    return Nearest(key, old, values[works], old if fails < 0 else values[fails], not open_)


def least_limit(rule: InForce, found: Result) -> Nearest | None:
    """Return the least bound on a criterion, from the least value of it without that limit."""
    criterion = CRITERIA[rule.key]
    if found.evaluation is None:
        return None
    amount = found.evaluation.amount(criterion.name)
    exact = found.status is Status.OPTIMAL
    low = floor(fraction(rule.value) * criterion.per_one)
    if exact:
        low = amount - 1
    elif found.bound is not None:
        low = max(low, ceil(found.bound * criterion.per_one) - 2)  # what is shown is rounded
    new, fails = (Fraction(x, criterion.per_one) for x in (amount, low))
    return Nearest(rule.key, rule.value, new, fails, exact)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _values(problem: Problem, rule: InForce, old: Any) -> Sequence[Any]:
    """Return the values that matter, from the one nearest to the rule's own to the loosest."""
    facts = problem.facts
    n, services = facts.n, len(facts.services)
    match rule.key:
        case "votes" | "min_saving" | "no_losers":
            return _shares(rule.key, old)
        case "max_minutes":
            return _between(np.unique(facts.minutes), float(old))
        case "min_members":
            return range(old - 1, 1 if rule.place == "legal form" else 0, -1)
        case "max_members":
            return range(old + 1, n + 1)
        case "max_identity_areas":
            return range(old + 1, len(set(facts.area.tolist())) + 1)
        case "max_pooled" | "max_memberships" | "max_hosted" | "max_partner_seats":
            return range(old + 1, services + 1)
        case "max_bodies" | "max_partnerships":
            return range(old + 1, n * services + 1)
        case "min_bodies" | "min_partnerships":
            return range(old - 1, -1, -1)
        case "min_population":
            return range(ceil(old) - 1, -1, -1)
        case "max_population":
            return range(floor(old) + 1, ceil(facts.population.sum()) + 1)
        case "max_demand" | "capacity":
            return range(floor(old) + 1, ceil(facts.demand.sum(axis=1).max()) + 1)
    return ()


def _shares(key: str, old: float) -> Sequence[float]:
    """Return shares in whole thousandths, towards what asks for less."""
    exact = fraction(old) * STEP
    if key == "min_saving":
        return [x / STEP for x in range(ceil(exact) - 1, -1, -1)]
    top = STEP if key == "votes" else 10 * STEP
    return [x / STEP for x in range(floor(exact) + 1, top + 1)]


def _between(values: Any, old: float) -> list[float]:
    """Return numbers above `old`, in as few decimals as tell each from the next one above it."""
    above = [float(v) for v in values if v > old]
    shown = []
    for v, following in pairwise([*above, float("inf")]):
        tidy = (ceil(Fraction(v) * 10**d) / 10**d for d in range(10))
        shown.append(next((x for x in tidy if v <= x < following), v))
    return shown

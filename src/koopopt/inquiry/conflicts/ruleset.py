"""Rules that may be given up, and the problem in which only some of them hold.

Giving up a rule never takes a plan away, but for the rule `stable`: what groups could do by
themselves depends on all rules about partnerships. So these are not up for discussion where
`stable` is one of the rules at fault, and `stable` is set aside where there is no plan without it
(`RuleSet.of`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from koopopt.case.facts import Facts
from koopopt.case.instance import Instance
from koopopt.case.plan import Plan
from koopopt.criteria import CRITERIA
from koopopt.evaluation import evaluate
from koopopt.inquiry.rules import InForce, in_force, without
from koopopt.problem import Problem
from koopopt.rules import Limit, PartnershipRule, PlanRule

Keep = frozenset[int]
"""Numbers of the rules that hold."""


@dataclass(frozen=True, eq=False)
class RuleSet:
    """The rules of a problem that may be given up, and what it is with only some of them.

    Attributes
    ----------
    problem : Problem
        As asked, without an order of criteria, and without `stable` where that is set aside.
    rules : tuple of InForce
    """

    problem: Problem
    rules: tuple[InForce, ...]

    @classmethod
    def of(cls, problem: Problem) -> RuleSet:
        """Return all rules in force; where `stable` holds, those about the plan alone."""
        rules = in_force(problem)
        if problem.stable is not None:
            rules = tuple(rule for rule in rules if rule.about_plan)
        return cls(replace(problem, lexicographic=()), rules)

    @property
    def every(self) -> Keep:
        """The numbers of all rules."""
        return frozenset(range(len(self.rules)))

    def with_only(self, keep: Keep) -> Problem:
        """Return the problem in which of the rules only these hold."""
        gone = [rule for k, rule in enumerate(self.rules) if k not in keep]
        conditions = [rule for rule in gone if rule.place in ("legal form", "site")]
        key = frozenset(rule.name for rule in conditions)
        if key not in self._facts:
            self._facts[key] = without(self.problem, conditions).facts
        others = [rule for rule in gone if rule not in conditions]
        return without(replace(self.problem, facts=self._facts[key]), others)

    def kept_by(self, plan: Plan) -> Keep:
        """Return the rules that a plan keeps."""
        return frozenset(k for k in self.every if self._keeps(plan, k))

    def _keeps(self, plan: Plan, k: int) -> bool:
        facts, rule = self.problem.facts, self.rules[k]
        match rule.value:
            case PartnershipRule():
                parts = (p for p in plan.partnerships if p.service in rule.services)
                return not any(True for p in parts for _ in rule.value.violations(facts, p))
            case PlanRule() if self.problem.stable is None:
                return not any(True for _ in rule.value.violations(facts, plan))
            case _:
                return evaluate(self.with_only(frozenset((k,))), plan).feasible

    @cached_property
    def _facts(self) -> dict[frozenset[str], Facts]:
        """The facts without some conditions of legal forms and sites, made once each."""
        return {}


def one_service(instance: Instance, s: int) -> Instance:
    """Return the instance as it is for one service alone."""
    service = instance.services[s]
    places = {m.id for m in instance.municipalities}
    places |= {site.id for site in instance.sites if site.service == service.id}
    return replace(
        instance,
        services=(service,),
        sites=tuple(site for site in instance.sites if site.service == service.id),
        status_quo=tuple(p for p in instance.status_quo if p.service == service.id),
        demand={at: value for at, value in instance.demand.items() if at[1] == service.id},
        alone_cost={at: v for at, v in instance.alone_cost.items() if at[1] == service.id},
        travel={(i, h): minutes for (i, h), minutes in instance.travel.items() if h in places},
    )


def for_service(rules: tuple[PlanRule, ...], service: str, only: bool) -> tuple[PlanRule, ...]:
    """Return what rules about the plan ask of one service alone: whoever keeps them, keeps that.

    A least number in total asks nothing of one of several services (`only`: there is no other),
    and neither does a limit on costs, which grants may make negative, or on what somebody loses,
    which a gain in another service may make up for.
    """
    if only:
        return rules
    kept: list[PlanRule] = []
    for rule in rules:
        value = getattr(rule, rule.name, None)
        if isinstance(rule, Limit):
            each = {
                k: most
                for k, most in rule.limit.items()
                if not CRITERIA[k].cost_share and CRITERIA[k].of_plan is None
            }
            kept += [Limit(each)] if each else []
        elif isinstance(value, Mapping):
            if service in value:
                kept.append(replace(rule, **{rule.name: {service: value[service]}}))  # type: ignore[type-var]
        elif rule.name in ONE_BY_ONE:
            kept.append(rule)
    return tuple(kept)


ONE_BY_ONE: Final = frozenset(
    ("max_pooled", "max_memberships", "max_hosted", "max_partner_seats", "max_bodies",
     "max_partnerships")
)  # fmt: skip
"""Rules about the plan that hold of each service alone where they hold of all together."""

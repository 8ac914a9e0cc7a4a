"""A problem: an instance, and what is asked of it. Everything a formulation needs to know."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from koopopt.case.facts import Facts
from koopopt.case.instance import Instance
from koopopt.case.made import WHERE, instance_faults
from koopopt.case.plan import Plan
from koopopt.case.sums import sum_faults
from koopopt.checking.request import NO_WEIGHT, amount, weight
from koopopt.checking.typed import checked
from koopopt.criteria import CRITERIA, Criterion, criterion, weight_faults
from koopopt.errors import DataError, Fault, UsageError
from koopopt.exact import Number
from koopopt.language.hints import Names
from koopopt.plugins import blamed
from koopopt.rules import (
    DOOR,
    PARTNERSHIP_RULES,
    PLAN_RULES,
    AtMost,
    Conditions,
    Known,
    Layer,
    Limit,
    PartnershipRule,
    PlanConditions,
    PlanRule,
    Stable,
    active,
    check,
    parse,
)
from koopopt.rules.relaxing import relax_faults
from koopopt.rules.sound import check_conditions, check_plan_conditions
from koopopt.scale import Scale
from koopopt.shown import Brief, counted, named
from koopopt.text import T

if TYPE_CHECKING:
    from koopopt.case.scenario import Scenario


@dataclass(frozen=True, eq=False, repr=False)
class Problem(Brief):
    """An instance with weights, order and rules.

    Attributes
    ----------
    facts : Facts
    weights : mapping criterion name -> weight
        The weighted sum to minimise; weights are not negative.
    lexicographic : tuple of str
        Criteria to minimise one after the other, before the weighted sum.
    partnership_rules : tuple (one entry a service) of tuples of rules
    plan_rules : tuple of rules

    Examples
    --------
    >>> import koopopt
    >>> dear_hours = koopopt.Problem.of(koopopt.read("three-villages"), weights={"travel": 60.0})
    >>> koopopt.solve(dear_hours)
    <Result optimal: 0 partnerships, objective 135,000, gap 0>
    """

    facts: Facts
    weights: Mapping[str, Number]
    lexicographic: tuple[str, ...]
    partnership_rules: tuple[tuple[PartnershipRule, ...], ...]
    plan_rules: tuple[PlanRule, ...]

    @classmethod
    @checked
    def of(
        cls,
        instance: Instance,
        *,
        weights: Mapping[str, float] | None = None,
        lexicographic: Sequence[str] = (),
        limits: Mapping[str, float] | None = None,
    ) -> Problem:
        """Ask the instance for the best plan.

        Parameters
        ----------
        weights : mapping, optional
            Replaces single weights of the instance and leaves the others.
        lexicographic : sequence of str, optional
            Criteria to minimise in this order; the weighted sum decides among the ties.
        limits : mapping, optional
            Upper bounds on criteria, besides those of the instance.

        Raises
        ------
        UsageError
            For an unknown criterion or one named twice, a weight or limit that cannot be meant.
        DataError
            Where an instance built by hand is not valid: like files, it is checked as a whole.
        """
        faults = list(instance_faults(instance)) or [
            *weight_faults(instance.weights, WHERE),
            *sum_faults(instance),
            *rule_faults(instance),
        ]
        if faults:
            raise DataError(faults)
        plan_table, service_tables = rule_tables(instance)
        problem = cls(
            facts=Facts.of(instance),
            weights=instance.weights,
            lexicographic=(),
            partnership_rules=tuple(parse(t, PARTNERSHIP_RULES) for t in service_tables),
            plan_rules=parse(plan_table, PLAN_RULES),
        )
        return problem.asked(weights=weights, lexicographic=lexicographic, limits=limits)

    def asked(
        self,
        *,
        weights: Mapping[str, float] | None = None,
        lexicographic: Sequence[str] | None = None,
        limits: Mapping[str, float] | None = None,
    ) -> Problem:
        """Ask the same of it in another way; see `of`.

        Parameters
        ----------
        weights : mapping, optional
            Replaces single weights and leaves the others.
        lexicographic : sequence of str, optional
            Replaces the order.
        limits : mapping, optional
            Upper bounds on criteria, besides those that there are.
        """
        lexicographic = self.lexicographic if lexicographic is None else lexicographic
        chosen = {**self.weights, **(weights or {})}
        for name, value in chosen.items():
            criterion(name)
            weight(T("The weight of {name}", name=name), value)
        for name in (*lexicographic, *(limits or {})):
            criterion(name)
        for name, limit in (limits or {}).items():
            amount(T("The limit of {name}", name=name), limit, -math.inf)
        if len(set(lexicographic)) < len(lexicographic):
            raise UsageError(T("A criterion stands twice in the lexicographic order."))
        if not (lexicographic or any(chosen.values())):
            raise UsageError(T("{rule} Give one criterion a weight.", rule=NO_WEIGHT))
        asked = replace(self, weights=chosen, lexicographic=tuple(lexicographic))
        return asked.within(limits or {})

    def within(self, limits: Mapping[str, Number]) -> Problem:
        """Return the problem with these upper bounds on criteria besides those that there are."""
        if not limits:
            return self
        return replace(self, plan_rules=(*self.plan_rules, Limit(dict(limits))))

    def asks(self, name: str) -> bool:
        """Whether a criterion has a weight, a limit or a place in the order."""
        weighed = self.weights.get(name) or name in self.lexicographic
        return bool(weighed) or name in self.plan_conditions.limits

    def without(self, name: str) -> Problem:
        """Return the problem that asks nothing of a criterion."""

        def other(rule: PlanRule) -> PlanRule:
            if not isinstance(rule, Limit):
                return rule
            return Limit({k: most for k, most in rule.limit.items() if k != name})

        return replace(
            self,
            weights={k: weight for k, weight in self.weights.items() if k != name},
            lexicographic=tuple(k for k in self.lexicographic if k != name),
            plan_rules=tuple(map(other, self.plan_rules)),
        )

    @property
    def plain(self) -> Problem:
        """The problem as asked, where formulations see sites as municipalities."""
        return self

    @property
    def instance(self) -> Instance:
        """The instance behind the facts."""
        return self.facts.instance

    @cached_property
    def conditions(self) -> tuple[Conditions, ...]:
        """What the partnership rules ask, by service, in the words of formulations."""
        result = []
        for s, rules in enumerate(self.partnership_rules):
            conditions = Conditions.free(self.facts, s)
            for rule in rules:
                with blamed(rule.name, package := DOOR.package(rule.name)):
                    rule.restrict(self.facts, s, conditions)
                    if package:
                        check_conditions(self.facts, conditions)
            result.append(conditions)
        return tuple(result)

    def differs_little(self, other: Problem) -> bool:
        """Whether a problem of the same facts may differ in weights, order and limits only."""
        return (
            self.facts is other.facts
            and self.partnership_rules == other.partnership_rules
            and self.other_rules == other.other_rules
        )

    @property
    def other_rules(self) -> tuple[PlanRule, ...]:
        """The plan rules, limits on criteria apart."""
        return tuple(rule for rule in self.plan_rules if not isinstance(rule, Limit))

    @property
    def stable(self) -> Stable | None:
        """The rule that nobody leaves, if there is one."""
        found = (rule for rule in self.plan_rules if isinstance(rule, Stable) and rule.stable)
        return next(found, None)

    def with_stable(self, rule: Stable | None) -> Problem:
        """Return the problem with this rule that nobody leaves, or none, instead of its own."""
        others = tuple(r for r in self.plan_rules if not isinstance(r, Stable))
        return replace(self, plan_rules=others if rule is None else (*others, rule))

    @cached_property
    def plan_conditions(self) -> PlanConditions:
        """What the plan rules ask, in the words of formulations."""
        conditions = PlanConditions()
        for rule in self.plan_rules:
            with blamed(rule.name, package := DOOR.package(rule.name)):
                rule.restrict(self.facts, conditions)
                if package:
                    check_plan_conditions(self.facts, conditions)
        limits = conditions.limits
        for said in chain.from_iterable(self.partnership_rules):  # see `additive`
            if isinstance(said, AtMost) and limits.get(said.criterion, math.inf) >= said.most:
                limits.pop(said.criterion, None)
        return conditions

    @cached_property
    def additive(self) -> Problem:
        """The problem as formulations know it: all its criteria are sums.

        Limits on largest values become rules of partnerships, and their weights are left out: that
        is what `formulations.thresholds` answers for. Itself where nothing is asked of them.
        """
        others = [c.name for c in self.criteria if c.largest is not None]
        limits = self.plan_conditions.limits
        bounds = tuple(AtMost(name, limits[name]) for name in others if name in limits)
        if not bounds and not any(self.weights.get(name) for name in others):
            return self
        rules = self.partnership_rules
        return replace(
            self,
            weights={name: w for name, w in self.weights.items() if name not in others},
            partnership_rules=tuple((*own, *bounds) for own in rules) if bounds else rules,
        )

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """All criteria, in their fixed order."""
        return tuple(CRITERIA.values())

    @property
    def plugins(self) -> dict[str, str]:
        """The packages, with their versions, whose plug-ins say what is asked here."""
        return {**self.instance.plugins, **self.foreign}

    @property
    def foreign(self) -> dict[str, str]:
        """Those among them whose code is run: it has to be there wherever plans are judged."""
        packages: dict[str, str] = {}
        for c in self.criteria:
            packages |= c.package
        for rule in (*chain.from_iterable(self.partnership_rules), *self.plan_rules):
            packages |= DOOR.package(rule.name)
        return packages

    @cached_property
    def weighing(self) -> Scale:
        """Its weights alone, for exact sums: nothing is asked of all pairs of places."""
        return Scale.of(self.weights)

    @cached_property
    def scale(self) -> Scale:
        """The weighted sum as a whole number."""
        return Scale.of(self.weights, self.largest)

    @property
    def largest(self) -> list[float]:
        """About how large the amounts of single partnerships are, by criterion."""
        facts = self.facts
        largest = []
        for c in self.criteria:
            size = float(c.per_body)
            if c.cost_share:
                each = np.abs(facts.alone_cents).max(axis=1, initial=0).sum()
                size += c.cost_share * float(each + facts.office_cents)
            for s in range(len(facts.services)):
                terms = c.terms(facts, s)
                if c.of_plan is not None:
                    size += float(np.abs(facts.alone_cents[s]).sum())
                size += float(np.abs(terms).max(initial=0)) if terms is not None else 0.0
            largest.append(size)
        return largest

    @property
    def limits(self) -> dict[str, float]:
        """The upper bounds on criteria, rounded down to their units."""
        bounded = self.plan_conditions.limits
        return {c.name: c.shown(bounded[c.name]) for c in self.criteria if c.name in bounded}

    def under(self, scenario: Scenario) -> Problem:
        """Return what is asked of the instance in a scenario: the same weights, no plan rules.

        Rules about partnerships stand as they are; whether they are to hold there is the
        scenario's `rules`.

        Raises
        ------
        DataError
            Where sums would be too large to be exact.
        """
        changed = scenario.changed(self.instance)
        facts = self.facts if changed is self.instance else Facts.of(changed)
        return replace(self, facts=facts, plan_rules=())

    def amounts(self, plan: Plan) -> tuple[int, ...]:
        """Return the criteria of a plan in their units, in their fixed order."""
        return tuple(c.amount(self.facts, plan) for c in self.criteria)

    def _said(self) -> str:
        order = f"first {', '.join(self.lexicographic)}; " if self.lexicographic else ""
        rules = len(self.plan_rules) + sum(map(len, self.partnership_rules))
        asked = f"{order}weights {named(self.weights)}; {counted(rules, 'rule')}"
        return f" {self.instance.name!r}: {asked}"


def rule_tables(instance: Instance) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the table of plan rules and one of partnership rules for each service."""
    partnership_keys = {key for kind in PARTNERSHIP_RULES for key in kind.keys()}  # noqa: SIM118
    for_all = {k: v for k, v in instance.rules.items() if k in partnership_keys}
    for_plan = {k: v for k, v in instance.rules.items() if k not in partnership_keys}
    return active(for_plan), [active(for_all, service.rules) for service in instance.services]


def rule_faults(instance: Instance) -> list[Fault]:
    """Return everything wrong with the rules of an instance and of its services."""
    towns, sites = ([p.id for p in places] for places in (instance.municipalities, instance.sites))
    known = Known(
        towns=Names(towns),
        seats=Names([*towns, *dict.fromkeys(sites)]) if sites else None,
        services=Names(s.id for s in instance.services),
        forms=Names(f.id for f in instance.legal_forms),
        central_places=Names(m.central_place for m in instance.municipalities if m.central_place),
    )
    shared = Layer("instance.toml", "rules", instance.rules)
    own = [(Layer(f"{s.id}.toml", "rules", s.rules),) for s in instance.services]
    return [*check(shared, own, known), *relax_faults(instance.relax.items(), instance, WHERE)]

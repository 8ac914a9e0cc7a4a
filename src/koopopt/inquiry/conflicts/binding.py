"""The rules in force, each where it stands, and the problem in which only some of them hold.

A rule that a table gives for all services counts once; one in a service's own table counts for
that service alone, also where it takes the place of one for all. Limits on criteria count one by
one, and so do the conditions of legal forms and the capacities of sites. To give up a rule is to
lift it, as `key = false` does: no other value takes its place.

Giving up a rule never takes a plan away, but for the rule `stable`: what groups could do by
themselves depends on all rules about partnerships. So these are not up for discussion where
`stable` is one of the rules at fault, and `stable` is set aside where there is no plan without it
(`RuleSet.of`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, Literal

from koopopt.case.facts import Facts
from koopopt.case.instance import Instance
from koopopt.case.library import LegalForm
from koopopt.case.plan import Plan
from koopopt.criteria import CRITERIA
from koopopt.evaluation import evaluate
from koopopt.exact import Number
from koopopt.inquiry.forms import FREE_FORM, with_forms
from koopopt.inquiry.notation import as_written, toml
from koopopt.problem import Problem
from koopopt.rules import Limit, PartnershipRule, PlanRule, Rule

Place = Literal["instance", "service", "legal form", "site", "limit"]
"""Where a rule stands."""
Keep = frozenset[int]
"""Numbers of the bindings that hold."""


@dataclass(frozen=True, slots=True)
class Binding:
    """A rule where it stands.

    Attributes
    ----------
    place : {"instance", "service", "legal form", "site", "limit"}
    key : str
        Its key in that table; the criterion of a limit.
    value : object
        What it says: a rule, the value of a legal form's condition, a capacity, or a bound.
    owner : str
        Id of the service, legal form or site whose it is; empty for the instance and limits.
    services : tuple of int
        The services whose partnerships it binds; empty for rules about the plan.
    """

    place: Place
    key: str
    value: Any
    owner: str = ""
    services: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """The name by which it is told from all others, as ``service.water.max_members``."""
        match self.place:
            case "instance":
                return self.key
            case "limit":
                return f"limit.{self.key}"
            case "service":
                return f"service.{self.owner}.{self.key}"
            case "legal form":
                return f"form.{self.owner}.{self.key}"
            case "site":
                return f"site.{self.owner}.{self.key}"

    @property
    def about_plan(self) -> bool:
        """Whether it speaks of the whole plan, so that it may join services."""
        return not self.services

    @property
    def written(self) -> str:
        """The rule as it stands in a file, keys at their default left out."""
        match self.value:
            case Rule():
                return as_written(self.value)
            case _ if self.place == "limit":
                return f"limit = {{ {self.key} = {toml(self.value)} }}"
            case _:
                return f"{self.key} = {toml(self.value)}"


@dataclass(frozen=True, eq=False)
class RuleSet:
    """The bindings of a problem, and what it is with only some of them.

    Attributes
    ----------
    problem : Problem
        As asked, without an order of criteria, and without `stable` where that is set aside.
    bindings : tuple of Binding
    """

    problem: Problem
    bindings: tuple[Binding, ...]

    @classmethod
    def of(cls, problem: Problem) -> RuleSet:
        """Return all bindings; where `stable` holds, it and the rules about the plan alone."""
        bindings = tuple(_bindings(problem))
        if problem.stable is not None:
            bindings = tuple(b for b in bindings if b.about_plan)
        return cls(replace(problem, lexicographic=()), bindings)

    @property
    def every(self) -> Keep:
        """The numbers of all bindings."""
        return frozenset(range(len(self.bindings)))

    def with_only(self, keep: Keep) -> Problem:
        """Return the problem in which of the bindings only these hold."""
        gone = [b for k, b in enumerate(self.bindings) if k not in keep]
        lifted = {(s, b.key) for b in gone for s in b.services if isinstance(b.value, Rule)}
        plan_gone = {b.key for b in gone if b.about_plan and b.place == "instance"}
        limits_gone = {b.key for b in gone if b.place == "limit"}
        rules = self.problem.partnership_rules
        return replace(
            self.problem,
            facts=self._facts(gone),
            partnership_rules=tuple(
                tuple(rule for rule in own if (s, rule.name) not in lifted)
                for s, own in enumerate(rules)
            ),
            plan_rules=tuple(
                rule
                for rule in _singly(self.problem.plan_rules)
                if (next(iter(rule.limit)) not in limits_gone if isinstance(rule, Limit)
                    else rule.name not in plan_gone)
            ),
        )  # fmt: skip

    def kept_by(self, plan: Plan) -> Keep:
        """Return the bindings that a plan keeps."""
        return frozenset(k for k in self.every if self._keeps(plan, k))

    def _keeps(self, plan: Plan, k: int) -> bool:
        facts, binding = self.problem.facts, self.bindings[k]
        match binding.value:
            case PartnershipRule():
                own = {facts.services[s].id for s in binding.services}
                parts = (p for p in plan.partnerships if p.service in own)
                return not any(True for p in parts for _ in binding.value.violations(facts, p))
            case PlanRule() if self.problem.stable is None:
                return not any(True for _ in binding.value.violations(facts, plan))
            case _:
                return evaluate(self.with_only(frozenset((k,))), plan).feasible

    def _facts(self, gone: list[Binding]) -> Facts:
        """Return the facts without these conditions of legal forms and sites, made once each."""
        key = frozenset(b.name for b in gone if b.place in ("legal form", "site"))
        if key not in self._changed:
            forms = {b.owner: {} for b in gone if b.place == "legal form"}  # type: ignore[var-annotated]
            for b in gone:
                if b.place == "legal form":
                    forms[b.owner][b.key] = FREE_FORM[b.key]
            instance = self.problem.instance
            self._changed[key] = Facts.of(
                replace(
                    with_forms(instance, forms),
                    sites=tuple(
                        replace(site, capacity=None) if _site_name(site) in key else site
                        for site in instance.sites
                    ),
                )
            )
        return self._changed[key]

    @cached_property
    def _changed(self) -> dict[frozenset[str], Facts]:
        return {frozenset(): self.problem.facts}


def _bindings(problem: Problem) -> Iterator[Binding]:
    """Yield the rules: those about the plan, limits, those about partnerships, forms, sites."""
    limits: dict[str, Number] = {}
    for rule in problem.plan_rules:
        if isinstance(rule, Limit):
            for name, most in rule.limit.items():
                limits[name] = min(most, limits.get(name, most))
        else:
            yield Binding("instance", rule.name, rule)
    yield from (Binding("limit", name, most) for name, most in limits.items())
    instance = problem.instance
    shared: dict[str, list[int]] = {}
    own: list[Binding] = []
    said: dict[str, Rule] = {}
    for s, rules in enumerate(problem.partnership_rules):
        service = instance.services[s]
        for mine in rules:
            theirs = bool(service.rules.keys() & set(type(mine).keys()))
            if theirs or said.setdefault(mine.name, mine) != mine:
                own.append(Binding("service", mine.name, mine, service.id, (s,)))
            else:
                shared.setdefault(mine.name, []).append(s)
    for name, services in shared.items():
        yield Binding("instance", name, said[name], services=tuple(services))
    yield from own
    everywhere = tuple(range(len(instance.services)))
    for form in instance.legal_forms:
        yield from _of_form(form, everywhere)
    for site in instance.sites:
        if site.capacity is not None:
            s = problem.facts.service_index[site.service]
            yield Binding("site", "capacity", site.capacity, f"{site.id}.{site.service}", (s,))


def _of_form(form: LegalForm, services: tuple[int, ...]) -> Iterator[Binding]:
    for key, free in FREE_FORM.items():
        value = getattr(form, key)
        asks = value > free if key == "min_members" else value != free
        if asks:
            yield Binding("legal form", key, value, form.id, services)


def _site_name(site: Any) -> str:
    return f"site.{site.id}.{site.service}.capacity"


def _singly(rules: tuple[PlanRule, ...]) -> Iterator[PlanRule]:
    """Yield the rules about the plan; limits on several criteria one by one."""
    for rule in rules:
        if isinstance(rule, Limit):
            yield from (Limit({name: value}) for name, value in rule.limit.items())
        else:
            yield rule


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

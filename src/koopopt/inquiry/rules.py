"""The rules in force, each where it stands, and the problem without some of them.

A rule that a table gives for all services counts once; one in a service's own table counts for
that service alone, also where it takes the place of one for all. Limits on criteria count one by
one, those that were asked besides the instance's as well, and so do the conditions of legal forms
and the capacities of sites. To give up a rule is to lift it, as `key = false` does: no other value
takes its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from koopopt.case.facts import Facts
from koopopt.case.instance import Instance, Site
from koopopt.case.library import LegalForm
from koopopt.exact import Number
from koopopt.inquiry.notation import as_written, toml
from koopopt.problem import Problem
from koopopt.rules import Limit, PartnershipRule, PlanRule, Rule, Stable, naming
from koopopt.rules.naming import FREE_FORM
from koopopt.text import T, Text

Place = Literal["instance", "service", "everywhere", "legal form", "site", "limit"]
"""Where a rule stands."""


@dataclass(frozen=True, slots=True)
class InForce:
    """A rule where it stands.

    Attributes
    ----------
    name : str
        By which it is told from all others; see `koopopt.rules.naming`.
    place : {"instance", "service", "everywhere", "legal form", "site", "limit"}
        "everywhere": in all services in which it is in force, wherever it is written.
    key : str
        Its key in that table; the criterion of a limit.
    value : object
        What it says: a rule, the value of a legal form's condition, a capacity, or a bound; of a
        rule everywhere the rules, each once.
    written : str
        The rule as it is written, keys at their default left out.
    owner : str
        Id of the service, legal form or site whose it is; empty for all others.
    services : tuple of str
        The services of whose partnerships a rule about partnerships speaks; else empty.
    binds : tuple of int
        The services whose partnerships it binds; empty for what is about the plan.
    wider : str or None
        The name of the rule of which this one is a part: leaving that out leaves out this one.
    """

    name: str
    place: Place
    key: str
    value: Any
    written: str
    owner: str = ""
    services: tuple[str, ...] = ()
    binds: tuple[int, ...] = ()
    wider: str | None = None

    def __hash__(self) -> int:
        """Return it by the name: values may be tables."""
        return hash(self.name)

    @property
    def about_plan(self) -> bool:
        """Whether it speaks of the whole plan, so that it may join services."""
        return not self.binds

    @property
    def text(self) -> Text:
        """The rule as it is written, and whose it is."""
        match self.place:
            case "legal form":
                return T("{rule} (legal form {owner})", rule=self.written, owner=self.owner)
            case "site":
                return T("{rule} (site {owner})", rule=self.written, owner=self.owner)
        if not self.services or (self.place == "everywhere" and len(self.value) > 1):
            return Text("{rule}", {"rule": self.written})
        return Text("{rule} ({services})",
                    {"rule": self.written, "services": ", ".join(self.services)})  # fmt: skip


def in_force(problem: Problem) -> tuple[InForce, ...]:
    """Return the rules: about the plan, limits, about partnerships, of legal forms, of sites."""
    return (
        *_of_plan(problem.plan_rules),
        *_of_partnerships(problem),
        *_of_forms(problem),
        *_of_sites(problem),
    )


def with_parts(rules: Iterable[InForce]) -> list[InForce]:
    """Return rules, and those about partnerships also in all services and in each one."""
    found: list[InForce] = []
    places: dict[str, list[InForce]] = {}
    for rule in rules:
        if rule.services:
            places.setdefault(rule.key, []).append(rule)
        else:
            found.append(rule)
    for key, same in places.items():
        if len(same) > 1:
            whole = _everywhere(key, same)
            found += [whole, *(replace(rule, wider=whole.name) for rule in same)]
        else:
            whole = same[0]
            found.append(whole)
        found += [
            replace(_in_service(key, rule.value, s, k), wider=whole.name)
            for rule in same
            if len(rule.services) > 1
            for s, k in zip(rule.services, rule.binds, strict=True)
        ]
    return found


def without(problem: Problem, rules: Iterable[InForce]) -> Problem:
    """Return the problem in which these rules are given up."""
    gone = tuple(rules)
    lifted = {(s, rule.key) for rule in gone if rule.services for s in rule.binds}
    plan = {rule.key for rule in gone if rule.place == "instance" and rule.about_plan}
    limits = {rule.key for rule in gone if rule.place == "limit"}
    own = problem.partnership_rules
    return replace(
        problem,
        facts=_facts_without(problem, gone),
        partnership_rules=tuple(
            tuple(rule for rule in rules if (s, rule.name) not in lifted)
            for s, rules in enumerate(own)
        ),
        plan_rules=tuple(
            rule
            for rule in _singly(problem.plan_rules)
            if (next(iter(rule.limit)) not in limits if isinstance(rule, Limit)
                else rule.name not in plan)
        ),
    )  # fmt: skip


def with_value(problem: Problem, rule: InForce, key: str, value: Any) -> Problem:
    """Return the problem in which a rule says another value.

    Parameters
    ----------
    rule : InForce
    key : str
        Where the value stands; of the votes of a legal form ``max_share``.
    value : object
    """
    match rule.place:
        case "legal form" | "site":
            return replace(problem, facts=_with_condition(problem, rule, value))
        case "limit":
            return without(problem, [rule]).within({rule.key: value})
    if rule.about_plan:
        new = replace(rule.value, **{key: value})
        rules = tuple(new if own == rule.value else own for own in problem.plan_rules)
        return replace(problem, plan_rules=rules)
    return replace(
        problem,
        partnership_rules=tuple(
            tuple(
                replace(own, **{key: value}) if s in rule.binds and own.name == rule.key else own  # type: ignore[type-var]
                for own in rules
            )
            for s, rules in enumerate(problem.partnership_rules)
        ),
    )


def owned(problem: Problem) -> Problem:
    """Return the problem whose weights and limits stand in its instance.

    So changes of the instance change them as well. One with other rules than its instance, or
    with weights that are no numbers of a file, stays as it is.
    """
    instance = problem.instance
    limits = {rule.key: rule.value for rule in in_force(problem) if rule.place == "limit"}
    rules = {**instance.rules, "limit": limits} if limits else instance.rules
    weights = {name: float(weight) for name, weight in problem.weights.items()}
    own = Problem.of(replace(instance, weights=weights, rules=rules))
    said, asked = (
        (p.weights, p.limits, p.partnership_rules, p.other_rules) for p in (own, problem)
    )
    return replace(own, lexicographic=problem.lexicographic) if said == asked else problem


# -- where rules stand -------------------------------------------------------------------------


def _of_plan(rules: Iterable[PlanRule]) -> Iterator[InForce]:
    limits: dict[str, Number] = {}
    for rule in rules:
        if isinstance(rule, Limit):
            for name, most in rule.limit.items():
                limits[name] = min(most, limits.get(name, most))
        elif not isinstance(rule, Stable) or rule.stable:  # a key alone says how losses count
            name = naming.of_all(naming.key_of(rule))
            yield InForce(name, "instance", rule.name, rule, as_written(rule))
    for key, most in limits.items():
        name = naming.of_limit(key)
        yield InForce(name, "limit", key, most, f"limit.{key} = {toml(most)}")


def _of_partnerships(problem: Problem) -> Iterator[InForce]:
    """Yield those of the table for all services, then those of services' own tables."""
    services = problem.instance.services
    shared: dict[str, list[int]] = {}
    said: dict[str, PartnershipRule] = {}
    own: list[InForce] = []
    for s, rules in enumerate(problem.partnership_rules):
        for rule in rules:
            theirs = bool(services[s].rules.keys() & set(type(rule).keys()))
            if theirs or said.setdefault(rule.name, rule) != rule:
                own.append(_in_service(rule.name, rule, services[s].id, s))
            else:
                shared.setdefault(rule.name, []).append(s)
    for key, binds in shared.items():
        ids = tuple(services[s].id for s in binds)
        rule = said[key]
        name = naming.of_all(naming.key_of(rule))
        yield InForce(name, "instance", key, rule, as_written(rule), "", ids, tuple(binds))
    yield from own


def _in_service(key: str, rule: Rule, service: str, s: int) -> InForce:
    name = naming.of_service(service, naming.key_of(rule))
    return InForce(name, "service", key, rule, as_written(rule), service, (service,), (s,))


def _everywhere(key: str, places: list[InForce]) -> InForce:
    """Return a rule in all services in which it is in force."""
    shown: dict[str, list[InForce]] = {}
    for rule in places:
        shown.setdefault(rule.written, []).append(rule)
    words = "; ".join(
        said if len(shown) == 1 else f"{said} ({', '.join(s for r in same for s in r.services)})"
        for said, same in shown.items()
    )
    binds = tuple(sorted((k, s) for r in places for k, s in zip(r.binds, r.services, strict=True)))
    return InForce(
        key, "everywhere", key, tuple(same[0].value for same in shown.values()), words, "",
        tuple(s for _, s in binds), tuple(k for k, _ in binds),
    )  # fmt: skip


def _of_forms(problem: Problem) -> Iterator[InForce]:
    """Yield what each legal form asks of those who take it."""
    everywhere = tuple(range(len(problem.instance.services)))
    for form in problem.instance.legal_forms:
        for key, free in FREE_FORM.items():
            value = getattr(form, key)
            asks = value > free if key == "min_members" else value != free
            said = value
            if asks and key == "votes":
                said, asks = value.max_share, value.max_share < 1
            if asks:
                name = naming.of_form(form.id, key)
                written = f"{name.removeprefix(f'legal_forms.{form.id}.')} = {toml(said)}"
                yield InForce(name, "legal form", key, value, written, form.id, (), everywhere)


def _of_sites(problem: Problem) -> Iterator[InForce]:
    for site in problem.instance.sites:
        if site.capacity is not None:
            s = problem.facts.service_index[site.service]
            name, owner = naming.of_site(site.id, site.service), f"{site.id}, {site.service}"
            written = f"capacity = {toml(site.capacity)}"
            yield InForce(name, "site", "capacity", site.capacity, written, owner, (), (s,))


# -- leaving out -------------------------------------------------------------------------------


def _singly(rules: tuple[PlanRule, ...]) -> Iterator[PlanRule]:
    """Yield the rules about the plan; limits on several criteria one by one."""
    for rule in rules:
        if isinstance(rule, Limit):
            yield from (Limit({name: value}) for name, value in rule.limit.items())
        else:
            yield rule


def _facts_without(problem: Problem, gone: Iterable[InForce]) -> Facts:
    """Return the facts without conditions of legal forms and sites; the same where none is."""
    forms: dict[str, dict[str, Any]] = {}
    sites: set[str] = set()
    for rule in gone:
        if rule.place == "legal form":
            forms.setdefault(rule.owner, {})[rule.key] = FREE_FORM[rule.key]
        elif rule.place == "site":
            sites.add(rule.name)
    if not forms and not sites:
        return problem.facts
    return Facts.of(with_capacities(with_forms(problem.instance, forms), dict.fromkeys(sites)))


def _with_condition(problem: Problem, rule: InForce, value: Any) -> Facts:
    """Return the facts with another value of a condition of a legal form, or of a capacity."""
    if rule.place == "site":
        return Facts.of(with_capacities(problem.instance, {rule.name: value}))
    if rule.key == "votes":
        value = replace(rule.value, max_share=value)
    return Facts.of(with_forms(problem.instance, {rule.owner: {rule.key: value}}))


def with_forms(instance: Instance, changes: Mapping[str, Mapping[str, Any]]) -> Instance:
    """Return the instance with other conditions of some legal forms, by their ids."""
    forms: tuple[LegalForm, ...] = instance.legal_forms
    return replace(
        instance, legal_forms=tuple(replace(f, **changes.get(f.id, {})) for f in forms)
    )  # fmt: skip


def with_capacities(instance: Instance, capacities: Mapping[str, float | None]) -> Instance:
    """Return the instance with other capacities of some sites, by the names of these rules."""

    def changed(site: Site) -> Site:
        name = naming.of_site(site.id, site.service)
        return replace(site, capacity=capacities[name]) if name in capacities else site

    return replace(instance, sites=tuple(map(changed, instance.sites)))

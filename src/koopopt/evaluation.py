"""The evaluator: what a plan costs, which rules it breaks, what it means for each municipality.

It takes any plan, also a malformed one written by hand, knows no solver and shares no code with
the formulations: every plan that koopopt returns has passed it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from koopopt.case.facts import Facts, euros
from koopopt.case.library import ALONE_FORM, LegalForm
from koopopt.case.plan import Partnership, Plan
from koopopt.checking.typed import checked
from koopopt.plugins import blamed, sentence
from koopopt.problem import Problem, rule_tables
from koopopt.rules import DOOR, Violation, parse
from koopopt.rules.base import names
from koopopt.rules.partnership.terms import LegalForms, MinSaving
from koopopt.sharing import stable
from koopopt.shown import Shown, counted, named
from koopopt.text import T, Text

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Evaluation(Shown):
    """What the evaluator says of a plan.

    Attributes
    ----------
    problem : Problem
    plan : Plan
    criteria : mapping name -> value
        Empty where the plan is malformed (not a partition, unknown names).
    violations : tuple of Violation
        Empty where the plan keeps every rule.
    amounts : tuple of int
        The criteria in their units, exactly; empty where the plan is malformed.
    """

    problem: Problem
    plan: Plan
    criteria: Mapping[str, float]
    violations: tuple[Violation, ...]
    amounts: tuple[int, ...] = ()

    @property
    def feasible(self) -> bool:
        """Whether the plan keeps every rule."""
        return not self.violations

    @property
    def objective(self) -> float:
        """The weighted sum of the criteria; NaN for a malformed plan."""
        return self.problem.weighing.shown(self.total) if self.amounts else float("nan")

    @property
    def total(self) -> int:
        """The weighted sum as a whole number (`koopopt.scale`); 0 for a malformed plan."""
        return self.problem.weighing.total(self.amounts) if self.amounts else 0

    def amount(self, name: str) -> int:
        """Return a criterion in its units."""
        return dict(zip(self.criteria, self.amounts, strict=True))[name]

    def partnerships(self) -> list[dict[str, Any]]:
        """Return the partnerships as other programs read them.

        One table each: ``service``, ``members``, ``seat``, ``legal_form`` and ``cost`` (EUR a
        year, offices apart; None where the plan is malformed or the cost is no finite number).
        """
        facts = self.problem.facts
        tables = []
        for p in self.plan.partnerships:
            cost = facts.cost(p) if self.criteria else float("nan")
            tables.append(
                {
                    "service": p.service,
                    "members": list(p.members),
                    "seat": p.seat,
                    "legal_form": p.legal_form,
                    "cost": cost if np.isfinite(cost) else None,
                }
            )
        return tables

    def municipalities(self) -> pd.DataFrame:
        """Return the table of what the plan means for each municipality.

        One row a (municipality, service): ``municipality``, ``name``, ``service``, ``seat``,
        ``legal_form``, ``members``, ``pooled``, ``cost_alone`` and ``cost_share`` (EUR a year,
        the partnership's cost with its share of the seat's office, by demand),
        ``minutes`` to the seat.
        """
        import pandas as pd

        return pd.DataFrame(self.municipality_rows(), columns=MUNICIPALITY_COLUMNS)

    def municipality_rows(self) -> list[dict[str, Any]]:
        """Return the rows of `municipalities` by column, for which pandas is not needed."""
        facts = self.problem.facts
        order = {m: i for i, m in enumerate(facts.ids)}
        hosted = Counter(p.seat for p in self.plan.pooled)
        rows = [
            dict(zip(MUNICIPALITY_COLUMNS, row, strict=True))
            for p in self.plan.partnerships
            for row in _member_rows(facts, p, hosted[p.seat] if p.pooled else 0)
        ]
        return sorted(
            rows, key=lambda row: (order[row["municipality"]], facts.service_index[row["service"]])
        )

    def _said(self) -> str:
        verdict = "feasible" if self.feasible else counted(len(self.violations), "violation")
        return f" {verdict}: {named(self.criteria) or 'malformed plan'}"


MUNICIPALITY_COLUMNS = [
    "municipality",
    "name",
    "service",
    "seat",
    "legal_form",
    "members",
    "pooled",
    "cost_alone",
    "cost_share",
    "minutes",
]
"""Columns of `Evaluation.municipalities`."""


@checked
def evaluate(problem: Problem, plan: Plan) -> Evaluation:
    """Return criteria and violations of a plan, whatever it looks like.

    Examples
    --------
    >>> import koopopt
    >>> problem = koopopt.Problem.of(koopopt.read("three-villages"))
    >>> koopopt.evaluate(problem, koopopt.all_alone(problem)).criteria["cost"]  # EUR a year
    135000.0
    """
    problem = problem.plain
    malformed = tuple(_malformed(problem.facts, plan))
    if malformed:
        return Evaluation(problem, plan, {}, malformed)
    amounts = problem.amounts(plan)
    pairs = zip(problem.criteria, amounts, strict=True)
    criteria = {c.name: c.shown(amount) for c, amount in pairs}
    return Evaluation(problem, plan, criteria, tuple(_violations(problem, plan)), amounts)


@checked
def all_alone(problem: Problem) -> Plan:
    """Return the plan in which nobody pools anything."""
    facts = problem.plain.facts
    return Plan(Partnership(s.id, (town,), town) for s in facts.services for town in facts.ids)


@checked
def status_quo(problem: Problem) -> Plan:
    """Return the plan in force today: the instance's, everyone else alone."""
    today = problem.instance.status_quo
    pooled = {(p.service, town) for p in today for town in p.members}
    alone = (p for p in all_alone(problem).partnerships if (p.service, p.members[0]) not in pooled)
    return Plan((*today, *alone))


def cheapest_form(
    facts: Facts, service: str, members: Iterable[str], seat: str | None = None
) -> LegalForm | None:
    """Return the cheapest legal form that these members may have, the first of equal ones.

    At another `seat` than a member, a site, a single one may have a form as well. None where no
    form fits: by its services, size, county, state and votes, or by the rule `legal_forms`. Where
    the rule `min_saving` holds in none that fits, it is the cheapest of these.
    """
    members = tuple(members)
    at = members[0] if seat is None else seat
    number = facts.service_index[service]
    rules = parse(rule_tables(facts.instance)[1][number], (LegalForms, MinSaving))
    fitting: list[tuple[bool, Fraction, LegalForm]] = []
    for form in facts.forms(number):
        p = Partnership(service, members, at, form.id)
        broken = {type(rule) for rule in rules if any(rule.violations(facts, p))}
        if LegalForms not in broken and not any(_form_violations(facts, p)):
            fitting.append((MinSaving in broken, facts.paid(number, form, len(members)), form))
    return min(fitting, key=lambda found: found[:2], default=(None, None, None))[2]


def _malformed(facts: Facts, plan: Plan) -> Iterator[Violation]:
    """Yield what keeps the plan from being a partition with seats and known names."""

    def fault(text: Text, p: Partnership | None = None) -> Violation:
        return Violation("plan", text, p.service if p else None, p.members if p else ())

    covered: Counter[tuple[str, str]] = Counter()
    for p in plan.partnerships:
        if p.service not in facts.service_index:
            yield fault(T("There is no service {name}.", name=repr(p.service)), p)
            continue
        if not p.members:
            yield fault(T("A partnership has no members."), p)
        for town in p.members:
            covered[p.service, town] += 1
            if facts.index.get(town, facts.n) >= facts.n:
                yield fault(T("There is no municipality {name}.", name=repr(town)), p)
        if p.seat not in p.members and not _is_site(facts, p):
            seat = repr(p.seat)
            yield fault(
                T("The seat {seat} is neither a member nor a site of this service.", seat=seat)
                if facts.sites
                else T("The seat {seat} is not a member.", seat=seat),
                p,
            )
        pooled = len(p.members) > 1 or _is_site(facts, p)
        if pooled and facts.form(p) is None:
            yield fault(T("There is no legal form {name}.", name=repr(p.legal_form)), p)
        if not pooled and p.legal_form != ALONE_FORM:
            yield fault(T("A single member has the legal form 'alone'."), p)
    for s in facts.services:
        for town, municipality in zip(facts.ids, facts.instance.municipalities, strict=True):
            count = covered[s.id, town]
            if count != 1:
                text = (
                    T("{name} has no partnership.", name=municipality.name)
                    if count == 0
                    else T(
                        "{name} is in {count} partnerships.", name=municipality.name, count=count
                    )
                )
                yield Violation("plan", text, s.id, (town,))


def _is_site(facts: Facts, p: Partnership) -> bool:
    """Whether the seat of a partnership is a site of its service."""
    return (facts.service_index[p.service], facts.index.get(p.seat, -1)) in facts.sites


def _site_violations(facts: Facts, plan: Plan) -> Iterator[Violation]:
    """Yield what is too much for a site: more demand than it can serve, two partnerships."""
    seen: set[tuple[str, str]] = set()
    for p in plan.partnerships:
        if not _is_site(facts, p):
            continue
        s, h = facts.service_index[p.service], facts.index[p.seat]
        name, grains = names(facts, [p.seat]), facts.grains[s, facts.members(p)].sum()
        if not facts.holds(s, h, grains):
            demand = float(grains / facts.per_unit[s])
            text = T("Its demand is {demand}, the site {name} serves {capacity} at most.",
                     demand=demand, name=name, capacity=facts.sites[s, h].capacity)  # fmt: skip
            yield Violation("capacity", text, p.service, p.members)
        if (p.service, p.seat) in seen:
            text = T("The site {name} seats two partnerships of this service.", name=name)
            yield Violation("sites", text, p.service, p.members)
        seen.add((p.service, p.seat))


def _violations(problem: Problem, plan: Plan) -> Iterator[Violation]:
    facts = problem.facts
    yield from _site_violations(facts, plan)
    for p in plan.partnerships:
        if p.pooled:
            for text in _form_violations(facts, p):
                yield Violation("legal_form", text, p.service, p.members)
        for rule in problem.partnership_rules[facts.service_index[p.service]]:
            with blamed(rule.name, package := DOOR.package(rule.name)):
                for text in rule.violations(facts, p):
                    said = sentence(text) if package else text
                    yield Violation(rule.name, said, p.service, p.members)
    for plan_rule in problem.plan_rules:
        with blamed(plan_rule.name, package := DOOR.package(plan_rule.name)):
            for text in plan_rule.violations(facts, plan):
                yield Violation(plan_rule.name, sentence(text) if package else text)
    if problem.stable is not None:
        yield from stable.violations(problem, plan, problem.stable)


def _form_violations(facts: Facts, p: Partnership) -> Iterator[Text]:
    """Yield what the partnership's own legal form does not allow."""
    form = facts.form(p)
    assert form is not None
    who = facts.members(p)
    if not form.serves(p.service):
        yield T("The legal form {form} is not open to this service.", form=form.id)
    if not form.fits(len(who), at_site=p.seat not in p.members):
        yield T("The legal form {form} does not allow {count} members.",
                form=form.id, count=len(who))  # fmt: skip
    if form.same_county and len(set(facts.county[who].tolist())) > 1:
        yield T("The legal form {form} asks for members of one county.", form=form.id)
    if form.same_state and len(set(facts.state[who].tolist())) > 1:
        yield T("The legal form {form} asks for members of one state.", form=form.id)
    yield from _vote_violations(facts, form, p)


def _vote_violations(facts: Facts, form: LegalForm, p: Partnership) -> Iterator[Text]:
    if form.votes is None or len(p.members) < 3:
        return
    votes = form.votes.of(facts.population[facts.members(p)])
    for town, mine in zip(p.members, votes.tolist(), strict=True):
        if mine > form.votes.max_share * votes.sum() + 1e-9:
            name = facts.instance.municipalities[facts.index[town]].name
            yield T(
                "{name} would have {mine} of {all} votes, more than {share} %.",
                name=name, mine=mine, all=float(votes.sum()), share=100 * form.votes.max_share,
            )  # fmt: skip


def _member_rows(facts: Facts, p: Partnership, sharing: int) -> Iterator[tuple[object, ...]]:
    """Yield the rows of a partnership's members; so many are `sharing` the office of its seat."""
    s, who = facts.service_index[p.service], facts.members(p)
    total = facts.cost(p)
    if sharing:
        total += euros(facts.office_cents) / sharing
    demand = facts.demand[s, who]
    share = demand / demand.sum() if demand.sum() > 0 else np.full(len(who), 1 / len(who))
    alone_each = facts.alone_euros(s, who)
    for town, i, part, alone in zip(p.members, who, share, alone_each, strict=True):
        yield (
            town,
            facts.instance.municipalities[i].name,
            p.service,
            p.seat,
            p.legal_form,
            len(who),
            p.pooled,
            float(alone),
            total * float(part),
            float(facts.minutes[i, facts.index[p.seat]]),
        )

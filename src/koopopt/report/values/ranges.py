"""How far a saving can be trusted: the same plan beside all alone, with other assumptions.

Where numbers of the instance have ranges it is told over samples of them (`koopopt.savings`).
Besides, and instead where there are none, there are a few cases, each computed with the evaluator's
own costs (`Facts.cost`) on an instance that differs in one thing. The plan stays what it is: nobody
asks here whether another one would now be better.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from koopopt.case.facts import Facts
from koopopt.case.instance import Instance
from koopopt.case.library import LegalForm
from koopopt.case.plan import Partnership
from koopopt.evaluation import Evaluation
from koopopt.problem import Problem
from koopopt.report.values import savings
from koopopt.report.values.amounts import change
from koopopt.report.values.figures import refuse_malformed
from koopopt.savings import saving as sampled
from koopopt.savings.saving import Saving
from koopopt.text import T, Text

POPULATION_LOSS: Final = 0.1
"""The part of its people that every municipality loses in one of the cases."""
OVERHEAD_FACTOR: Final = 1.5
"""What offices and legal forms cost in one of the cases, as a multiple."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A plan and all alone under other assumptions, EUR a year.

    Attributes
    ----------
    name : str
        ``modelled``, ``no-advantage``, ``no-grants``, ``fewer-people`` or ``dearer-bodies``.
    title : Text
    alone, plan : float
    """

    name: str
    title: Text
    alone: float
    plan: float

    @property
    def saving(self) -> float:
        """What the plan saves against all alone; below 0 it costs more."""
        return self.alone - self.plan


@dataclass(frozen=True, slots=True, eq=False)
class _Case:
    """The facts under one assumption."""

    name: str
    title: Text
    facts: Facts
    adds_up: bool = False
    """Whether the members' costs alone add up, so that size brings nothing."""

    def cost(self, p: Partnership) -> float:
        """Return EUR a year of a partnership, without the office."""
        form = self.facts.form(p)
        if not self.adds_up or form is None:
            return self.facts.cost(p)
        s, who = self.facts.service_index[p.service], self.facts.members(p)
        fixed = float(self.facts.fixed_cost(s, self.facts.index[p.seat]))
        return (
            float(self.facts.alone_euros(s, who).sum())
            + float(self.facts.paid(s, form, len(who)))
            + fixed
        )


class Savings:
    """What plans of one problem save; what they have in common is computed once.

    Parameters
    ----------
    problem : Problem
    go_on : callable, optional
        Asked while samples are worked out; where it says no, nothing more is said of them.
    """

    def __init__(self, problem: Problem, go_on: Callable[[], bool] = lambda: True) -> None:
        self._facts = problem.facts
        self.sampling = sampled.Savings(problem, go_on=go_on)
        self._known: dict[Partnership, tuple[float, ...]] = {}

    def learn(self, evaluations: Iterable[Evaluation]) -> None:
        """Work out together what many plans save in samples, which is quicker than one by one."""
        self.sampling.learn(e.plan for e in evaluations if e.amounts)

    def sampled(self, evaluation: Evaluation) -> Saving | None:
        """Return what a plan saves in samples of the numbers with ranges; see `Savings.of` there.

        Raises
        ------
        UsageError
            If the plan is malformed.
        """
        refuse_malformed(evaluation)
        return self.sampling.of(evaluation.plan)

    def told(self, evaluation: Evaluation) -> Iterator[Text]:
        """Say what a plan saves against all alone, never without how far it can be trusted."""
        if not evaluation.plan.pooled:
            return
        if (found := self.sampled(evaluation)) is not None:
            yield savings.against_alone(found)
            yield from savings.doubts(found)
            yield savings.drawn(self.sampling)
            return
        modelled, without = saving(evaluation)
        yield T(
            "The plan {modelled} a year against all alone, as modelled; if size brought no"
            " advantage at all it {without}.",
            modelled=change(modelled),
            without=change(without),
        )
        if self.sampling.numbers:
            yield savings.unknown()

    @cached_property
    def _cases(self) -> tuple[_Case, ...]:
        return tuple(_cases(self._facts))

    @cached_property
    def _alone(self) -> list[float]:
        return [float(case.facts.alone_cost.sum()) for case in self._cases]

    def what_if(self, evaluation: Evaluation) -> tuple[WhatIf, ...]:
        """Return the cases, first as modelled; that grants end only if the plan has any.

        Raises
        ------
        UsageError
            If the plan is malformed.
        """
        refuse_malformed(evaluation)
        plan = evaluation.plan
        seats = len({p.seat for p in plan.pooled})
        costs = zip(*map(self._costs, plan.partnerships), strict=True)
        return tuple(
            WhatIf(
                case.name, case.title, alone, sum(parts) + seats * case.facts.instance.office_cost
            )
            for case, alone, parts in zip(self._cases, self._alone, costs, strict=True)
            if case.name != "no-grants" or any(map(self._granted, plan.pooled))
        )

    def _costs(self, p: Partnership) -> tuple[float, ...]:
        """Return what a partnership costs in each case, without the office."""
        if p not in self._known:
            self._known[p] = tuple(case.cost(p) for case in self._cases)
        return self._known[p]

    def _granted(self, p: Partnership) -> bool:
        form = self._facts.form(p)
        return bool(form and form.grant and form.grant.a_year(len(p.members)))


def what_if(evaluation: Evaluation) -> tuple[WhatIf, ...]:
    """Return what one plan saves in all cases; for many plans take `Savings`."""
    return Savings(evaluation.problem).what_if(evaluation)


def saving(evaluation: Evaluation) -> tuple[float, float]:
    """Return how much more than all alone a plan costs, EUR a year: the ends of the range.

    First as modelled. Then if size brought no advantage at all: the members' costs stay what they
    are alone, and what legal forms, offices and sites cost comes on top. Evidence on real
    cooperation lies in between.
    """
    refuse_malformed(evaluation)
    facts, pooled = evaluation.problem.facts, evaluation.plan.pooled
    offices = len({p.seat for p in pooled}) * facts.instance.office_cost
    forms = sum(
        float(facts.paid(facts.service_index[p.service], form, len(p.members)))
        for p in pooled
        if (form := facts.form(p))
    )
    places = ((facts.service_index[p.service], facts.index[p.seat]) for p in pooled)
    sites = float(sum(facts.fixed_cost(s, h) for s, h in places))
    return evaluation.criteria["cost"] - float(facts.alone_cost.sum()), offices + forms + sites


def _cases(facts: Facts) -> Iterator[_Case]:
    instance = facts.instance
    yield _Case("modelled", T("As modelled"), facts)
    yield _Case("no-advantage", T("If size brought no advantage at all"), facts, adds_up=True)
    forms = tuple(replace(form, grant=None) for form in instance.legal_forms)
    ended = replace(facts, instance=replace(instance, legal_forms=forms))
    yield _Case("no-grants", T("When the grants have ended"), ended)
    fewer = Facts.of(_fewer_people(instance), near=facts)
    yield _Case("fewer-people", _fewer_title(instance), fewer)
    dear = replace(
        instance,
        legal_forms=tuple(map(_dearer, instance.legal_forms)),
        office_cost=OVERHEAD_FACTOR * instance.office_cost,
    )
    yield _Case(
        "dearer-bodies",
        T("If offices and legal forms cost half as much again"),
        replace(facts, instance=dear),
    )


def _fewer_people(instance: Instance) -> Instance:
    """Return the instance with less population and demand everywhere.

    Costs alone that the instance gives (alone_cost.csv) stay: nobody knows which part of them
    goes with demand. So do the legal forms, and rules are not asked again.
    """
    left = 1 - POPULATION_LOSS
    towns = tuple(replace(m, population=left * m.population) for m in instance.municipalities)
    demand = {key: left * value for key, value in instance.demand.items()}
    return replace(instance, municipalities=towns, demand=demand)


def _fewer_title(instance: Instance) -> Text:
    percent = round(100 * POPULATION_LOSS)
    if instance.alone_cost:
        return T(
            "If population and demand fall by {percent} % (costs alone that were given stay)",
            percent=percent,
        )
    return T("If population and demand fall by {percent} %", percent=percent)


def _dearer(form: LegalForm) -> LegalForm:
    """Return the legal form at a higher cost; a grant does not grow with it."""
    return replace(
        form,
        fixed_cost=OVERHEAD_FACTOR * form.fixed_cost,
        cost_per_extra_member=OVERHEAD_FACTOR * form.cost_per_extra_member,
        cost_per_pair=OVERHEAD_FACTOR * form.cost_per_pair,
    )

"""Plans and the case in figures, as plain values: what a page or another program shows.

Municipalities, services, legal forms and criteria are numbered in the order of the instance; sites
are numbered as seats behind the municipalities. Money is EUR a year.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

import koopopt
from koopopt.case.facts import euros
from koopopt.case.plan import Partnership, Plan
from koopopt.case.ranges import Ranged, ranged
from koopopt.criteria import CRITERIA
from koopopt.evaluation import Evaluation, all_alone, evaluate, status_quo
from koopopt.inquiry.scenarios.cases import Cases
from koopopt.live.question import futures
from koopopt.live.said import said
from koopopt.problem import Problem
from koopopt.report import colours
from koopopt.report.maps import territory, tones
from koopopt.report.shapes.areas import of_instance
from koopopt.report.values import figures, leaving, views
from koopopt.report.values.fronts import digits
from koopopt.savings.saving import Saving, Savings

if TYPE_CHECKING:
    from koopopt.live.document import Variant

MOST_VIEWS = 8
"""Plans whose figures are remembered, the last ones: one is told again and again."""
MOST_ASKED = 1_000
"""Plans of which what they save in samples is asked, until what was found is forgotten."""
MOST_GONE = 20_000
"""Partnerships of which what leaving means is remembered."""


class Book:
    """What is said of plans of one instance, each partnership looked into once.

    Parameters
    ----------
    problem : Problem
        Of the instance as it is.
    """

    def __init__(self, problem: Problem) -> None:
        self.base = problem
        self._wanted = tones.preferred(problem.facts)
        self._gone: dict[Any, tuple[leaving.Departure, ...]] = {}
        self._variants: dict[str, dict[str, Any]] = {}
        self._views: list[tuple[Evaluation, dict[str, Any]]] = []
        self._savings: dict[tuple[Ranged, ...], Savings] = {}
        self._asked = 0

    @cached_property
    def alone(self) -> Evaluation:
        """All alone, in the case as it is."""
        return evaluate(self.base, all_alone(self.base))

    @cached_property
    def today(self) -> Evaluation | None:
        """Today's state, None where it is all alone or malformed."""
        plan = status_quo(self.base)
        found = evaluate(self.base, plan)
        return found if found.criteria and plan != self.alone.plan else None

    def first(self, problem: Problem) -> Plan:
        """Return a plan to show first: the better one of today's and all alone that keeps rules."""
        today = status_quo(self.base)
        found, alone = evaluate(problem, today), evaluate(problem, self.alone.plan)
        if found.feasible and not (alone.feasible and alone.total < found.total):
            return today
        return alone.plan if alone.feasible or not found.criteria else today

    def variant(self, variant: Variant) -> dict[str, Any]:
        """Return a plan that is kept with its figures, judged by its own question."""
        view = self._variants.get(variant.id)
        if view is None:
            problem = variant.question.problem(self.base.instance)
            view = self._seen(evaluate(problem, variant.plan))
            self._variants[variant.id] = view
        return variant.told | {"plan": view}

    def view(self, evaluation: Evaluation) -> dict[str, Any]:
        """Return a plan in figures, judged by the problem that it was evaluated for.

        Raises
        ------
        UsageError
            Where the plan is malformed.
        """
        known = next((view for one, view in self._views if one is evaluation), None)
        if known is None:
            known = self._seen(evaluation)
            self._views = [*self._views[1 - MOST_VIEWS :], (evaluation, known)]
        return known

    def look(self, evaluation: Evaluation) -> dict[str, Any]:
        """Return the same of a plan that is only looked at: at once, so nothing is sampled.

        Raises
        ------
        UsageError
            Where the plan is malformed.
        """
        return self._seen(evaluation, sampled=False)

    def _seen(self, evaluation: Evaluation, *, sampled: bool = True) -> dict[str, Any]:
        problem, facts = evaluation.problem, evaluation.problem.facts
        found = figures.of(evaluation)
        pools = evaluation.plan.pooled
        tone: dict[Partnership, int] = {}
        for service in facts.services:
            own = [p for p in pools if p.service == service.id]
            tone |= tones.of_service(facts, own, self._wanted)
        cost = evaluation.criteria["cost"]
        today = self.today
        return {
            "partnerships": [self._body(problem, p, found, tone[p]) for p in pools],
            "criteria": [evaluation.criteria[name] for name in CRITERIA],
            "value": evaluation.objective,
            "alone": round(cost - self.alone.criteria["cost"], 2),
            "today": None if today is None else round(cost - today.criteria["cost"], 2),
            "cases": self._cases(evaluation) if sampled else None,
            "scenarios": self._in_scenarios(evaluation.plan) if sampled else [],
            "shares": {
                key: np.round(found.cost[key].sum(axis=0), 2).tolist() for key in figures.LEVY_KEYS
            },
            "towns_alone": np.round(facts.alone_cost.sum(axis=0), 2).tolist(),
            "times": views.times(found.times),
            "everyone": views.times(found.everyone)[0],
            "violations": [said(violation.text) for violation in evaluation.violations],
        }  # fmt: skip

    def _sampled(self, problem: Problem) -> Savings:
        """Return what plans save with the ranges of a problem; whatever else it asks."""
        numbers = ranged(problem.instance)
        self._asked += 1
        if len(self._savings) >= MOST_VIEWS or self._asked >= MOST_ASKED:
            self._savings, self._asked = {}, 0
        if numbers not in self._savings:
            self._savings[numbers] = Savings(problem)
        return self._savings[numbers]

    @cached_property
    def _scenarios(self) -> tuple[tuple[Problem, float], ...]:
        """The case in each scenario, and what all alone costs there."""
        found = Cases.of(self.base).problems if self.base.instance.scenarios else ()
        return tuple((p, evaluate(p, self.alone.plan).criteria["cost"]) for p in found)

    def _in_scenarios(self, plan: Plan) -> list[float]:
        """Return the difference of cost to all alone in each scenario, EUR a year."""
        return [
            round(evaluate(problem, plan).criteria["cost"] - alone, 2)
            for problem, alone in self._scenarios
        ]

    def _cases(self, evaluation: Evaluation) -> dict[str, Any] | None:
        """Return between what the differences of cost lie in 80 of 100 cases, as numbers range.

        None where no number that costs follow from has a range.
        """
        savings = self._sampled(evaluation.problem)
        own = savings.of(evaluation.plan)
        if own is None:
            return None
        today = None if self.today is None else savings.of(self.today.plan)

        def ends(saved: Saving | None) -> list[float] | None:
            return None if saved is None else [euros(-saved.high), euros(-saved.low)]

        return {"alone": ends(own), "today": ends(None if today is None else own.against(today))}

    def _body(
        self, problem: Problem, p: Partnership, found: figures.Figures, tone: int
    ) -> dict[str, Any]:
        body = views.body(problem, p, found, self._leaving(problem, p))
        leave = [[own, rest, list(map(said, broken))] for own, rest, broken in body["leave"]]
        return body | {"tone": tone, "leave": leave}

    def _leaving(self, problem: Problem, p: Partnership) -> tuple[leaving.Departure, ...]:
        """Return what leaving means for each member; remembered while the rules are the same."""
        s = problem.facts.service_index[p.service]
        key = (p, problem.partnership_rules[s], views.cents(problem.facts.cost(p)))
        try:
            known = self._gone.get(key)
        except TypeError:  # a rule that holds tables has no hash
            return leaving.departures(problem, p)
        if known is None:
            if len(self._gone) >= MOST_GONE:
                self._gone.clear()
            known = self._gone[key] = leaving.departures(problem, p)
        return known


def told(plan: Plan) -> list[dict[str, Any]]:
    """Return the pooled partnerships of a plan as plain values, as actions name them."""
    return [
        {
            "service": p.service, "members": list(p.members), "seat": p.seat,
            "legal_form": p.legal_form,
        }
        for p in plan.pooled
    ]  # fmt: skip


def case(book: Book, controls: list[dict[str, Any]], fingerprint: str) -> dict[str, Any]:
    """Return what never changes: people, services, the lie of the land, words of the instance."""
    problem, instance = book.base, book.base.instance
    shapes = of_instance(instance)
    return {
        **territory.of_shapes(problem, shapes),
        "title": said(instance.title or instance.name),
        "name": instance.name,
        "fingerprint": fingerprint,
        "koopopt": koopopt.__version__,
        "towns": views.towns(problem, shapes.drawable()),
        "sites": _sites(problem, views.sites(problem, shapes.drawable())),
        "services": [{"id": s.id, "title": said(s.title)} for s in instance.services],
        "forms": [
            {"id": f.id, "title": said(f.title), "description": said(f.description)}
            for f in instance.legal_forms
        ],
        "criteria": _criteria(problem, book.alone),
        "keys": {key: said(title) for key, title in figures.LEVY_KEYS.items()},
        "today": None if book.today is None else book.view(book.today),
        "alone": book.view(book.alone),
        "scenarios": [
            {"id": id_, "title": said(title)} for id_, title in futures(instance).items()
        ],
        "colours": {
            "tones": list(colours.TONES), "alone": colours.ALONE_COLOUR, "ink": colours.INK,
            "chosen": colours.CHOSEN_COLOUR, "compared": colours.COMPARED_COLOUR,
        },
        "controls": controls,
    }  # fmt: skip


def _sites(problem: Problem, places: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the sites with the services, by their numbers, that may have their seat there."""
    number = problem.facts.service_index
    own = {s.id: [] for s in problem.instance.sites}  # type: dict[str, list[int]]
    for site in problem.instance.sites:
        own[site.id].append(number[site.service])
    return [place | {"services": own[place["id"]]} for place in places]


def _criteria(problem: Problem, alone: Evaluation) -> list[dict[str, Any]]:
    values: Mapping[str, float] = alone.criteria
    return [
        {
            "name": c.name, "title": said(c.title), "unit": said(c.unit),
            "digits": min(2, digits(abs(values[c.name]) or 1.0)),
        }
        for c in problem.criteria
    ]  # fmt: skip

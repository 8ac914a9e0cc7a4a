"""Plans and the case in figures, as plain values: what a page or another program shows.

Municipalities, services, legal forms and criteria are numbered in the order of the instance; sites
are numbered as seats behind the municipalities. Money is EUR a year.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np

import koopopt
from koopopt.case.instance import Instance
from koopopt.case.plan import Partnership, Plan
from koopopt.criteria import CRITERIA
from koopopt.evaluation import Evaluation, all_alone, evaluate, status_quo
from koopopt.live.said import said
from koopopt.problem import Problem
from koopopt.report import colours
from koopopt.report.maps import territory, tones
from koopopt.report.shapes.areas import Shapes, of_instance
from koopopt.report.values import figures, leaving
from koopopt.report.values.fronts import digits

MOST_VIEWS = 8
"""Plans whose figures are remembered, the last ones: one is told again and again."""
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
        self._forms = {f.id: k for k, f in enumerate(problem.instance.legal_forms)}
        self._gone: dict[Any, list[Any]] = {}
        self._views: list[tuple[Evaluation, dict[str, Any]]] = []

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

    def _seen(self, evaluation: Evaluation) -> dict[str, Any]:
        problem, facts = evaluation.problem, evaluation.problem.facts
        found = figures.of(evaluation)
        pools = evaluation.plan.pooled
        tone: dict[Partnership, int] = {}
        for service in facts.services:
            own = [p for p in pools if p.service == service.id]
            tone |= tones.of_service(facts, own, self._wanted)
        cost, times = evaluation.criteria["cost"], found.times
        today = self.today
        return {
            "partnerships": [self._body(problem, p, found, tone[p]) for p in pools],
            "criteria": [evaluation.criteria[name] for name in CRITERIA],
            "value": evaluation.objective,
            "alone": round(cost - self.alone.criteria["cost"], 2),
            "today": None if today is None else round(cost - today.criteria["cost"], 2),
            "shares": {
                key: np.round(found.cost[key].sum(axis=0), 2).tolist() for key in figures.LEVY_KEYS
            },
            "towns_alone": np.round(facts.alone_cost.sum(axis=0), 2).tolist(),
            "times": [
                [round(float(mean), 1), round(float(p95), 1), round(float(longest), 1),
                 round(float(above), 4)]
                for mean, p95, longest, above in zip(
                    times.mean, times.p95, times.longest, times.above, strict=True)
            ],
            "everyone": [
                round(float(found.everyone.mean), 1), round(float(found.everyone.p95), 1),
                round(float(found.everyone.longest), 1), round(float(found.everyone.above), 4),
            ],
            "violations": [said(violation.text) for violation in evaluation.violations],
        }  # fmt: skip

    def _body(
        self, problem: Problem, p: Partnership, found: figures.Figures, tone: int
    ) -> dict[str, Any]:
        facts = problem.facts
        s, who = facts.service_index[p.service], facts.members(p)
        votes = found.votes[s, who]
        return {
            "service": s,
            "members": who.tolist(),
            "seat": facts.index[p.seat],
            "form": self._forms.get(p.legal_form),
            "cost": round(facts.cost(p), 2),
            "minutes": np.round(found.minutes[s, who], 1).tolist(),
            "tone": tone,
            "votes": votes.astype(int).tolist() if np.isfinite(votes).all() else None,
            "leave": self._leaving(problem, p),
        }

    def _leaving(self, problem: Problem, p: Partnership) -> list[Any]:
        """Return what leaving means for each member; remembered while the rules are the same."""
        s = problem.facts.service_index[p.service]
        key = (p, problem.partnership_rules[s], round(problem.facts.cost(p), 2))
        try:
            known = self._gone.get(key)
        except TypeError:  # a rule that holds tables has no hash
            return _departures(problem, p)
        if known is None:
            if len(self._gone) >= MOST_GONE:
                self._gone.clear()
            known = self._gone[key] = _departures(problem, p)
        return known


def _departures(problem: Problem, p: Partnership) -> list[Any]:
    return [
        [round(float(d.own), 2), round(float(d.rest), 2), [said(text) for text in d.broken]]
        for d in leaving.departures(problem, p)
    ]


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
        "towns": _towns(instance, shapes),
        "sites": _sites(problem, shapes),
        "services": [{"id": s.id, "title": said(s.title)} for s in instance.services],
        "forms": [
            {"id": f.id, "title": said(f.title), "description": said(f.description)}
            for f in instance.legal_forms
        ],
        "criteria": _criteria(problem, book.alone),
        "keys": {key: said(title) for key, title in figures.LEVY_KEYS.items()},
        "today": None if book.today is None else book.view(book.today),
        "alone": book.view(book.alone),
        "scenarios": [{"id": s.id, "title": said(s.title or s.id)} for s in instance.scenarios],
        "colours": {
            "tones": list(colours.TONES), "alone": colours.ALONE_COLOUR, "ink": colours.INK,
            "chosen": colours.CHOSEN_COLOUR, "compared": colours.COMPARED_COLOUR,
        },
        "controls": controls,
    }  # fmt: skip


def _towns(instance: Instance, shapes: Shapes) -> list[dict[str, Any]]:
    places = shapes.drawable()
    return [
        {
            "id": m.id, "name": m.name, "population": m.population,
            "place": [round(x, 4) for x in places.points[m.id]], "from": places.label_from[m.id],
        }
        for m in instance.municipalities
    ]  # fmt: skip


def _sites(problem: Problem, shapes: Shapes) -> list[dict[str, Any]]:
    facts, places = problem.facts, shapes.drawable()
    return [
        {"id": i, "name": facts.seat_name(i), "place": [round(x, 4) for x in places.points[i]]}
        for i in facts.seat_ids[facts.n :]
    ]


def _criteria(problem: Problem, alone: Evaluation) -> list[dict[str, Any]]:
    values: Mapping[str, float] = alone.criteria
    return [
        {
            "name": c.name, "title": said(c.title), "unit": said(c.unit),
            "digits": min(2, digits(abs(values[c.name]) or 1.0)),
        }
        for c in problem.criteria
    ]  # fmt: skip

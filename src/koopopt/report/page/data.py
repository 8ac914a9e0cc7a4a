"""Everything that the page shows, as one object: its script adds up and compares, no more.

n municipalities, S services and the plans are numbered by their order; money is EUR a year.
Partnerships of all plans stand once, in ``bodies``, as most plans share most of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import koopopt
from koopopt.case.plan import Partnership
from koopopt.criteria import CRITERIA
from koopopt.evaluation import Evaluation
from koopopt.grants.criteria import VERDICTS
from koopopt.grants.evidence import Evidence
from koopopt.linear import Floats
from koopopt.report import words
from koopopt.report.maps import territory, tones
from koopopt.report.page import asked, order, origins
from koopopt.report.pictures import charts
from koopopt.report.values import (
    figures,
    large,
    leaving,
    parameters,
    paying,
    savings,
    shares,
    views,
)
from koopopt.report.values.blocks import Sentence
from koopopt.report.values.decision import Decision
from koopopt.report.values.fronts import digits
from koopopt.report.values.grants import MARKS, Application, amount_said, counted, to_be_known
from koopopt.report.words import lead
from koopopt.report.words.about import About
from koopopt.report.words.labels import WORDS
from koopopt.savings.saving import Saving
from koopopt.sharing.keys import KEYS, Key

MAX_PAIRS = 60
"""With more municipalities than this a matrix of pairs cannot be read; the page lists them."""


def of(decision: Decision, lang: str) -> dict[str, Any]:
    """Return the object; sentences are still `Text`."""
    facts, instance = decision.problem.facts, decision.problem.instance
    places = decision.shapes.drawable()
    book = _Book(decision)
    plans = [book.plan(e) for e in decision.plans]
    others = {
        "alone": book.table(decision.alone),
        "today": book.table(decision.today) if decision.from_today else None,
    }
    return {
        "lang": lang,
        "made": decision.made.isoformat(),
        "title": instance.title or {"en": instance.name},
        "several": len(decision.plans) > 1,
        "chosen": decision.chosen,
        "verdict": decision.verdict,
        "proven": decision.proven,
        "run": decision.run,
        "criteria": list(_criteria(decision)),
        "front": [list(CRITERIA).index(name) for name in decision.criteria],
        "services": [s.title for s in facts.services],
        "forms": [
            {"id": f.id, "title": f.title, "description": f.description}
            for f in instance.legal_forms
        ],
        "towns": views.towns(decision.problem, places),
        "order": order.of(decision),
        "ends": order.ends(decision),
        "base": "today" if decision.from_today else "alone",
        "broken": lead.broken_today(decision),
        "alone": _money(facts.alone_cost),
        "keys": figures.LEVY_KEYS,
        "payments": _payments(decision),
        "threshold": figures.REACH_MINUTES,
        "plans": plans,
        "others": others,
        "today_is_alone": decision.today_is_alone,
        "bodies": book.bodies,
        "heat": _heat(decision),
        **origins.of(instance),
        "sources": [
            [s.what, s.origin, s.year, s.licence] for s in parameters.data_sources(instance)
        ],
        "origin": {
            "instance": instance.name,
            "fingerprint": decision.fingerprint,
            "koopopt": koopopt.__version__,
        },
        "sites": views.sites(decision.problem, places),
        "asked": [asked.of(section) for section in decision.asked],
        "questions": words.QUESTIONS,
        "words": WORDS,
        "grain": charts.grain(facts.n),
        "large": facts.n > large.MOST_FOLDED,
        "huge": facts.n > large.MOST_AREAS,
        "rows": large.MOST_ROWS,
        **territory.of(decision),
    }


@dataclass
class _Book:
    """Plans as the page reads them; a partnership is entered when it first occurs."""

    decision: Decision
    bodies: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.problem = self.decision.problem
        self.facts = self.problem.facts
        self.wanted = tones.preferred(self.facts)
        self.numbers: dict[Partnership, int] = {}
        self.gone: dict[Partnership, tuple[leaving.Departure, ...]] = {}

    def plan(self, evaluation: Evaluation) -> dict[str, Any]:
        """Return a plan with its words."""
        found = figures.of(evaluation)
        table = self._table(evaluation, found)
        about = About(
            self.decision,
            evaluation,
            found,
            self.decision.savings.what_if(evaluation),
            {p: self.gone[p] for p in evaluation.plan.pooled},
            self._saving(evaluation),
        )
        return table | {
            "lead": lead.sentences(about),
            "tiles": words.tiles(about),
            "words": words.answers(about),
            "cases": [[case.title, views.cents(case.plan - case.alone)] for case in about.what_if],
        }

    def table(self, evaluation: Evaluation) -> dict[str, Any]:
        """Return a plan in figures."""
        return self._table(evaluation, figures.of(evaluation))

    def _table(self, evaluation: Evaluation, found: figures.Figures) -> dict[str, Any]:
        pools = evaluation.plan.pooled
        colours: dict[Partnership, int] = {}
        for service in self.facts.services:
            own = [p for p in pools if p.service == service.id]
            colours |= tones.of_service(self.facts, own, self.wanted)
        bodies = [[self._body(p, found), colours[p]] for p in pools]
        saved = self._saving(evaluation)
        return {
            "criteria": [evaluation.criteria[name] for name in CRITERIA],
            "bodies": bodies,
            "cost": _money(found.cost["demand"]),
            "shares": {k: _money(found.cost[k].sum(axis=0)) for k in figures.LEVY_KEYS},
            "upper": {k: _money(found.without_advantage[k].sum(axis=0)) for k in figures.LEVY_KEYS},
            "times": views.times(found.times),
            "everyone": views.times(found.everyone)[0],
            "pooled": found.tasks_pooled.tolist(),
            "saving": saved and savings.difference(saved),
        }

    def _saving(self, evaluation: Evaluation) -> Saving | None:
        return self.decision.savings.sampled(evaluation)

    def _body(self, p: Partnership, found: figures.Figures) -> int:
        if p not in self.numbers:
            self.gone[p] = leaving.departures(self.problem, p)
            self.numbers[p] = len(self.bodies)
            self.bodies.append(views.body(self.problem, p, found, self.gone[p]))
        return self.numbers[p]


def _money(values: Floats) -> Any:
    return np.round(np.asarray(values, float), 2).tolist()


def _criteria(decision: Decision) -> Iterator[dict[str, Any]]:
    for c in decision.problem.criteria:
        values = [e.criteria[c.name] for e in decision.plans]
        whole = all(float(v).is_integer() for v in values)
        spread = max(values) - min(values) or max(map(abs, values))
        shown = 0 if whole else min(2, digits(spread))
        yield {"name": c.name, "title": c.title, "unit": c.unit, "digits": shown}


def _heat(decision: Decision) -> dict[str, Any] | None:
    if not decision.several or len(decision.plans) < 2:
        return None
    found = shares.of(decision.plans)
    names = decision.problem.facts.ids
    pairs = [
        [
            [int(a), int(b), round(float(part[a, b]), 4)]
            for a, b in zip(*np.nonzero(part), strict=True)
            if a < b
        ]
        for part in found.together
    ]
    return {
        "pooled": np.round(found.pooled, 4).tolist(),
        "together": pairs,
        "order": shares.order(found.together).tolist(),
        "matrix": len(names) <= MAX_PAIRS,
    }


def _payments(decision: Decision) -> dict[str, Any]:
    """Return who pays what of the plan that the page begins with; cents, as they are exact."""
    facts, name = decision.problem.facts, decision.problem.facts.seat_name
    application = decision.application
    shared = decision.payments
    grants = (
        [None] * len(shared)
        if application is None or not shared
        else map(_grant, application.found)
    )
    pools = [
        {
            "service": facts.service_index[a.partnership.service],
            "seat": facts.index[a.partnership.seat],
            "members": [facts.index[i] for i in a.members],
            "alone": a.alone,
            "keys": {
                key: {
                    "pays": payment.cents,
                    "office": payment.office,
                    "today": payment.today,
                    "words": tuple(paying.sentences(a, payment, name)),
                }
                for key, payment in a.payments.items()
            },
            "words": tuple(paying.whole(a, name)),
            "grant": grant,
        }
        for a, grant in zip(shared, grants, strict=True)
    ]
    programme = None if application is None else _programme(application)
    keys = {name: Key(name).title for name in KEYS}
    return {"keys": keys, "pools": pools, "programme": programme, "unshared": decision.unshared}


def _grant(e: Evidence) -> dict[str, Any]:
    """Return how a partnership stands before a grant programme, criterion by criterion."""
    return {
        "counted": counted(e),
        "criteria": [
            {
                "title": j.title,
                "mark": MARKS[j.verdict],
                "verdict": VERDICTS[j.verdict],
                "words": [*j.found, *([j.note] if j.note else [])],
            }
            for j in e.criteria
        ],
        "amounts": [amount_said(x) for x in e.eligible],
    }


def _programme(a: Application) -> dict[str, Any]:
    """Return the programme and what is to be known of it for all partnerships."""
    known = [block.text for block in to_be_known(a) if isinstance(block, Sentence)]
    return {"title": a.programme.title, "words": known}

"""Partnerships, times and places as plain values: what pages and other programs show of them.

Municipalities, services and legal forms are numbered in the order of the instance; sites are
numbered as seats behind the municipalities. Money is EUR a year.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from koopopt.case.plan import Partnership
from koopopt.problem import Problem
from koopopt.report.shapes.areas import Shapes
from koopopt.report.values.figures import Figures, Minutes
from koopopt.report.values.leaving import Departure


def body(
    problem: Problem, p: Partnership, found: Figures, gone: Sequence[Departure]
) -> dict[str, Any]:
    """Return a partnership with its figures; `gone` says what leaving means, member by member."""
    facts = problem.facts
    s, who = facts.service_index[p.service], facts.members(p)
    votes = found.votes[s, who]
    forms = [f.id for f in problem.instance.legal_forms]
    return {
        "service": s,
        "members": who.tolist(),
        "seat": facts.index[p.seat],
        "form": forms.index(p.legal_form) if p.legal_form in forms else None,
        "cost": cents(facts.cost(p)),
        "minutes": np.round(found.minutes[s, who], 1).tolist(),
        "votes": votes.astype(int).tolist() if np.isfinite(votes).all() else None,
        "leave": [[cents(d.own), cents(d.rest), list(d.broken)] for d in gone],
    }


def times(minutes: Minutes) -> list[list[float]]:
    """Return mean, 95 %, longest and the share above the limit, a row a municipality."""
    columns = (minutes.mean, minutes.p95, minutes.longest, minutes.above)
    return [
        [*(round(float(t), 1) for t in row[:3]), round(float(row[3]), 4)]
        for row in zip(*map(np.atleast_1d, columns), strict=True)
    ]


def towns(problem: Problem, places: Shapes) -> list[dict[str, Any]]:
    """Return the municipalities and where their names stand, in degrees."""
    return [
        {
            "id": m.id,
            "name": m.name,
            "population": m.population,
            "place": _place(places, m.id),
            "from": places.label_from[m.id],
        }
        for m in problem.instance.municipalities
    ]


def sites(problem: Problem, places: Shapes) -> list[dict[str, Any]]:
    """Return the sites and where they lie, in degrees."""
    facts = problem.facts
    return [
        {"id": id_, "name": facts.seat_name(id_), "place": _place(places, id_)}
        for id_ in facts.seat_ids[facts.n :]
    ]


def cents(value: float) -> float:
    """Return EUR to the cent."""
    return round(float(value), 2)


def _place(places: Shapes, id_: str) -> list[float]:
    return [round(x, 4) for x in places.points[id_]]

"""Certificates of small random problems, and what is true of these by enumeration."""

from __future__ import annotations

from dataclasses import asdict
from fractions import Fraction
from functools import cache
from typing import Any

import bruteforce
import koopopt
from koopopt.case.instance import Instance
from koopopt.certifying.checking import Confirmed, confirm, scale_of
from koopopt.certifying.document import Certificate
from koopopt.problem import Problem
from random_instances import random_problem

RICH = {
    "tree": 333,  # 19 nodes, split by offices, states and numbers; two limits, cuts, offices
    "seats": 345,  # partner seats, cuts and offices
    "hosted": 718,  # max_hosted with offices
    "host": 494,  # max_pooled with the rows of hosts
    "count": 17,  # numbers of partnerships
    "memberships": 274,  # max_memberships, a limit
}
"""Seeds whose certificates have, together, rows and splits of every kind."""


@cache
def problem(name: str) -> Problem:
    return random_problem(RICH[name])


@cache
def certificate(name: str) -> Certificate:
    return koopopt.certify(koopopt.solve(problem(name)))


def table(name: str) -> dict[str, Any]:
    """Return the object of the file, fresh and of lists as JSON has it."""
    import json

    made: dict[str, Any] = json.loads(json.dumps(asdict(certificate(name))))
    return made


def claimable(problem: Problem) -> bool:
    """Whether a certificate can say what is asked."""
    return not problem.lexicographic and any(problem.weights.values())


_known: dict[tuple[Any, ...], Fraction | None] = {}


def optimum(instance: Instance, weights: Any, limits: Any) -> Fraction | None:
    """Return the least weighted sum of all plans, by enumeration; None where there is none."""
    asked = tuple(sorted(weights.items())), tuple(sorted(limits.items()))
    key = instance.fingerprint, asked
    if key not in _known:
        best = bruteforce.solve(Problem.of(instance, weights=weights, limits=limits))
        _known[key] = None if best is None else best.exact
    return _known[key]


def exact(found: Confirmed) -> Fraction | None:
    """Return the bound as a fraction."""
    return None if found.total is None else found.total * scale_of(found.problem).grain


def proves(problem: Problem, certificate: Certificate) -> Fraction | None:
    return exact(confirm(certificate, problem.instance))

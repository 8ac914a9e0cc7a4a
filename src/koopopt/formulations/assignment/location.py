"""Location problems: where nothing but where its hubs are couples the members of a service."""

from __future__ import annotations

import numpy as np

from koopopt.formulations.assignment.modes import size_classes
from koopopt.problem import Problem
from koopopt.rules import Conditions


def is_location(problem: Problem) -> bool:
    """Whether each member goes to the cheapest open hub: a p-median, or uncapacitated location.

    Costs have to be straight lines besides. Then prices are all that there is to a proof.
    """
    asked, facts = problem.plan_conditions, problem.facts
    services = len(facts.services)
    most = asked.max_pooled, asked.max_memberships, asked.max_hosted, asked.max_partner_seats
    return (
        all(m is None or m >= services for m in most)
        and not asked.limits
        and not facts.office_cents
        and all(c.low <= 0 and (services == 1 or c.service is not None) for c in asked.counts)
        and all(
            _is_free(c, facts.towns) and len(size_classes(facts, s, c)) <= 1
            for s, c in enumerate(problem.conditions)
        )
    )


def _is_free(c: Conditions, towns: int) -> bool:
    """Whether the members of a partnership may be any who may be at its seat."""
    return not (
        c.contiguous
        or c.groups
        or c.ranges
        or c.distinct
        or c.no_losers
        or c.savings
        or c.apart[:towns, :towns].any()
        or any(np.isfinite(r.high).any() for r in c.capacities)
    )

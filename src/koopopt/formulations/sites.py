"""A problem with sites, as formulations see it: its sites are municipalities (`case.sites`).

So a coalition is some municipalities, and a site or none; a site is never served elsewhere, and
being alone, which costs it nothing, means that it seats nobody.
"""

from __future__ import annotations

from dataclasses import fields, replace
from functools import cached_property

import numpy as np

from koopopt.case.facts import Facts
from koopopt.case.sites import padded, with_sites
from koopopt.problem import Problem
from koopopt.rules import Capacity, Conditions, PlanConditions


class SitesProblem(Problem):
    """A problem with sites as municipalities."""

    @cached_property
    def plain(self) -> Problem:
        """The problem as asked."""
        assert self.facts.plain is not None
        asked = {f.name: getattr(self, f.name) for f in fields(self)}
        return Problem(**{**asked, "facts": self.facts.plain})

    @cached_property
    def conditions(self) -> tuple[Conditions, ...]:
        """What the partnership rules ask, by service."""
        plain = self.plain
        return tuple(_joined(self.facts, s, c) for s, c in enumerate(plain.conditions))

    @cached_property
    def plan_conditions(self) -> PlanConditions:
        """What the plan rules ask."""
        return self.plain.plan_conditions


def joined(problem: Problem) -> Problem:
    """Return a problem with its sites as municipalities; the same where it has none."""
    facts = with_sites(problem.facts)
    if facts is problem.facts:
        return problem
    asked = {f.name: getattr(problem, f.name) for f in fields(problem)}
    return SitesProblem(**{**asked, "facts": facts})


def _joined(facts: Facts, s: int, c: Conditions) -> Conditions:
    """Return conditions with rows for sites: members of none but the partnership that they seat."""
    n, m = facts.towns, facts.n
    site = np.arange(m) >= n
    open_ = np.array([(s, h) in facts.sites for h in range(m)]) | ~site
    pair = padded(c.pair, m, m)
    for h in np.flatnonzero(site):
        pair[:n, h] &= open_[h] & facts.holds(s, int(h), facts.grains[s, :n])
        pair[h, h] = open_[h]
    most = np.array([facts.capacity(s, h) for h in range(m)])
    own = [Capacity(facts.demand[s], most)] if np.isfinite(most).any() else []
    apart = padded(c.apart, m, m) | (site & site[:, None] & ~np.eye(m, dtype=bool))
    return replace(
        c,
        alone=np.append(c.alone, site[n:]),
        pool=np.append(c.pool, open_[n:]),
        pair=pair,
        apart=apart,
        ranges=[replace(r, weight=padded(r.weight, m)) for r in c.ranges],
        capacities=[*(replace(r, weight=padded(r.weight, m)) for r in c.capacities), *own],
        distinct=[replace(d, label=_labels(d.label, m)) for d in c.distinct],
        no_losers=[replace(r, share=padded(r.share, m)) for r in c.no_losers],
    )


def _labels(label: np.ndarray, m: int) -> np.ndarray:
    """Give sites a label of their own."""
    return np.append(label, np.full(m - len(label), label.max(initial=0) + 1))

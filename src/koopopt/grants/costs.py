"""What members pay before and together, in whole cents a year, and how that is compared.

*Before* is what the evaluator says of today: a member's cost alone, or its share of a partnership
of today, with its part of the office there. *Together* is the cost of the partnership and its part
of the office of its seat, as `koopopt share` has them (section 8 of docs/semantics.md), so that all
partnerships and all who stay alone sum to the cost of the plan. Grants stand apart: what members
paid before is without any, what they pay together is known with and without its own. What founding
costs once is in all of them as the cost model spreads it over the years, unless somebody gives it
for the application: then it is in none of them, so that it counts once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor

from koopopt.case.plan import Partnership, Plan
from koopopt.case.shares import WEIGHTED, to_cents
from koopopt.case.years import founded_once
from koopopt.errors import UsageError
from koopopt.exact import CENTS_PER_EURO, fraction
from koopopt.problem import Problem
from koopopt.sharing.allocation import offices
from koopopt.sharing.keys import Key, numbers
from koopopt.text import T

Cents = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Saving:
    """What is paid before and together, in cents a year."""

    previous: int
    joint: int

    @property
    def cents(self) -> int:
        """What is saved; below 0 more is paid."""
        return self.previous - self.joint

    @property
    def percent(self) -> Fraction | None:
        """What is saved in percent of what was paid before, exactly; None where that is nothing."""
        return Fraction(100 * self.cents, self.previous) if self.previous > 0 else None

    def to_spare(self, least_percent: float) -> int:
        """Return how many cents a year more the members might pay together; below 0: must not.

        It is 0 or more exactly where at least so many percent are saved.
        """
        return floor(self.previous * (1 - fraction(least_percent) / 100)) - self.joint


@dataclass(frozen=True, slots=True)
class Comparison:
    """A pooled partnership beside what its members paid before, in cents a year.

    Attributes
    ----------
    partnership : Partnership
    members : tuple of str
        In the order of the instance.
    previous : tuple of int
        What each paid before.
    alone : int
        What all of them would pay alone.
    pooled_today : tuple of bool
        Whether it pools the service today, so that `previous` is a share.
    shares, granted_shares : tuple of int
        What each pays together, without and with the grant.
    office : int
        The part of the office in it.
    grant : int
        What the cost model counts as grant, spread over its years.
    flat_previous, flat_joint : int
        Sums without the grant if size brought no advantage: costs alone add up, and legal forms,
        sites and offices come on top.
    ruled : int
        The cost without office and grant that rules of the case see.
    founding : int
        What the cost model spreads over the years of what founding costs once; it is in `shares`.
    replaced : bool
        Whether the cost model has such costs, and they were left out of all that is paid.
    """

    partnership: Partnership
    members: tuple[str, ...]
    previous: Cents
    alone: int
    pooled_today: tuple[bool, ...]
    shares: Cents
    granted_shares: Cents
    office: int
    grant: int
    flat_previous: int
    flat_joint: int
    ruled: int
    founding: int = 0
    replaced: bool = False

    def saving(self, *, granted: bool = False, flat: bool = False) -> Saving:
        """Return the comparison of sums: with the grant, or if size brought no advantage."""
        grant = self.grant if granted else 0
        if flat:
            return Saving(self.flat_previous, self.flat_joint - grant)
        return Saving(sum(self.previous), sum(self.shares) - grant)

    @property
    def as_ruled(self) -> Saving:
        """What the rule `min_saving` compares: costs alone, the cost without office and grant."""
        return Saving(self.alone, self.ruled)


@dataclass(frozen=True, slots=True)
class Costs:
    """What partnerships of a plan and of today cost, with the parts of offices.

    Parameters
    ----------
    problem : Problem
    plan : Plan
    key : Key
        By which members share; one of a fixed weight.
    founded : bool
        Whether yearly costs bear what founding costs once, as the cost model spreads it.

    Raises
    ------
    UsageError
        For a key that asks what parts of the members would pay by themselves.
    """

    problem: Problem
    plan: Plan
    key: Key
    founded: bool = True
    _offices: dict[Partnership, int] = field(init=False)
    _offices_today: dict[Partnership, int] = field(init=False)
    _today: dict[tuple[str, str], Partnership] = field(init=False)

    def __post_init__(self) -> None:
        if self.key.rest_by not in WEIGHTED:
            raise UsageError(
                T("What members paid before is shared under {known}, or two of them.",
                  known=", ".join(WEIGHTED))
            )  # fmt: skip
        problem = self.problem.plain
        today = Plan(problem.instance.status_quo)
        pooled = {(p.service, town): p for p in today.pooled for town in p.members}
        object.__setattr__(self, "problem", problem)
        object.__setattr__(self, "_offices", _parts(problem, self.plan))
        object.__setattr__(self, "_offices_today", _parts(problem, today))
        object.__setattr__(self, "_today", pooled)

    def compare(self, p: Partnership) -> Comparison:
        """Return a pooled partnership of the plan beside what its members paid before."""
        facts = self.problem.facts
        ids = tuple(facts.ids[i] for i in numbers(self.problem, p.members))
        s, office = facts.service_index[p.service], self._offices[p]
        joint, granted = self._ungranted(p), facts.cents(p, founded=self.founded)
        return Comparison(
            partnership=p,
            members=ids,
            previous=self._previous(p.service, ids, flat=False),
            alone=sum(int(facts.alone_cents[s, facts.index[i]]) for i in ids),
            pooled_today=tuple((p.service, i) in self._today for i in ids),
            shares=self._shared(p, joint, office),
            granted_shares=self._shared(p, granted, office),
            office=office,
            grant=joint - granted,
            flat_previous=sum(self._previous(p.service, ids, flat=True)),
            flat_joint=self._flat(p) + office,
            ruled=facts.cents(p, granted=False),
            founding=joint - facts.cents(p, granted=False, founded=False),
            replaced=not self.founded and any(founded_once(facts.instance)),
        )

    def _ungranted(self, p: Partnership) -> int:
        """Return the cost of a partnership without its grant."""
        return self.problem.facts.cents(p, granted=False, founded=self.founded)

    def _previous(self, service: str, ids: Sequence[str], *, flat: bool) -> Cents:
        """Return what each of these paid before, for a service."""
        facts, s = self.problem.facts, self.problem.facts.service_index[service]
        paid = {i: int(facts.alone_cents[s, facts.index[i]]) for i in ids}
        for p in dict.fromkeys(self._today[service, i] for i in ids if (service, i) in self._today):
            cost = self._flat(p) if flat else self._ungranted(p)
            towns = [facts.ids[i] for i in numbers(self.problem, p.members)]
            shares = self._shared(p, cost, self._offices_today[p])
            paid |= {i: c for i, c in zip(towns, shares, strict=True) if i in paid}
        return tuple(paid[i] for i in ids)

    def _shared(self, p: Partnership, cost: int, office: int) -> Cents:
        """Share a cost, and then an office, as `koopopt share` does."""
        problem, s = self.problem, self.problem.facts.service_index[p.service]
        who = numbers(problem, p.members)
        first, second = (to_cents(self.key.shares(problem, s, who, c)) for c in (cost, office))
        return tuple(a + b for a, b in zip(first, second, strict=True))

    def _flat(self, p: Partnership) -> int:
        """Return the cost of a pooled partnership if costs alone add up, without its grant."""
        facts = self.problem.facts
        s, form = facts.service_index[p.service], facts.form(p)
        who = numbers(self.problem, p.members)
        paid = facts.paid(s, form, len(who), granted=False, founded=self.founded)
        paid += facts.fixed_cost(s, facts.index[p.seat])
        return int(facts.alone_cents[s, who].sum()) + round(paid * CENTS_PER_EURO)


def _parts(problem: Problem, plan: Plan) -> dict[Partnership, int]:
    """Return the part of its seat's office that each pooled partnership of a plan pays."""
    return dict(zip(plan.pooled, offices(problem, plan), strict=True))

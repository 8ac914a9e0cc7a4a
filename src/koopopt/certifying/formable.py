"""Which partnerships a service may form, and what each costs: enumerated from the definitions.

The rules are read anew, from what they say (section 5 of docs/semantics.md). Where a rule is not
known here, more may be formed than is allowed, which makes a bound lower and never wrong; sums of
floating point are forgiven a little more than the evaluator forgives, for the same reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import inf

import numpy as np

from koopopt.case.library import LegalForm
from koopopt.certifying.budget import Budget
from koopopt.criteria import CRITERIA
from koopopt.exact import fraction, whole_down
from koopopt.linear import Bools, Floats, Ints
from koopopt.problem import Problem
from koopopt.rules.partnership import company, places, sizes, terms
from koopopt.rules.plan import Limit

SLACK = 1.1e-9
"""A little more than the evaluator's tolerance."""
AT_ONCE = 200_000
"""Sets that are made larger, or judged, at once."""
MAKING, PRICED = 3, 2
"""Copies of the sets of a size while they are sorted out; what prices take, in copies of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Sets of municipalities of one size that may pool, and where each may be seated.

    Attributes
    ----------
    members : (N, size) int array
    seated : (N, size) bool array
        Whether the member may be the seat.
    cents : (N,) int array
        Cents a year, in the cheapest legal form.
    """

    members: Ints
    seated: Bools
    cents: Ints

    def take(self, seated: Bools) -> Block:
        """Return what is left with fewer seats; what stays as it is is shared, not copied."""
        if np.array_equal(seated, self.seated):
            return self
        kept = seated.any(axis=1)
        if kept.all():
            return replace(self, seated=seated)
        return Block(self.members[kept], seated[kept], self.cents[kept])

    def bytes_beside(self, other: Block) -> int:
        """Return how many bytes it takes besides the arrays that it shares with another."""
        own = (self.members, self.seated, self.cents)
        others = (other.members, other.seated, other.cents)
        return sum(a.nbytes for a, b in zip(own, others, strict=True) if a is not b)


@dataclass(frozen=True, slots=True, eq=False)
class Formable:
    """What one service may form: who may stay alone, (n,), and blocks of pooled partnerships."""

    alone: Bools
    blocks: tuple[Block, ...]


class _Rules:
    """The partnership rules of a service, as this room reads them."""

    def __init__(self, problem: Problem, service: int) -> None:
        facts, n = problem.facts, problem.facts.n
        self.facts, self.service = facts, service
        self.fewest, self.most = 2, n
        self.alone, self.pooled = np.ones(n, bool), np.ones(n, bool)
        self.pair, self.apart = np.ones((n, n), bool), np.zeros((n, n), bool)
        self.contiguous = False
        self.sums: list[tuple[Floats, float, Floats]] = []
        """Of these weights at least so much, at most so much by seat."""
        self.groups: list[list[int]] = []
        self.areas = n
        self.savings: list[terms.MinSaving] = []
        self.losers: list[terms.NoLosersRule] = []
        self.forms = list(facts.forms(service))
        for rule in problem.partnership_rules[service]:
            self._read(rule)
        for limit in problem.plan_rules:
            for name, value in limit.limit.items() if isinstance(limit, Limit) else ():
                if (c := CRITERIA[name]).largest is not None:
                    inside = c.sizes(facts, service) <= whole_down(value, c.per_one)
                    self.pair &= inside
                    self.alone &= inside.diagonal()
        self.most = min(self.most, max((f.max_members or n for f in self.forms), default=0))

    def _read(self, rule: object) -> None:
        facts, every = self.facts, np.full(self.facts.n, inf)
        match rule:
            case sizes.MinMembers():
                self.fewest = max(self.fewest, rule.min_members)
            case sizes.MaxMembers():
                self.most = min(self.most, rule.max_members)
            case sizes.MinPopulation():
                self.sums.append((facts.population, rule.min_population, every))
                if rule.viable_alone:
                    self.alone &= _at_most(rule.min_population, facts.population)
            case sizes.MaxPopulation():
                self.sums.append((facts.population, -inf, self._by_seat(rule.max_population)))
            case sizes.MaxDemand():
                demand = np.asarray(facts.demand[self.service])
                self.sums.append((demand, -inf, self._by_seat(rule.max_demand)))
            case places.Contiguous():
                self.contiguous |= rule.contiguous
            case places.MaxMinutes():
                self.pair &= facts.minutes <= rule.max_minutes
            case places.MaxIdentityAreas():
                self.areas = min(self.areas, rule.max_identity_areas)
            case places.SameCounty(same_county=True):
                self.apart |= facts.county[:, None] != facts.county
            case places.SameState(same_state=True):
                self.apart |= facts.state[:, None] != facts.state
            case places.Seats():
                towns = facts.instance.municipalities
                self.pair &= [t.id in rule.seats or t.central_place in rule.central_places
                              for t in towns]  # fmt: skip
            case company.Apart():
                for a, b in rule.apart:
                    self.apart[facts.index[a], facts.index[b]] = True
                    self.apart[facts.index[b], facts.index[a]] = True
            case company.Alone():
                self.pooled[[facts.index[i] for i in rule.alone]] = False
            case company.ForbidAlone(forbid_alone=who):
                named = who if isinstance(who, tuple) else facts.ids if who else ()
                self.alone[[facts.index[i] for i in named]] = False
            case company.Together():
                self.groups += [[facts.index[i] for i in pair] for pair in rule.together]
            case company.KeepExisting(keep_existing=True):
                today = facts.instance.status_quo
                own = facts.services[self.service].id
                self.groups += [[facts.index[i] for i in p.members] for p in today
                                if p.service == own and p.pooled]  # fmt: skip
            case terms.LegalForms():
                self.forms = [f for f in self.forms if f.id in rule.legal_forms]
            case terms.MinSaving():
                self.savings.append(rule)
            case terms.NoLosersRule():
                self.losers.append(rule)
            case _:
                pass  # not known here: nothing is asked

    def _by_seat(self, value: float | Mapping[str, float]) -> Floats:
        if not isinstance(value, Mapping):
            return np.full(self.facts.n, float(value))
        return np.array([value.get(i, value.get("default", inf)) for i in self.facts.ids], float)


def formable(
    problem: Problem, service: int, budget: Budget | None = None,
    check: Callable[[], None] | None = None,
) -> Formable:  # fmt: skip
    """Enumerate what a service may form.

    Parameters
    ----------
    problem : Problem
    service : int
    budget : Budget, optional
        Of the memory; what is returned is taken from it.
    check : callable, optional
        Called now and then; may raise what ends the work.

    Raises
    ------
    UsageError
        Where that is more than can be held.
    """
    budget, check = budget or Budget(), check or (lambda: None)
    rules = _Rules(problem, service)
    for group in rules.groups:
        if len(set(group)) > 1:
            rules.alone[group] = False
    blocks = []
    for members in _sets(rules, budget, check):
        if members.shape[1] >= rules.fewest:
            block = _allowed(rules, members, check)
            if len(block.cents):
                arrays = block.members, block.seated, block.cents
                budget.take(sum(a.nbytes for a in arrays) + PRICED * block.members.nbytes)
                blocks.append(block)
    return Formable(rules.alone, tuple(blocks))


def _at_most(value: Floats | float, limit: Floats | float) -> Bools:
    """Return whether value ≤ limit, forgiving the rounding of sums."""
    return np.asarray(value <= limit + SLACK * np.maximum(1.0, np.abs(limit)))


def _sets(rules: _Rules, budget: Budget, check: Callable[[], None]) -> Iterator[Ints]:
    """Yield the sets of 2, 3, ... members that contiguity, pairs, size and capacities leave.

    A set that is left has a part with one member less that is left: for connected sets without a
    leaf of a spanning tree, else without the last member.
    """
    facts, n = rules.facts, rules.facts.n
    neighbour = facts.adjacent if rules.contiguous else ~np.eye(n, dtype=bool)
    neighbour = neighbour & rules.pooled & rules.pooled[:, None]
    degree = int(neighbour.sum(axis=1).max(initial=0))
    near = np.full((n, max(degree, 1)), -1)
    for i in range(n):
        near[i, : neighbour[i].sum()] = np.flatnonzero(neighbour[i])
    sets = np.flatnonzero(rules.pooled)[:, None]
    for _ in range(2, rules.most + 1):
        parts, size = [np.empty((0, sets.shape[1] + 1), int)], sets.nbytes
        for part in _larger(rules, sets, near):
            check()
            parts.append(part)
            size += MAKING * part.nbytes
            budget.demand(size)
        sets = _once(np.concatenate(parts), n)
        check()
        if not len(sets):
            return
        yield sets


def _larger(rules: _Rules, sets: Ints, near: Ints) -> Iterator[Ints]:
    """Yield the sets with one member more, some of them several times."""
    for part in _pieces(sets):
        if rules.contiguous:
            new = near[part].reshape(len(part), -1)
            good = new >= 0
        else:
            new = np.broadcast_to(np.arange(rules.facts.n), (len(part), rules.facts.n))
            good = (new > part[:, -1:]) & rules.pooled
        row, which = np.nonzero(good)
        added = new[row, which]
        grown = part[row]
        good = (grown != added[:, None]).all(axis=1)
        good &= ~rules.apart[grown, added[:, None]].any(axis=1)
        for weight, _, most in rules.sums:
            good &= _at_most(weight[grown].sum(axis=1) + weight[added], most.max())
        yield _once(np.sort(np.column_stack([grown, added])[good], axis=1), rules.facts.n)


def _once(sets: Ints, n: int) -> Ints:
    """Return the sets, whose members are sorted, each once."""
    if float(n) ** sets.shape[1] < 2.0**62:
        keys = sets @ (n ** np.arange(sets.shape[1])[::-1])
        return np.asarray(sets[np.unique(keys, return_index=True)[1]])
    if n <= 62:
        return np.asarray(sets[np.unique((1 << sets).sum(axis=1), return_index=True)[1]])
    return np.asarray(np.unique(sets, axis=0))


def _pieces(sets: Ints) -> Iterator[Ints]:
    for a in range(0, len(sets), AT_ONCE):
        yield sets[a : a + AT_ONCE]


def _allowed(rules: _Rules, sets: Ints, check: Callable[[], None]) -> Block:
    """Return those of some sets, one at least, that all rules allow."""
    found = []
    for members in _pieces(sets):
        check()
        found.append(_judged(rules, members))
    return Block(
        np.concatenate([b.members for b in found]),
        np.concatenate([b.seated for b in found]),
        np.concatenate([b.cents for b in found]),
    )


def _judged(rules: _Rules, members: Ints) -> Block:
    """Return those of some sets that all rules allow, their seats and their costs."""
    seated = np.empty(members.shape, bool)
    for j in range(members.shape[1]):
        seated[:, j] = rules.pair[members, members[:, j : j + 1]].all(axis=1)
    for weight, least, most in rules.sums:
        served = weight[members].sum(axis=1)[:, None]
        seated &= _at_most(served, most[members]) & (
            served >= least - SLACK * np.maximum(1, served)
        )
    area = np.sort(rules.facts.area[members], axis=1)
    ok = 1 + (np.diff(area, axis=1) != 0).sum(axis=1) <= rules.areas
    for group in rules.groups:
        inside = np.isin(members, group).sum(axis=1)
        ok &= (inside == 0) | (inside == len(set(group)))
    seated &= ok[:, None]
    kept = seated.any(axis=1)
    members, seated = members[kept], seated[kept]
    cents, ok = _cheapest(rules, members)
    return Block(members[ok], seated[ok], cents[ok])


def _cheapest(rules: _Rules, members: Ints) -> tuple[Ints, Bools]:
    """Return the cents of some sets in the cheapest form that they may have, and whether any is."""
    best, found = np.zeros(len(members), np.int64), np.zeros(len(members), bool)
    for form in rules.forms:
        if form.fits(members.shape[1]) and len(members):
            cents = _cents(rules, form, members)
            ok = _fitting(rules, form, members, cents)
            better = ok & (~found | (cents < best))
            best[better], found[better] = cents[better], True
    return best, found


def _cents(rules: _Rules, form: LegalForm, members: Ints, *, granted: bool = True) -> Ints:
    facts, s = rules.facts, rules.service
    paid = facts.paid(s, form, members.shape[1], granted=granted)
    demand = facts.grains[s][members].sum(axis=1)
    return np.asarray(facts.pooled_cents(s, demand, [paid], np.zeros(len(members), np.int64)))


def _fitting(rules: _Rules, form: LegalForm, members: Ints, cents: Ints) -> Bools:
    """Return which sets may have a form in which they cost so much."""
    facts, s = rules.facts, rules.service
    ok = np.ones(len(members), bool)
    if form.same_county:
        ok &= (facts.county[members] == facts.county[members[:, :1]]).all(axis=1)
    if form.same_state:
        ok &= (facts.state[members] == facts.state[members[:, :1]]).all(axis=1)
    if form.votes is not None and members.shape[1] >= 3:
        votes = form.votes.of(facts.population[members])
        ok &= votes.max(axis=1) <= form.votes.max_share * votes.sum(axis=1) + SLACK
    for rule in rules.savings:
        kept = 1 - fraction(rule.min_saving)
        alone = facts.alone_cents[s][members].sum(axis=1).astype(object)
        paid = _cents(rules, form, members, granted=not rule.min_saving_without_grant)
        ok &= paid <= alone * kept.numerator // kept.denominator
    for losers in rules.losers:
        ok &= _nobody_loses(rules, losers, members, cents)
    return ok


def _nobody_loses(rules: _Rules, rule: terms.NoLosersRule, members: Ints, cents: Ints) -> Bools:
    facts, s = rules.facts, rules.service
    keys: dict[str, Floats] = {
        "demand": np.asarray(facts.demand[s]),
        "population": facts.population,
        "equal": np.ones(facts.n),
    }
    key = keys[rule.no_losers][members]
    total = key.sum(axis=1)
    shares = key / np.where(total > 0, total, 1.0)[:, None]
    allowed = (1 + rule.tolerance) * facts.alone_cost[s][members]
    return np.asarray(_at_most(cents[:, None] / 100 * shares, allowed).all(axis=1) | (total <= 0))

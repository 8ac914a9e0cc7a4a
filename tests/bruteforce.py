"""The optimum of a tiny problem by enumeration: an oracle that shares no code with formulations.

Every service: all partitions of the municipalities, all seats, sites among them, and for every
partnership the cheapest legal form in which no rule complains. Then all combinations of the
services, with the plan rules and the offices. Criteria are computed here once more, from
docs/semantics.md, in whole numbers of their units; the plan that wins is checked with the
evaluator, which must agree exactly.

What was enumerated is remembered, as many tests ask about the same random problems.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from fractions import Fraction
from functools import lru_cache
from itertools import combinations
from math import floor, lcm

import numpy as np

from costs_by_hand import cost_of
from games_by_hand import nobody_leaves
from koopopt.case.plan import Partnership, Plan
from koopopt.evaluation import _form_violations, evaluate
from koopopt.problem import Problem
from koopopt.rules.base import PartnershipRule
from koopopt.rules.stability import Stable
from losses_by_hand import losses

NAMES = ("cost", "travel", "identity", "bodies", "farthest", "change", "largest_loss")
UNITS = (100, 10_000, 10_000, 1, 10_000, 1, 100)
"""How many units of each make one."""
LARGEST, LOSS = NAMES.index("farthest"), NAMES.index("largest_loss")
"""Those that are no sums."""


@dataclass(frozen=True)
class Best:
    """The optimum with its weighted sum, exactly, and how many plans keep the rules."""

    objective: float
    plan: Plan
    feasible: int
    exact: Fraction

    def total(self, problem: Problem) -> int:
        """Return the weighted sum in whole numbers of the problem's scale."""
        total = self.exact / problem.scale.grain
        assert total.denominator == 1
        return total.numerator


@dataclass(frozen=True)
class Choices:
    """All plans of one service that keep its own rules.

    `seat[k, i]` is the seat of municipality i in choice k, which says all (the members of a seat
    are a partnership), `criteria[k]` its criteria without offices, `loss[k, i]` what municipality i
    pays more than alone. Seats are numbered as places: municipalities, then sites.
    """

    partnerships: list[list[Partnership]]
    seat: np.ndarray
    criteria: np.ndarray
    loss: np.ndarray


def solve(problem: Problem) -> Best | None:
    """Return the best plan, None if no plan keeps all rules."""
    whole, step = weights(problem)
    best, plan, feasible, amounts = None, None, 0, None
    for services, picks, criteria in _feasible(problem):
        objective = criteria.astype(object) @ np.array(whole, object)
        feasible += len(objective)
        k = int(objective.argmin()) if len(objective) else 0
        if len(objective) and (best is None or objective[k] < best):
            chosen = (c.partnerships[pick[k]] for c, pick in zip(services, picks, strict=True))
            best, plan = objective[k], Plan(p for part in chosen for p in part)
            amounts = tuple(criteria[k].tolist())
    if plan is None:
        return None
    evaluation = evaluate(problem, plan)
    assert evaluation.feasible, [str(v.text) for v in evaluation.violations]
    assert evaluation.amounts == amounts
    return Best(evaluation.objective, plan, feasible, best * step)


def weights(problem: Problem) -> tuple[list[int], Fraction]:
    """Return whole weights of amounts, and what one of the weighted sum is worth."""
    exact = [
        Fraction(str(problem.weights.get(name, 0.0))) / unit
        for name, unit in zip(NAMES, UNITS, strict=True)
    ]
    below = lcm(*(w.denominator for w in exact))
    return [int(w * below) for w in exact], Fraction(1, below)


def all_criteria(problem: Problem) -> np.ndarray:
    """Return the amounts of every plan that keeps all rules, shape (plans, 7), as in `NAMES`."""
    parts = [np.zeros((0, len(NAMES)), np.int64), *(c for _, _, c in _feasible(problem))]
    return np.concatenate(parts)


def all_plans(problem: Problem) -> Iterator[Plan]:
    """Yield every plan that keeps all rules."""
    for services, picks, _ in _feasible(problem):
        for chosen in zip(*picks, strict=True):
            parts = (c.partnerships[k] for c, k in zip(services, chosen, strict=True))
            yield Plan(p for part in parts for p in part)


def _feasible(problem: Problem) -> Iterator[tuple[list[Choices], list[np.ndarray], np.ndarray]]:
    """Yield feasible combinations of one choice a service, and their criteria."""
    services = [choices(problem, s) for s in range(len(problem.facts.services))]
    if all(c.partnerships for c in services):
        for picks in _picks([len(c.partnerships) for c in services]):
            criteria, ok = _combined(problem, services, picks)
            yield services, [pick[ok] for pick in picks], criteria[ok]


@dataclass(frozen=True)
class Asked:
    """All that the plans of one service depend on: facts and rules, neither weights nor limits."""

    s: int
    fingerprint: str
    arrays: tuple[bytes, ...]
    rules: tuple[PartnershipRule, ...] = field(hash=False)
    stable: Stable | None = field(hash=False)
    problem: Problem = field(compare=False)


def choices(problem: Problem, s: int) -> Choices:
    """Return all feasible plans of one service."""
    values = [getattr(problem.facts, of.name) for of in fields(problem.facts)]
    return _choices(
        Asked(
            s,
            problem.instance.fingerprint,
            tuple(value.tobytes() for value in values if isinstance(value, np.ndarray)),
            problem.partnership_rules[s],
            problem.stable,
            problem,
        )
    )


@lru_cache(maxsize=256)
def _choices(asked: Asked) -> Choices:
    problem, s = asked.problem, asked.s
    facts = problem.facts
    n = facts.n
    options: dict[frozenset[int], list[tuple[Partnership, np.ndarray]]] = {}
    for size in range(1, n + 1):
        for who in combinations(range(n), size):
            seats = [*who, *(h for h in range(n, facts.places) if _site(problem, s, h))]
            costs: dict[str, Fraction] = {}
            found = [_partnership(problem, s, who, seat, costs) for seat in seats]
            options[frozenset(who)] = [p for p in found if p is not None]
    plans = [list(p) for p in _partitions(frozenset(range(n)), options)]
    if problem.stable is not None:
        plans = [p for p in plans if nobody_leaves(problem, s, [part for part, _ in p])]
    more = {p: losses(problem, s, p, int(c[0])) for found in options.values() for p, c in found}
    seat, loss = np.zeros((len(plans), n), int), np.zeros((len(plans), n), np.int64)
    for k, plan in enumerate(plans):
        for p, _ in plan:
            for i, lost in more[p].items():
                seat[k, i], loss[k, i] = facts.index[p.seat], lost
    criteria = np.array([_together([c for _, c in plan]) for plan in plans], np.int64)
    criteria = criteria.reshape(len(plans), len(NAMES))
    for array in (seat, criteria, loss):
        array.flags.writeable = False
    return Choices([[p for p, _ in plan] for plan in plans], seat, criteria, loss)


def _together(parts: list[np.ndarray]) -> np.ndarray:
    """Return the criteria of parts of a plan together."""
    criteria = np.sum(parts, axis=0)
    criteria[..., LARGEST] = np.max([part[..., LARGEST] for part in parts], axis=0)
    return criteria


def _partitions(left, options) -> Iterator[tuple]:
    if not left:
        yield ()
        return
    first, *others = sorted(left)
    for size in range(len(others) + 1):
        for more in combinations(others, size):
            part = frozenset((first, *more))
            if options[part]:
                for rest in _partitions(left - part, options):
                    for option in options[part]:
                        if option[0].seat not in {p.seat for p, _ in rest}:
                            yield (option, *rest)


def _site(problem, s, place):
    """Return the site of a service at a place, None where there is none."""
    facts = problem.facts
    of = [
        site
        for site in problem.instance.sites
        if site.service == facts.services[s].id and facts.index[site.id] == place
    ]
    return of[0] if of else None


def _partnership(problem, s, who, seat, costs=None) -> tuple[Partnership, np.ndarray] | None:
    """Return the partnership in the cheapest form that nothing speaks against, and its criteria.

    `costs` holds what these members cost by form, as far as that was worked out at other seats.
    """
    costs = {} if costs is None else costs
    facts, service = problem.facts, problem.instance.services[s]
    ids = tuple(facts.ids[i] for i in who)
    town = [problem.instance.municipalities[i] for i in who]
    demand = {
        i: Fraction(str(problem.instance.demand[i, service.id]))
        if (i, service.id) in problem.instance.demand
        else Fraction(str(t.population)) * Fraction(str(service.demand.per_inhabitant))
        for i, t in zip(ids, town, strict=True)
    }
    site, fixed = _site(problem, s, seat), Fraction(0)
    if site is not None:
        fixed = Fraction(str(site.fixed_cost))
        if site.capacity is not None and sum(demand.values()) > Fraction(str(site.capacity)):
            return None
    is_alone = who == (seat,)
    forms = ["alone"] if is_alone else [f.id for f in problem.instance.legal_forms]
    best = None
    for form in forms:
        p = Partnership(service.id, ids, facts.seat_ids[seat], form)
        if not is_alone and any(True for _ in _form_violations(facts, p)):
            continue
        if any(True for rule in problem.partnership_rules[s] for _ in rule.violations(facts, p)):
            continue
        if form not in costs:
            costs[form] = cost_of(problem, service, ids, demand, form)
        cost = costs[form] + fixed
        _assert_saved(problem, s, p, demand, fixed)
        if best is None or cost < best[0]:
            best = (cost, p)
    if best is None:
        return None
    return best[1], np.array([round(100 * best[0]), *_others(problem, s, who, seat)], np.int64)


def _assert_saved(problem, s, p, demand, fixed) -> None:
    """Work out once more that a partnership saves as much as the rule of that name asks for."""
    rules = {rule.name: rule for rule in problem.partnership_rules[s]}
    if "min_saving" not in rules or not p.pooled:
        return
    asked, service = rules["min_saving"], problem.instance.services[s]
    granted = not asked.min_saving_without_grant
    cost = round(
        100 * (cost_of(problem, service, p.members, demand, p.legal_form, granted) + fixed)
    )
    alone = sum(round(100 * cost_of(problem, service, (i,), demand, "alone")) for i in p.members)
    assert cost <= (1 - Fraction(str(asked.min_saving))) * alone


def _others(problem, s, who, seat) -> tuple[int, ...]:
    """Return the criteria but cost; losses are of whole plans."""
    facts, service = problem.facts, problem.instance.services[s]
    towns = problem.instance.municipalities
    travel = identity = change = farthest = 0
    for i in who:
        trips = Fraction(str(service.travel.trips_per_inhabitant))
        inhabitants = Fraction(str(towns[i].population))
        minutes = Fraction(str(float(facts.minutes[i, seat])))
        travel += round(10_000 * inhabitants * trips * 2 * minutes / 60)
        farthest = max(farthest, round(10_000 * minutes))
        if i != seat:
            foreign = towns[i].identity_area != _area(problem, seat)
            weight = Fraction(str(service.identity.weight))
            identity += round(10_000 * weight * inhabitants * (1 + foreign))
        today = facts.ids[i]
        for p in problem.instance.status_quo:
            if p.service == service.id and facts.ids[i] in p.members:
                today = p.seat
        change += today != facts.seat_ids[seat]
    return travel, identity, int(who != (seat,)), farthest, change, 0


def _area(problem, place: int) -> str:
    """Return the identity area of a place: a site's own, or that of the nearest municipality."""
    towns = problem.instance.municipalities
    if place < len(towns):
        return towns[place].identity_area
    site = next(s for s in problem.instance.sites if problem.facts.index[s.id] == place)
    if site.identity_area:
        return site.identity_area

    def away(town) -> float:
        a, b = (np.radians([p.lat, p.lon]) for p in (town, site))
        cosine = np.cos(a[0]) * np.cos(b[0]) * np.cos(a[1] - b[1]) + np.sin(a[0]) * np.sin(b[0])
        return round(float(-cosine), 14)

    return min(towns, key=away).identity_area


def _picks(counts: list[int], most: int = 200_000) -> Iterator[list[np.ndarray]]:
    """Yield all combinations of one choice a service, in arrays that fit the memory."""
    step = max(1, most // int(np.prod(counts[1:])))
    for a in range(0, counts[0], step):
        ranges = [np.arange(a, min(a + step, counts[0])), *map(np.arange, counts[1:])]
        yield [grid.ravel() for grid in np.meshgrid(*ranges, indexing="ij")]


def _combined(problem, services, picks) -> tuple[np.ndarray, np.ndarray]:
    """Return criteria and which plan rules allow, for combinations of choices."""
    seats = [c.seat[k] for c, k in zip(services, picks, strict=True)]
    criteria = _together([c.criteria[k] for c, k in zip(services, picks, strict=True)])
    lost = np.sum([c.loss[k] for c, k in zip(services, picks, strict=True)], axis=0)
    criteria[:, LOSS] = np.maximum(lost.max(axis=1, initial=0), 0)
    own = np.arange(problem.facts.n)
    hosts = [_hosts(seat, problem.facts.places) for seat in seats]
    office = round(100 * Fraction(str(problem.instance.office_cost)))
    criteria[:, 0] += office * np.any(hosts, axis=0).sum(axis=1)
    rules = {rule.name: rule for rule in problem.plan_rules}
    ok = np.ones(len(criteria), bool)
    away = [seat != own for seat in seats]
    if "max_pooled" in rules:
        ok &= (np.sum(away, axis=0) <= rules["max_pooled"].max_pooled).all(axis=1)
    if "max_memberships" in rules:
        pooled = [
            a | ((s[:, :, None] == s[:, None, :]).sum(axis=2) > 1)
            for s, a in zip(seats, away, strict=True)
        ]
        most = rules["max_memberships"].max_memberships
        ok &= (np.sum(pooled, axis=0) <= most).all(axis=1)
    if "max_hosted" in rules:
        towns = np.sum(hosts, axis=0)[:, : len(own)]
        ok &= (towns <= rules["max_hosted"].max_hosted).all(axis=1)
    if "max_partner_seats" in rules:
        bits = [np.where(a, 1 << seat, 0) for a, seat in zip(away, seats, strict=True)]
        together = np.bitwise_or.reduce(bits)
        count = sum((together >> h) & 1 for h in range(problem.facts.places))
        ok &= (count <= rules["max_partner_seats"].max_partner_seats).all(axis=1)
    pooled = [h.sum(axis=1) for h in hosts]
    parts = [p + a for p, a in zip(pooled, (_alone(seat) for seat in seats), strict=True)]
    for key, counts, lowest in (
        ("max_bodies", pooled, False),
        ("min_bodies", pooled, True),
        ("max_partnerships", parts, False),
        ("min_partnerships", parts, True),
    ):
        if key in rules:
            asked = getattr(rules[key], key)
            table = asked if isinstance(asked, dict) else {None: asked}
            for service, limit in table.items():
                index = problem.facts.service_index.get(service)
                count = np.sum(counts, axis=0) if index is None else counts[index]
                ok &= count >= limit if lowest else count <= limit
    for rule in problem.plan_rules:
        for name, limit in getattr(rule, "limit", {}).items():
            most = floor(Fraction(str(limit)) * UNITS[NAMES.index(name)])
            ok &= criteria[:, NAMES.index(name)] <= most
    return criteria, ok


def _hosts(seat: np.ndarray, places: int) -> np.ndarray:
    """Return (choices, places): which place seats a pooled partnership."""
    n = seat.shape[1]
    return np.stack([(seat == h).sum(axis=1) > (h < n) for h in range(places)], axis=1)


def _alone(seat: np.ndarray) -> np.ndarray:
    n = seat.shape[1]
    return np.stack([(seat == h).sum(axis=1) == 1 for h in range(n)], axis=1).sum(axis=1)

"""Random tiny problems over everything that docs/semantics.md knows, reproducible by seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import combinations
from typing import Any

import numpy as np

from dice import Dice
from koopopt.case.instance import Instance, Municipality, Neighbours, Site
from koopopt.case.library import (
    Demand,
    Grant,
    Identity,
    LegalForm,
    PowerCost,
    ServiceModel,
    Tier,
    TierCost,
    Trips,
    Votes,
)
from koopopt.case.plan import Partnership, Plan
from koopopt.evaluation import evaluate
from koopopt.problem import Problem

NAMES = ("cost", "travel", "identity", "bodies", "change")
"""Criteria that random limits are on."""


def random_problem(seed: int) -> Problem:
    """Return a tiny problem, the same for the same seed; many are infeasible.

    The instance is made once for many tests; what a problem remembers of itself, is its own.
    """
    return replace(_made(seed))


@lru_cache(maxsize=1024)
def _made(seed: int) -> Problem:
    dice = Dice(np.random.default_rng(seed))
    n = dice.pick([2, 3, 3, 4, 4, 4, 5, 5, 5, 6])
    services = dice.pick([1, 2, 2, 3]) if n < 5 else dice.pick([1, 1, 2]) if n < 6 else 1
    return problem_of_size(dice, n, services, seed)


def problem_of_size(dice: Dice, n: int, services: int, seed: int = 0) -> Problem:
    """Return a random problem with so many municipalities and services."""
    towns = [_town(dice, k) for k in range(n)]
    ids = [t.id for t in towns]
    models = [_service(dice, k, towns) for k in range(services)]
    names = [m.id for m in models]
    forms = _paired(_forms(dice, names), [seed, n, len(models)])
    pairs = list(combinations(ids, 2))
    density = dice.pick([0.1, 0.3, 0.7, 1.0])
    travel = {
        (a, b): dice.number(0, 60, 1) for a in ids for b in ids if a != b and dice.chance(0.3)
    }
    travel = {(a, b): minutes for (a, b), minutes in travel.items() if (b, a) in travel}
    per_town = [(i, s) for i in ids for s in names]
    often = dice.pick([0.1, 0.3, 0.6, 1.0])
    rules = _partnership_rules(dice, ids, towns, [f.id for f in forms], often)
    rules |= _plan_rules(dice, n, names, often)
    rules |= _capacities(ids, towns, models, often, [seed, n, len(models)])
    weights: dict[str, float] = {
        "cost": dice.pick([0.0, 0.01, *[1.0] * 6]),
        "travel": dice.pick([0.0, 0.1, 1.0, 10.0]),
    }
    for name, options in (("identity", [0.5, 5.0]), ("bodies", [5000.0]), ("change", [2500.0])):
        if dice.chance(0.35):
            weights[name] = dice.pick(options)
    if dice.chance(0.03):
        weights = dict.fromkeys(weights, 0.0)
    alone_given = dice.pick([0.0, 0.1, 0.8])
    instance = Instance(
        name=f"random-{seed}",
        title={"en": f"Random {seed}"},
        municipalities=tuple(towns),
        services=tuple(models),
        legal_forms=tuple(forms),
        neighbours=tuple(
            Neighbours(a, b)
            for (a, b), near in zip(pairs, _near(dice, n), strict=True)
            if near or dice.chance(density)
        ),
        travel=travel,
        demand={k: dice.number(0, 9000, 1) for k in per_town if dice.chance(0.1)},
        alone_cost={k: dice.number(50_000, 900_000) for k in per_town if dice.chance(alone_given)},
        status_quo=tuple(p for s in names if dice.chance(0.4) for p in _today(dice, s, ids, forms)),
        rules=rules,
        weights=weights if any(weights.values()) else {"cost": 1.0},
        office_cost=dice.pick([0.0, 0.0, 5000.0, 40_000.0]),
        speed_kmh=dice.pick([30.0, 50.0]),
        detour=dice.pick([1.0, 1.3]),
    )
    instance = _saving(instance, often, [seed, n, len(models)])
    problem = _limited(dice, instance) if dice.chance(0.3) else Problem.of(instance)
    return replace(problem, weights=weights)  # may be all 0: an order of criteria allows that


def with_sites(problem: Problem, seed: int) -> Problem:
    """Return a random problem with one to three sites, some without the limits that it had."""
    dice = Dice(np.random.default_rng([7, seed]))
    instance, services = problem.instance, [s.id for s in problem.instance.services]
    towns, demand = instance.municipalities, problem.facts.demand
    sites: list[Site] = []
    for k in range(dice.pick([1, 1, 2, 2, 3])):
        at = dice.pick(towns)
        place: dict[str, Any] = {
            "id": f"site{k + 1}", "name": f"Site {k + 1}",
            "lat": at.lat + dice.number(-0.05, 0.05, 3), "lon": at.lon + 0.001,
            "identity_area": dice.pick(["", "", "north", "east"]),
        }  # fmt: skip
        for s in dice.some(services, 1):
            own = demand[services.index(s)].tolist()
            fits = float(sum(dice.some(own, 1)))
            sites.append(
                Site(
                    **place, service=s, fixed_cost=dice.pick([0.0, 0.0, 1000.0, 80_000.01]),
                    capacity=dice.pick([None, fits, fits, 0.9 * fits]) or None,
                )
            )  # fmt: skip
    ids = [s.id for s in sites]
    forms = tuple(
        replace(f, min_members=1) if f.min_members == 2 and dice.chance(0.6) else f
        for f in instance.legal_forms
    )
    rules = dict(instance.rules)
    if dice.chance(0.45):
        own = rules.get("seats", ()) if dice.chance(0.5) else ()
        rules["seats"] = [*own, *dice.some(sorted({*ids}), 1)]
    if dice.chance(0.3) and "alone" not in rules:
        rules["forbid_alone"] = dice.some([t.id for t in towns], 1)
    seats = [*(t.id for t in towns), *dict.fromkeys(ids)]
    rules |= _capacities(seats, towns, instance.services, 0.8, [8, seed])
    travel = {(t.id, dice.pick(ids)): dice.number(0, 60, 1) for t in towns if dice.chance(0.3)}
    today = instance.status_quo
    if dice.chance(0.4):
        named = {(p.service, i) for p in today for i in p.members}
        site, who = dice.pick(sites), dice.pick(towns).id
        if (site.service, who) not in named:
            today = (*today, Partnership(site.service, (who,), site.id, forms[0].id))
    changed = replace(
        instance, sites=tuple(sites), legal_forms=forms, rules=rules,
        travel={**instance.travel, **travel}, status_quo=today,
    )  # fmt: skip
    limits = problem.limits if dice.chance(0.5) else {}
    return replace(Problem.of(changed, limits=limits), weights=problem.weights)


def _near(dice: Dice, n: int) -> list[bool]:
    """Return which pairs make a random tree, or none at all."""
    parent = [dice.count(0, max(k - 1, 0)) for k in range(n)]
    tree = dice.chance(0.8)
    return [tree and parent[b] == a for a, b in combinations(range(n), 2)]


def _town(dice: Dice, k: int) -> Municipality:
    return Municipality(
        id=f"0{k + 1}",
        name=f"Town {k + 1}",
        population=float(dice.pick([0, 300, 1000, 1000, 2000, dice.count(100, 20_000)])),
        lat=dice.number(51, 51.4, 3),
        lon=dice.number(9.8, 10.2, 3),
        county=dice.pick(["K"] * 5 + ["L"]),
        state=dice.pick(["HE"] * 8 + ["TH"]),
        identity_area=dice.pick(["north", "south", "west"]),
        central_place=dice.pick(["", "", "Mittelzentrum", "Grundzentrum"]),
    )


def _service(dice: Dice, k: int, towns: list[Municipality]) -> ServiceModel:
    per_inhabitant = dice.pick([0.5, 1.0, 41.4])
    demand = np.array([t.population for t in towns]) * per_inhabitant
    own_rules = _partnership_rules(dice, [t.id for t in towns], towns, [], 0.4)
    return ServiceModel(
        id=f"s{k + 1}",
        title={"en": f"Service {k + 1}"},
        demand=Demand(per_inhabitant=per_inhabitant),
        cost=_power(dice, demand) if dice.chance(0.7) else _tiers(dice, demand),
        travel=Trips(trips_per_inhabitant=dice.pick([0.0, 0.15, 0.6])),
        identity=Identity(weight=dice.pick([0.0, 0.5, 1.0])),
        rules=own_rules if dice.chance(0.25) else {},
    )


def _power(dice: Dice, demand: np.ndarray) -> PowerCost:
    elasticity = dice.pick([0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.4])
    total = max(float(demand.sum()), 1.0)
    unit_cost = dice.number(20, 300)
    scale = unit_cost * 1000 * len(demand) / total**elasticity
    flat = dice.number(0.1 * total, 0.9 * total) if dice.chance(0.35) else None
    return PowerCost(kind="power", scale=scale, elasticity=elasticity, flat_above=flat)


def _tiers(dice: Dice, demand: np.ndarray) -> TierCost:
    """Some tiers end exactly at what some municipalities demand together."""
    sums = [
        float(demand[list(c)].sum())
        for r in (1, 2, 3)
        for c in combinations(range(len(demand)), min(r, len(demand)))
    ]
    ends = sorted({dice.pick(sums) for _ in range(dice.count(0, 2))} - {0.0})
    average = 50_000 * len(demand) / max(float(demand.sum()), 1.0)
    tiers = [
        Tier(fixed=dice.number(0, 150_000), per_unit=dice.number(0, 2) * average, up_to=end)
        for end in [*ends, None]
    ]
    return TierCost(kind="tiers", tiers=tuple(tiers))


def _forms(dice: Dice, services: list[str]) -> list[LegalForm]:
    return [_form(dice, k, services) for k in range(dice.pick([1, 2, 2, 3]))]


def _paired(forms: list[LegalForm], seed: list[int]) -> list[LegalForm]:
    """Give some forms a cost of each pair of members, by a seed of its own."""
    dice = Dice(np.random.default_rng([9, *seed]))
    costs = [0.0, 0.0, 0.0, 333.33, 2000.0, 10_000.0, 40_000.0]
    return [replace(form, cost_per_pair=dice.pick(costs)) for form in forms]


def _form(dice: Dice, k: int, services: list[str]) -> LegalForm:
    sizes = [{"2": 50_000, "3": 75_000, "4+": 100_000}, {"2": 90_000, "3": 20_000}, {"3+": 60_000},
             {"4+": 5_000, "2": 80_000}, {"2+": 30_000, "3": 0}]  # fmt: skip
    least = dice.pick([2, 2, 2, 2, 3])
    return LegalForm(
        id=f"form{k + 1}",
        title={"en": f"Form {k + 1}"},
        services="all" if dice.chance(0.75) else tuple(dice.some(services, 1)),
        fixed_cost=dice.pick([0.0, 5000.0, 15_000.0, 60_000.0]),
        cost_per_extra_member=dice.pick([0.0, 500.0, 3000.0, 10_000.0]),
        min_members=least,
        max_members=dice.pick([None, None, None, least, least + 1]),
        same_county=dice.chance(0.12),
        same_state=dice.chance(0.12),
        votes=Votes(
            base=dice.count(0, 2),
            inhabitants_per_vote=dice.pick([500.0, 1000.0, 2500.0]),
            max_share=dice.pick([0.35, 0.4, 0.5, 0.5, 0.65]),
        )
        if dice.chance(0.35)
        else None,
        grant=Grant(amounts=dice.pick(sizes), years=dice.pick([1.0, 5.0]))
        if dice.chance(0.4)
        else None,
    )


def _today(dice: Dice, service: str, ids: list[str], forms: list[LegalForm]) -> list[Partnership]:
    open_to = [f.id for f in forms if f.serves(service)] or [forms[0].id]
    left, result = list(ids), []
    while len(left) > 1 and dice.chance(0.6):
        who = dice.some(left, 2, 3)
        left = [i for i in left if i not in who]
        result.append(Partnership(service, tuple(who), dice.pick(who), dice.pick(open_to)))
    return result


def _partnership_rules(
    dice: Dice, ids: list[str], towns: list[Municipality], forms: list[str], often: float
) -> dict[str, Any]:
    people = sorted(t.population for t in towns)
    pairs = list(combinations(ids, 2))
    places = sorted({t.central_place for t in towns if t.central_place})
    rules: dict[str, Any] = {}

    def maybe(probability: float, **values: Any) -> None:
        if dice.chance(probability * often):
            rules.update(values)

    maybe(0.35, contiguous=dice.chance(0.9))
    maybe(0.2, max_minutes=dice.number(10, 60, 1))
    maybe(0.12, min_members=dice.count(2, 4))
    maybe(0.15, max_members=dice.pick([1, 2, 3, 3, 4, 4, 5]))
    maybe(0.1, min_members=3)
    maybe(0.2, min_population=float(dice.pick([people[0], people[-1], sum(people) / 2, 3000.0])))
    if "min_population" in rules and dice.chance(0.3):
        rules["viable_alone"] = True
    maybe(0.2, max_identity_areas=dice.count(1, 2))
    maybe(0.12, same_county=True)
    maybe(0.12, same_state=True)
    maybe(0.15, seats=dice.some(ids, 1))
    if places:
        maybe(0.1, central_places=dice.some(places, 1))
    if forms:
        maybe(0.12, legal_forms=dice.some(forms, 1))
    maybe(0.15, apart=dice.some(pairs, 1, 2))
    maybe(0.15, together=dice.some(pairs, 1, 2))
    maybe(0.12, alone=dice.some(ids, 1, 2))
    maybe(0.2, forbid_alone=dice.pick([True, dice.some(ids, 1, 3)]))
    maybe(0.15, keep_existing=True)
    maybe(0.3, no_losers=dice.pick(["demand", "population", "equal"]))
    if "no_losers" in rules and dice.chance(0.6):
        rules["tolerance"] = dice.pick([0.0, 0.1, 0.5])
    return rules


def _plan_rules(dice: Dice, n: int, services: list[str], often: float) -> dict[str, Any]:
    rules: dict[str, Any] = {}
    for key, probability, low, high in (
        ("max_pooled", 0.25, 0, 2),
        ("max_hosted", 0.2, 0, 2),
        ("max_partner_seats", 0.35, 0, 2),
        ("max_bodies", 0.15, 0, n * len(services) // 2),
        ("min_bodies", 0.12, 0, max(1, n * len(services) // 4)),
        ("max_partnerships", 0.15, len(services), n * len(services)),
        ("min_partnerships", 0.12, 1, n * len(services)),
    ):
        if dice.chance(probability * often):
            value = dice.count(low, high)
            by_service = {s: max(value // len(services), 1) for s in dice.some(services, 1)}
            splits = key.endswith(("bodies", "partnerships")) and dice.chance(0.4)
            rules[key] = by_service if splits else value
    return rules


def _capacities(
    seats: Sequence[str],
    towns: Sequence[Municipality],
    models: Sequence[ServiceModel],
    often: float,
    seed: list[int],
) -> dict[str, Any]:
    """Draw from dice of their own, so that what other dice show stays as it was.

    Many a capacity is just what some municipalities take together.
    """
    dice = Dice(np.random.default_rng(seed))
    sums = [
        sum(t.population for t in some) for r in (1, 2, 2, 3) for some in combinations(towns, r)
    ]
    rules: dict[str, Any] = {}
    for key, each in (
        ("max_population", 1.0),
        ("max_demand", dice.pick(models).demand.per_inhabitant),
    ):
        if dice.chance(0.2 * often):
            named = {i: each * dice.pick(sums) for i in dice.some(seats, 1)}
            rest = {"default": each * dice.pick(sums)} if dice.chance(0.5) else {}
            by_seat = {**named, **rest} if dice.chance(0.7) else {}
            rules[key] = by_seat or each * dice.pick(sums)
    if dice.chance(0.2 * often):
        rules["max_memberships"] = dice.count(0, 2)
    return rules


def _saving(instance: Instance, often: float, seed: list[int]) -> Instance:
    """Ask some for a saving, by dice of its own; mostly for just what a pool saves."""
    dice = Dice(np.random.default_rng([10, *seed]))
    if not dice.chance(0.25 * often):
        return instance
    facts, bare = Problem.of(replace(instance, rules={})).facts, dice.chance(0.5)
    service, who = dice.pick(facts.services).id, tuple(dice.some(list(facts.ids), 2, 3))
    pool = Partnership(service, who, who[0], dice.pick(instance.legal_forms).id)
    alone = sum(facts.cents(Partnership(service, (i,), i)) for i in who)
    just = round(1 - facts.cents(pool, granted=not bare) / max(alone, 1), dice.pick([3, 9, 9]))
    rules = {"min_saving": just if 0 <= just <= 1 else dice.pick([0.0, 0.02, 0.15, 1.0])}
    rules |= {"min_saving_without_grant": True} if bare else {}
    return replace(instance, rules={**instance.rules, **rules})


def _limited(dice: Dice, instance: Instance) -> Problem:
    """Bound criteria near the values of a random plan, above, at or below them."""
    problem = Problem.of(instance)
    evaluation = evaluate(problem, _random_plan(dice, problem))
    limits = {}
    for name in dice.some(list(NAMES), 1, 2):
        factor = dice.pick([0.8, 0.95, 1.0, 1.0, 1.001, 1.2])
        limits[name] = max(0.0, evaluation.criteria[name] * factor)
    return Problem.of(instance, limits=limits)


def _random_plan(dice: Dice, problem: Problem) -> Plan:
    facts = problem.facts
    result = []
    for service in facts.services:
        left = list(facts.ids)
        forms = [f.id for f in facts.instance.legal_forms]
        while left:
            who = dice.some(left, 1, 3)
            left = [i for i in left if i not in who]
            form = dice.pick(forms) if len(who) > 1 else "alone"
            result.append(Partnership(service.id, tuple(who), dice.pick(who), form))
    return Plan(result)

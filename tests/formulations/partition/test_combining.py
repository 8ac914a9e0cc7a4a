"""Partitions of services put together: all plans within both bounds, each office once."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from formulations.every_column import all_columns
from koopopt.evaluation import evaluate
from koopopt.formulations.partition import combining, pools
from koopopt.formulations.partition.columns import Columns, alone_columns, joined, pair_terms
from koopopt.formulations.partition.combining import combined
from koopopt.formulations.partition.walking import Budget, Partitions, Walk
from koopopt.linear import Floats, Ints
from koopopt.problem import Problem
from koopopt.rules import PLAN_RULES
from random_instances import random_problem


def partitions_of(problem: Problem) -> tuple[Columns, Floats, list[Partitions]]:
    """Return all columns of a problem, some cost of each, and all partitions of every service."""
    facts = problem.facts
    terms = [pair_terms(facts, s) for s in range(len(facts.services))]
    everyone = (alone_columns(facts, s, np.arange(facts.n), terms[s]) for s in range(len(terms)))
    pooled = all_columns(problem, pools(problem))
    columns = joined([*everyone, pooled.take(pooled.pooled)])
    cost = np.random.default_rng(0).random(len(columns))
    parts = []
    for s in range(len(terms)):
        mine = np.flatnonzero(columns.service == s)
        found = Walk.of(columns, cost, mine).partitions(np.inf, Budget(10**6, bool))
        assert found is not None
        parts.append(found)
    return columns, cost, parts


def keeps_plan_rules(problem: Problem, columns: Columns, chosen: Ints) -> bool:
    """Whether chosen columns break no rule of whole plans; any rule of partnerships may be."""
    told = evaluate(problem, columns.plan(problem.facts, chosen)).violations
    return not {v.rule for v in told} & {key for rule in PLAN_RULES for key in rule.started_by()}


@pytest.mark.parametrize("share", [0.2, 0.6, 2.0])
@pytest.mark.parametrize("at_once", [3, 10**6])
def test_all_combinations_within_the_bounds_are_found(
    share: float, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(combining, "AT_ONCE", at_once)
    looked = broken = 0
    for seed in range(60):
        problem = random_problem(seed)
        if problem.facts.towns > 4 or len(problem.facts.services) > 3:
            continue
        columns, cost, parts = partitions_of(problem)
        if np.prod([len(part) for part in parts]) > 20_000:
            continue
        value = columns.criteria @ problem.scale.floats
        office = problem.scale.scaled(problem.scale.weights[0] * problem.facts.office_cents)
        true = {}
        for which in product(*(range(len(part)) for part in parts)):
            chosen = np.concatenate([part[k] for part, k in zip(parts, which, strict=True)])
            hosts = set(columns.seat[chosen[columns.pooled[chosen]]].tolist())
            true[which] = (cost[chosen].sum(), value[chosen].sum() + office * len(hosts))
        room = share * float(np.mean([r for r, _ in true.values()]))
        best = float(np.quantile([v for _, v in true.values()], 0.5))
        # In the middle between two of them, so that rounding decides nothing.
        within = {w for w, (r, v) in true.items() if r <= room and v <= best * (1 + 1e-12)}
        wanted = {
            which
            for which in within
            if keeps_plan_rules(
                problem,
                columns,
                np.concatenate([part[k] for part, k in zip(parts, which, strict=True)]),
            )
        }
        found = combined(problem, columns, value, parts, room, best * (1 + 1e-12), 10**6, bool)
        assert found is not None
        which, total = found
        assert {tuple(row) for row in which.tolist()} == wanted
        assert len(which) == len(wanted)
        for row, told in zip(which.tolist(), total.tolist(), strict=True):
            assert told == pytest.approx(true[tuple(row)][1])
        looked += bool(wanted)
        broken += len(wanted) < len(within)
    assert looked > 5
    assert broken


def test_it_stops_when_it_is_told_to() -> None:
    problem = next(
        p
        for p in map(random_problem, range(60))
        if len(p.facts.services) == 2 and p.facts.towns < 5
    )
    columns, _, parts = partitions_of(problem)
    value = columns.criteria @ problem.scale.floats
    assert combined(problem, columns, value, parts, 1e9, 1e18, 10**6, lambda: True) is None

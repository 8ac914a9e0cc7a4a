"""Plans over scenarios, as blocks: the best one by a measure, and several in a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from koopopt.criteria import LARGEST_LOSS
from koopopt.evaluation import Evaluation
from koopopt.inquiry.scenarios.comparing import Comparison
from koopopt.inquiry.scenarios.solving import Robust
from koopopt.report.values.blocks import Block, Cell, Figure, Grid, Heading, Sentence, figure
from koopopt.report.values.over_scenarios import STATES, UNKNOWN_REGRET, purpose
from koopopt.solving.optimise import Status
from koopopt.text import T, Text, listed

MOST_BROKEN: Final = 3
"""Broken rules of a plan that are told."""


def of_one(found: Robust) -> Iterator[Block]:
    """Yield the best plan over scenarios."""
    base = found.cases.base
    yield Heading(base.instance.title or base.instance.name, 1)
    yield Sentence(purpose(found.measure))
    yield Sentence(STATES[found.status])
    if found.evaluation is None:
        return
    if any(o.least is None for o in found.optima):
        yield Sentence(UNKNOWN_REGRET)
    elif found.objective is not None:
        yield Sentence(T("Value: {value}", value=figure(found.objective, 2)))
    if found.status is Status.FEASIBLE and found.least is not None:
        yield Sentence(T("No plan is below {least}.", least=figure(found.least, 2)))
    if found.status is Status.FEASIBLE and base.asks(LARGEST_LOSS):
        yield Sentence(T("The largest loss is no sum over partnerships: to prove a plan best, many"
                         " plans are looked at one by one, which can take long."))  # fmt: skip
    yield from _partnerships(found.evaluation)
    comparison = Comparison.of(found.cases, [found.evaluation.plan], found.optima)
    yield from _by_scenario(comparison)
    yield from _given(comparison)


def _partnerships(evaluation: Evaluation) -> Iterator[Block]:
    """Yield who pools what, or that nobody does."""
    facts, pooled = evaluation.problem.facts, evaluation.plan.pooled
    if not pooled:
        yield Sentence(T("Nobody pools anything: all stay alone."))
        return
    titles = {s.id: s.title for s in facts.services}
    forms = {f.id: f.title for f in facts.instance.legal_forms}
    rows: list[tuple[Cell, ...]] = [
        (titles[p.service], facts.seat_name(p.seat), listed(map(facts.seat_name, p.members)),
         forms[p.legal_form or ""])
        for p in pooled
    ]  # fmt: skip
    headings = (T("Service"), T("Seat"), T("Members"), T("Legal form"))
    yield Heading(T("Its partnerships"), 2)
    yield Grid(headings, tuple(rows), (0, 1, 2, 3), T("Partnerships"))


def blocks(comparison: Comparison) -> Iterator[Block]:
    """Yield plans in all scenarios."""
    base = comparison.cases.base
    yield Heading(base.instance.title or base.instance.name, 1)
    yield Sentence(T("What each plan is worth in each scenario; the plan is the same in all."))
    yield from _by_scenario(comparison)
    yield from _broken(comparison)
    if len(comparison.plans) > 1:
        yield from _marks(comparison)
    if comparison.optima and not all(o.proven for o in comparison.optima):
        yield Sentence(
            T("Not all own best plans are proven, so a regret lies between two numbers.")
        )
    yield from _given(comparison)


def _given(comparison: Comparison) -> Iterator[Block]:
    """Say what becomes of numbers that the instance gives where a scenario has other people."""
    instance = comparison.cases.base.instance
    if all(scenario.population == 1.0 for scenario in comparison.cases.scenarios):
        return
    if count := len(instance.demand):
        yield Sentence(T("The {count} numbers of demand.csv change with the population of their"
                         " municipality.", count=count))  # fmt: skip
    if count := len(instance.alone_cost):
        yield Sentence(T("The {count} numbers of alone_cost.csv do not change with the population.",
                         count=count))  # fmt: skip


def _broken(comparison: Comparison) -> Iterator[Block]:
    """Say which rules plans break, where they are judged: such plans have no regret."""
    several = len(comparison.plans) > 1
    for k, violations in enumerate(comparison.violations):
        for scenario, violation in violations[:MOST_BROKEN]:
            where = T("the base case") if scenario is None else scenario.title or scenario.id
            said = T("breaks the rule {rule} ({where}): {text}", rule=violation.rule, where=where,
                     text=violation.text)  # fmt: skip
            plan = T("Plan {number}", number=str(k + 1)) if several else T("The plan")
            yield Sentence(T("{plan} {said}", plan=plan, said=said))
        if len(violations) > MOST_BROKEN:
            yield Sentence(T("… and {count} more.", count=len(violations) - MOST_BROKEN))


def _marks(comparison: Comparison) -> Iterator[Block]:
    """Yield which plans stand out."""
    marks = [
        (T("No other plan is as good in all scenarios and better in one than: {plans}"),
         comparison.nondominated),
        (T("Least mean: {plans}"), comparison.least_mean),
        (T("Least in the worst scenario: {plans}"), comparison.least_worst),
        (T("Least regret: {plans}"), comparison.least_regret),
    ]  # fmt: skip
    for sentence, which in marks:
        if which:
            numbers = ", ".join(str(k + 1) for k in which)
            yield Sentence(Text(sentence.template, {"plans": numbers}))


def _by_scenario(comparison: Comparison) -> Iterator[Block]:
    cases, scale = comparison.cases, comparison.cases.base.scale
    names = [name for name in cases.base.weights if cases.base.weights[name]]
    titles = {c.name: c.title for c in cases.base.criteria}
    headings = [T("Scenario"), T("weighted sum"), *(titles[name] for name in names)]
    several = len(comparison.plans) > 1
    if several:
        headings.insert(0, T("Plan"))
    if comparison.optima:
        headings += [T("own best plan"), T("regret")]
    rows: list[tuple[Cell, ...]] = []
    for k, evaluations in enumerate(comparison.evaluations):
        regrets = comparison.regrets(k) if comparison.optima else []
        for s, (scenario, e) in enumerate(zip(cases.scenarios, evaluations, strict=True)):
            row: list[Cell] = [str(k + 1)] if several else []
            row += [scenario.title or scenario.id, Figure(e.objective, 2)]
            row += [Figure(e.criteria[name], 2) for name in names]
            if comparison.optima:
                best = comparison.best[s]
                row.append(Figure(None if best is None else scale.shown(best), 2))
                row.append(_regret(regrets[s], comparison))
            rows.append(tuple(row))
    yield Heading(T("In each scenario"), 2)
    yield Grid(tuple(headings), tuple(rows), (1 if several else 0,), T("Scenarios"))


def _regret(ends: tuple[int, int] | None, comparison: Comparison) -> Cell:
    """Return a regret, or between which two numbers it lies."""
    if ends is None:
        return Figure(None)
    low, high = map(comparison.cases.base.scale.shown, ends)
    if low == high:
        return Figure(low, 2)
    return Text("{low} … {high}", {"low": figure(low, 2), "high": figure(high, 2)})

"""Plans over scenarios, as blocks: the best one by a measure, and several in a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from koopopt.inquiry.scenarios.comparing import Comparison
from koopopt.inquiry.scenarios.solving import Robust
from koopopt.report.values.blocks import Block, Cell, Figure, Grid, Heading, Sentence, figure
from koopopt.solving.optimise import Status
from koopopt.text import T, Text, listed

MEASURED: Final[dict[str, Text]] = {
    "expected": T("The plan of the least weighted mean over all scenarios"),
    "worst": T("The plan that is best in the scenario that is worst for it"),
    "regret": T("The plan of the least regret: it is never far from a scenario's own best plan"),
}
STATES: Final[dict[Status, Text]] = {
    Status.OPTIMAL: T("proven: no plan is better"),
    Status.FEASIBLE: T("a plan; whether there is a better one is open"),
    Status.INFEASIBLE: T("no plan keeps all rules"),
    Status.NO_SOLUTION: T("no plan was found in time"),
}


def of_one(found: Robust) -> Iterator[Block]:
    """Yield the best plan over scenarios."""
    base = found.cases.base
    yield Heading(base.instance.title or base.instance.name, 1)
    yield Sentence(MEASURED.get(found.measure, T("The best plan of the scenario {id}",
                                                 id=found.measure)))  # fmt: skip
    yield Sentence(STATES[found.status])
    if found.evaluation is None:
        return
    if found.objective is not None:
        yield Sentence(T("Value: {value}", value=figure(found.objective, 2)))
    if found.status is Status.FEASIBLE and found.least is not None:
        yield Sentence(T("No plan is below {least}.", least=figure(found.least, 2)))
    yield Heading(T("Its partnerships"), 2)
    rows: list[tuple[Cell, ...]] = [
        (p.service, base.facts.seat_name(p.seat), listed(map(base.facts.seat_name, p.members)),
         p.legal_form)
        for p in found.evaluation.plan.pooled
    ]  # fmt: skip
    headings = (T("Service"), T("Seat"), T("Members"), T("Legal form"))
    yield Grid(headings, tuple(rows), (0, 1, 2, 3), T("Partnerships"))
    yield from _by_scenario(Comparison.of(found.cases, [found.evaluation.plan], found.optima))


def blocks(comparison: Comparison) -> Iterator[Block]:
    """Yield plans in all scenarios."""
    base = comparison.cases.base
    yield Heading(base.instance.title or base.instance.name, 1)
    yield Sentence(T("What each plan is worth in each scenario; the plan is the same in all."))
    yield from _by_scenario(comparison)
    if len(comparison.plans) > 1:
        yield from _marks(comparison)
    if comparison.optima and not all(o.proven for o in comparison.optima):
        yield Sentence(
            T("Not all own best plans are proven, so a regret lies between two numbers.")
        )
    given = len(base.instance.demand) + len(base.instance.alone_cost)
    if given:
        yield Sentence(T("Demand and costs alone that the instance gives ({count} numbers) do not"
                         " follow the population.", count=given))  # fmt: skip


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
                known = (comparison.optima[s].total, *(totals[s] for totals in comparison.totals))
                best = min((total for total in known if total is not None), default=None)
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

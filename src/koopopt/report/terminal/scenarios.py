"""Plans over scenarios, on a terminal: the best one by a measure, and several in a table."""

from __future__ import annotations

from koopopt.criteria import LARGEST_LOSS
from koopopt.inquiry.scenarios.comparing import Comparison
from koopopt.inquiry.scenarios.solving import Robust
from koopopt.report.terminal.page import Page
from koopopt.report.values.over_scenarios import STATES, UNKNOWN_REGRET, purpose
from koopopt.solving.optimise import Status
from koopopt.text import T, Text


def render(found: Robust, page: Page) -> str:
    """Return the best plan over scenarios."""
    base = found.cases.base
    page.line(page.title(base.instance.title), "bold")
    page.line(purpose(found.measure))
    page.line(STATES[found.status])
    if found.evaluation is None:
        return page.text()
    if any(o.least is None for o in found.optima):
        page.line(UNKNOWN_REGRET)
    elif found.objective is not None:
        page.line(T("Value: {value}", value=page.figure(found.objective, 2)))
    if found.status is Status.FEASIBLE and found.least is not None:
        page.line(T("No plan is below {least}.", least=page.figure(found.least, 2)))
    if found.status is Status.FEASIBLE and base.asks(LARGEST_LOSS):
        page.line(T("The largest loss is no sum over partnerships: to prove a plan best, many plans"
                    " are looked at one by one, which can take long."))  # fmt: skip
    page.gap()
    page.table(
        [(T("Service"), "left"), (T("Seat"), "left"), (T("Members"), "left"),
         (T("Legal form"), "left")],
        (
            [p.service, base.facts.seat_name(p.seat),
             ", ".join(base.facts.seat_name(m) for m in p.members), p.legal_form]
            for p in found.evaluation.plan.pooled
        ),
    )  # fmt: skip
    page.gap()
    comparison = Comparison.of(found.cases, [found.evaluation.plan], found.optima)
    _by_scenario(comparison, page)
    _given(comparison, page)
    return page.text()


def compared(comparison: Comparison, page: Page) -> str:
    """Return plans in all scenarios."""
    base = comparison.cases.base
    page.line(page.title(base.instance.title), "bold")
    page.line(T("What each plan is worth in each scenario; the plan is the same in all."))
    page.gap()
    _by_scenario(comparison, page)
    page.gap()
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
            page.line(Text(sentence.template, {"plans": numbers}))
    if comparison.optima and not all(o.proven for o in comparison.optima):
        page.line(T("Not all own best plans are proven, so a regret lies between two numbers."))
    _given(comparison, page)
    return page.text()


def _given(comparison: Comparison, page: Page) -> None:
    """Say what becomes of numbers that the instance gives where a scenario has other people."""
    instance = comparison.cases.base.instance
    if all(scenario.population == 1.0 for scenario in comparison.cases.scenarios):
        return
    if count := len(instance.demand):
        page.line(T("The {count} numbers of demand.csv change with the population of their"
                    " municipality.", count=count))  # fmt: skip
    if count := len(instance.alone_cost):
        page.line(T("The {count} numbers of alone_cost.csv do not change with the population.",
                    count=count))  # fmt: skip


def _by_scenario(comparison: Comparison, page: Page) -> None:
    cases, scale = comparison.cases, comparison.cases.base.scale
    names = [name for name in cases.base.weights if cases.base.weights[name]]
    headings = [(T("Plan"), "right"), (T("Scenario"), "left"), (T("weighted sum"), "right")]
    titles = {c.name: c.title for c in cases.base.criteria}
    headings += [(titles[name], "right") for name in names]
    if comparison.optima:
        headings += [(T("own best plan"), "right"), (T("regret"), "right")]
    rows = []
    for k, evaluations in enumerate(comparison.evaluations):
        regrets = comparison.regrets(k) if comparison.optima else []
        for s, (scenario, e) in enumerate(zip(cases.scenarios, evaluations, strict=True)):
            row = [str(k + 1), scenario.shown(page.lang), page.figure(e.objective, 2)]
            row += [page.figure(e.criteria[name], 2) for name in names]
            if comparison.optima:
                best, regret = comparison.optima[s].total, regrets[s]
                row.append("" if best is None else page.figure(scale.shown(best), 2))
                ends = [] if regret is None else dict.fromkeys(scale.shown(v) for v in regret)
                row.append(" … ".join(page.figure(value, 2) for value in ends))
            rows.append(row)
    page.table(headings, rows)

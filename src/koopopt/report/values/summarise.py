"""From a result, or a plan that was given, to its `Summary`."""

from __future__ import annotations

import math
from itertools import groupby
from operator import itemgetter

from koopopt.case.facts import Facts
from koopopt.case.plan import Partnership
from koopopt.errors import some
from koopopt.evaluation import (
    Evaluation,
    all_alone,
    evaluate,
    status_quo,
)
from koopopt.problem import Problem
from koopopt.report.values import edges, over_scenarios, parameters, ranges
from koopopt.report.values.summary import (
    AloneSummary,
    Broken,
    Comparison,
    MunicipalitySummary,
    PoolSummary,
    Summary,
    Title,
)
from koopopt.solvers.options import described
from koopopt.solving.optimise import Result, Status
from koopopt.text import T, Text


def of_result(
    result: Result, reasons: tuple[Text, ...] = (), savings: ranges.Savings | None = None
) -> Summary:
    """Return the summary of a solve; `reasons` say why it is infeasible.

    `savings` are what plans of the problem save, where that is known already or may not take long.
    """
    said = (*verdict(result), *reasons)
    return _summary(result.problem, result.evaluation, said, run(result), savings)


def run(result: Result) -> Text:
    """Return how a result was computed."""
    options = described(result.solver_options)
    said = T(
        "Formulation {formulation}, solver {solver}, {seconds} s, seed {seed},"
        " {threads} thread(s).",
        formulation=result.formulation,
        solver=f"{result.solver} ({options})" if options else result.solver,
        seconds=round(result.seconds, 1 if result.seconds >= 1 else 2),
        seed=str(result.seed),
        threads=result.threads,
    )
    why = result.formulation_reason
    return said if why is None else Text("{said} {why}", {"said": said, "why": why})


def of_evaluation(evaluation: Evaluation, savings: ranges.Savings | None = None) -> Summary:
    """Return the summary of a plan that was given; see `of_result`."""
    count = len(evaluation.violations)
    said = (
        T("The plan breaks {count} rule(s).", count=count)
        if count
        else T("The plan keeps all rules.")
    )
    return _summary(evaluation.problem, evaluation, (said,), None, savings)


def _summary(
    problem: Problem,
    evaluation: Evaluation | None,
    verdict: tuple[Text, ...],
    run: Text | None,
    savings: ranges.Savings | None,
) -> Summary:
    title = problem.instance.title or {"en": problem.instance.name}
    if evaluation is None:
        return Summary(title, verdict, found=False, run=run)
    broken = tuple(
        Broken(v.rule, _service(problem.facts, v.service), _names(problem.facts, v.members), v.text)
        for v in evaluation.violations
    )
    if not evaluation.criteria:  # malformed: nothing can be said about its cost
        return Summary(title, verdict, found=False, broken=broken, run=run)
    facts = problem.facts
    alone, today = evaluate(problem, all_alone(problem)), evaluate(problem, status_quo(problem))
    pooled = sorted(
        evaluation.plan.pooled, key=lambda p: (facts.service_index[p.service], facts.index[p.seat])
    )
    return Summary(
        title=title,
        verdict=verdict,
        found=True,
        pools=tuple(_pool(facts, p) for p in pooled),
        alone=tuple(_alone(evaluation)),
        criteria=_comparisons(evaluation, alone, today),
        broken=broken,
        municipalities=tuple(_municipalities(evaluation)),
        today_is_alone=alone.plan == today.plan,
        notes=(
            *(savings or ranges.Savings(problem)).told(evaluation),
            *_edges(evaluation),
            *_notes(problem, alone, today),
        ),
        run=run,
    )


def verdict(result: Result) -> list[Text]:
    """Return what is known of the result, in sentences a layperson understands."""
    said = [T("Stopped early.")] if result.interrupted else []
    match result.status:
        case _ if result.over_scenarios is not None:
            said = [*over_scenarios.sentences(result), *said]
        case Status.INFEASIBLE:
            said.append(T("Proven: no plan keeps all rules."))
        case Status.NO_SOLUTION:
            said.append(T("No plan was found in the time given; whether there is one is open."))
        case Status.OPTIMAL | Status.FEASIBLE:
            said.insert(0, _quality(result))
    if result.message:
        said.append(T("The solver says: {message}", message=result.message))
    return [*said, *result.doubts]


def proven(result: Result) -> bool:
    """Whether it is proven that no plan is better, not by the least unit."""
    return result.status is Status.OPTIMAL and result.gap == 0.0


def _quality(result: Result) -> Text:
    gap = result.gap
    if gap is None:
        return T("A plan; how far it is from the best possible is not known.")
    if proven(result):
        return T("Proven: no better plan exists under these weights and rules.")
    percent = max(0.01, math.ceil(gap * 1e4 - 1e-6) / 100)  # rounded up: "at most" must hold
    return T("A plan; the best possible one is better by at most {percent} %.", percent=percent)


def _pool(facts: Facts, p: Partnership) -> PoolSummary:
    who = facts.members(p)
    population = float(facts.population[who].sum())
    form, cost = facts.form(p), facts.cost(p)
    others = [m for m in p.members if m != p.seat]
    alone = float(facts.alone_euros(facts.service_index[p.service], who).sum())
    return PoolSummary(
        service=facts.services[facts.service_index[p.service]].title,
        seat=_names(facts, [p.seat])[0],
        members=_names(facts, others),
        legal_form=form.title if form else {"en": p.legal_form},
        cost=cost,
        cost_per_inhabitant=cost / population if population else math.nan,
        minutes=float(facts.minutes[who, facts.index[p.seat]].max()),
        size=len(p.members),
        saving=alone - cost,
    )


def _alone(evaluation: Evaluation) -> list[AloneSummary]:
    facts = evaluation.problem.facts
    rows = []
    for service in facts.services:
        towns = [p.members[0] for p in evaluation.plan.of(service.id) if not p.pooled]
        if towns:
            rows.append(
                AloneSummary(
                    service.title, _names(facts, sorted(towns, key=facts.index.__getitem__))
                )
            )
    return rows


def _comparisons(
    evaluation: Evaluation, alone: Evaluation, today: Evaluation
) -> tuple[Comparison, ...]:
    """Compare with the others, whose criteria are missing where they are malformed."""
    inhabitants = float(evaluation.problem.facts.population.sum())
    rows = []
    for c in evaluation.problem.criteria:
        there, now = (e.criteria.get(c.name, math.nan) for e in (alone, today))
        rows.append(Comparison(c.name, c.title, c.unit, evaluation.criteria[c.name], there, now))
        if c.name == "cost" and inhabitants:
            rows.append(rows[-1].per(inhabitants))
    return tuple(rows)


def _edges(evaluation: Evaluation) -> list[Text]:
    """Return the caps and thresholds that the plan sits on, where they say something of it."""
    told = edges.told(evaluation)
    return [] if told is None else [told]


def _notes(problem: Problem, alone: Evaluation, today: Evaluation) -> list[Text]:
    """Return what a reader must know: plans that are not allowed, figures that are assumed."""
    notes = []
    if alone.violations:
        notes.append(
            T("All alone is no option here: it breaks {count} rule(s), first: {text}",
              count=len(alone.violations), text=_first(problem.facts, alone))
        )  # fmt: skip
    if today.violations and today.plan != alone.plan:
        notes.append(
            T("Today's state breaks {count} rule(s), first: {text}",
              count=len(today.violations), text=_first(problem.facts, today))
        )  # fmt: skip
    assumed, figures = parameters.assumptions(parameters.of_instance(problem.instance))
    notes.append(
        T("Differences are model estimates, not promises: {assumed} of {figures} figures are"
          " assumptions (`koopopt models show NAME` names them), and studies found savings mainly"
          " for small members, or none.", assumed=assumed, figures=figures)
    )  # fmt: skip
    return notes


def _municipalities(evaluation: Evaluation) -> list[MunicipalitySummary]:
    facts = evaluation.problem.facts
    rows = []
    for town, of in groupby(evaluation.municipality_rows(), key=itemgetter("municipality")):
        own, i = list(of), facts.index[town]
        alone, share = (sum(row[name] for row in own) for name in ("cost_alone", "cost_share"))
        population = float(facts.population[i])
        rows.append(
            MunicipalitySummary(
                name=facts.instance.municipalities[i].name,
                pooled=sum(row["pooled"] for row in own),
                cost_alone=alone,
                cost_share=share,
                per_inhabitant=(share - alone) / population if population else math.nan,
                minutes=max(row["minutes"] for row in own),
            )
        )
    return rows


def _first(facts: Facts, evaluation: Evaluation) -> Text:
    """Return the first broken rule, and of whom it is told: "it" may be a partnership."""
    broken = evaluation.violations[0]
    service = _service(facts, broken.service)
    if service is None or not broken.members:
        return broken.text
    who = some(_names(facts, broken.members))
    return T("{service}, {members}: {text}", service=service, members=who, text=broken.text)


def _service(facts: Facts, service: str | None) -> Title | None:
    if service is None:
        return None
    number = facts.service_index.get(service)
    return {"en": service} if number is None else facts.services[number].title


def _names(facts: Facts, ids: object) -> tuple[str, ...]:
    """Return the names of municipalities and sites; an unknown id stands for itself."""
    assert isinstance(ids, (list, tuple))
    return tuple(map(facts.seat_name, ids))

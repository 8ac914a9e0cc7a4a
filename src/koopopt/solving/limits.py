"""Upper bounds on criteria: whether any plan keeps them, found out before the best one is sought.

A limit that is a cent too tight makes the main question very hard: its linear program has
solutions, and no plan is one. The least value of the limited criterion alone is an easier question,
and its answer says what is needed at least. With several limits, each is asked for under those
before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from koopopt.case.plan import Plan
from koopopt.criteria import CRITERIA
from koopopt.evaluation import all_alone, evaluate, status_quo
from koopopt.exact import Number
from koopopt.formulations import Formulation, attempt
from koopopt.formulations.plans import Plans
from koopopt.problem import Problem
from koopopt.solvers.base import Control, Solver, Termination
from koopopt.text import T, Text


@dataclass(frozen=True, slots=True)
class Within:
    """What is known of the plans within the limits.

    Attributes
    ----------
    plan : Plan or None
        One that keeps all rules, the limits included.
    impossible : bool
        Whether it is proven that there is none.
    reason : Text or None
        What is needed at least, where a limit cannot be kept or may be out of reach.
    termination : Termination
        Why the search for such a plan ended.
    doubts : tuple of Text
    """

    plan: Plan | None = None
    impossible: bool = False
    reason: Text | None = None
    termination: Termination = Termination.OPTIMAL
    doubts: tuple[Text, ...] = ()


def within(
    problem: Problem,
    formulation: Formulation,
    solver: Solver,
    control: Control,
    plans: Plans,
) -> Within:
    """Look for a plan within the problem's limits, or for a proof that there is none."""
    for plan in (plans.best(problem), status_quo(problem), all_alone(problem)):
        if plan is not None and evaluate(problem, plan).feasible:
            return Within(plan)
    held: dict[str, Number] = {}
    limits = problem.plan_conditions.limits
    # Those on largest values first: under them the others' questions are smaller.
    for name in sorted(limits, key=lambda name: CRITERIA[name].additive):
        criterion, most = CRITERIA[name], limits[name]
        stage = replace(
            problem, weights={name: 1}, lexicographic=(), plan_rules=problem.other_rules
        ).within(held)
        held[name] = Fraction(most, criterion.per_one)
        found = plans.best(stage)
        if found is not None and evaluate(stage, found).amount(name) <= most:
            continue
        outcome = attempt(formulation, stage, solver, control.part(gap=0.0, enough=most), found)
        if outcome.plan is None:
            impossible = outcome.termination is Termination.INFEASIBLE
            return Within(None, impossible, None, outcome.termination, outcome.doubts)
        amount = evaluate(stage, outcome.plan).amount(name)
        plans.offer(stage, outcome.plan)
        if amount > most:
            least = outcome.least
            impossible = least is not None and least > most
            needed = None if least is None else _needed(name, least, most, impossible, held)
            return Within(None, impossible, needed, outcome.termination, outcome.doubts)
    return Within(plans.best(problem))


def _needed(name: str, least: int, most: int, proven: bool, held: Mapping[str, Number]) -> Text:
    c = CRITERIA[name]
    values = {
        "name": c.title, "unit": c.unit, "least": c.shown(least), "most": c.shown(most),
    }  # fmt: skip
    if not proven:
        return T("{name}: at least {least} {unit} are needed as far as is proven, {most} are"
                 " allowed; whether a plan keeps that is open.", **values)  # fmt: skip
    if len(held) > 1:
        return T("{name}: at least {least} {unit} are needed where the other limits hold, {most}"
                 " are allowed.", **values)  # fmt: skip
    return T("{name}: at least {least} {unit} are needed, {most} are allowed.", **values)

"""The questions about a plan as builders ask them: of a `Result`, or any plan that is evaluated.

What each of them means, and how it is worked out, stands in the modules that they call. Those about
a case are beside (`about_case`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from koopopt.checking.typed import checked
from koopopt.errors import UsageError
from koopopt.evaluation import Evaluation
from koopopt.inquiry import ranges as ranged
from koopopt.inquiry import roadmap as way
from koopopt.inquiry.scenarios.cases import Cases
from koopopt.inquiry.scenarios.comparing import Comparison
from koopopt.inquiry.scenarios.solving import Optimum, demand_answerable, optima
from koopopt.pareto.front import Front
from koopopt.problem import Problem
from koopopt.savings.samples import SAMPLES, SEED
from koopopt.solvers.base import Control
from koopopt.solving.optimise import Result
from koopopt.text import T

Tell = Callable[[int, int], None]
"""Is called with how many cases are solved, of how many."""


@checked
def scenarios(
    plans: Result | Evaluation | Front | Sequence[Evaluation],
    *,
    regret: bool = False,
    time_limit: float | None = None,
    memory: int | None = None,
    cancel: threading.Event | None = None,
) -> Comparison:
    """Return what plans are worth in every scenario of their instance.

    Parameters
    ----------
    plans : Result, Evaluation, Front, or Evaluations of one problem
    regret : bool
        Whether to find each scenario's own best plan, too, and how far every plan is from it.
    time_limit, memory, cancel
        As of `koopopt.solve`, of finding these.

    Returns
    -------
    Comparison
        With `nondominated`, `least_mean`, `least_worst` and `least_regret`: numbers of plans from
        0. Its `to_frame()` has a row a plan and scenario; plans in it count from 1.

    Raises
    ------
    UsageError
        Where there is no plan, or no scenario.
    DataError

    Examples
    --------
    >>> from dataclasses import replace
    >>> import koopopt
    >>> from koopopt.case.scenario import Scenario
    >>> futures = (Scenario(id="today"), Scenario(id="fewer", population=0.8))
    >>> case = replace(koopopt.read("three-villages"), scenarios=futures)
    >>> koopopt.scenarios(koopopt.solve(case)).to_frame()["scenario"].tolist()
    ['today', 'fewer']
    """
    evaluations = _evaluations(plans)
    cases = Cases.of(evaluations[0].problem)
    own: tuple[Optimum, ...] = ()
    if regret:
        demand_answerable(cases.base)
        own = optima(
            cases, Control.asked(began=None, time_limit=time_limit, memory=memory, cancel=cancel)
        )
    return Comparison.of(cases, [e.plan for e in evaluations], own)


@checked
def ranges(
    plan: Result | Evaluation,
    *,
    samples: int = SAMPLES,
    seed: int = SEED,
    time_limit: float | None = None,
    memory: int | None = None,
    workers: int = 1,
    on_cases: Tell | None = None,
    cancel: threading.Event | None = None,
) -> ranged.Ranges:
    """Return how far a plan, and what it saves, depend on the numbers that have ranges.

    Parameters
    ----------
    plan : Result or Evaluation
    samples, seed : int
    time_limit, memory, cancel
        As of `koopopt.solve`, for all of it.
    workers : int
        Processes that share the work.
    on_cases : callable, optional
        Called with how many cases are solved, of how many.

    Returns
    -------
    Ranges
        With `saving(share)`, the quantiles of what is saved, `partnerships` and `pairs`, and in how
        many samples the best plan has them; its `to_frame()` has a row a number.

    Raises
    ------
    DataError
        Where no number has a range.
    UsageError
        Where there is no plan, or criteria are minimised one after the other.

    Examples
    --------
    >>> from dataclasses import replace
    >>> import koopopt
    >>> case = replace(koopopt.read("three-villages"), office_cost_range=(1000.0, 9000.0))
    >>> found = koopopt.ranges(koopopt.solve(case), samples=20)
    >>> found.saving(0.1) <= found.saving(0.9)
    True
    """
    return ranged.ranges(
        _evaluations(plan)[0], samples=samples, seed=seed, time_limit=time_limit, memory=memory,
        workers=workers, on_cases=on_cases, cancel=cancel,
    )  # fmt: skip


@checked
def roadmap(
    plan: Result | Evaluation,
    *,
    years: int | None = None,
    most_a_year: int | None = None,
    budget: float | None = None,
    time_limit: float | None = None,
    memory: int | None = None,
    seed: int = 0,
    cancel: threading.Event | None = None,
) -> way.Roadmap:
    """Return in which order the partnerships of a plan are founded at the least cost.

    Parameters
    ----------
    plan : Result or Evaluation
        That is in no way malformed; rules are not asked.
    years : int, optional
        How many years are looked at; those of the instance's horizon unless said, else 10.
    most_a_year : int, optional
        How many partnerships may be founded in a year.
    budget : float, optional
        EUR that founding may cost in a year.
    time_limit, memory, seed, cancel
        As of `koopopt.solve`.

    Returns
    -------
    Roadmap
        With `status`, `order` and `course`, amounts in cents; its `to_frame()` has a row a step,
        in EUR.

    Raises
    ------
    UsageError

    Examples
    --------
    >>> import koopopt
    >>> koopopt.roadmap(koopopt.solve("three-villages")).to_frame()["year"].tolist()
    [1]
    """
    evaluation = _evaluations(plan)[0]
    return way.roadmap(
        evaluation.problem, evaluation.plan, years=years, most_a_year=most_a_year, budget=budget,
        time_limit=time_limit, memory=memory, seed=seed, cancel=cancel,
    )  # fmt: skip


def _evaluations(
    plans: Result | Evaluation | Front | Sequence[Evaluation],
) -> tuple[Evaluation, ...]:
    """Return plans with their problem; raise `UsageError` where there is none."""
    found: tuple[Evaluation, ...]
    match plans:
        case Result():
            found = () if plans.evaluation is None else (plans.evaluation,)
        case Front():
            found = plans.evaluations() if isinstance(plans.subject, Problem) else ()
        case Evaluation():
            found = (plans,)
        case _:
            found = tuple(plans)
    if not found:
        raise UsageError(T("There is no plan to ask about."))
    if any(not e.amounts for e in found):
        raise UsageError(T("The plan is malformed, so nothing can be said of it."))
    return found

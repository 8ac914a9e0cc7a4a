"""The questions about a case as builders ask them: one call each, and a table of every answer.

What each of them means, and how it is worked out, stands in the modules that they call. Those about
a plan are beside (`about_plan`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from koopopt.checking.typed import checked
from koopopt.inquiry import prices as ruled
from koopopt.inquiry import whatif
from koopopt.inquiry.asking import WORKERS, Inquiry
from koopopt.inquiry.conflicts import Conflicts
from koopopt.inquiry.conflicts import conflicts as found_conflicts
from koopopt.inquiry.named import Named, demand_known, named
from koopopt.inquiry.rules import owned
from koopopt.inquiry.scenarios import solving
from koopopt.inquiry.scenarios.solving import Robust
from koopopt.inquiry.tables import Prices, WhatIfs
from koopopt.problem import Problem
from koopopt.solving.asked import Asked, problem_of

Tell = Callable[[int, int], None]
"""Is called with how many questions are answered, of how many."""


@checked
def what_if(
    what: Asked,
    *,
    no: Sequence[tuple[str, str]] = (),
    apart: Sequence[Sequence[str]] = (),
    together: Sequence[Sequence[str]] = (),
    seat: Sequence[tuple[str, str, str]] = (),
    keep: Sequence[str | Sequence[str]] = (),
    settings: Mapping[str, Any] | None = None,
    at_once: bool = False,
    weights: Mapping[str, float] | None = None,
    limits: Mapping[str, float] | None = None,
    workers: int = WORKERS,
    gap: float = 0.0,
    time_limit: float | None = None,
    memory: int | None = None,
    seed: int = 0,
    on_cases: Tell | None = None,
    cancel: threading.Event | None = None,
) -> WhatIfs:
    """Return what changes do to the best plan, what matters most first.

    Without any change: what happens if each municipality says no to each of its partnerships.
    Everything is named by ids.

    Parameters
    ----------
    what : Problem, Instance, or what `read` takes
    no : sequence of (service, municipality)
        Who says no to what.
    apart, together : sequence of (municipality, municipality) or (service, one, other)
        Who is never, or always, in one partnership; without a service in all of them.
    seat : sequence of (service, municipality, seat)
        The partnership of that municipality keeps its members, and sits there.
    keep : sequence of service, or (service, municipality)
        What stays as it is: a service, or the partnership of that municipality.
    settings : mapping, optional
        Other values by their places: ``{"rules.max_members": 6}``; False lifts a rule or a limit.
    at_once : bool
        All of it at once, instead of each by itself.
    weights, limits : mapping, optional
        Weights that are replaced and upper bounds on criteria besides the instance's, before and
        after the changes.
    workers : int
        How many questions are answered at a time; `on_cases` hears how many are, of how many.
    gap, time_limit, memory, seed, cancel
        As of `koopopt.solve`, for all of it.

    Returns
    -------
    WhatIfs
        A sequence, whose `to_frame()` has a row a change. Without answers where `best`, the result
        of the case itself, has no plan.

    Raises
    ------
    UsageError, DataError
        Where a name is unknown, a value impossible, or the instance faulty.

    Examples
    --------
    >>> import koopopt
    >>> found = koopopt.what_if("three-villages", no=[("library", "A")])
    >>> found[0].county.low == found[0].county.high  # proven
    True
    >>> found.to_frame()["text"].tolist()
    ['Ahornau says no to Library (teaching example)']
    """
    problem = _problem(what, weights, limits)
    asked = Named(no, apart, together, seat, keep, settings or {})
    demand_known(problem, asked)
    inquiry = Inquiry(problem, workers=workers, gap=gap, time_limit=time_limit, memory=memory,
                      seed=seed, cancel=cancel)  # fmt: skip
    plan = inquiry.best.plan
    if plan is None:
        return WhatIfs(inquiry.best)
    changes = named(problem, plan, asked, at_once=at_once)
    return WhatIfs(inquiry.best, whatif.what_if(inquiry, changes, on_cases or _unheard))


@checked
def prices(
    what: Asked,
    *,
    weights: Mapping[str, float] | None = None,
    limits: Mapping[str, float] | None = None,
    workers: int = WORKERS,
    gap: float = 0.0,
    time_limit: float | None = None,
    memory: int | None = None,
    seed: int = 0,
    on_cases: Tell | None = None,
    cancel: threading.Event | None = None,
) -> Prices:
    """Return what each rule in force costs, and what its next step would save, the dearest first.

    Parameters
    ----------
    what, weights, limits, workers, gap, time_limit, memory, seed, on_cases, cancel
        As of `what_if`.

    Returns
    -------
    Prices
        A sequence, whose `to_frame()` has a row a rule: a difference below 0 is what it costs.
        Without answers where `best`, the result of the case itself, has no plan.

    Raises
    ------
    UsageError, DataError

    Examples
    --------
    >>> import koopopt
    >>> koopopt.prices("three-villages").to_frame()[["rule", "low", "high"]].values.tolist()[-1]
    ['rules.contiguous', 0.0, 0.0]
    """
    problem = _problem(what, weights, limits)
    inquiry = Inquiry(problem, workers=workers, gap=gap, time_limit=time_limit, memory=memory,
                      seed=seed, cancel=cancel)  # fmt: skip
    if inquiry.best.plan is None:
        return Prices(inquiry.best)
    return Prices(inquiry.best, ruled.prices(inquiry, on_cases or _unheard))


@checked
def conflicts(
    what: Asked,
    *,
    limits: Mapping[str, float] | None = None,
    relax: Mapping[str, float] | None = None,
    most: int = 5,
    formulation: str = "auto",
    time_limit: float | None = None,
    memory: int | None = None,
    seed: int = 0,
    cancel: threading.Event | None = None,
) -> Conflicts:
    """Return which rules leave no plan together, and what to give up.

    Parameters
    ----------
    what : Problem, Instance, or what `read` takes
    limits : mapping, optional
        Upper bounds on criteria, besides those of the instance.
    relax : mapping, optional
        What giving up a rule counts, by its name (``rules.max_members``, ``limits.cost``); infinite
        for what is not to be given up. Others count what `[relax]` of the instance says, or 1.
    most : int
        Contradictions to look for.
    formulation, time_limit, memory, seed, cancel
        As of `koopopt.solve`, for all of it.

    Returns
    -------
    Conflicts
        With `conflicts`, `single` and `relaxations`; `plan` is one that keeps all rules, if there
        is one after all. Its `to_frame()` has a row a rule of each set.

    Raises
    ------
    UsageError, DataError

    Examples
    --------
    >>> import koopopt
    >>> found = koopopt.conflicts("three-villages", limits={"bodies": 0, "cost": 130_000})
    >>> [[rule.name for rule in one.rules] for one in found.conflicts]
    [['limits.bodies', 'limits.cost']]
    """
    return found_conflicts(
        problem_of(what, limits=limits), relax=relax, most=most, formulation=formulation,
        time_limit=time_limit, memory=memory, seed=seed, cancel=cancel,
    )  # fmt: skip


@checked
def solve_scenarios(
    what: Asked,
    measure: str = "regret",
    *,
    weights: Mapping[str, float] | None = None,
    limits: Mapping[str, float] | None = None,
    gap: float = 0.0,
    time_limit: float | None = None,
    threads: int = 1,
    memory: int | None = None,
    seed: int = 0,
    cancel: threading.Event | None = None,
) -> Robust:
    """Return the one plan that is best over all scenarios of an instance.

    Parameters
    ----------
    what : Problem, Instance, or what `read` takes
        Whose instance has `[[scenario]]` tables.
    measure : str
        ``expected``: the weighted mean; ``worst``: the largest; ``regret``: the largest difference
        to a scenario's own best plan; or the id of a scenario: its own best plan.
    weights, limits, gap, time_limit, threads, memory, seed, cancel
        As of `koopopt.solve`.

    Returns
    -------
    Robust
        With `status`, `plan`, `objective` and `least`, which no plan is below, and `evaluation` in
        the base case; its `to_frame()` has a row a scenario.

    Raises
    ------
    UsageError, DataError

    Examples
    --------
    >>> from dataclasses import replace
    >>> import koopopt
    >>> from koopopt.case.scenario import Scenario
    >>> futures = (Scenario(id="today"), Scenario(id="fewer", population=0.8))
    >>> case = replace(koopopt.read("three-villages"), scenarios=futures)
    >>> koopopt.solve_scenarios(case, "worst").status.value
    'optimal'
    """
    problem = problem_of(what, weights=weights, limits=limits)
    return solving.solve(
        problem, measure, gap=gap, time_limit=time_limit, threads=threads, memory=memory,
        seed=seed, cancel=cancel,
    )  # fmt: skip


def _unheard(done: int, of: int) -> None:
    """Tell nobody."""


def _problem(
    what: Asked, weights: Mapping[str, float] | None, limits: Mapping[str, float] | None
) -> Problem:
    """Return the problem that is meant; weights and limits become those of its instance."""
    problem = problem_of(what, weights=weights, limits=limits)
    return owned(problem) if weights or limits else problem

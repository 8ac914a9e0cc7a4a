"""From a result to a certificate of its bound: the proof once more, to be written down."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from koopopt.certifying.checking import demand_known
from koopopt.certifying.document import Certificate
from koopopt.checking.request import check_request
from koopopt.checking.typed import checked
from koopopt.coalitions.enumeration import TooMany
from koopopt.errors import UsageError
from koopopt.evaluation import evaluate
from koopopt.formulations.partition import Partition
from koopopt.formulations.partition.proving import Proof, sums_only, unproven
from koopopt.problem import Problem
from koopopt.rules import Limit
from koopopt.solvers import get
from koopopt.solvers.base import Control, Progress, Stopped
from koopopt.solving.optimise import Result
from koopopt.text import T


@checked
def certify(
    result: Result,
    *,
    time_limit: float | None = None,
    threads: int = 1,
    on_progress: Callable[[Progress], None] | None = None,
    cancel: threading.Event | None = None,
    memory: int | None = None,
) -> Certificate:
    """Return a certificate of a lower bound on what was asked.

    `koopopt.confirm` checks it and says which bound it proves, with no search and no solver; costs
    and terms are the evaluator's. Where the plan is the best and time allows, that is the plan's
    own objective. Criteria that are no sums (the farthest way, the largest loss) and rules on
    stability are left out of the proof, which makes the bound lower.

    Parameters
    ----------
    result : Result
        With a plan.
    time_limit : float, optional
        Seconds; the linear program of the root of the tree is solved in any case.
    threads : int
    on_progress : callable, optional
        Called with a `Progress` now and then.
    cancel : threading.Event, optional
        Set it to stop with the certificate as it is by then.
    memory : int, optional
        Bytes that coalitions may take; half of what is free unless said.

    Raises
    ------
    UsageError
        Where no certificate can be made: without a plan, for a lexicographic order, with sites,
        for rules that the instance does not have, where coalitions are too many to hold.

    Examples
    --------
    >>> import koopopt
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     koopopt.certify(koopopt.solve("three-villages")).save(f"{folder}/bound.json")
    ...     koopopt.confirm(f"{folder}/bound.json", instance="three-villages").bound
    116500.0
    """
    check_request(time_limit=time_limit, threads=threads, memory=memory)
    if result.plan is None or result.over_scenarios is not None:
        raise UsageError(T("There is no plan of the case itself whose bound could be certified."))
    demand_certifiable(result.problem)
    control = Control.asked(
        gap=0.0, time_limit=time_limit, threads=threads, seed=result.seed, cancel=cancel,
        on_progress=on_progress, began=None, memory=memory,
    )  # fmt: skip
    problem = sums_only(result.problem)
    aim = evaluate(problem, result.plan).total
    try:
        pools = Partition().pools(problem, replace(control, time_limit=None))
    except Stopped:
        return replace(unproven(result.problem, aim), source=result.source)
    except TooMany as many:
        raise UsageError(
            T("There are at least {count} possible coalitions, too many to hold for a"
              " certificate.", count=many.known)
        ) from None  # fmt: skip
    made = Proof(result.problem, pools, get("highs"), control, aim).run()
    return replace(made, source=result.source)


def demand_certifiable(problem: Problem) -> None:
    """Raise `UsageError` where no certificate can say what is asked."""
    if problem.lexicographic:
        raise UsageError(T("The bound of a lexicographic order cannot be certified."))
    demand_known(problem)
    plain = Problem.of(problem.instance)
    same = problem.partnership_rules == plain.partnership_rules and _others(problem) == _others(
        plain
    )
    if not same:
        raise UsageError(T("A certificate is of the rules of an instance, not of others."))


def _others(problem: Problem) -> list[Any]:
    return [rule for rule in problem.plan_rules if not isinstance(rule, Limit)]

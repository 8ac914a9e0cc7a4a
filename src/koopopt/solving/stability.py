"""What it costs that nobody leaves: the best plan of all beside the best stable one, by key."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from koopopt.problem import Problem
from koopopt.rules import Stable, Violation
from koopopt.sharing.stable import prepare, violations
from koopopt.solvers.base import Control, Progress, Stopped
from koopopt.solving.optimise import Result, Status, solve


@dataclass(frozen=True, slots=True, eq=False)
class Price:
    """What a kind of stability under a key costs.

    Attributes
    ----------
    rule : Stable
    best : Result
        The best plan, whoever leaves it.
    leaving : tuple of Violation
        Who would leave the best plan; nobody where it survives.
    stable : Result
        The best plan that nobody leaves.
    """

    rule: Stable
    best: Result
    leaving: tuple[Violation, ...]
    stable: Result

    @property
    def survives(self) -> bool:
        """Whether nobody leaves the best plan."""
        return self.best.plan is not None and not self.leaving

    @property
    def share(self) -> float | None:
        """By what share the weighted sum of the best stable plan is larger; None if not proven."""
        proven = self.best.status is self.stable.status is Status.OPTIMAL
        least, most = self.best.objective, self.stable.objective
        if not proven or least is None or most is None or least <= 0:
            return None
        return most / least - 1


def prices(
    problem: Problem,
    rules: Sequence[Stable],
    *,
    time_limit: float | None = None,
    memory: int | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    cancel: threading.Event | None = None,
    began: float | None = None,
) -> Iterator[Price]:
    """Yield what each of these rules costs, in turn; the clock is shared evenly.

    The problem's own rule of stability, if it has one, does not count. Those come last that
    there was no time for: they are left out.

    Raises
    ------
    UsageError
        Where stability cannot be told: with sites, or with too many coalitions.
    """
    began = time.perf_counter() if began is None else began
    free = problem.with_stable(None)

    def solved(asked: Problem, left: int) -> Result:
        limit, now = None, time.perf_counter()
        if time_limit is not None:
            limit = max(0.0, time_limit - (now - began)) / left
        return solve(asked, time_limit=limit, memory=memory, on_progress=on_progress,
                     cancel=cancel, began=now)  # fmt: skip

    best = solved(free, len(rules) + 1)
    control = Control(cancel=cancel or threading.Event(), time_limit=time_limit, began=began)
    for k, rule in enumerate(rules):
        try:
            prepare(free, rule, control.check)
        except Stopped:
            return
        leaving = () if best.plan is None else tuple(violations(free, best.plan, rule))
        asked = problem.with_stable(rule)
        if best.plan is not None and not leaving:
            yield Price(rule, best, (), replace(best, problem=asked))
        else:
            yield Price(rule, best, leaving, solved(asked, len(rules) - k))

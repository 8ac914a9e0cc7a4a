"""Questions that change a case in one place, answered one after the other while a clock runs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from koopopt.case.instance import Instance
from koopopt.problem import Problem
from koopopt.session import Session
from koopopt.solvers.base import Progress
from koopopt.solving.optimise import Result


@dataclass(frozen=True, slots=True)
class Question:
    """What is changed of a problem before it is solved; see `Session.problem`.

    Attributes
    ----------
    rules : mapping
        Entries of the table `[rules]`; an entry None is left out.
    limits : mapping
        Upper bounds on criteria, besides those that there are.
    weights : mapping
        Weights that are replaced.
    instance : Instance or None
        The instance with whatever else changes.
    """

    rules: Mapping[str, Any] = field(default_factory=dict)
    limits: Mapping[str, float] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)
    instance: Instance | None = None


def answers(
    problem: Problem,
    questions: Sequence[Question],
    *,
    gap: float = 0.0,
    time_limit: float | None = None,
    memory: int | None = None,
    seed: int = 0,
    on_progress: Callable[[Progress], None] | None = None,
    cancel: threading.Event | None = None,
    began: float | None = None,
) -> Iterator[tuple[int, Result]]:
    """Yield the number of a question and its result, as they come.

    What is left of the clock is shared evenly by the questions that are left. Those that there was
    no time for are left out.
    """
    began = time.perf_counter() if began is None else began
    with Session(problem, memory=memory, seed=seed) as session:
        for k, question in enumerate(questions):
            share = None
            if time_limit is not None:
                share = max(0.0, time_limit - (time.perf_counter() - began)) / (len(questions) - k)
            if (cancel is not None and cancel.is_set()) or share == 0:
                return
            yield k, session.solve(
                rules=question.rules, limits=question.limits, weights=question.weights,
                instance=question.instance, gap=gap, time_limit=share, on_progress=on_progress,
                cancel=cancel,
            )  # fmt: skip

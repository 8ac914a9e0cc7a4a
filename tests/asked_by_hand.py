"""Random tiny cases for questions, and their answers by enumeration."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace

import bruteforce
from koopopt.case.plan import Partnership
from koopopt.inquiry.asking import Inquiry
from koopopt.inquiry.fixed import with_fixed
from koopopt.problem import Problem
from random_instances import random_problem, with_sites

NIGHTLY = max(1, int(os.environ.get("KOOPOPT_NIGHTLY", "1")))


def cases(first: int, count: int) -> Iterator[tuple[int, Inquiry]]:
    """Yield random cases that have a plan, sites in a third of them."""
    for seed in range(first, first + count * NIGHTLY):
        problem = replace(random_problem(seed), lexicographic=())
        problem = with_sites(problem, seed) if seed % 3 == 0 else problem
        if any(problem.weights.values()):
            inquiry = Inquiry(problem, workers=1 + seed % 2)
            if inquiry.best.evaluation is not None:
                yield seed, inquiry


def least(problem: Problem, fixed: Sequence[Partnership] = ()) -> float | None:
    """Return the least weighted sum of a plan with these partnerships, by enumeration."""
    best = bruteforce.solve(with_fixed(problem, tuple(fixed)))
    return None if best is None else float(best.exact)

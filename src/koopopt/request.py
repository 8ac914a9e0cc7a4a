"""What is asked of a solve or a front besides the problem: limits and seeds that can be meant."""

from __future__ import annotations

import math
from numbers import Integral, Real

from koopopt.errors import UsageError
from koopopt.text import T, Text


def check_request(
    *,
    gap: float = 0.0,
    time_limit: float | None = None,
    threads: int = 1,
    workers: int | None = None,
    points: int | None = None,
    seed: int = 0,
) -> None:
    """Raise `UsageError` where a value cannot be meant: not finite, negative, no whole number."""
    amount("gap", gap)
    if time_limit is not None:
        amount("time_limit", time_limit)
    for name, count in (("threads", threads), ("workers", workers), ("points", points)):
        if count is not None:
            _whole(name, count, 1)
    _whole("seed", seed, 0)


def amount(name: str | Text, value: object, low: float = 0.0) -> None:
    """Raise `UsageError` for what is no finite number of at least `low`."""
    real = isinstance(value, Real) and not isinstance(value, bool)
    if not (real and low <= value and math.isfinite(value)):  # type: ignore[operator,arg-type]
        bound = T("a finite number") if low == -math.inf else T("{low} or more", low=low)
        raise UsageError(
            T("{option} is {value}; it must be {bound}.", option=name, value=value, bound=bound)
        )


def _whole(name: str, value: object, low: int) -> None:
    if not isinstance(value, Integral) or isinstance(value, bool) or value < low:
        raise UsageError(
            T("{option} is {value}; it must be a whole number, {low} or more.",
              option=name, value=value, low=low)
        )  # fmt: skip

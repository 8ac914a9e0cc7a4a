"""What is asked of a solve or a front besides the problem: limits and seeds that can be meant."""

from __future__ import annotations

import math
from numbers import Integral, Real
from typing import Final

from koopopt.errors import UsageError
from koopopt.notation import shortened
from koopopt.text import T, Text

LARGEST: Final = 1e300
"""Larger numbers cannot be computed with."""
WEIGHTS: Final = (1e-100, 1e100)
"""Least and largest weight of a criterion, 0 apart."""


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
    if not (real and low <= value and abs(value) <= LARGEST):  # type: ignore[operator,arg-type]
        bound = T("a finite number")
        if low > -math.inf:
            bound = T("a finite number, {low} or more", low=low)
        _refuse(name, value, bound)


def weight(name: str | Text, value: object) -> None:
    """Raise `UsageError` for what is no weight. Only their ratios matter, and must stay finite."""
    amount(name, value)
    least, most = WEIGHTS
    if value and not least <= value <= most:  # type: ignore[operator]
        bound = T("0 or between {least} and {most}", least=f"{least:g}", most=f"{most:g}")
        _refuse(name, value, bound)


def _refuse(name: str | Text, value: object, bound: Text) -> None:
    shown = shortened(repr(value) if isinstance(value, str) else value)
    raise UsageError(
        T("{option} is {value}; it must be {bound}.", option=name, value=shown, bound=bound)
    )


def _whole(name: str, value: object, low: int) -> None:
    if not isinstance(value, Integral) or isinstance(value, bool) or value < low:
        raise UsageError(
            T("{option} is {value}; it must be a whole number, {low} or more.",
              option=name, value=value, low=low)
        )  # fmt: skip

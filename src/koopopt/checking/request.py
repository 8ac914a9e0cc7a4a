"""What is asked of a solve or a front besides the problem: limits and seeds that can be meant."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Mapping
from numbers import Integral, Number, Real
from types import NoneType
from typing import Final, NoReturn

from koopopt.errors import UsageError
from koopopt.language.notation import shortened
from koopopt.text import T, Text

LARGEST_NUMBER: Final = 1e300
"""Larger numbers cannot be computed with."""
WEIGHT_RANGE: Final = (1e-100, 1e100)
"""Least and largest weight of a criterion, 0 apart."""
NO_WEIGHT: Final = T("All weights are 0, so every plan would be best.")


def check_request(
    *,
    gap: float = 0.0,
    time_limit: float | None = None,
    threads: int = 1,
    workers: int | None = None,
    points: int | None = None,
    memory: int | None = None,
    seed: int = 0,
) -> None:
    """Raise `UsageError` where a value cannot be meant: not finite, negative, no whole number."""
    amount("gap", gap)
    if time_limit is not None:
        amount("time_limit", time_limit)
    counts = {"threads": threads, "workers": workers, "points": points, "memory": memory}
    for name, count in counts.items():
        if count is not None:
            _whole(name, count, 1)
    _whole("seed", seed, 0)


def amount(name: str | Text, value: object, low: float = 0.0) -> None:
    """Raise `UsageError` for what is no finite number of at least `low`."""
    real = isinstance(value, Real) and not isinstance(value, bool)
    if not (real and low <= value and abs(value) <= LARGEST_NUMBER):  # type: ignore[operator,arg-type]
        bound = T("a finite number")
        if low > -math.inf:
            bound = T("a finite number, {low} or more", low=low)
        refuse(name, value, bound)


def weight(name: str | Text, value: object) -> None:
    """Raise `UsageError` for what is no weight. Only their ratios matter, and must stay finite."""
    amount(name, value)
    least, most = WEIGHT_RANGE
    if value and not least <= value <= most:  # type: ignore[operator]
        bound = T("0 or between {least} and {most}", least=f"{least:g}", most=f"{most:g}")
        refuse(name, value, bound)


def refuse(name: str | Text, value: object, bound: Text) -> NoReturn:
    """Raise the `UsageError` that a value is not what it must be."""
    raise UsageError(
        T("{option} is {value}; it must be {bound}.", option=name, value=shown(value), bound=bound)
    )


def shown(value: object) -> str:
    """Return a value as it is written, long ones in part; of an object the class says more."""
    if isinstance(value, (str, list, tuple, set, frozenset, Mapping)):
        return reprlib.repr(value)
    if isinstance(value, (Number, NoneType)):
        return shortened(value)
    return f"{type(value).__name__}(…)"


def _whole(name: str, value: object, low: int) -> None:
    if not isinstance(value, Integral) or isinstance(value, bool) or value < low:
        raise UsageError(
            T("{option} is {value}; it must be a whole number, {low} or more.",
              option=name, value=shown(value), low=low)
        )  # fmt: skip

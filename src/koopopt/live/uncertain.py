"""Ranges as settings: between which values a number may lie, set at ``ranges.`` and its place.

A range changes what is said of savings, and no plan. Weights have none here: each is set itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from koopopt.case.instance import Instance
from koopopt.case.ranges import Number, numbers, with_ends
from koopopt.checking.schema import json_schema
from koopopt.errors import UsageError
from koopopt.language.hints import Names
from koopopt.reading.settings import Office, Travel
from koopopt.text import T

PREFIX: Final = "ranges."
_OF_INSTANCE: Final[Mapping[str, type]] = {"office": Office, "travel": Travel}


def settable(instance: Instance) -> Iterator[Number]:
    """Yield the numbers whose ranges can be set."""
    return (n for n in numbers(instance) if n.path[0] != "weights")


def bounds(number: Number) -> tuple[float | None, float | None, bool]:
    """Return the least and the largest value that files may say, and whether the least is open."""
    holder = number.holder or _OF_INSTANCE[str(number.path[0])]
    words = [part for part in number.path if isinstance(part, str)]
    shapes = _shapes(holder)
    shape = shapes[words[-1]] if words[-1] in shapes else shapes[words[-2]]["additionalProperties"]
    shape = next((s for s in shape.get("anyOf", ()) if s.get("type") == "number"), shape)
    open_ = shape.get("exclusiveMinimum")
    return shape.get("minimum", open_), shape.get("maximum"), open_ is not None


@cache
def _shapes(holder: type) -> Mapping[str, Any]:
    return json_schema(holder)["properties"]  # type: ignore[no-any-return]


def with_range(instance: Instance, place: str, value: Any) -> Instance:
    """Return the instance in which a number has another range.

    Parameters
    ----------
    instance : Instance
    place : str
        ``ranges.`` and the place of the number.
    value : (low, high) or False
        False for none.

    Raises
    ------
    UsageError
        Where there is no such number, or the range cannot be meant.
    """
    known = {PREFIX + n.place: n for n in settable(instance)}
    number = known.get(place)
    if number is None:
        raise UsageError(
            T("There is no number {place} that could have a range. {remedy}", place=repr(place),
              remedy=Names(known).remedy(place))
        )  # fmt: skip
    return with_ends(instance, number.path, None if value is False else _ends(number, value))


def _ends(number: Number, value: Any) -> tuple[float, float]:
    """Return a range that a file could hold."""
    numeric = isinstance(value, list | tuple) and all(
        isinstance(v, int | float) and not isinstance(v, bool) and math.isfinite(v) for v in value
    )
    if not numeric or len(value) != 2:
        raise UsageError(
            T("The range of {place} is two numbers, the least and the largest value.",
              place=number.place)
        )  # fmt: skip
    low, high = map(float, value)
    if not low <= number.value <= high:
        raise UsageError(
            T("{place} counts as {value}; a range from {low} to {high} does not hold it. Widen it.",
              place=number.place, value=number.value, low=low, high=high)
        )  # fmt: skip
    least, most, open_ = bounds(number)
    if least is not None and open_ and low == least:
        raise UsageError(T("{place} is more than {least}.", place=number.place, least=least))
    if least is not None and low < least:
        raise UsageError(T("{place} is {least} at least.", place=number.place, least=least))
    if most is not None and high > most:
        raise UsageError(T("{place} is {most} at most.", place=number.place, most=most))
    return low, high

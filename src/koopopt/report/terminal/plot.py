"""Points in the plane as characters, for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from koopopt.report.values.fronts import digits
from koopopt.text import number

PLOT_WIDTH: Final = 60
PLOT_HEIGHT: Final = 16
MIN_PLOT_WIDTH: Final = 16
"""The least width in which points tell something."""
POINT_MARK: Final = "•"


def scatter(
    points: Sequence[tuple[float, float]],
    names: tuple[str, str],
    lang: str = "en",
    width: int = PLOT_WIDTH,
    height: int = PLOT_HEIGHT,
) -> list[str]:
    """Return the lines of a plot.

    Parameters
    ----------
    points : sequence of (x, y)
        Finite; at least one.
    names : tuple of two str
        What the axes are.
    lang : str
        For the numbers at the axes.
    width, height : int
        Of the field of points; labels come on top.
    """
    (left, right), (low, high) = (_range([p[k] for p in points]) for k in (0, 1))
    field = [[" "] * width for _ in range(height)]
    for x, y in points:
        row = height - 1 - _place(y, low, high, height)
        field[row][_place(x, left, right, width)] = POINT_MARK
    labels = {0: _label(high, high - low, lang), height - 1: _label(low, high - low, lang)}
    margin = max(map(len, labels.values()))
    lines = [names[1]]
    for k, row_ in enumerate(field):
        edge = "┤" if k in labels else "│"
        lines.append(f"{labels.get(k, ''):>{margin}} {edge}{''.join(row_)}".rstrip())
    lines.append(f"{'':>{margin}} └{'─' * width}")
    first, last = (_label(v, right - left, lang) for v in (left, right))
    between = width - len(first) - len(last)
    ends = f"{first}{'':{max(1, between)}}{last}" if left < right else first
    lines.append(f"{'':>{margin}}  {ends}")
    lines.append(f"{'':>{margin}}  {names[0]:>{width}}")
    return lines


def _range(values: Sequence[float]) -> tuple[float, float]:
    return min(values), max(values)


def _place(value: float, low: float, high: float, cells: int) -> int:
    """Return in which of so many cells a value lies; the middle one where all are equal."""
    if not high > low:
        return cells // 2
    return min(cells - 1, round((value - low) / (high - low) * (cells - 1)))


def _label(value: float, spread: float, lang: str) -> str:
    return number(value, lang, digits(spread))

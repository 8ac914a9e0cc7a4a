"""Which names a map of a given width has room for: the names of larger municipalities go first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from koopopt.linear import Bools, Floats, Ints

MAP_WIDTHS: Final = (320, 480, 640, 900, 1200, 1800)
"""Pixels; the widths of a map at which names are tried."""

NEVER_FITS: Final = 10**9
"""The width from which a name can be written that fits at none of `MAP_WIDTHS`."""

MAX_LABEL_LENGTH: Final = 16
"""Characters; longer names are measured, and to be shown, as if cut here."""

LETTER_WIDTH, LABEL_MARGIN, LABEL_HEIGHT = 6.0, 4.0, 13.0
"""Pixels: the width of a letter of 11 pixels' font, air beside a name, the height of a line."""


def label_from(
    names: Sequence[str], importance: Floats, points: Floats, size: tuple[float, float]
) -> Ints:
    """Return the least width in pixels from which each name can be written.

    A name is centred at its point, or as far below it as all the others. At any width from the
    returned one on no two names overlap, and where two would, the more important one stays.

    Parameters
    ----------
    names : sequence of str
    importance : (n,)
    points : (n, 2)
        In any unit, the same in both directions.
    size : tuple
        Width and height of the map in that unit.
    """
    width = (
        LETTER_WIDTH * np.array([min(len(name), MAX_LABEL_LENGTH) for name in names]) + LABEL_MARGIN
    )
    order = np.argsort(-importance, kind="stable")
    least = np.full(len(names), NEVER_FITS)
    still = np.ones(len(names), bool)
    for pixels in reversed(MAP_WIDTHS):  # it must have room at every larger width as well
        still &= _placed(points * (pixels / max(size[0], 1e-9)), width, order)
        least[still] = pixels
    return least


def _placed(points: Floats, width: Floats, order: Ints) -> Bools:
    """Return whose names can be placed, taken in this order."""
    placed: list[int] = []
    for k in order:
        others = np.array(placed, int)
        apart = np.abs(points[others] - points[k])
        free = (apart[:, 0] >= (width[others] + width[k]) / 2) | (apart[:, 1] >= LABEL_HEIGHT)
        if free.all():
            placed.append(int(k))
    result = np.zeros(len(points), bool)
    result[placed] = True
    return result

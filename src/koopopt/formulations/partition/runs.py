"""Rows that stand for runs of entries, written out entry by entry."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from koopopt.linear import Ints


def written_out(count: Ints) -> tuple[Ints, Ints]:
    """Return each row with 0, 1, ... count - 1, as two arrays: row, number within it."""
    row = np.repeat(np.arange(len(count)), count)
    return row, np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)


def in_pieces(count: Ints, at_once: int) -> Iterator[tuple[Ints, Ints]]:
    """Yield the same in pieces of about so many entries, one at least."""
    edges = np.searchsorted(np.cumsum(count), np.arange(at_once, count.sum(), at_once))
    for rows in np.split(np.arange(len(count)), edges):
        row, number = written_out(count[rows])
        yield rows[row], number

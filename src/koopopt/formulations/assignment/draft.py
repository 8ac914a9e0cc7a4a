"""What the parts of the hub model write into: a model in the making, and what its columns mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from koopopt.formulations.assignment.modes import Sizes
from koopopt.formulations.base import Serves
from koopopt.formulations.pieces import Piece
from koopopt.linear import Bools, Floats, Ints, ModelBuilder

ALONE_COLUMN, OPEN_COLUMN, MEMBER_COLUMN, PAIR_COLUMN = range(4)
"""Kinds of columns: alone; hub open in a mode; member at a hub in a mode; two pooling."""


@dataclass(frozen=True, slots=True, eq=False)
class Mode:
    """A hub's mode and its columns: `open` and, for the municipalities in `who`, `members`."""

    service: int
    hub: int
    sizes: Sizes
    piece: Piece
    open: int
    who: Ints
    members: Ints

    @property
    def key(self) -> tuple[object, ...]:
        """What stays the same when the model is written again."""
        return self.service, self.hub, self.sizes, self.piece


@dataclass(slots=True, eq=False)
class Meaning:
    """What the columns that make up a plan mean; auxiliary columns come after them.

    Attributes
    ----------
    service, member, hub : (k,) int arrays
        Column j gives `member[j]` its service at `hub[j]`.
    kind : (k,) int array
        `ALONE_COLUMN`, `OPEN_COLUMN`, `MEMBER_COLUMN` or `PAIR_COLUMN`; a pair serves its hub as
        well as its member.
    mode : (k,) int array
        Position in `modes` of the columns of the kinds `OPEN_COLUMN` and `MEMBER_COLUMN`, else -1.
    cost : (k,) array
        EUR a year, summing to at most the true cost of a partnership.
    """

    service: Ints
    member: Ints
    hub: Ints
    kind: Ints
    mode: Ints
    cost: Floats

    @property
    def away(self) -> Bools:
        """Columns that give a municipality its service elsewhere."""
        return np.isin(self.kind, (MEMBER_COLUMN, PAIR_COLUMN))

    @property
    def opens(self) -> Bools:
        """Columns of which each is one pooled partnership."""
        return np.isin(self.kind, (OPEN_COLUMN, PAIR_COLUMN))

    @property
    def serves(self) -> Serves:
        """Whom each column serves."""
        pair = np.flatnonzero(self.kind == PAIR_COLUMN)
        return Serves(
            np.append(np.arange(len(self.service)), pair),
            np.append(self.service, self.service[pair]),
            np.append(self.member, self.hub[pair]),
            np.append(self.hub, self.hub[pair]),
        )


@dataclass(slots=True, eq=False)
class ModelDraft:
    """A model builder that remembers what columns mean.

    Attributes
    ----------
    check : callable
        Called now and then while the model is written; may raise.
    modes : list of Mode
    implied : list of (auxiliary columns, columns)
        An auxiliary column is 1 as soon as one of its columns is.
    offices : int array
        The auxiliary columns of offices.
    limits : list of int
        The rows that bound criteria.
    """

    builder: ModelBuilder
    check: Callable[[], None] = lambda: None
    modes: list[Mode] = field(default_factory=list)
    implied: list[tuple[Ints, Ints]] = field(default_factory=list)
    offices: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    limits: list[int] = field(default_factory=list)
    _parts: list[tuple[ArrayLike, ...]] = field(default_factory=list)

    def columns(
        self,
        names: Sequence[str],
        kind: int,
        service: int,
        *,
        member: ArrayLike,
        hub: ArrayLike,
        cost: ArrayLike,
        mode: ArrayLike = -1,
    ) -> Ints:
        """Add binary columns with their meaning."""
        made = self.builder.columns(names)
        parts = (service, member, hub, kind, mode, cost)
        self._parts.append(np.broadcast_arrays(made, *parts)[1:])
        return made

    def meaning(self) -> Meaning:
        """Return what all columns so far mean."""
        if not self._parts:
            none = np.empty(0, np.int64)
            return Meaning(none, none, none, none, none, np.empty(0))
        service, member, hub, kind, mode, cost = (
            np.concatenate(part) for part in zip(*self._parts, strict=True)
        )
        return Meaning(service, member, hub, kind, mode, cost)

    def auxiliary(self, names: Sequence[str], of: Ints, columns: Ints) -> Ints:
        """Add auxiliary columns; `columns[k]` implies number `of[k]` of them."""
        made = self.builder.columns(names)
        self.implied.append((made[of], columns))
        return made

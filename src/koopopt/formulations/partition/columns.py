"""Columns of the partition formulation: partnerships with their seat, as arrays.

A column is a partnership (service, members, seat) in its cheapest legal form. Alone ones are
columns like the others, with one member.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from koopopt.case.facts import Facts
from koopopt.case.library import ALONE_FORM
from koopopt.case.plan import Partnership, Plan
from koopopt.case.sites import partnership, plan
from koopopt.coalitions.sets import Coalitions, Members
from koopopt.criteria import CRITERIA
from koopopt.formulations.partition.pool import Pool
from koopopt.linear import Bools, Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """K partnerships.

    Attributes
    ----------
    service, seat : (K,) int arrays
    form : (K,) int array
        Number of the legal form, -1 for alone.
    coalitions : Coalitions
        Their members.
    criteria : (K, number of criteria) array
        What each adds to each criterion, offices apart, in units: whole numbers.
    """

    service: Ints
    seat: Ints
    form: Ints
    coalitions: Coalitions
    criteria: Floats

    def __len__(self) -> int:
        return len(self.service)

    @property
    def cents(self) -> Floats:
        """(K,) cost of each, offices apart."""
        return np.asarray(self.criteria[:, list(CRITERIA).index("cost")])

    @property
    def pooled(self) -> Bools:
        """(K,) whether there are two members or more."""
        return self.coalitions.size > 1

    def take(self, which: Ints | Bools) -> Columns:
        """Return a part of the columns."""
        return Columns(
            self.service[which],
            self.seat[which],
            self.form[which],
            self.coalitions.take(which),
            self.criteria[which],
        )

    def members(self) -> tuple[Ints, Ints]:
        """Return (column, municipality), one entry a member."""
        return (
            np.repeat(np.arange(len(self)), self.coalitions.size),
            self.coalitions.member.astype(np.int64),
        )

    def __iter__(self) -> Iterator[tuple[int, Members, int]]:
        """Yield (service, members, seat)."""
        for k, (service, seat) in enumerate(
            zip(self.service.tolist(), self.seat.tolist(), strict=True)
        ):
            yield service, self.coalitions[k], seat

    def partnership(self, facts: Facts, which: int) -> Partnership:
        """Return one column as a value."""
        form = self.form[which]
        name = ALONE_FORM if form < 0 else facts.instance.legal_forms[form].id
        who, seat = self.coalitions[which].tolist(), int(self.seat[which])
        return partnership(facts, int(self.service[which]), who, seat, name)

    def plan(self, facts: Facts, chosen: Ints) -> Plan:
        """Return the plan of chosen columns."""
        return plan(self.partnership(facts, k) for k in chosen.tolist())


def joined(parts: Iterable[Columns]) -> Columns:
    """Return all columns of the parts, in order."""
    parts = list(parts)
    size = np.concatenate([p.coalitions.size for p in parts])
    return Columns(
        np.concatenate([p.service for p in parts]),
        np.concatenate([p.seat for p in parts]),
        np.concatenate([p.form for p in parts]),
        Coalitions(
            parts[0].coalitions.n,
            np.concatenate([[0], np.cumsum(size)]),
            np.concatenate([p.coalitions.member for p in parts]),
        ),
        np.concatenate([p.criteria for p in parts]),
    )


def pair_terms(facts: Facts, service: int) -> list[Floats | None]:
    """Return for each criterion its (n, n) array of pair terms, None where it has none."""
    terms = [c.terms(facts, service) for c in CRITERIA.values()]
    return [None if t is None else t.astype(float) for t in terms]


def pooled_columns(
    facts: Facts, service: int, pool: Pool, which: Ints, seat: Ints, terms: list[Floats | None]
) -> Columns:
    """Return pool entries `which` with the given seats as columns."""
    coalitions = pool.coalitions.take(which)
    return seated_columns(service, coalitions, seat, pool.cost[which], pool.form[which], terms)


def seated_columns(
    service: int,
    coalitions: Coalitions,
    seat: Ints,
    cents: Floats,
    form: Ints,
    terms: list[Floats | None],
) -> Columns:
    """Return coalitions of two and more with their seats, costs and legal forms as columns."""
    to = np.repeat(seat, coalitions.size)
    criteria = np.zeros((len(seat), len(CRITERIA)))
    for k, (criterion, pair) in enumerate(zip(CRITERIA.values(), terms, strict=True)):
        criteria[:, k] += criterion.cost_share * cents + criterion.per_body
        if pair is not None and len(seat):
            criteria[:, k] += np.add.reduceat(pair[coalitions.member, to], coalitions.start[:-1])
    return Columns(np.full(len(seat), service), seat, form, coalitions, criteria)


def alone_columns(facts: Facts, service: int, who: Ints, terms: list[Floats | None]) -> Columns:
    """Return the columns of municipalities that stay alone."""
    coalitions = Coalitions(facts.n, np.arange(len(who) + 1), who.astype(np.int16))
    criteria = np.zeros((len(who), len(CRITERIA)))
    for k, (criterion, pair) in enumerate(zip(CRITERIA.values(), terms, strict=True)):
        criteria[:, k] += criterion.cost_share * facts.alone_cents[service, who]
        if pair is not None:
            criteria[:, k] += pair[who, who]
    return Columns(
        np.full(len(who), service),
        who.astype(np.int64),
        np.full(len(who), -1),
        coalitions,
        criteria,
    )


def everybody_alone(
    facts: Facts, alone: Sequence[Bools], terms: Sequence[list[Floats | None]]
) -> Columns:
    """Return the columns of all who may stay alone, (n,) by service."""
    return joined(
        alone_columns(facts, s, np.flatnonzero(may), terms[s]) for s, may in enumerate(alone)
    )


def unseen(known: set[tuple[int, int, bytes]], columns: Columns) -> Sequence[int]:
    """Return the positions of columns that are not in `known`, and remember them."""
    new = []
    for k in range(len(columns)):
        key = (int(columns.service[k]), int(columns.seat[k]), columns.coalitions[k].tobytes())
        if key not in known:
            known.add(key)
            new.append(k)
    return new

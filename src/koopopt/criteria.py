"""The criteria, each in one place: what it costs a plan, and the same as linear coefficients.

A criterion is a sum over partnerships (section 4 of docs/semantics.md), and splits into three
kinds of terms that any formulation can write down:

    value(plan) = cost_share · (Σ_p cost(p) + office · number of hosts)
                + Σ_p [p pooled] · per_body  +  Σ_p Σ_{i ∈ M_p} pair[i, h_p]

or it is the largest of such values, max_p max_{i ∈ M_p} largest[i, h_p], or a number of the whole
plan, which formulations know nothing of (`formulations.thresholds`, `formulations.losses`). So
adding a criterion means adding one object here.

Amounts are whole numbers of the criterion's unit (its `resolution`): `pair` and `largest` are
rounded once for each member at each seat, costs once for each partnership (`case.facts`), and sums
are exact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial
from math import isfinite
from typing import Any, Final

import numpy as np

from koopopt.case.facts import Facts
from koopopt.case.plan import Partnership, Plan
from koopopt.case.shares import TwoParts, losses
from koopopt.case.sites import padded, served
from koopopt.checking.request import NO_WEIGHT
from koopopt.errors import DataError, Fault, UsageError
from koopopt.exact import CENTS_PER_EURO, MAX_EXACT_SUM, fraction, nearest
from koopopt.language.hints import Names
from koopopt.linear import Floats, Ints
from koopopt.packages import Entry
from koopopt.plugins import (
    Door,
    Refused,
    Registry,
    blamed,
    failed,
    imported,
    same_name,
    sentence,
    wrong_type,
)
from koopopt.text import T, Text

Pair = Callable[[Facts, int], Floats]
At = Callable[[Facts, int, Ints, Ints], Floats]
LARGE: Final = 10_000_000
"""Pairs of members and seats from which on a plan is evaluated at its own ones only."""
LARGEST_LOSS: Final = "largest_loss"
"""The criterion that is a number of the whole plan."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """A number to minimise.

    Attributes
    ----------
    name : str
    title, unit : Text
    resolution : float
        The unit of its amounts: one over a whole number.
    pair : callable or None
        (facts, service number) -> (n, n) array: what member i at seat h adds; with sites, which
        are seats behind the n municipalities, (n, m).
    exact : callable or None
        (facts, service number, i, h) -> the same for one member and seat, as a fraction. It
        decides where floating point may round the wrong way; without it, the decimal that
        floating point shows counts.
    at : callable or None
        (facts, service number, members, seats) -> what `pair` or `largest` says of these numbers
        only, two arrays that numpy broadcasts. Only koopopt's own have it.
    cost_share : int
        1 where the partnership's cost and the offices count, else 0; then the unit is the cent.
    per_body : int
        Units added for each pooled partnership.
    largest : callable or None
        As `pair`, but the criterion is the largest value of any member at its seat; it has no
        other terms then.
    of_plan : callable or None
        (facts, plan) -> the criterion's amount, in units; it has no other terms then. Only
        koopopt's own have it.
    package : mapping
        The package that brings it, with its version; nothing where koopopt does.
    """

    name: str
    title: Text
    unit: Text
    resolution: float
    pair: Pair | None = None
    exact: Callable[[Facts, int, int, int], Fraction] | None = None
    cost_share: int = 0
    per_body: int = 0
    largest: Pair | None = None
    of_plan: Callable[[Facts, Plan], int] | None = None
    at: At | None = None
    package: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def per_one(self) -> int:
        """How many units make one."""
        return round(1 / self.resolution)

    @property
    def additive(self) -> bool:
        """Whether it is a sum over partnerships, as formulations know it."""
        return self.largest is None and self.of_plan is None

    def terms(self, facts: Facts, service: int) -> Ints | None:
        """Return (n, m): what member i at seat h adds, in units; None where that is nothing.

        Raises
        ------
        DataError
            Where sums would be too large to be exact.
        """
        return None if self.pair is None else self._known(facts, service, self.pair)

    def sizes(self, facts: Facts, service: int) -> Ints:
        """Return (n, m): of what, in units, the criterion is the largest; see `terms`."""
        assert self.largest is not None
        return self._known(facts, service, self.largest)

    def _known(self, facts: Facts, service: int, pair: Pair) -> Ints:
        known = facts.terms.get((self.name, service))
        if known is None and facts.plain is not None:
            plain = self._known(facts.plain, service, pair)
            known = facts.terms[self.name, service] = padded(plain, facts.n, facts.n)
        if known is None:
            known = facts.terms[self.name, service] = self._rounded(facts, service, pair)
        return known

    def _rounded(self, facts: Facts, service: int, pair: Pair) -> Ints:
        values = self._checked(facts, service, pair)
        return self._whole(facts, service, values, lambda k: divmod(k, facts.places))

    def _of(self, facts: Facts, parts: Iterable[Partnership]) -> Iterator[Ints]:
        """Yield, service by service, what each member adds at its seat, in units."""
        pair = self.pair or self.largest
        assert pair is not None
        for s, members, seats in served(facts, parts):
            table = facts.n * facts.places < LARGE or (self.name, s) in facts.terms
            if table or self.at is None or facts.plain is not None:
                yield self._known(facts, s, pair)[members, seats]
            else:
                who = list(zip(members.tolist(), seats.tolist(), strict=True))
                yield self._whole(facts, s, self.at(facts, s, members, seats), who.__getitem__)

    def _whole(
        self, facts: Facts, service: int, values: Floats, which: Callable[[int], tuple[int, int]]
    ) -> Ints:
        """Return values in units; `which` says whose a flat index is: of what member and seat."""
        most = np.abs(values).reshape(len(values), -1).max(axis=1, initial=0.0)
        largest = float(most.sum()) * self.per_one
        if not largest * len(facts.services) < MAX_EXACT_SUM:
            raise DataError([
                Fault(
                    "municipalities.csv",
                    T("{criterion} adds up to {value}: more than can be added exactly.",
                      criterion=self.title, value=float(f"{largest / self.per_one:.4g}")),
                    T("Check the numbers of {service}.", service=facts.services[service].id),
                )
            ])  # fmt: skip

        def exact(k: int) -> Fraction:
            (i, h), value = which(k), fraction(float(values.reshape(-1)[k]))
            if self.exact is None:
                return value * self.per_one
            with blamed(self.name, self.package):
                said = Fraction(self.exact(facts, service, i, h))
            if self.package and abs(said - value) * self.per_one > 1:
                reason = T("for member {member} at seat {seat} its exact and its pair differ.",
                           member=facts.ids[i], seat=facts.seat_ids[h])  # fmt: skip
                raise failed(self.name, self.package, reason)
            return said * self.per_one

        return nearest(values * self.per_one, exact)

    def _checked(self, facts: Facts, service: int, pair: Pair) -> Floats:
        """Return what `pair` says, which is to be one finite number a member and seat."""
        with blamed(self.name, self.package):
            returned = np.asarray(pair(facts, service))
            if np.iscomplexobj(returned):
                raise TypeError("complex numbers cannot be compared")
            values = returned.astype(float)
        if self.package and values.shape != (facts.n, facts.places):
            reason = T("it returns an array of shape {shape}, not {wanted}.",
                       shape=str(values.shape), wanted=str((facts.n, facts.places)))  # fmt: skip
            raise failed(self.name, self.package, reason)
        if self.package and not np.isfinite(values).all():
            i, h = (facts.seat_ids[k] for k in np.argwhere(~np.isfinite(values))[0])
            reason = T("for member {member} at seat {seat} it returns no finite number.",
                       member=i, seat=h)  # fmt: skip
            raise failed(self.name, self.package, reason)
        return values

    def alone(self, facts: Facts) -> Ints:
        """Return (services, n): what each municipality adds where it stays alone, in units."""
        amounts = self.cost_share * facts.alone_cents
        for s in range(len(facts.services)):
            if (terms := self.terms(facts, s)) is not None:
                amounts[s] += terms.diagonal()
        return amounts

    def amount(self, facts: Facts, plan: Plan) -> int:
        """Return the criterion's value for a plan in its unit, by the definition above."""
        if self.of_plan is not None:
            return self.of_plan(facts, plan)
        if self.largest is not None:
            return max((int(own.max()) for own in self._of(facts, plan.partnerships)), default=0)
        total = self.per_body * len(plan.pooled)
        if self.cost_share:
            offices = len({p.seat for p in plan.pooled}) * facts.office_cents
            costs = sum(facts.cents(p) for p in plan.partnerships) + offices
            total += self.cost_share * costs
        if self.pair is not None:
            total += sum(int(own.sum()) for own in self._of(facts, plan.partnerships))
        return total

    def size(self, facts: Facts, partnership: Partnership) -> int:
        """Return the largest value of a partnership, in units, where the criterion is one."""
        return max(int(own.max()) for own in self._of(facts, [partnership]))

    def shown(self, amount: int) -> float:
        """Return an amount as a number of the criterion's own unit (EUR, hours, ...)."""
        return amount / self.per_one

    def value(self, facts: Facts, plan: Plan) -> float:
        """Return the criterion's value for a plan."""
        return self.shown(self.amount(facts, plan))


def _everywhere(at: At, facts: Facts, service: int) -> Floats:
    """Return (n, m): the values of all members at all seats."""
    return at(facts, service, np.arange(facts.n)[:, None], np.arange(facts.places))


def _travel(facts: Facts, service: int, members: Ints, seats: Ints) -> Floats:
    trips = facts.services[service].travel.trips_per_inhabitant
    return np.asarray(facts.population[members] * trips * 2 * facts.minutes[members, seats] / 60)


def _travel_exactly(facts: Facts, service: int, i: int, h: int) -> Fraction:
    trips = fraction(facts.services[service].travel.trips_per_inhabitant)
    minutes = fraction(float(facts.minutes[i, h]))
    return fraction(float(facts.population[i])) * trips * 2 * minutes / 60


def _identity(facts: Facts, service: int, members: Ints, seats: Ints) -> Floats:
    weight = facts.services[service].identity.weight
    elsewhere = np.where(
        members == seats, 0.0, 1.0 + (facts.area[members] != facts.seat_area[seats])
    )
    return np.asarray(weight * facts.population[members] * elsewhere)


def _identity_exactly(facts: Facts, service: int, i: int, h: int) -> Fraction:
    weight = fraction(facts.services[service].identity.weight)
    elsewhere = 0 if i == h else 1 + int(facts.area[i] != facts.seat_area[h])
    return weight * fraction(float(facts.population[i])) * elsewhere


def _minutes(facts: Facts, service: int, members: Ints, seats: Ints) -> Floats:
    return np.asarray(facts.minutes[members, seats])


def _minutes_exactly(facts: Facts, service: int, i: int, h: int) -> Fraction:
    return fraction(float(facts.minutes[i, h]))


def _change(facts: Facts, service: int, members: Ints, seats: Ints) -> Floats:
    return np.asarray(facts.status_quo_seat[service][members] != seats, float)


def _largest_loss(facts: Facts, plan: Plan) -> int:
    return max(0, int(losses(facts, plan, key_of_losses(facts)).max(initial=0)))


def key_of_losses(facts: Facts) -> TwoParts:
    """Return by what costs are shared where losses are counted: `key` of the rules, or demand.

    The keys by what parts of the members pay by themselves say too little of a plan too late.
    """
    said = facts.instance.rules.get("key")
    return (TwoParts.named(said) if isinstance(said, str) else None) or TwoParts("demand")


OWN: Final = {
    c.name: c
    for c in (
        Criterion("cost", T("cost"), T("EUR a year"), 1 / CENTS_PER_EURO, cost_share=1),
        Criterion(
            "travel",
            T("travel"),
            T("person-hours a year"),
            0.0001,
            pair=partial(_everywhere, _travel),
            exact=_travel_exactly,
            at=_travel,
        ),
        Criterion(
            "identity",
            T("identity"),
            T("inhabitants served from elsewhere, weighted"),
            0.0001,
            pair=partial(_everywhere, _identity),
            exact=_identity_exactly,
            at=_identity,
        ),
        Criterion("bodies", T("bodies"), T("pooled partnerships"), 1.0, per_body=1),
        Criterion(
            "farthest",
            T("farthest"),
            T("minutes to the seat"),
            0.0001,
            exact=_minutes_exactly,
            largest=partial(_everywhere, _minutes),
            at=_minutes,
        ),
        Criterion(
            "change",
            T("change"),
            T("seats that change"),
            1.0,
            partial(_everywhere, _change),
            at=_change,
        ),
        Criterion(
            LARGEST_LOSS,
            T("largest loss"),
            T("EUR a year"),
            1 / CENTS_PER_EURO,
            of_plan=_largest_loss,
        ),
    )
}


def _outside(entry: Entry, thing: Any) -> Criterion:
    """Return a criterion of a package if its terms are such as formulations count on."""
    if not isinstance(thing, Criterion):
        wrong_type(thing, "koopopt.criteria.Criterion")
    same_name(entry, thing.name)
    if not (isinstance(thing.title, Text) and isinstance(thing.unit, Text)):
        raise Refused(T("Its title and unit must be sentences: koopopt.text.T(...)."))
    sentence(thing.title), sentence(thing.unit)
    if not (isfinite(thing.resolution) and 0 < thing.resolution <= 1 and _is_part(thing)):
        raise Refused(T("Its resolution is {value}; it must be one over a whole number.",
                        value=str(thing.resolution)))  # fmt: skip
    if thing.cost_share not in (0, 1) or (thing.cost_share and thing.per_one != CENTS_PER_EURO):
        raise Refused(T("Its cost_share must be 0, or 1 with a resolution of 0.01."))
    if type(thing.per_body) is not int or not 0 <= thing.per_body < MAX_EXACT_SUM:
        raise Refused(T("Its per_body must be a whole number, 0 or more."))
    if not all(f is None or callable(f) for f in (thing.pair, thing.exact, thing.largest)):
        raise Refused(T("Its pair, exact and largest must be functions."))
    if thing.of_plan is not None:
        raise Refused(T("It must not have of_plan."))
    if thing.largest is not None and (thing.pair or thing.cost_share or thing.per_body):
        raise Refused(T("It has largest, so it must not have pair, cost_share or per_body."))
    return replace(thing, at=None, package={entry.package: entry.version})


def _is_part(c: Criterion) -> bool:
    return abs(c.resolution * c.per_one - 1) < 1e-9


DOOR: Final = Door(imported("koopopt.criteria", "criterion", _outside), lambda: OWN)
CRITERIA: Final = Registry(OWN, DOOR)
"""All criteria, in their fixed order."""


def weight_faults(weights: Mapping[str, Any], file: str) -> Iterator[Fault]:
    """Yield what is wrong with a table of weights, but for the numbers themselves."""
    known = Names(CRITERIA)
    for name in weights:
        if name not in known:
            rule = T("There is no criterion of this name.")
            yield Fault(file, rule, known.remedy(name), column=f"weights.{name}")
    if not any(weights.values()):
        remedy = T("Give one criterion a weight, or delete the table.")
        yield Fault(file, NO_WEIGHT, remedy, column="weights")


def criterion(name: str) -> Criterion:
    """Return the criterion of this name; raise `UsageError` where there is none."""
    try:
        return CRITERIA[name]
    except KeyError:
        remedy = Names(CRITERIA).remedy(name)
        raise UsageError(
            T("There is no criterion {name}. {remedy}", name=repr(name), remedy=remedy)
        ) from None

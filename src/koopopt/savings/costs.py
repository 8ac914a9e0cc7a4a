"""What partnerships save against all alone, in every sample of the numbers with ranges.

To the cent what the evaluator counts, by the same roundings (`koopopt.case.demands`), without the
evaluator's whole way: only the demands, the curves and the legal forms of the partnerships that are
asked are worked out, many partnerships of a service at once. A municipality that stays alone saves
nothing in any sample. Travel, its speed and weights do not enter into costs, so their ranges do not
change a saving.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property

import numpy as np

from koopopt.case.demands import grains_in, per_unit_of, served_cents
from koopopt.case.facts import Facts
from koopopt.case.instance import Instance
from koopopt.case.plan import Partnership
from koopopt.case.ranges import Ranged, Varied
from koopopt.exact import CENTS_PER_EURO, MAX_EXACT_SUM, fraction, whole
from koopopt.linear import Floats, Ints
from koopopt.savings.samples import Samples


class TooLargeError(ArithmeticError):
    """Costs in a sample are too large to be added to the cent."""


def moves_costs(number: Ranged) -> bool:
    """Whether the cost of any plan may depend on a number.

    Weights and all that is said of travel and identity do not enter into it.
    """
    first, *rest = number.path
    return first not in ("weights", "travel") and not {"travel", "identity"} & set(rest[1:2])


class SampledCosts:
    """What partnerships of one problem save in every sample; each is computed once.

    Parameters
    ----------
    facts : Facts
        The plain ones, in which sites are no municipalities.
    samples : Samples
    """

    def __init__(self, facts: Facts, samples: Samples) -> None:
        samples = samples.without(tuple(r for r in samples.numbers if not moves_costs(r)))
        self._facts, self._numbers = facts, samples.numbers
        varied = Varied(facts.instance, samples.numbers)
        self._instances: list[Instance] = [varied.at(row) for row in samples.rows]
        self._offices = np.array(
            [whole(i.office_cost, CENTS_PER_EURO) for i in self._instances], np.int64
        )
        self._known: dict[Partnership, Ints] = {}

    def savings(
        self, pooled: Iterable[Partnership], go_on: Callable[[], bool] = lambda: True
    ) -> Ints | None:
        """Return (samples,) what partnerships save together, cents a year, their offices paid.

        None as soon as it is told not to `go_on`.

        Raises
        ------
        TooLargeError
        """
        pooled = tuple(pooled)
        if not self.learn(pooled, go_on):
            return None
        total = sum((self._known[p] for p in pooled), np.zeros(len(self._instances), np.int64))
        return np.asarray(total - len({p.seat for p in pooled}) * self._offices)

    def learn(
        self, pooled: Iterable[Partnership], go_on: Callable[[], bool] = lambda: True
    ) -> bool:
        """Compute partnerships together, which is quicker than one by one.

        Return whether all of them are known then: it ends as soon as it is told not to `go_on`.
        """
        new = dict.fromkeys(p for p in pooled if p not in self._known)
        for s, service in enumerate(self._facts.services):
            own = [p for p in new if p.service == service.id]
            if own and not self._learn(s, own, go_on):
                return False
        return True

    def _learn(self, s: int, own: Sequence[Partnership], go_on: Callable[[], bool]) -> bool:
        """Compute partnerships of one service in all samples."""
        many = _Many(self._facts, s, own)
        found = np.empty((len(own), len(self._instances)), np.int64)
        touched = any(r.path[0] == "legal_form" or self._of(r, s) for r in self._numbers)
        for k, instance in enumerate(self._instances):
            if not go_on():
                return False
            if k and not touched:
                found[:, k] = found[:, 0]
                continue
            saved, largest = many.saved(instance)
            if not (largest < MAX_EXACT_SUM):
                raise TooLargeError
            found[:, k] = saved
        self._known |= zip(own, found, strict=True)
        return True

    def _of(self, number: Ranged, s: int) -> bool:
        return number.path[:2] == ("service", self._facts.services[s].id)


class _Many:
    """Partnerships of one service, as arrays."""

    def __init__(self, facts: Facts, s: int, own: Sequence[Partnership]) -> None:
        self._facts, self._s = facts, s
        who = [facts.members(p) for p in own]
        flat = np.concatenate(who)
        self._sizes = [len(w) for w in who]
        self._first = np.cumsum([0, *self._sizes[:-1]])
        self._towns, self._place = np.unique(flat, return_inverse=True)
        self._kinds: dict[tuple[str, int, Fraction], int] = {}
        self._kind = np.array([self._number(p) for p in own], np.int64)
        municipalities = facts.instance.municipalities
        self._people = {int(i): fraction(municipalities[i].population) for i in self._towns}
        self._given = self._alone_given()
        self._demanded = self._demand()

    def saved(self, instance: Instance) -> tuple[Ints, float]:
        """Return (partnerships,) what each saves in a sample, and how large the sums are."""
        curve = instance.services[self._s].cost
        grains, parts = self._grains(instance)
        with np.errstate(all="ignore"):  # what is too large is refused by its size
            alone = served_cents(curve, grains, parts)
            for k, cents in self._given.items():
                alone[k] = cents
            together = np.add.reduceat(grains[self._place], self._first)
            pooled = served_cents(curve, together, parts, self._paid(instance), self._kind)
            apart = np.add.reduceat(alone[self._place], self._first)
            sizes = (np.abs(a.astype(float)).sum() for a in (alone[self._place], pooled))
        return apart - pooled, max(sizes)

    def _number(self, p: Partnership) -> int:
        """Return the number of what a partnership pays for its form, its size and its site."""
        facts = self._facts
        fixed = facts.fixed_cost(self._s, facts.index[p.seat])
        return self._kinds.setdefault((p.legal_form, len(p.members), fixed), len(self._kinds))

    def _paid(self, instance: Instance) -> Sequence[Fraction]:
        """Return EUR a year of each of these in a sample; what is paid once has no ranges."""
        if instance.legal_forms is self._facts.instance.legal_forms:
            return self._paid_as_modelled
        return self._paid_by(replace(self._facts, instance=instance))

    @cached_property
    def _paid_as_modelled(self) -> Sequence[Fraction]:
        return self._paid_by(self._facts)

    def _paid_by(self, facts: Facts) -> Sequence[Fraction]:
        forms = {f.id: f for f in facts.instance.legal_forms}
        return [
            facts.paid(self._s, forms.get(form), size) + fixed for form, size, fixed in self._kinds
        ]

    def _grains(self, instance: Instance) -> tuple[Ints, int]:
        """Return the demands of all members in a sample, and how many parts make a unit."""
        facts, service = self._facts, instance.services[self._s]
        if service.demand == facts.services[self._s].demand:
            return facts.grains[self._s, self._towns], int(facts.per_unit[self._s])
        row, given = self._demanded
        demand = np.where(given, row, service.demand.per_inhabitant * facts.population)
        parts = per_unit_of(demand)
        return np.array(grains_in(instance, service, parts, self._people), np.int64), parts

    def _demand(self) -> tuple[Floats, Ints]:
        """Return (n,) the demands that the instance gives, and where it does."""
        facts, id_ = self._facts, self._facts.services[self._s].id
        row, given = np.zeros(facts.n), np.zeros(facts.n, np.int64)
        for (town, service), value in facts.instance.demand.items():
            if service == id_:
                row[facts.index[town]], given[facts.index[town]] = value, 1
        return row, given

    def _alone_given(self) -> dict[int, int]:
        """Return the costs alone that the instance gives, by the place among the towns."""
        facts, id_ = self._facts, self._facts.services[self._s].id
        place = {int(i): k for k, i in enumerate(self._towns)}
        return {
            place[i]: whole(value, CENTS_PER_EURO)
            for (town, service), value in facts.instance.alone_cost.items()
            if service == id_ and (i := facts.index[town]) in place
        }

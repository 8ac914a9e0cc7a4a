"""What a plan saves against all alone: as modelled, and in every sample of numbers with ranges."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from koopopt.case.plan import Partnership, Plan
from koopopt.problem import Problem
from koopopt.savings.costs import SampledCosts, TooLargeError, moves_costs
from koopopt.savings.samples import SAMPLES, SEED, Samples
from koopopt.savings.sampling import quantile

LOW: Final = 0.1
HIGH: Final = 0.9
"""Quantiles between which 80 of 100 cases lie."""

SHARES: Final = (0.0, LOW, 0.25, 0.5, 0.75, HIGH, 1.0)
"""Quantiles that are given to other programs."""


@dataclass(frozen=True, slots=True)
class Saving:
    """What a plan saves against another one, cents a year; below 0 it costs more.

    Attributes
    ----------
    modelled : int
        With the numbers as they are.
    sampled : tuple of int
        In each sample; at least one.
    """

    modelled: int
    sampled: tuple[int, ...]

    def at(self, share: float) -> int:
        """Return a quantile over the samples."""
        return quantile(list(self.sampled), share)

    @property
    def low(self) -> int:
        """What it saves at least in 9 of 10 cases."""
        return self.at(LOW)

    @property
    def high(self) -> int:
        """What it saves at most in 9 of 10 cases."""
        return self.at(HIGH)

    @property
    def losing(self) -> int:
        """In how many samples it costs more."""
        return sum(cents < 0 for cents in self.sampled)

    def against(self, other: Saving) -> Saving:
        """Return what is saved against another plan of which the same is known."""
        pairs = zip(self.sampled, other.sampled, strict=True)
        return Saving(self.modelled - other.modelled, tuple(a - b for a, b in pairs))


class Savings:
    """What plans of one problem save; partnerships that they share are computed once.

    Parameters
    ----------
    problem : Problem
    samples, seed : int
        As `koopopt.inquiry.ranges.ranges` has them, whose samples are the same.
    go_on : callable, optional
        Asked again and again; where it says no, nothing more is computed.
    """

    def __init__(
        self,
        problem: Problem,
        *,
        samples: int = SAMPLES,
        seed: int = SEED,
        go_on: Callable[[], bool] = lambda: True,
    ) -> None:
        self._facts, self._go_on = problem.plain.facts, go_on
        self.samples, self.seed = samples, seed
        self._modelled: dict[Partnership, int] = {}

    @cached_property
    def numbers(self) -> int:
        """How many numbers have ranges on which costs may depend."""
        return sum(map(moves_costs, self._drawn.numbers))

    @cached_property
    def _drawn(self) -> Samples:
        return Samples.of(self._facts.instance, self.samples, self.seed)

    @cached_property
    def _costs(self) -> SampledCosts:
        return SampledCosts(self._facts, self._drawn)

    def learn(self, plans: Iterable[Plan]) -> None:
        """Compute what the partnerships of many plans save, which is quicker than plan by plan."""
        if self.numbers:
            try:
                self._costs.learn((p for plan in plans for p in plan.pooled), self._go_on)
            except TooLargeError:
                return  # `of` says so of each plan

    def of(self, plan: Plan) -> Saving | None:
        """Return what a plan saves against all alone.

        None where no number has a range on which costs may depend, where there was no time for it,
        or where costs in a sample are too large to be added to the cent.

        Parameters
        ----------
        plan : Plan
            Not malformed.
        """
        if not self.numbers:
            return None
        try:
            sampled = self._costs.savings(plan.pooled, self._go_on)
        except TooLargeError:
            return None
        if sampled is None:
            return None
        offices = len({p.seat for p in plan.pooled}) * self._facts.office_cents
        modelled = sum(map(self._as_modelled, plan.pooled)) - offices
        return Saving(modelled, tuple(sampled.tolist()))

    def _as_modelled(self, p: Partnership) -> int:
        if p not in self._modelled:
            facts = self._facts
            alone = facts.alone_cents[facts.service_index[p.service], facts.members(p)]
            self._modelled[p] = int(alone.sum()) - facts.cents(p)
        return self._modelled[p]

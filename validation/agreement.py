"""How far two groupings of the same things agree, and how sure a mean over counties is.

A grouping is a sequence of labels, one a thing: things of one label are together.

adjusted_rand
    Hubert and Arabie, *Comparing partitions*, Journal of Classification 2 (1985), 193–218: pairs
    that are together in both, less those expected of groupings of the same sizes drawn at random,
    over the most that there can be less the same.
pairs
    Precision: of the pairs that are together in a proposal, the part that is together in reality;
    recall: of those in reality, the part that is together in the proposal.
interval
    Percentiles of means over counties drawn with replacement: Efron and Tibshirani, *An
    Introduction to the Bootstrap* (1993), chapter 13.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from math import comb
from random import Random
from statistics import fmean
from typing import Any, Final

DRAWS: Final = 4_000
"""Samples of an interval."""

Labels = Sequence[Hashable]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Numbers of pairs of things: together in both groupings, in either one, and of all."""

    both: int
    proposed: int
    real: int
    all: int

    @property
    def precision(self) -> float | None:
        """Of the pairs proposed, the part that is real; None where none is proposed."""
        return self.both / self.proposed if self.proposed else None

    @property
    def recall(self) -> float | None:
        """Of the real pairs, the part that is proposed; None where there is none."""
        return self.both / self.real if self.real else None

    @property
    def adjusted_rand(self) -> float:
        """1 for equal groupings, 0 for what chance gives on average; may be below 0."""
        chance = self.proposed * self.real / self.all if self.all else 0.0
        most = (self.proposed + self.real) / 2
        # Both are all alone, or both all together: they are equal.
        return 1.0 if most == chance else (self.both - chance) / (most - chance)


def pairs(proposed: Labels, real: Labels) -> Pairs:
    """Return how many pairs of things two groupings have together."""
    both = _within(Counter(zip(proposed, real, strict=True)))
    return Pairs(both, _within(Counter(proposed)), _within(Counter(real)), comb(len(real), 2))


def _within(sizes: Counter[Any]) -> int:
    return sum(comb(size, 2) for size in sizes.values())


def pooled_only(proposed: Labels, real: Labels) -> Pairs:
    """Return the same among the things that are not alone in reality.

    Whether somebody is alone at all is a question of its own, and the easier one.
    """
    sizes = Counter(real)
    kept = [(p, r) for p, r in zip(proposed, real, strict=True) if sizes[r] > 1]
    return pairs([p for p, _ in kept], [r for _, r in kept])


def interval(
    strata: Iterable[Sequence[float]], *, level: float = 0.95, seed: int = 1
) -> tuple[float, float, float]:
    """Return the mean of the means of strata, and the ends of its interval.

    Parameters
    ----------
    strata : iterable of sequence of float
        Values of the counties of each Land; every Land counts the same. Empty ones do not count.
    level : float
        How often such an interval is meant to hold.
    seed : int
        Of the draws, which are taken within each stratum.
    """
    dice = Random(seed)
    kept = [list(values) for values in strata if values]
    drawn = sorted(
        fmean(fmean(dice.choices(values, k=len(values))) for values in kept) for _ in range(DRAWS)
    )
    cut = round(DRAWS * (1 - level) / 2)
    return fmean(fmean(values) for values in kept), drawn[cut], drawn[-cut - 1]

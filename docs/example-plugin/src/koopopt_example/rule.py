"""A rule: no two members lie further apart than so many minutes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from typing import ClassVar

from koopopt.case.facts import Facts
from koopopt.case.library import NonNegative
from koopopt.case.plan import Partnership
from koopopt.rules import Conditions, PartnershipRule
from koopopt.text import T, Text


@dataclass(frozen=True, slots=True)
class MaxSpread(PartnershipRule):
    """No two members are further apart than so many minutes, in either direction."""

    summary: ClassVar[str] = "minutes between any two members ≤ the value"
    title: ClassVar[Text] = T("no two members further apart than so many minutes")
    max_spread: NonNegative

    def restrict(self, facts: Facts, service: int, conditions: Conditions) -> None:
        """Say it in the words that formulations understand."""
        n = facts.n
        far = facts.minutes[:, :n] > self.max_spread  # behind the municipalities are sites
        conditions.apart |= far | far.T
        conditions.pair[:, :n] &= ~(far | far.T)  # such a seat is a member too

    def violations(self, facts: Facts, partnership: Partnership) -> Iterator[Text]:
        """Say it of a finished plan, in the words of people."""
        for a, b in permutations(partnership.members, 2):
            minutes = float(facts.minutes[facts.index[a], facts.index[b]])
            if minutes > self.max_spread:
                yield T(
                    "From {a} to {b} it takes {minutes} minutes, at most {limit} are allowed.",
                    a=a, b=b, minutes=round(minutes, 1), limit=self.max_spread,
                )  # fmt: skip

"""Keys: by what a partnership's cost is shared, a fixed weight or what parts pay by themselves.

Section 8 of docs/semantics.md. A key says exact shares, fractions of a cent (`case.shares`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

import numpy as np

from koopopt.case.shares import WEIGHT, WEIGHTED, TwoParts
from koopopt.errors import UsageError
from koopopt.games import values as game_keys
from koopopt.linear import Ints
from koopopt.problem import Problem
from koopopt.rules.stability import OWN_VALUES
from koopopt.sharing.standalone import StandAlone
from koopopt.text import T, Text

KEYS: Final = (*WEIGHTED, *OWN_VALUES)
"""All keys that are there without being given."""
TITLES: Final[dict[str, Text]] = {
    "population": T("by inhabitants"),
    "demand": T("by demand"),
    "equal": T("equally"),
    "alone": T("by cost alone"),
    "scrb": T("separable costs, remaining benefits"),
    "shapley": T("by Shapley value"),
    "nucleolus": T("by nucleolus"),
    WEIGHT: T("by the given weights"),
}
SHORT: Final[dict[str, Text]] = {
    "population": T("inhabitants"),
    "demand": T("demand"),
    "equal": T("equal"),
    "alone": T("cost alone"),
    "scrb": T("SCRB"),
    "shapley": T("Shapley"),
    "nucleolus": T("nucleolus"),
    WEIGHT: T("given weights"),
}
"""Headings of tables."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key: one by name, or two parts.

    Attributes
    ----------
    rest_by : str
        The key of what is not fixed, one of `KEYS`, or `WEIGHT`.
    fixed : int
        Percent of the cost that are shared by another key.
    fixed_by : str
        That key, one of `WEIGHTED`, or `WEIGHT`.
    given : mapping id -> weight, optional
        The weights of all municipalities, for the key `WEIGHT`.
    """

    rest_by: str
    fixed: int = 0
    fixed_by: str = "equal"
    given: Mapping[str, Fraction] | None = field(default=None, compare=False, repr=False)

    @property
    def name(self) -> str:
        """The key as it is written."""
        return f"{self.fixed}%{self.fixed_by}+{self.rest_by}" if self.fixed else self.rest_by

    @property
    def title(self) -> Text:
        """The key in words."""
        if not self.fixed:
            return TITLES[self.rest_by]
        return T("{percent} % {fixed}, the rest {rest}", percent=self.fixed,
                 fixed=TITLES[self.fixed_by], rest=TITLES[self.rest_by])  # fmt: skip

    @property
    def short(self) -> Text:
        """The key as a heading."""
        return self.title if self.fixed else SHORT[self.rest_by]

    @classmethod
    def of(cls, parts: TwoParts) -> Key:
        """Return the key by fixed weights."""
        return cls(parts.rest_by, parts.fixed, parts.fixed_by, parts.given)

    @classmethod
    def parse(cls, said: str, given: Mapping[str, Fraction] | None = None) -> Key:
        """Read `population`, or `30%equal+population`; `weight` where weights are given.

        Raises
        ------
        UsageError
        """
        parts = TwoParts.named(said, given)
        if parts is not None:
            return cls.of(parts)
        if said in OWN_VALUES:
            return cls(said, given=given)
        known = KEYS if given is None else (*KEYS, WEIGHT)
        if given is None and WEIGHT in re.split(r"[%+]", said):
            raise UsageError(
                T("The key {name} needs weights: add --weights FILE.csv.", name=repr(said))
            )
        raise UsageError(
            T("There is no key {name}; there are {known}, and two parts as 30%equal+population.",
              name=repr(said), known=", ".join(known))
        )  # fmt: skip

    def shares(
        self, problem: Problem, service: int, who: Ints, cents: int, own: StandAlone | None = None
    ) -> list[Fraction]:
        """Return what each member pays of so many cents, exactly.

        `own` is needed by the keys in `OWN_VALUES`.
        """
        if self.rest_by in OWN_VALUES:
            if own is None:
                raise ValueError(f"the key {self.rest_by} needs the values of all parts")
            ids = [problem.facts.ids[i] for i in who]
            return game_keys.KEYS[self.rest_by](own.game(ids, cents))
        parts = TwoParts(self.rest_by, self.fixed, self.fixed_by, self.given)
        return parts.shares(problem.facts, service, who, cents)


def numbers(problem: Problem, ids: Sequence[str]) -> Ints:
    """Return the numbers of municipalities in the order of the instance."""
    return np.sort(np.array([problem.facts.index[i] for i in ids], np.int64))

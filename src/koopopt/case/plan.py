"""Plans: who pools what with whom, seated where, in which legal form. Plain values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from koopopt.case.library import ALONE_FORM
from koopopt.checking.typed import require
from koopopt.shown import Brief, Shown, counted

if TYPE_CHECKING:
    import pandas as pd

PLAN_COLUMNS = ["service", "partnership", "municipality", "seat", "legal_form"]
"""Columns of `Plan.to_frame`."""


@dataclass(frozen=True, slots=True, order=True, repr=False)
class Partnership(Brief):
    """One service, its members, their seat and their legal form.

    Attributes
    ----------
    service : str
        Service id.
    members : tuple of str
        Municipality ids, sorted.
    seat : str
        One of the members, or a site (the evaluator says so if it is neither).
    legal_form : str
        Id of a legal form; ``alone`` for a single member that is its own seat.

    Raises
    ------
    UsageError
        For what is no text, and for members that are one text instead of several.
    """

    service: str
    members: tuple[str, ...]
    seat: str
    legal_form: str = ALONE_FORM

    def __post_init__(self) -> None:
        if isinstance(self.members, Iterable) and not isinstance(self.members, str):
            object.__setattr__(self, "members", tuple(self.members))
        if not self._is_text():  # searches make many: the long way is for what is wrong
            require(Partnership, self)
        object.__setattr__(self, "members", tuple(sorted(self.members)))

    def _is_text(self) -> bool:
        names = (self.service, self.seat, self.legal_form)
        return type(self.members) is tuple and {*map(type, names + self.members)} == {str}

    @property
    def pooled(self) -> bool:
        """Whether it has two members or more, or its one member is served at a site."""
        return len(self.members) > 1 or self.seat not in self.members

    def _said(self) -> str:
        who = ", ".join(map(repr, self.members))
        return f" {self.service!r}, seat {self.seat!r}, {self.legal_form!r}: {who}"


@dataclass(frozen=True, slots=True, repr=False)
class Plan(Shown):
    """For every service a partition of the municipalities into partnerships.

    Whether it really is one is for `koopopt.evaluate` to say: a plan written by hand may have
    any fault. Partnerships are kept sorted, so equal plans compare equal.

    Examples
    --------
    >>> from koopopt import Partnership, Plan
    >>> plan = Plan([Partnership("library", ("A", "B"), "B", "agreement")])
    >>> plan.pooled[0].seat
    'B'
    """

    partnerships: tuple[Partnership, ...]

    def __init__(self, partnerships: Iterable[Partnership]) -> None:
        given = tuple(partnerships) if isinstance(partnerships, Iterable) else partnerships
        require(tuple[Partnership, ...], given, "partnerships", deep=False)
        object.__setattr__(self, "partnerships", tuple(sorted(given)))

    def of(self, service: str) -> tuple[Partnership, ...]:
        """Return the partnerships of one service."""
        return tuple(p for p in self.partnerships if p.service == service)

    @property
    def pooled(self) -> tuple[Partnership, ...]:
        """The partnerships in which nobody is alone."""
        return tuple(p for p in self.partnerships if p.pooled)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a member: service, partnership, municipality, seat, legal_form.

        The same columns as a plan or status-quo file.
        """
        import pandas as pd

        return pd.DataFrame(self.rows(), columns=PLAN_COLUMNS, dtype=str)

    def rows(self) -> list[dict[str, str]]:
        """Return the rows of `to_frame` by column, for which pandas is not needed."""
        rows = []
        numbers: dict[str, int] = {}
        for p in self.partnerships:
            numbers[p.service] = numbers.get(p.service, 0) + 1
            label = f"{p.service}-{numbers[p.service]}"
            for member in p.members:
                row = p.service, label, member, p.seat, p.legal_form
                rows.append(dict(zip(PLAN_COLUMNS, row, strict=True)))
        return rows

    def _said(self) -> str:
        pooled, count = len(self.pooled), len(self.partnerships)
        return f": {counted(pooled, 'partnership')}, {count - pooled:,} alone"

"""What a plan saves, in the one form of words that all reports use: "in 80 of 100 cases".

The cases are samples of the numbers that have ranges (`koopopt.savings`). Amounts are rounded as
estimates deserve, so that they do not look more exact than they are.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from koopopt.case.facts import euros
from koopopt.savings.saving import Saving, Savings
from koopopt.text import T, Text, signed

AGAINST_ALONE: Final = T("EUR a year against all alone, in 80 of 100 cases")
"""The heading of a `difference`."""


def rough(value: float) -> float:
    """Return a sum rounded as an estimate deserves: to 1,000, below 20,000 to 100."""
    if not math.isfinite(value):
        return value
    return int(round(value, -3 if abs(value) >= 20_000 else -2))


def against_alone(saving: Saving) -> Text:
    """Say what a plan saves against all alone."""
    low, modelled, high = _ends(saving)
    if all(cents == saving.modelled for cents in saving.sampled):
        return T(
            "Cost against all alone: {modelled} EUR a year as modelled; minus is saved. None of the"
            " numbers with ranges changes that.", modelled=signed(-modelled),
        )  # fmt: skip
    if min(low, modelled) >= 0:
        return T(
            "The plan saves {low} to {high} EUR a year against all alone in 80 of 100 cases"
            " ({modelled} as modelled).", low=low, high=high, modelled=modelled,
        )  # fmt: skip
    return T(
        "Cost against all alone: {low} to {high} EUR a year in 80 of 100 cases ({modelled} as"
        " modelled); minus is saved.",
        low=signed(-high), high=signed(-low), modelled=signed(-modelled),
    )  # fmt: skip


def against_today(saving: Saving) -> Text:
    """Say what a plan saves against the state of today."""
    low, modelled, high = _ends(saving)
    if min(low, modelled) >= 0:
        return T(
            "Against today's state the plan saves {low} to {high} EUR a year in 80 of 100 cases"
            " ({modelled} as modelled).", low=low, high=high, modelled=modelled,
        )  # fmt: skip
    return T(
        "Cost against today's state: {low} to {high} EUR a year in 80 of 100 cases ({modelled} as"
        " modelled); minus is saved.",
        low=signed(-high), high=signed(-low), modelled=signed(-modelled),
    )  # fmt: skip


def difference(saving: Saving, heads: float | None = None) -> Text:
    """Return, without a sentence, what a plan costs more in 80 of 100 cases; minus is saved.

    EUR a year; per inhabitant where it is said how many there are.
    """
    ends = (-euros(saving.high), -euros(saving.low))
    low, high = (rough(v) if heads is None else round(v / heads, 1) for v in ends)
    return T("{best} to {worst}", best=signed(low), worst=signed(high))


def short(saving: Saving) -> tuple[Text, Text]:
    """Return `difference` and the same as modelled."""
    modelled = Text("{value}", {"value": signed(rough(-euros(saving.modelled)))})
    return difference(saving), modelled


def doubts(saving: Saving) -> Iterator[Text]:
    """Say in how many cases a plan costs more than all alone, if in any."""
    if saving.losing:
        yield T("In {count} of 100 cases it costs more than all alone.",
                count=in_100(saving.losing, len(saving.sampled)))  # fmt: skip


def drawn(savings: Savings) -> Text:
    """Say what the cases are."""
    return T(
        "The cases: {samples} samples (seed {seed}) of the numbers with ranges on which costs"
        " depend ({numbers}); `koopopt ranges` says what drives the saving.",
        samples=savings.samples, numbers=savings.numbers, seed=str(savings.seed),
    )  # fmt: skip


def unknown() -> Text:
    """Say that a saving stands without its range, though numbers have ranges."""
    return T("What the ranges of numbers mean for the saving could not be worked out in time, or to"
             " the cent.")  # fmt: skip


def in_100(count: int, of: int) -> int:
    """Return so many of 100; neither 0 nor 100 where it is not quite."""
    share = round(100 * count / of)
    return share if count in (0, of) else min(max(share, 1), 99)


def _ends(saving: Saving) -> tuple[float, float, float]:
    low, modelled, high = (
        rough(euros(cents)) for cents in (saving.low, saving.modelled, saving.high)
    )
    return low, modelled, high

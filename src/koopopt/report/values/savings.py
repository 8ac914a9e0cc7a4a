"""What a plan saves, in the one form of words that all reports use: "in 80 of 100 cases".

The cases are samples of the numbers that have ranges (`koopopt.savings`). Amounts are rounded as
estimates deserve, so that they do not look more exact than they are, and gains and losses are said
in words, never by a sign.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from koopopt.case.facts import euros
from koopopt.report.values.amounts import change, span
from koopopt.savings.saving import Saving, Savings
from koopopt.text import T, Text

AGAINST_ALONE: Final = T("A year against all alone, in 80 of 100 cases")
"""The heading of a `difference`."""


def against_alone(saving: Saving) -> Text:
    """Say what a plan saves against all alone."""
    modelled = _modelled(saving)
    if all(cents == saving.modelled for cents in saving.sampled):
        return T(
            "The plan {modelled} a year against all alone, as modelled. None of the numbers with"
            " ranges changes that.", modelled=modelled,
        )  # fmt: skip
    return T(
        "The plan {span} a year against all alone, in 80 of 100 cases (as modelled it {modelled}).",
        span=difference(saving), modelled=modelled,
    )  # fmt: skip


def against_today(saving: Saving) -> Text:
    """Say what a plan saves against the state of today."""
    return T(
        "The plan {span} a year against today's state, in 80 of 100 cases (as modelled it"
        " {modelled}).", span=difference(saving), modelled=_modelled(saving),
    )  # fmt: skip


def difference(saving: Saving) -> Text:
    """Say, without a sentence, what a plan saves a year or costs more, in 80 of 100 cases."""
    return span(-euros(saving.high), -euros(saving.low))


def short(saving: Saving) -> tuple[Text, Text]:
    """Return `difference` and the same as modelled."""
    return difference(saving), _modelled(saving)


def _modelled(saving: Saving) -> Text:
    return change(-euros(saving.modelled))


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

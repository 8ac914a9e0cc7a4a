"""Gains and losses in words: "saves 1.26 million EUR", "costs 0.57 million EUR more", never a sign.

The page's script fills the same templates (`WORDS`) for a municipality that is chosen there.
"""

from __future__ import annotations

import math
from typing import Final

from koopopt.text import T, Text

MILLION: Final = 1e6

WORDS: Final[dict[str, Text]] = {
    "amount_million": T("{value} million EUR"),
    "amount_euros": T("{value} EUR"),
    "change_saves": T("saves {amount}"),
    "change_costs": T("costs {amount} more"),
    "change_none": T("costs the same"),
    "span_saves": T("saves about {low} to {high}"),
    "span_either": T("saves up to {saved}, or costs up to {more} more"),
    "span_costs": T("costs about {low} to {high} more"),
}


def rough(value: float) -> float:
    """Return a sum rounded as an estimate deserves: to 1,000, below 20,000 to 100."""
    if not math.isfinite(value):
        return value
    return int(round(value, -3 if abs(value) >= 20_000 else -2))


def amount(value: float) -> Text:
    """Return EUR without a sign, rounded as an estimate deserves."""
    rounded = abs(rough(value))
    if rounded >= MILLION:
        return _filled("amount_million", value=round(rounded / MILLION, 2))
    return _filled("amount_euros", value=rounded)


def change(difference: float) -> Text:
    """Say what a difference in cost is; minus is saved."""
    if not rough(difference):
        return WORDS["change_none"]
    return _filled("change_saves" if difference < 0 else "change_costs", amount=amount(difference))


def each(difference: float) -> Text:
    """Say what a difference in cost per inhabitant is, to 10 cents."""
    rounded = round(abs(difference), 1)
    if not rounded:
        return WORDS["change_none"]
    key = "change_saves" if difference < 0 else "change_costs"
    return _filled(key, amount=_filled("amount_euros", value=rounded))


def span(one: float, other: float) -> Text:
    """Say between what a difference in cost lies; minus is saved."""
    best, worst = sorted((one, other))
    if rough(best) == rough(worst):
        return change(best)
    if rough(best) >= 0:
        return _filled("span_costs", low=amount(best), high=amount(worst))
    if rough(worst) <= 0:
        return _filled("span_saves", low=amount(worst), high=amount(best))
    return _filled("span_either", saved=amount(best), more=amount(worst))


def _filled(key: str, **fields: object) -> Text:
    return Text(WORDS[key].template, fields)

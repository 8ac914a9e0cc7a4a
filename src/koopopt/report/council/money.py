"""What a plan costs and saves, who wins and loses, how far the figures can be trusted."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import numpy as np

from koopopt.report import figures, parameters
from koopopt.report.council.about import About, against, ends, rough, signed
from koopopt.text import T, Text

KEYS: Final = {
    "demand": T("by demand"),
    "population": T("by inhabitants"),
    "equal": T("in equal parts"),
}
"""Keys by which costs are shared."""


def money(about: About) -> Iterator[Text]:
    """Say what is paid and saved, never without the range."""
    if not about.plan.plan.pooled:
        yield T("Nobody pools anything: everything costs what it costs alone.")
        return
    best, worst = ends(about.what_if)
    heads = about.inhabitants or math.nan
    yield T(
        "All services together cost about {cost} EUR a year, {each} EUR per inhabitant;"
        " alone it would be about {alone} EUR.",
        cost=rough(about.plan.criteria["cost"]),
        each=round(about.plan.criteria["cost"] / heads, 0),
        alone=rough(about.decision.alone.criteria["cost"]),
    )
    yield T(
        "Against all alone: {best} EUR a year as modelled ({best_each} EUR per inhabitant), up"
        " to {worst} EUR a year ({worst_each} EUR per inhabitant) if the assumptions fail.",
        best=signed(rough(best)),
        best_each=signed(round(best / heads, 1)),
        worst=signed(rough(worst)),
        worst_each=signed(round(worst / heads, 1)),
    )
    today = about.decision.today
    if today.criteria and not about.decision.today_is_alone:
        best, worst = against(about.what_if, about.decision.today_if)
        yield T(
            "Against today's state: {best} EUR a year as modelled, up to {worst} EUR a year if the"
            " assumptions fail.",
            best=signed(rough(best)),
            worst=signed(rough(worst)),
        )


def winners(about: About) -> Iterator[Text]:
    """Say who pays less and who more, by each key."""
    alone = about.figures.cost_alone.sum(axis=0)
    for key in figures.KEYS:
        more = about.figures.cost[key].sum(axis=0) - alone
        cheaper, dearer = int((more < -0.5).sum()), int((more > 0.5).sum())
        losses = float(more[more > 0].sum())
        yield T(
            "Shared {key}: {cheaper} municipalities pay less than alone, {dearer} pay more"
            " (together about {losses} EUR a year).",
            key=KEYS[key],
            cheaper=cheaper,
            dearer=dearer,
            losses=rough(losses),
        )
    if not about.plan.plan.pooled:
        return
    each = (about.figures.cost["demand"].sum(axis=0) - alone) / np.where(
        about.facts.population > 0, about.facts.population, np.nan
    )
    if np.isfinite(each).any():
        low, high = int(np.nanargmin(each)), int(np.nanargmax(each))
        yield T(
            "Shared by demand the difference per inhabitant and year lies between {low} EUR"
            " ({best}) and {high} EUR ({worst}), as modelled.",
            low=signed(round(float(each[low]), 1)),
            best=about.name(low),
            high=signed(round(float(each[high]), 1)),
            worst=about.name(high),
        )
    yield T(
        "Where somebody pays more, an agreement on compensation is needed; what is fair is for"
        " the councils to decide."
    )


def robust(about: About) -> Iterator[Text]:
    """Say what remains of the saving if assumptions fail."""
    for case in about.what_if:
        yield T(
            "{case}: {difference} EUR a year against all alone.",
            case=case.title,
            difference=signed(rough(case.plan - case.alone)),
        )


def sources(about: About) -> Iterator[Text]:
    """Say how much rests on assumptions."""
    known = parameters.of_instance(about.facts.instance)
    assumed, count = parameters.assumptions(known)
    yield T(
        "{assumed} of {count} figures are assumptions; each stands with its source below."
        " Studies found savings mainly for small members, or none.",
        assumed=assumed,
        count=count,
    )

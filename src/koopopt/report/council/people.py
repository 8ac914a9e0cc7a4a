"""What a plan changes for citizens, and what a municipality gives up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from koopopt.report import figures
from koopopt.report.council.about import About, listed
from koopopt.text import T, Text

BLOCKS: Final = 1 / 3
"""More than this share of the votes blocks what needs two thirds (accession, exit, change)."""


def citizens(about: About) -> Iterator[Text]:
    """Say how far people have to go, and what changes for them."""
    times, minutes = about.figures.everyone, about.figures.minutes
    if not about.plan.plan.pooled:
        yield T("Nothing: every service stays in the own town hall.")
        return
    # Of the longest ways that are gone at all, the one that most people go.
    trips = np.array([[s.travel.trips_per_inhabitant] for s in about.facts.services])
    longest = np.where(minutes == times.longest, 1 + trips * about.facts.population, 0)
    s, i = np.unravel_index(int(np.argmax(longest)), minutes.shape)
    yield T(
        "A trip to the seat takes {mean} minutes on average (trips at home count as 0), 95 %"
        " of the trips at most {p95}, the longest {longest}: from {town} to {seat}"
        " ({service}).",
        mean=round(float(times.mean), 1),
        p95=round(float(times.p95)),
        longest=round(float(minutes[s, i])),
        town=about.name(int(i)),
        seat=about.name(int(about.figures.seat[s, i])),
        service=about.facts.services[s].title,
    )
    yield T(
        "{share} % of the trips take longer than {limit} minutes, the reach of a middle-order"
        " centre by car.",
        share=round(100 * float(times.above), 1),
        limit=figures.THRESHOLD,
    )
    seats = len({p.seat for p in about.plan.plan.pooled})
    yield T(
        "Pooled services are seated in {seats} town hall(s); {changes} pairs of municipality"
        " and service get another seat than today.",
        seats=seats,
        changes=round(about.plan.criteria["change"]),
    )
    if not about.facts.instance.travel:
        yield T("Minutes are estimated from distances, so good to about 10 %.")


def autonomy(about: About) -> Iterator[Text]:
    """Say what a municipality no longer decides alone."""
    pooled, count = about.figures.tasks_pooled, len(about.facts.services)
    low, high = int(pooled.min()), int(pooled.max())
    if high == 0:
        yield T("Nothing: every municipality decides on its own.")
        return
    most = [about.name(int(i)) for i in np.flatnonzero(pooled == high)]
    yield T(
        "Of {count} tasks a municipality pools between {low} and {high}; most of them: {names}.",
        count=count,
        low=low,
        high=high,
        names=listed(most),
    )
    every = about.figures.all_votes
    share = about.figures.votes / np.where(every > 0, every, np.nan)
    if np.isfinite(share).any():
        s, i = np.unravel_index(int(np.nanargmin(share)), share.shape)
        yield T(
            "The smallest voice: {town} has {mine} of {all} votes in {service}.",
            town=about.name(int(i)),
            mine=int(about.figures.votes[s, i]),
            all=int(every[s, i]),
            service=about.facts.services[s].title,
        )
        blocking = int((share > BLOCKS).sum())
        yield T(
            "{count} membership(s) have more than a third of the votes and so can block what"
            " needs two thirds, such as accession, exit and change of statutes.",
            count=blocking,
        )
    if any((form := about.facts.form(p)) and form.votes is None for p in about.plan.plan.pooled):
        yield T(
            "Agreements have no assembly and no votes: who does not hold the seat is heard as"
            " far as the agreement says."
        )

"""What a plan changes for citizens, and what a municipality gives up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from koopopt.report.values import figures
from koopopt.report.values.parameters import estimated_minutes
from koopopt.report.words.about import About, in_sentence
from koopopt.text import T, Text

BLOCKING_SHARE: Final = 1 / 3
"""More than this share of the votes blocks what needs two thirds (accession, exit, change)."""


def citizens(about: About) -> Iterator[Text]:
    """Say how far people have to go, and what changes for them."""
    if about.plan.plan.pooled:
        yield from _ways(about)
    else:
        yield T("Every service stays in the own town hall.")
    changes = round(about.plan.criteria["change"])
    seats = {p.seat for p in about.plan.plan.pooled}
    sites = seats.difference(about.facts.ids)
    if sites:
        yield T(
            "Seats of pooled services: {seats} town hall(s) and {sites} site(s). Cases"
            " (municipality and service) in which another seat is responsible than today:"
            " {changes}.",
            seats=len(seats) - len(sites),
            sites=len(sites),
            changes=changes,
        )
        return
    yield T(
        "Seats of pooled services: {seats} town hall(s). Cases (municipality and service) in which"
        " another seat is responsible than today: {changes}.",
        seats=len(seats),
        changes=changes,
    )


def _ways(about: About) -> Iterator[Text]:
    """Say how long trips take, beside those of today."""
    times, minutes = about.figures.everyone, about.figures.minutes
    # Of the longest ways that are gone at all, the one that most people go.
    trips = np.array([[s.travel.trips_per_inhabitant] for s in about.facts.services])
    longest = np.where(minutes == times.longest, 1 + trips * about.facts.population, 0)
    s, i = np.unravel_index(int(np.argmax(longest)), minutes.shape)
    yield T(
        "A trip to the seat takes {mean} minutes on average, one way (trips at home count as 0),"
        " 95 % of the trips at most {p95}, the longest {longest}: from {town} to {seat}"
        " ({service}).",
        mean=round(float(times.mean), 1),
        p95=round(float(times.p95)),
        longest=round(float(minutes[s, i])),
        town=about.name(int(i)),
        seat=about.name(int(about.figures.seat[s, i])),
        service=about.facts.services[s].title,
    )
    yield T(
        "{share} % of the trips take longer than {limit} minutes, a guideline for the way to a"
        " centre by car (BBSR).",
        share=round(100 * float(times.above), 1),
        limit=figures.REACH_MINUTES,
    )
    today = about.decision.today_figures
    if today is not None:
        yield T(
            "Today it is {mean} minutes on average, 95 % at most {p95}, the longest {longest}.",
            mean=round(float(today.everyone.mean), 1),
            p95=round(float(today.everyone.p95)),
            longest=round(float(today.everyone.longest)),
        )
    if estimated_minutes(about.facts.instance):
        yield T(
            "Minutes are estimated from straight lines (detour and speed are assumptions); they"
            " are no road times."
        )


def autonomy(about: About) -> Iterator[Text]:
    """Say what a municipality no longer decides alone."""
    count = len(about.facts.services)
    given = about.figures.tasks_pooled - about.figures.tasks_seated
    low, high = int(given.min()), int(given.max())
    if high == 0:
        yield T("Nothing: every municipality decides on its own.")
        return
    most = [about.name(int(i)) for i in np.flatnonzero(given == high)]
    yield T(
        "Of {count} tasks a municipality gives between {low} and {high} to a seat elsewhere; the"
        " most: {names}.",
        count=count,
        low=low,
        high=high,
        names=in_sentence(most),
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
        blocking = int((share > BLOCKING_SHARE).sum())
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

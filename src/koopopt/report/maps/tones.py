"""Colours of partnerships on maps and in tables: neighbours differ, a seat keeps its colour.

Walking along a front one plan follows another; if the partnership around the same seat keeps its
colour, the eye sees what changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from koopopt.case.facts import Facts
from koopopt.case.plan import Partnership
from koopopt.report.colours import TONES


def preferred(facts: Facts) -> Mapping[str, int]:
    """Return the colour of each municipality and site as a seat: neighbours get different ones."""
    tones: dict[str, int] = {}
    ids = facts.ids
    colour = np.full(facts.n, -1)
    used = np.zeros(len(TONES), int)
    for i in np.argsort(-facts.population, kind="stable"):
        free = np.setdiff1d(np.arange(len(TONES)), colour[facts.adjacent[i]])
        choice = free if len(free) else np.arange(len(TONES))
        colour[i] = choice[np.argmin(used[choice])]  # the least used: many colours, evenly
        used[colour[i]] += 1
        tones[ids[i]] = int(colour[i])
    for site in facts.seat_ids[facts.n :]:
        tones[site] = int(np.argmin(used))
        used[tones[site]] += 1
    return tones


def of_service(
    facts: Facts, pools: Iterable[Partnership], wanted: Mapping[str, int]
) -> dict[Partnership, int]:
    """Return a number of `TONES` for each pooled partnership of one service of one plan.

    All differ, or where the colours do not suffice at least those that are adjacent.
    """
    ranked = sorted(pools, key=lambda p: (-len(p.members), facts.index[p.seat]))
    tones: dict[Partnership, int] = {}
    colour, counted = np.full(facts.n, -1), [0] * len(TONES)  # of municipalities; of partnerships
    for p in ranked:
        who = facts.members(p)
        taken = set(colour[facts.adjacent[who].any(axis=0)].tolist())
        unused = {tone for tone, count in enumerate(counted) if not count}
        free = unused or set(range(len(TONES))) - taken or set(range(len(TONES)))
        mine = wanted[p.seat]
        tones[p] = mine if mine in free else min(free, key=lambda k: (counted[k], k))
        colour[who[who < facts.n]] = tones[p]
        counted[tones[p]] += 1
    return tones

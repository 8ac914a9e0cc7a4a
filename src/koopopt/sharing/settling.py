"""A partition that nobody leaves, looked for by letting those go who would.

Again and again the partnership that blocks with the largest least gain is formed; who is left
behind stays together where the rules allow it, else all of them are alone. That may end in a
partition that nobody leaves, or come back to where it was: then any that blocks is formed, by the
dice, which are the same for the same seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from koopopt.case.plan import Partnership
from koopopt.sharing.burdens import Burdens
from koopopt.sharing.keys import numbers
from koopopt.sharing.stability import blocking

MOST_STEPS: Final = 400
MOST_BLOCKING: Final = 20
"""Partnerships that block of which one is formed."""


def settled(burdens: Burdens, start: Sequence[Partnership]) -> list[Partnership] | None:
    """Return a partition of a service that nobody leaves under a key, None if none is found."""
    all_of, now, dice = burdens.all_of, list(start), np.random.default_rng(0)
    seen: set[frozenset[Partnership]] = set()
    for _ in range(MOST_STEPS):
        found = blocking(burdens, now, MOST_BLOCKING)
        if not found:
            return now
        again = frozenset(now) in seen
        chosen = found[int(dice.integers(len(found)))] if again else found[0]
        seen.add(frozenset(now))
        new = all_of.together(numbers(burdens.problem, chosen.members), chosen.seat)
        assert new is not None
        now = [new, *_left(burdens, now, set(new.members))]
    return None


def _left(burdens: Burdens, parts: Sequence[Partnership], gone: set[str]) -> list[Partnership]:
    """Return the partnerships without those who are gone."""
    found: list[Partnership] = []
    for p in parts:
        if not gone & set(p.members):
            found.append(p)
            continue
        rest = [i for i in p.members if i not in gone]
        if not rest:
            continue
        together = burdens.all_of.together(numbers(burdens.problem, rest))
        found += [Partnership(p.service, (i,), i) for i in rest] if together is None else [together]
    return found

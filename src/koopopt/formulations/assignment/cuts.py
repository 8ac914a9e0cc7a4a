"""What is learnt from plans that the model allows and the evaluator does not.

The model leaves out, or only under-estimates, what would make it large: contiguity, the exact
cost, who loses. After each solve the evaluator says what is wrong with the plan; `Lessons` keep
what follows from it, and the model is written again with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from koopopt.case.plan import Plan
from koopopt.case.sites import placed
from koopopt.formulations.assignment.draft import PAIR_COLUMN, Meaning, Mode, ModelDraft
from koopopt.formulations.pieces import is_new
from koopopt.linear import Bools, Ints
from koopopt.problem import Problem


@dataclass(frozen=True, slots=True)
class Separator:
    """Whoever is a member at the hub needs another member in `via`: x[i,h,m] ≤ Σ x[j,h,m].

    At a site, which is no member, so does who is one together with an`other`.
    """

    service: int
    hub: int
    member: int
    via: tuple[int, ...]
    other: int | None = None


@dataclass(frozen=True, slots=True)
class NoGood:
    """The members of the hub are not exactly these, in any mode or in the one with this key."""

    service: int
    hub: int
    members: tuple[int, ...]
    mode: tuple[object, ...] | None = None


@dataclass(frozen=True, slots=True)
class Exact:
    """The hub with exactly these members costs so many cents, whatever lines say."""

    service: int
    hub: int
    members: tuple[int, ...]
    cents: int


@dataclass(slots=True)
class Lessons:
    """Everything learnt so far.

    Attributes
    ----------
    points : dict (service, hub) -> list of demands
        Where the model's cost must be exact.
    losers : dict (service, hub) -> set of municipalities
        For whom the rows of `no_losers` are written.
    exact : dict used as an ordered set of Exact
        Costs that lines and whole cents only come near to.
    cuts : dict used as an ordered set of Separator and NoGood
    plans : dict used as an ordered set of Plan
        Plans that break a rule in a way that no other lesson covers.
    """

    points: dict[tuple[int, int], list[float]] = field(default_factory=dict)
    losers: dict[tuple[int, int], set[int]] = field(default_factory=dict)
    exact: dict[Exact, None] = field(default_factory=dict)
    cuts: dict[Separator | NoGood, None] = field(default_factory=dict)
    plans: dict[Plan, None] = field(default_factory=dict)

    def point(self, service: int, hubs: Iterable[int], demand: float) -> bool:
        """Make the cost exact at `demand` for all these hubs; return whether it was not."""
        learnt = False
        for hub in hubs:
            known = self.points.setdefault((service, hub), [])
            if is_new(known, demand):
                known.append(demand)
                learnt = True
        return learnt

    def add(self, cuts: Iterable[Separator | NoGood]) -> bool:
        """Add cuts; return whether any is new."""
        before = len(self.cuts)
        self.cuts.update(dict.fromkeys(cuts))
        return len(self.cuts) > before

    def cost(self, exact: Exact) -> bool:
        """Make the cost of one pool exact; return whether that is new."""
        new = exact not in self.exact
        self.exact[exact] = None
        return new

    def plan(self, plan: Plan) -> bool:
        """Cut off a plan; return whether that is new."""
        new = plan not in self.plans
        self.plans[plan] = None
        return new


def separators(adjacent: Bools, allowed: Bools, service: int, members: Ints) -> Iterator[Separator]:
    """Yield cuts against a partnership whose members are not connected.

    For a member i and a hub in different components C and C' of the members: who is a member at
    the hub together with i needs someone of every set of municipalities that separates them.
    Of the neighbours of C those that C' can reach past them are such a set.

    Parameters
    ----------
    adjacent : (n, n) bool
    allowed : (n, n) bool
        Who may be a member at which hub.
    service : int
    members : int array
    """
    n = len(adjacent)
    inside = np.zeros(n, bool)
    inside[members] = True
    parts = list(components(adjacent, inside))
    for part in parts:
        border = adjacent[part].any(axis=0) & ~inside
        for other in parts:
            if other is part:
                continue
            for hub in np.flatnonzero(other).tolist():
                there = allowed[:, hub]
                seen = hops(adjacent, there & ~border, hub) >= 0
                separator = border & there & adjacent[seen].any(axis=0)
                via = tuple(np.flatnonzero(separator).tolist())
                for i in np.flatnonzero(part & there).tolist():
                    yield Separator(service, hub, i, via)


def site_separators(
    adjacent: Bools, allowed: Bools, service: int, site: int, members: Ints
) -> Iterator[Separator]:
    """Yield the same against members at a site: for each two in different components."""
    inside = np.zeros(len(adjacent), bool)
    inside[members] = True
    there = allowed[:, site]
    parts = list(components(adjacent, inside))
    for k, part in enumerate(parts):
        border = adjacent[part].any(axis=0) & ~inside
        for other in (j for more in parts[k + 1 :] for j in np.flatnonzero(more).tolist()):
            seen = hops(adjacent, there & ~border, other) >= 0
            via = tuple(np.flatnonzero(border & there & adjacent[seen].any(axis=0)).tolist())
            for i in np.flatnonzero(part).tolist():
                yield Separator(service, site, i, via, other)


def components(adjacent: Bools, inside: Bools) -> Iterator[Bools]:
    """Yield the connected components of the municipalities inside, as masks."""
    left = inside.copy()
    while left.any():
        part = hops(adjacent, inside, int(left.argmax())) >= 0
        left &= ~part
        yield part


def hops(adjacent: Bools, inside: Bools, start: int) -> Ints:
    """Return (n,) steps from `start` through the municipalities inside; -1 out of reach."""
    steps = np.full(len(adjacent), -1)
    front = np.zeros(len(adjacent), bool)
    front[start] = True
    count = 0
    while front.any():
        steps[front] = count
        count += 1
        front = adjacent[front].any(axis=0) & inside & (steps < 0)
    return steps


def distances(adjacent: Bools) -> Ints:
    """Return (n, n) least number of borders to cross; n where there is no way."""
    n = len(adjacent)
    steps = np.full((n, n), n)
    front = reached = np.eye(n, dtype=bool)
    graph = adjacent.astype(np.float32)
    for count in range(n):
        steps[front] = count
        front = (front.astype(np.float32) @ graph > 0) & ~reached
        reached = reached | front
        if not front.any():
            break
    return steps


def write_cuts(problem: Problem, draft: ModelDraft, meaning: Meaning, lessons: Lessons) -> None:
    """Add the rows of all lessons that are rows."""
    hubs: dict[tuple[int, int], list[Mode]] = {}
    for mode in draft.modes:
        hubs.setdefault((mode.service, mode.hub), []).append(mode)
    for number, cut in enumerate(lessons.cuts):
        name = f"{problem.facts.services[cut.service].id},{problem.facts.ids[cut.hub]},{number}"
        modes = hubs.get((cut.service, cut.hub), [])
        if isinstance(cut, Separator):
            _write_separator(draft, cut, modes, name)
        else:
            _write_no_good(draft, meaning, cut, modes, name)
    for number, plan in enumerate(lessons.plans):
        _write_plan(problem, draft, meaning, plan, f"plan[{number}]")


def _write_separator(draft: ModelDraft, cut: Separator, modes: list[Mode], name: str) -> None:
    for k, mode in enumerate(modes):
        column = mode.members[mode.who == cut.member]
        if len(column):
            row = draft.builder.rows([f"separator[{name},{k}]"], upper=0.0)
            draft.builder.entries(row, column, 1.0)
            draft.builder.entries(row, mode.members[np.isin(mode.who, cut.via)], -1.0)
            if cut.other is not None:
                draft.builder.entries(row, mode.members[mode.who == cut.other], 1.0)
                draft.builder.entries(row, np.array([mode.open]), -1.0)


def _write_no_good(
    draft: ModelDraft, m: Meaning, cut: NoGood, modes: list[Mode], name: str
) -> None:
    """Σ_{i inside} X[i,h] - Σ_{i outside} X[i,h] ≤ |members| - 2 besides the hub itself."""
    which = m.away & (m.service == cut.service) & (m.hub == cut.hub)
    if cut.mode is not None:
        same = [mode for mode in modes if mode.key == cut.mode]
        if not same:
            return  # the piece is cut up by now
        which &= m.mode == m.mode[same[0].open]
    columns = np.flatnonzero(which)
    sign = np.where(np.isin(m.member[columns], cut.members), 1.0, -1.0)
    row = draft.builder.rows([f"no_good[{name}]"], upper=len(cut.members) - 2.0)
    draft.builder.entries(row, columns, sign)


def _write_plan(problem: Problem, draft: ModelDraft, m: Meaning, plan: Plan, name: str) -> None:
    """Not everyone is served where the plan says."""
    facts = problem.facts
    seat = np.full((len(facts.services), facts.n), -1)
    for s, who, h in placed(facts, plan):
        seat[s, who] = h
    served = (seat[m.service, m.member] == m.hub).astype(float)
    served += (m.kind == PAIR_COLUMN) & (seat[m.service, m.hub] == m.hub)
    row = draft.builder.rows([name], upper=seat.size - 1.0)
    draft.builder.entries(row, np.arange(len(served)), served)

"""The hub model written out: all columns and rows, and the way back to a plan.

    minimise    Σ_k weight_k · criterion_k
    subject to  a[s,i] + Σ_h,m x[s,i,h,m] + Σ_m y[s,i,m] + pairs with i  =  1   for every s, i
                the rows of every hub and mode (`blocks`), the rows of the plan rules,
                all columns binary

Two who pool are a column of their own, with their true cost, unless the cost is a straight line
anyway.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from koopopt.case import sites
from koopopt.case.facts import TOLERANCE
from koopopt.case.plan import Plan
from koopopt.exact import CENTS_PER_EURO
from koopopt.formulations.assignment.cuts import Lessons, write_cuts
from koopopt.formulations.assignment.draft import (
    ALONE_COLUMN,
    OPEN_COLUMN,
    PAIR_COLUMN,
    Meaning,
    Mode,
    ModelDraft,
)
from koopopt.formulations.assignment.partnerships import cheapest, partnership
from koopopt.formulations.assignment.plan_rows import write_plan_rows
from koopopt.formulations.assignment.services import write_service
from koopopt.linear import Floats, Ints, LinearModel, ModelBuilder
from koopopt.problem import Problem

COST_ERROR = 1e-13
"""Relative error of a cost that is whole."""
MAX_COST_ERROR_CENTS = 1e-5
"""Cents that a cost which is whole is off at the most, however large it is."""
LINE_ERROR = 2.0**-49
"""Relative error of a line in floating point, generously."""


@dataclass(frozen=True, eq=False)
class HubModel:
    """A model and what its columns mean.

    Attributes
    ----------
    problem : Problem
    linear : LinearModel
        Plan columns first, auxiliary ones after them.
    meaning : Meaning
    modes : list of Mode
    implied : list of (auxiliary columns, columns)
    offices : int array
        The auxiliary columns of offices.
    limits : list of int
        The rows that bound criteria.
    """

    problem: Problem
    linear: LinearModel
    meaning: Meaning
    modes: list[Mode]
    implied: list[tuple[Ints, Ints]]
    offices: Ints
    limits: list[int]

    def pools(self, values: Floats) -> dict[tuple[int, int], tuple[Ints, int, Mode | None]]:
        """Return by (service, hub) the members, the modelled cents and the mode of each pool."""
        m = self.meaning
        chosen = np.flatnonzero(values[: len(m.service)] > 0.5)
        chosen = chosen[m.kind[chosen] != ALONE_COLUMN]
        members: dict[tuple[int, int], set[int]] = {}
        cost: defaultdict[tuple[int, int], int] = defaultdict(int)
        mode: dict[tuple[int, int], Mode | None] = {}
        for j in chosen.tolist():
            key = int(m.service[j]), int(m.hub[j])
            members.setdefault(key, {key[1]}).add(int(m.member[j]))
            cost[key] += int(self.cents[j])
            mode[key] = self.modes[m.mode[j]] if m.mode[j] >= 0 else None
        return {k: (np.array(sorted(who)), cost[k], mode[k]) for k, who in members.items()}

    @cached_property
    def cents(self) -> Ints:
        """(k,) cost of each plan column in whole cents, summing to at most the true cost.

        A sum of whole cents that is not above the true cost is not above the rounded one. Where
        lines give parts of cents, these are left out, half a cent more for the rounding, and what
        floating point may have lost where that comes near to a cent.
        """
        m = self.meaning
        value = CENTS_PER_EURO * m.cost
        nearest, size = np.rint(value), np.abs(value)
        near = np.abs(value - nearest) <= np.minimum(
            COST_ERROR * np.maximum(1.0, size), MAX_COST_ERROR_CENTS
        )
        near |= m.mode < 0  # of columns without a mode the costs are whole
        cents = np.where(near, nearest, np.floor(value)).astype(np.int64)
        off = np.zeros(len(self.modes) + 1, np.int64)
        off[m.mode[~near]] = 1
        lost = np.zeros(len(self.modes) + 1)
        np.add.at(lost, m.mode, LINE_ERROR * size)
        off += np.floor(lost + 0.75).astype(np.int64)
        opens = m.kind == OPEN_COLUMN
        cents[opens] -= off[m.mode[opens]]
        return cents

    def plan(self, values: Floats) -> Plan:
        """Return the plan that a solution stands for, each pool in its cheapest legal form."""
        facts, m = self.problem.facts, self.meaning
        conditions = self.problem.conditions
        chosen = np.flatnonzero((values[: len(m.service)] > 0.5) & (m.kind == ALONE_COLUMN))
        alone = [(int(m.service[j]), int(m.hub[j]), m.hub[j : j + 1]) for j in chosen]
        pools = [(s, h, who) for (s, h), (who, _, _) in self.pools(values).items()]
        return sites.plan(
            partnership(facts, conditions[s], s, who, h) for s, h, who in alone + pools
        )

    def values(self, plan: Plan) -> Floats | None:
        """Return a solution that stands for the plan, None where there is none."""
        facts = self.problem.facts
        values = np.zeros(len(self.linear.lower))
        for s, who, h in sites.placed(facts, plan):
            columns = self.columns_of(s, h, who)
            if columns is None:
                return None
            values[columns] = 1.0
        for made, columns in self.implied:
            values[made[values[columns] > 0.5]] = 1.0
        return values

    def columns_of(self, service: int, hub: int, who: Ints) -> Ints | None:
        """Return the columns of one partnership in its cheapest form, at their least cost."""
        m = self.meaning
        others = who[who != hub]
        here = (m.service == service) & (m.hub == hub)
        if not len(others):
            found = np.flatnonzero(here & (m.kind == ALONE_COLUMN))
            return found if len(found) else None
        best: Ints | None = None
        least: float = np.inf
        if len(others) == 1:
            pairs = np.flatnonzero(here & (m.kind == PAIR_COLUMN) & (m.member == others[0]))
            if len(pairs):
                best, least = pairs, int(self.cents[pairs[0]])
        facts = self.problem.facts
        form = cheapest(facts, self.problem.conditions[service], service, who, hub)
        demand = float(facts.demand[service, who].sum())
        for k in np.unique(m.mode[here & (m.kind == OPEN_COLUMN)]).tolist():
            mode = self.modes[k]
            room = TOLERANCE * max(1.0, demand)
            if (
                mode.sizes.form != form
                or not mode.sizes.smallest <= len(who) <= mode.sizes.largest
                or not mode.piece.low - room <= demand <= mode.piece.high + room
            ):
                continue
            members = mode.members[np.isin(mode.who, others)]
            columns = np.append(members, mode.open)
            cost = int(self.cents[columns].sum())
            if len(members) == len(others) and cost < least:
                best, least = columns, cost
        return best


def write(
    problem: Problem,
    lessons: Lessons,
    priced: bool = True,
    check: Callable[[], None] = lambda: None,
) -> HubModel:
    """Write the model with all that was learnt; without `priced` the cost is only sketched.

    `check` is called now and then and may raise.
    """
    facts = problem.facts
    draft = ModelDraft(ModelBuilder(name=problem.instance.name), check)
    for s in range(len(facts.services)):
        write_service(problem, draft, s, lessons, priced)
    meaning = draft.meaning()
    write_plan_rows(problem, draft, meaning)
    check()
    write_cuts(problem, draft, meaning, lessons)
    check()
    return HubModel(
        problem, draft.builder.build(), meaning, draft.modes, draft.implied,
        draft.offices, draft.limits,
    )  # fmt: skip

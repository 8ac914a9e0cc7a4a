"""The sheets of the chosen plan: who with whom, and what it means for each municipality."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import numpy as np

from koopopt.library import ALONE
from koopopt.linear import Floats
from koopopt.report import figures
from koopopt.report.decision import Decision
from koopopt.report.workbook.sheet import (
    ALONE_COST,
    ID,
    MINUTES,
    MODELLED,
    MUNICIPALITY,
    PLAN_COST,
    SHARE,
    SIGNED,
    SIGNED_CENTS,
    WHOLE,
    WITHOUT,
    Column,
    Sheet,
)
from koopopt.text import T, Text


class PlanSheets:
    """Makes the sheets of the chosen plan."""

    def __init__(self, decision: Decision) -> None:
        self.plan = decision.plan.plan
        self.facts = decision.problem.facts
        self.towns = decision.problem.instance.municipalities
        self.figures = figures.of(decision.plan)

    def members(self) -> Sheet:
        """Return one row a member, with what its service costs it and the range of that."""
        columns = (
            Column(T("Service")),
            Column(T("Partnership")),
            ID,
            MUNICIPALITY,
            Column(T("Seat")),
            Column(T("Legal form")),
            Column(T("Votes"), WHOLE),
            Column(T("of all votes"), WHOLE),
            Column(T("Minutes to the seat"), MINUTES),
            ALONE_COST,
            PLAN_COST,
            Column(T("Cost if size brought no advantage at all (EUR a year)"), WHOLE),
        )
        return Sheet(T("Plan"), columns, tuple(self._members()), fixed=4)

    def _members(self) -> Iterator[tuple[Any, ...]]:
        found = self.figures
        for s, service in enumerate(self.facts.services):
            for number, p in enumerate(self.plan.of(service.id), 1):
                for i in self.facts.members(p):
                    yield (
                        service.title,
                        f"{service.id}-{number}",  # as in plan.csv
                        self.towns[i].id,
                        self.towns[i].name,
                        self.towns[found.seat[s, i]].name,
                        self._form(p.legal_form),
                        found.votes[s, i],
                        found.all_votes[s, i],
                        found.minutes[s, i],
                        found.cost_alone[s, i],
                        found.cost["demand"][s, i],
                        found.without_advantage["demand"][s, i],
                    )

    def _form(self, id_: str) -> Text | Mapping[str, str]:
        if id_ == ALONE:
            return T("alone")
        return next(f.title for f in self.facts.instance.legal_forms if f.id == id_)

    def matrix(self) -> Sheet:
        """Return which seat serves whom in which service."""
        found = self.figures
        columns = (ID, MUNICIPALITY, *(Column(s.title) for s in self.facts.services))
        rows = []
        for i, town in enumerate(self.towns):
            served = [
                self.towns[seat].name if pooled else T("alone")
                for seat, pooled in zip(found.seat[:, i], found.pooled[:, i], strict=True)
            ]
            rows.append((town.id, town.name, *served))
        return Sheet(T("Who with whom"), columns, tuple(rows), fixed=2)

    def municipalities(self) -> Sheet:
        """Return what the plan means for each municipality, all services together."""
        found, times = self.figures, self.figures.times
        heads = np.array([town.population or math.nan for town in self.towns])
        modelled, without = self._range("demand")
        each = T("Difference to alone as modelled (EUR per inhabitant)")
        each_without = T(
            "Difference to alone if size brought no advantage at all (EUR per inhabitant)"
        )
        above = T("Share of trips over {limit} minutes", limit=figures.THRESHOLD)
        columns: list[tuple[Column, Any]] = [
            *self._who,
            (Column(T("Inhabitants"), WHOLE), self.facts.population),
            (ALONE_COST, self._alone),
            (PLAN_COST, found.cost["demand"].sum(axis=0)),
            (MODELLED, modelled),
            (WITHOUT, without),
            (Column(each, SIGNED_CENTS), modelled / heads),
            (Column(each_without, SIGNED_CENTS), without / heads),
            (Column(T("Minutes to seats, mean of all trips"), MINUTES), times.mean),
            (Column(T("Minutes that 95 % of trips take at most"), MINUTES), times.p95),
            (Column(T("Minutes of the longest trip"), MINUTES), times.longest),
            (Column(above, SHARE), times.above),
            (Column(T("Tasks pooled"), WHOLE), found.tasks_pooled),
            (Column(T("of these with the seat at home"), WHOLE), found.tasks_seated),
            (Column(T("Tasks kept"), WHOLE), found.tasks_kept),
            (Column(T("Votes in all its partnerships"), WHOLE), _sum_of_known(found.votes)),
            (Column(T("of all votes"), WHOLE), _sum_of_known(found.all_votes)),
        ]
        return _sheet(T("Municipalities"), columns)

    def levies(self) -> Sheet:
        """Return the range of what each pays more than alone, by levy key."""
        columns = [*self._who, (ALONE_COST, self._alone)]
        for key, words in figures.KEYS.items():
            modelled, without = self._range(key)
            title = T("Difference as modelled, shared {key} (EUR a year)", key=words)
            columns.append((Column(title, SIGNED), modelled))
            title = T(
                "Difference if size brought no advantage, shared {key} (EUR a year)", key=words
            )
            columns.append((Column(title, SIGNED), without))
        return _sheet(T("Levy keys"), columns)

    @cached_property
    def _who(self) -> list[tuple[Column, Any]]:
        names = [town.name for town in self.towns]
        return [(ID, [town.id for town in self.towns]), (MUNICIPALITY, names)]

    @cached_property
    def _alone(self) -> Floats:
        return np.asarray(self.figures.cost_alone.sum(axis=0))

    def _range(self, key: str) -> tuple[Floats, Floats]:
        """Return how much more each pays than alone: as modelled, and without any advantage."""
        costs = self.figures.cost[key], self.figures.without_advantage[key]
        modelled, without = (cost.sum(axis=0) - self._alone for cost in costs)
        return modelled, without


def _sheet(title: Text, columns: list[tuple[Column, Any]]) -> Sheet:
    """Return a sheet of columns with their values; the first two name the municipality."""
    rows = zip(*(values for _, values in columns), strict=True)
    return Sheet(title, tuple(column for column, _ in columns), tuple(rows), fixed=2)


def _sum_of_known(values: Floats) -> Floats:
    """Return sums over the services where there is a value; NaN where there is none."""
    return np.where(np.isnan(values).all(axis=0), np.nan, np.nansum(values, axis=0))

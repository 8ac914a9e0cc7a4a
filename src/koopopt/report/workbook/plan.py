"""The sheets of the chosen plan: who with whom, and what it means for each municipality."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import numpy as np

from koopopt.case.library import ALONE_FORM
from koopopt.linear import Floats
from koopopt.report.values import figures
from koopopt.report.values.decision import Decision
from koopopt.report.workbook.sheet import (
    ALONE_COST,
    CHANGE_CENTS_FORMAT,
    CHANGE_FORMAT,
    ID_COLUMN,
    MINUTES_FORMAT,
    MODELLED,
    MUNICIPALITY_COLUMN,
    PLAN_COST,
    SHARE_FORMAT,
    WHOLE_FORMAT,
    WITHOUT,
    ReportSheet,
    SheetColumn,
)
from koopopt.text import T, Text


class PlanSheets:
    """Makes the sheets of the chosen plan."""

    def __init__(self, decision: Decision) -> None:
        self.plan = decision.plan.plan
        self.facts = decision.problem.facts
        self.towns = decision.problem.instance.municipalities
        self.figures = figures.of(decision.plan)

    def members(self) -> ReportSheet:
        """Return one row a member, with what its service costs it and the range of that."""
        columns = (
            SheetColumn(T("Service")),
            SheetColumn(T("Partnership")),
            ID_COLUMN,
            MUNICIPALITY_COLUMN,
            SheetColumn(T("Seat")),
            SheetColumn(T("Legal form")),
            SheetColumn(T("Votes"), WHOLE_FORMAT),
            SheetColumn(T("of all votes"), WHOLE_FORMAT),
            SheetColumn(T("Minutes to the seat"), MINUTES_FORMAT),
            ALONE_COST,
            PLAN_COST,
            SheetColumn(T("Cost if size brought no advantage at all (EUR a year)"), WHOLE_FORMAT),
        )
        return ReportSheet(T("Plan"), columns, tuple(self._members()), fixed=4)

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
                        self.facts.seat_name(p.seat),
                        self._form(p.legal_form),
                        found.votes[s, i],
                        found.all_votes[s, i],
                        found.minutes[s, i],
                        found.cost_alone[s, i],
                        found.cost["demand"][s, i],
                        found.without_advantage["demand"][s, i],
                    )

    def _form(self, id_: str) -> Text | Mapping[str, str]:
        if id_ == ALONE_FORM:
            return T("alone")
        return next(f.title for f in self.facts.instance.legal_forms if f.id == id_)

    def matrix(self) -> ReportSheet:
        """Return which seat serves whom in which service."""
        found = self.figures
        columns = (
            ID_COLUMN,
            MUNICIPALITY_COLUMN,
            *(SheetColumn(s.title) for s in self.facts.services),
        )
        rows = []
        names = [self.facts.seat_name(id_) for id_ in self.facts.seat_ids]
        for i, town in enumerate(self.towns):
            served = [
                names[seat] if pooled else T("alone")
                for seat, pooled in zip(found.seat[:, i], found.pooled[:, i], strict=True)
            ]
            rows.append((town.id, town.name, *served))
        return ReportSheet(T("Who with whom"), columns, tuple(rows), fixed=2)

    def municipalities(self) -> ReportSheet:
        """Return what the plan means for each municipality, all services together."""
        found, times = self.figures, self.figures.times
        heads = np.array([town.population or math.nan for town in self.towns])
        modelled, without = self._range("demand")
        each = T("Difference to alone as modelled (EUR per inhabitant)")
        each_without = T(
            "Difference to alone if size brought no advantage at all (EUR per inhabitant)"
        )
        above = T("Share of trips over {limit} minutes", limit=figures.REACH_MINUTES)
        columns: list[tuple[SheetColumn, Any]] = [
            *self._who,
            (SheetColumn(T("Inhabitants"), WHOLE_FORMAT), self.facts.population),
            (ALONE_COST, self._alone),
            (PLAN_COST, found.cost["demand"].sum(axis=0)),
            (MODELLED, modelled),
            (WITHOUT, without),
            (SheetColumn(each, CHANGE_CENTS_FORMAT), modelled / heads),
            (SheetColumn(each_without, CHANGE_CENTS_FORMAT), without / heads),
            (SheetColumn(T("Minutes to seats, mean of all trips"), MINUTES_FORMAT), times.mean),
            (SheetColumn(T("Minutes that 95 % of trips take at most"), MINUTES_FORMAT), times.p95),
            (SheetColumn(T("Minutes of the longest trip"), MINUTES_FORMAT), times.longest),
            (SheetColumn(above, SHARE_FORMAT), times.above),
            (SheetColumn(T("Tasks pooled"), WHOLE_FORMAT), found.tasks_pooled),
            (SheetColumn(T("of these with the seat at home"), WHOLE_FORMAT), found.tasks_seated),
            (SheetColumn(T("Tasks kept"), WHOLE_FORMAT), found.tasks_kept),
            (
                SheetColumn(T("Votes in all its partnerships"), WHOLE_FORMAT),
                _sum_of_known(found.votes),
            ),
            (SheetColumn(T("of all votes"), WHOLE_FORMAT), _sum_of_known(found.all_votes)),
        ]
        return _sheet(T("Municipalities"), columns)

    def levies(self) -> ReportSheet:
        """Return the range of what each pays more than alone, by levy key."""
        columns = [*self._who, (ALONE_COST, self._alone)]
        for key, words in figures.LEVY_KEYS.items():
            modelled, without = self._range(key)
            title = T("Difference as modelled, shared {key} (EUR a year)", key=words)
            columns.append((SheetColumn(title, CHANGE_FORMAT), modelled))
            title = T(
                "Difference if size brought no advantage, shared {key} (EUR a year)", key=words
            )
            columns.append((SheetColumn(title, CHANGE_FORMAT), without))
        return _sheet(T("Levy keys"), columns)

    @cached_property
    def _who(self) -> list[tuple[SheetColumn, Any]]:
        names = [town.name for town in self.towns]
        return [(ID_COLUMN, [town.id for town in self.towns]), (MUNICIPALITY_COLUMN, names)]

    @cached_property
    def _alone(self) -> Floats:
        return np.asarray(self.figures.cost_alone.sum(axis=0))

    def _range(self, key: str) -> tuple[Floats, Floats]:
        """Return how much more each pays than alone: as modelled, and without any advantage."""
        costs = self.figures.cost[key], self.figures.without_advantage[key]
        modelled, without = (cost.sum(axis=0) - self._alone for cost in costs)
        return modelled, without


def _sheet(title: Text, columns: list[tuple[SheetColumn, Any]]) -> ReportSheet:
    """Return a sheet of columns with their values; the first two name the municipality."""
    rows = zip(*(values for _, values in columns), strict=True)
    return ReportSheet(title, tuple(column for column, _ in columns), tuple(rows), fixed=2)


def _sum_of_known(values: Floats) -> Floats:
    """Return sums over the services where there is a value; NaN where there is none."""
    return np.where(np.isnan(values).all(axis=0), np.nan, np.nansum(values, axis=0))

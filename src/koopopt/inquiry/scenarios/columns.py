"""All partnerships that a plan may hold, and what each counts in each scenario.

Who may be together, where and in which legal form is the same in all scenarios: that is what makes
it one plan. Rules are judged in the base case, and in the scenarios that ask for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from koopopt.case.facts import Facts
from koopopt.coalitions.admissible import cents_of
from koopopt.coalitions.sets import Coalitions
from koopopt.criteria import CRITERIA
from koopopt.formulations.partition import Partition
from koopopt.formulations.partition.columns import Columns, pair_terms, seated_columns
from koopopt.formulations.partition.columns import joined as together
from koopopt.formulations.partition.model import whole
from koopopt.formulations.sites import joined
from koopopt.inquiry.scenarios.cases import Cases
from koopopt.linear import Bools, Floats, Ints, LinearModel, restricted
from koopopt.problem import Problem
from koopopt.rules.partnership.terms import LegalForms
from koopopt.solvers.base import Control

Whole = NDArray[Any]
"""Whole numbers: int64 where they fit, else Python's own."""
MOST_BITS = 62


@dataclass(frozen=True, slots=True, eq=False)
class Choices:
    """The columns of the integer program over all scenarios.

    Attributes
    ----------
    problem : Problem
        The base case, its sites as municipalities.
    columns : Columns
        K partnerships with their seats and legal forms.
    model : LinearModel
        Rows that every plan keeps, in whole numbers; its first K columns are the partnerships.
    totals : (S, N) whole numbers
        What each column of the model adds to the weighted sum in each scenario.
    """

    problem: Problem
    columns: Columns
    model: LinearModel
    totals: Whole

    @classmethod
    def of(cls, cases: Cases, control: Control | None = None) -> Choices:
        """Enumerate.

        Raises
        ------
        UsageError
            Where there are too many.
        Stopped
        """
        problem = joined(cases.base.additive)
        control = control or Control()
        columns = _allowed(cases, control)
        facts = problem.facts
        nothing = np.zeros((len(facts.services), facts.n))
        model = whole(problem, columns, nothing).model
        count = model.shape[1]
        offices = facts.n if facts.office_cents else 0
        totals = np.zeros((len(cases.problems), count), object)
        weights = problem.scale.weights
        shares = sum(w * c.cost_share for w, c in zip(weights, CRITERIA.values(), strict=True))
        for k, scenario in enumerate(cases.problems):
            control.check()
            amounts = _amounts(joined(scenario).facts, columns)
            for w, weight in enumerate(weights):
                if weight:
                    units = amounts[:, w].astype(np.int64).astype(object)  # weights may be long
                    totals[k, : len(columns)] += units * weight
            totals[k, len(columns) : len(columns) + offices] = shares * facts.office_cents
        return cls(problem, columns, model, narrowed(totals))

    def take(self, kept: Bools) -> Choices:
        """Return the choices among some columns of the model; what is no partnership stays."""
        count = len(self.columns)
        kept = kept | (np.arange(len(kept)) >= count)
        return Choices(
            self.problem,
            self.columns.take(kept[:count]),
            restricted(self.model, kept),
            self.totals[:, kept],
        )


def narrowed(values: Whole) -> Whole:
    """Return whole numbers as int64, where they are small enough to be added and multiplied."""
    largest = max((abs(v) for v in values.ravel().tolist()), default=0)
    return values.astype(np.int64) if largest < 2**40 else values


def _allowed(cases: Cases, control: Control) -> Columns:
    """Return all partnerships in the cheapest legal form that the rules allow where judged."""
    base = cases.base.additive
    if not cases.judged:
        return Partition().columns(base, control)
    forms = base.instance.legal_forms
    facts = joined(base).facts
    found: dict[tuple[int, int, bytes], tuple[Any, int, int]] = {}
    parts = []
    for number, form in enumerate(forms):
        columns = Partition().columns(_with_form(base, form.id), control)
        keys = _keys(columns)
        for judged in cases.judged:
            there = set(_keys(Partition().columns(_with_form(judged, form.id), control)))
            keys = [key if key in there else None for key in keys]
        parts.append(columns)
        for k, key in enumerate(keys):
            if key is None:
                continue
            size = int((columns.coalitions[k] < facts.towns).sum())
            paid = facts.form_costs[key[0]][number][size]
            if key not in found or paid < found[key][0]:
                found[key] = paid, number, k
    kept = [sorted(k for _, n, k in found.values() if n == number) for number in range(len(forms))]
    return together(
        part.take(np.array(which, np.int64)) for part, which in zip(parts, kept, strict=True)
    )


def _with_form(problem: Problem, form: str) -> Problem:
    """Return the problem in which this legal form alone is open."""
    only = LegalForms(legal_forms=(form,))
    return replace(
        problem,
        partnership_rules=tuple((*rules, only) for rules in problem.partnership_rules),
        plan_rules=problem.plan_rules,
    )


def _keys(columns: Columns) -> list[Any]:
    return [(service, seat, members.tobytes()) for service, members, seat in columns]


def _amounts(facts: Facts, columns: Columns) -> Floats:
    """Return (K, criteria) what the columns add in another scenario, in units: whole numbers."""
    amounts = np.zeros((len(columns), len(CRITERIA)))
    for s in range(len(facts.services)):
        terms = pair_terms(facts, s)
        here = np.flatnonzero(columns.service == s)
        part = columns.take(here)
        cents = np.zeros(len(here))
        alone = part.form < 0
        own = part.coalitions.take(alone)
        cents[alone] = facts.alone_cents[s, own.member]
        pooled = part.coalitions.take(~alone)
        members, site = pooled.apart(facts.towns)
        cents[~alone] = cents_of(facts, s, members, part.form[~alone], site)
        amounts[here] = _seated(s, part.coalitions, part.seat, cents, part.form, terms)
        amounts[here[alone]] -= [c.per_body for c in CRITERIA.values()]
    return amounts


def _seated(
    service: int, coalitions: Coalitions, seat: Ints, cents: Floats, form: Ints,
    terms: Sequence[Floats | None],
) -> Floats:  # fmt: skip
    return seated_columns(service, coalitions, seat, cents, form, list(terms)).criteria

"""What is to be decided: the plans to choose from, and what is known of them.

A run holds one plan, a front many; every report beyond the terminal (page, workbook, map, notebook)
is made from a `Decision` and does not ask which of the two it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Final

import numpy as np

from koopopt.criteria import CRITERIA
from koopopt.errors import Fault, UsageError
from koopopt.evaluation import (
    Evaluation,
    all_alone,
    evaluate,
    status_quo,
)
from koopopt.grants.criteria import Given
from koopopt.grants.programme import GrantProgramme
from koopopt.pareto.front import Front
from koopopt.problem import Problem
from koopopt.report.shapes.areas import Shapes, of_instance
from koopopt.report.values import figures, fronts, paying, summarise
from koopopt.report.values.asked import Limits, Section, ask
from koopopt.report.values.figures import Figures
from koopopt.report.values.grants import Application
from koopopt.report.values.large import MOST_SHARED
from koopopt.report.values.ranges import Savings, WhatIf
from koopopt.savings.saving import Saving
from koopopt.sharing.allocation import Allocation
from koopopt.sharing.keys import Key
from koopopt.solving.optimise import Result
from koopopt.text import T, Text

BOUNDARIES_SOURCE: Final = "boundaries"
"""What the source of boundaries that were given besides is called among an instance's sources."""
NOTHING_GIVEN: Final = Given()
GRANT_KEY: Final = "demand"
"""By which members share in a comparison for a grant, as `koopopt grant` has it unless told."""


@dataclass(frozen=True, eq=False)
class Decision:
    """Plans of one problem, the reference plans beside them, and what was proven.

    Attributes
    ----------
    problem : Problem
    plans : tuple of Evaluation
        At least one; those of a front in its order.
    criteria : tuple of str
        The criteria that the plans are compromises of; cost and travel where there is one plan.
    chosen : int
        The plan that a report begins with.
    verdict : tuple of Text
        What was proven, for laypeople; first the sentence that matters most.
    proven : bool
        Whether nothing better can be missing.
    run : Text
        How it was computed.
    made : date
        When the report was made.
    fingerprint : str
        Of the data that were solved, whatever boundaries the report has.
    several : bool
        Whether the plans are a front, so that shares of them mean something.
    notes : tuple of Fault
        What there is to say of boundaries that were given besides.
    programme : GrantProgramme or None
        The grant programme that partnerships are held against; none unless asked for.
    given : Given
        What the user says for that and no instance holds.
    asked : tuple of Section
        Answers to questions that were asked for the report.
    """

    problem: Problem
    plans: tuple[Evaluation, ...]
    criteria: tuple[str, ...]
    chosen: int
    verdict: tuple[Text, ...]
    proven: bool
    run: Text
    made: date
    fingerprint: str = ""
    several: bool = False
    notes: tuple[Fault, ...] = ()
    programme: GrantProgramme | None = None
    given: Given = NOTHING_GIVEN
    asked: tuple[Section, ...] = ()

    @classmethod
    def of(cls, what: Result | Front, made: date | None = None) -> Decision:
        """Return what a solve or a front gives to decide.

        A front begins with the plan that is best by the problem's weights.

        Raises
        ------
        UsageError
            If there is no plan, or if the front is one of a linear model.
        """
        day = made or date.today()
        return _of_front(what, day) if isinstance(what, Front) else _of_result(what, day)

    def beginning_with(self, number: int) -> Decision:
        """Return the same with another plan chosen; `number` counts from 1, as reports do."""
        if not 1 <= number <= len(self.plans):
            raise UsageError(
                T("There is no plan {number}; there are {count}.",
                  number=number, count=len(self.plans))
            )  # fmt: skip
        return replace(self, chosen=number - 1)

    def with_boundaries(
        self, boundaries: Mapping[str, Any], source: str, notes: tuple[Fault, ...] = ()
    ) -> Decision:
        """Return the same with other polygons for maps; `source` is who is to be named for them.

        Nothing else depends on them. The decision keeps its fingerprint, that of what was solved.
        """
        instance = self.problem.instance
        instance = replace(
            instance,
            boundaries=boundaries,
            sources=(*instance.sources, {"what": BOUNDARIES_SOURCE, "from": source}),
        )
        problem = replace(self.problem, facts=replace(self.problem.facts, instance=instance))
        plans = tuple(replace(plan, problem=problem) for plan in self.plans)
        return replace(self, problem=problem, plans=plans, notes=notes)

    def before(self, programme: GrantProgramme, given: Given = NOTHING_GIVEN) -> Decision:
        """Return the same with its partnerships held against a grant programme."""
        return replace(self, programme=programme, given=given)

    def asking(self, topics: Sequence[str], limits: Limits) -> Decision:
        """Return the same with the answers to these questions (`report.values.asked`)."""
        return replace(self, asked=ask(topics, self.plan, limits)) if topics else self

    @property
    def plan(self) -> Evaluation:
        """The chosen plan."""
        return self.plans[self.chosen]

    @cached_property
    def alone(self) -> Evaluation:
        """All alone, to compare with."""
        return evaluate(self.problem, all_alone(self.problem))

    @cached_property
    def today(self) -> Evaluation:
        """The state of today, to compare with; it may be malformed."""
        return evaluate(self.problem, status_quo(self.problem))

    @cached_property
    def today_if(self) -> tuple[WhatIf, ...]:
        """What the state of today costs if assumptions fail; it must not be malformed."""
        return self.savings.what_if(self.today)

    @cached_property
    def savings(self) -> Savings:
        """What the plans save."""
        found = Savings(self.problem)
        found.learn(self.plans)
        return found

    @cached_property
    def today_saving(self) -> Saving | None:
        """What the state of today saves in samples, where numbers have ranges."""
        return self.savings.sampled(self.today) if self.today.criteria else None

    @cached_property
    def today_figures(self) -> Figures | None:
        """What today's state means for each municipality; None where it is malformed."""
        return figures.of(self.today) if self.today.criteria else None

    @cached_property
    def payments(self) -> list[Allocation]:
        """Who pays what of the chosen plan's partnerships; of one plan, as large ones take long.

        Of none where there are too many: `unshared` says so.
        """
        return [] if self.unshared is not None else paying.of(self.problem, self.plan.plan)

    @property
    def unshared(self) -> Text | None:
        """Why it is not worked out who pays what; None where it is."""
        count = len(self.plan.plan.pooled)
        if count <= MOST_SHARED:
            return None
        return T(
            "Who pays what is not worked out here: the plan has {count} partnerships, which are"
            " more than {most}. `koopopt share` works it out.",
            count=count,
            most=MOST_SHARED,
        )

    @cached_property
    def application(self) -> Application | None:
        """The chosen plan's partnerships before the grant programme; None where none is asked."""
        if self.programme is None:
            return None
        return Application.of(
            self.problem, self.plan.plan, self.programme, Key(GRANT_KEY), self.given
        )

    @property
    def today_is_alone(self) -> bool:
        """Whether nobody pools anything today, so that there is one plan to compare with."""
        return self.today.plan == self.alone.plan

    @property
    def from_today(self) -> bool:
        """Whether plans are held against today: its state is well formed, and not all alone."""
        return bool(self.today.criteria) and not self.today_is_alone

    @cached_property
    def shapes(self) -> Shapes:
        """Where the municipalities lie."""
        return of_instance(self.problem.instance)


def _of_result(result: Result, made: date) -> Decision:
    if result.evaluation is None:
        raise UsageError(T("There is no plan to report on: the run found none."))
    return Decision(
        problem=result.problem,
        plans=(result.evaluation,),
        criteria=("cost", "travel"),
        chosen=0,
        verdict=tuple(summarise.verdict(result)),
        proven=summarise.proven(result),
        run=summarise.run(result),
        made=made,
        fingerprint=result.problem.instance.fingerprint,
    )


def _of_front(front: Front, made: date) -> Decision:
    if not isinstance(front.subject, Problem):
        raise UsageError(T("A report needs plans; this is a front of a linear model."))
    if not len(front):
        raise UsageError(T("There is no plan to report on: the front is empty."))
    plans = front.evaluations()
    return Decision(
        problem=front.subject,
        plans=plans,
        criteria=tuple(name for name in front.criteria if name in CRITERIA),
        chosen=int(np.argmin([e.objective for e in plans])),
        verdict=tuple(fronts.verdict(front)),
        proven=front.complete,
        run=fronts.run(front),
        made=made,
        fingerprint=front.subject.instance.fingerprint,
        several=True,
    )

"""What the sentences on one plan are made from, and how they write figures and names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from koopopt.case.facts import Facts
from koopopt.case.plan import Partnership
from koopopt.evaluation import Evaluation
from koopopt.report.values.decision import Decision
from koopopt.report.values.figures import Figures
from koopopt.report.values.leaving import Departure
from koopopt.report.values.ranges import WhatIf
from koopopt.savings.saving import Saving
from koopopt.text import T, Text, listed

MAX_SENTENCE_NAMES: Final = 12
"""Names listed in a sentence before the rest is only counted."""


@dataclass(frozen=True, slots=True, eq=False)
class About:
    """One plan of a decision, with everything that was found out about it."""

    decision: Decision
    plan: Evaluation
    figures: Figures
    what_if: tuple[WhatIf, ...]
    departures: Mapping[Partnership, tuple[Departure, ...]]
    saving: Saving | None = None
    """What the plan saves in samples, where numbers have ranges."""

    @property
    def facts(self) -> Facts:
        """The arrays of the instance."""
        return self.decision.problem.facts

    @property
    def inhabitants(self) -> float:
        """How many people live in all municipalities."""
        return float(self.facts.population.sum())

    def name(self, town: int | str) -> str:
        """Return the name of a municipality or site, given its number or its id."""
        id_ = town if isinstance(town, str) else self.facts.seat_ids[town]
        return self.facts.seat_name(id_)


def in_sentence(names: Sequence[str | Text]) -> Text:
    """Return names with commas between them, the rest only counted where there are many."""
    return listed(names, MAX_SENTENCE_NAMES)


def separated(parts: Sequence[Text]) -> Text:
    """Return texts with semicolons between them, the rest only counted."""
    more = len(parts) - MAX_SENTENCE_NAMES
    if more > 0:
        parts = [*parts[:MAX_SENTENCE_NAMES], T("{count} more", count=more)]
    template = "; ".join(f"{{p{k}}}" for k in range(len(parts)))
    return Text(template, {f"p{k}": part for k, part in enumerate(parts)})


def ends(cases: Sequence[WhatIf]) -> tuple[float, float]:
    """Return the difference to all alone as modelled, and if size brought no advantage."""
    by = {case.name: case.plan - case.alone for case in cases}
    return by["modelled"], by["no-advantage"]


def against(cases: Sequence[WhatIf], others: Sequence[WhatIf]) -> tuple[float, float]:
    """Return the difference to another plan as modelled, and in the worst of all cases.

    A case that is left out for one of them, as it has no grants, costs it what is modelled.
    """
    mine, theirs = ({case.name: case.plan for case in plan} for plan in (cases, others))
    by = [
        mine.get(name, mine["modelled"]) - theirs.get(name, theirs["modelled"])
        for name in {**mine, **theirs}
    ]
    return by[0], max(by)


def fine(value: float) -> float:
    """Return a small difference as exact as it needs to be."""
    return round(value) if value >= 10 else round(value, 2)

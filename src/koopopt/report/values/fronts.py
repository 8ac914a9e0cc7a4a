"""A front in words and figures, as plain values: what is known of it, and its points."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from koopopt.criteria import CRITERIA
from koopopt.pareto.front import Front
from koopopt.pareto.represent import overview
from koopopt.pareto.words import completeness
from koopopt.problem import Problem
from koopopt.report.values import parameters
from koopopt.report.values import savings as words
from koopopt.report.values.summary import Title
from koopopt.savings.saving import Saving, Savings
from koopopt.solvers.options import described
from koopopt.text import T, Text, with_unit

MAX_OVERVIEW_POINTS: Final = 12
"""Points to take for an overview of a front that is not complete."""


@dataclass(frozen=True, slots=True)
class PointColumn:
    """A criterion or an objective: its title, its unit if it has one, the decimals to show."""

    title: Text
    unit: Text | None
    digits: int

    @property
    def full(self) -> Text:
        """Title and unit."""
        return with_unit(self.title, self.unit) if self.unit else self.title


@dataclass(frozen=True, slots=True)
class FrontSummary:
    """A front in words and figures.

    Attributes
    ----------
    title : Title
    verdict : tuple of Text
        What is known; first the sentence that matters most.
    proven : bool
        Whether nothing is missing.
    columns : tuple of Column
        First those of the front, then the other criteria of plans.
    count : int
        How many of the columns are the front's.
    rows : tuple of tuples of float
        One a point.
    savings : tuple of Saving
        What the plans save in samples, one a point; empty where no number has a range on which
        costs depend, or where it could not be worked out.
    notes : tuple of Text
    run : Text
    """

    title: Title
    verdict: tuple[Text, ...]
    proven: bool
    columns: tuple[PointColumn, ...]
    count: int
    rows: tuple[tuple[float, ...], ...]
    notes: tuple[Text, ...]
    run: Text
    savings: tuple[Saving, ...] = ()


def summarise(front: Front, savings: Savings | None = None) -> FrontSummary:
    """Return the summary of a front.

    `savings` are what its plans save, where that is known already or may not take long.
    """
    subject = front.subject
    rows = [[float(v) for v in row] for row in front.to_frame().to_numpy(float)]
    names = list(front.criteria)
    if isinstance(subject, Problem):
        title = subject.instance.title or {"en": subject.instance.name}
        savings = savings or Savings(subject)
        names += [name for name in CRITERIA if name not in names]
    else:
        title = {"en": subject.name}
    saving = saved(front, savings)
    columns = tuple(_column(front, name, [row[k] for row in rows]) for k, name in enumerate(names))
    return FrontSummary(
        title=title,
        verdict=tuple(verdict(front)),
        proven=front.complete and bool(rows),
        columns=columns,
        count=len(front.criteria),
        rows=tuple(map(tuple, rows)),
        notes=(*_cases(savings, saving), *_notes(front)),
        run=run(front),
        savings=saving,
    )


def saved(front: Front, savings: Savings | None = None) -> tuple[Saving, ...]:
    """Return what the plans save, of all of them or of none; see `summarise`."""
    if not isinstance(front.subject, Problem):
        return ()
    savings = savings or Savings(front.subject)
    if not savings.numbers:
        return ()
    savings.learn(front.plans)
    found = [savings.of(plan) for plan in front.plans]
    return tuple(s for s in found if s is not None) if None not in found else ()


def _cases(savings: Savings | None, found: tuple[Saving, ...]) -> Iterator[Text]:
    """Yield what the savings are told of."""
    if savings is not None and savings.numbers:
        yield words.drawn(savings) if found else words.unknown()


def run(front: Front) -> Text:
    """Return how a front was computed."""
    seconds = round(front.seconds, 1 if front.seconds >= 1 else 2)
    done = T("{points} points, {solves} questions to solvers, {seconds} s.",
             points=len(front), solves=front.solves, seconds=seconds)  # fmt: skip
    if not front.solver_options:
        return done
    options = described(front.solver_options)
    return T("{done} Options of solvers: {options}.", done=done, options=options)


def _column(front: Front, name: str, values: list[float]) -> PointColumn:
    known = [v for v in values if math.isfinite(v)]
    spread = max(known) - min(known) if known else 0.0
    whole = all(v.is_integer() for v in known)
    if isinstance(front.subject, Problem):
        c = CRITERIA[name]
        return PointColumn(c.title, c.unit, 0 if whole else digits(spread))
    return PointColumn(Text("{name}", {"name": name}), None, 0 if whole else digits(spread))


def verdict(front: Front) -> list[Text]:
    """Return what is known of a front; first the sentence that matters most."""
    said = [completeness(front)]
    if not front.complete and len(front) > 2:
        said += _overview(front)
    said += _unproven(front)
    if front.interrupted:
        said.append(T("Stopped early."))
    if front.infeasible and isinstance(front.subject, Problem):
        said.append(T("`koopopt solve` names rules that cannot hold together."))
    said += [T("The solver says: {message}", message=message) for message in front.messages]
    return said


def _overview(front: Front) -> Iterator[Text]:
    """Yield which points show the front, where so much is proven of a few."""
    chosen = overview(front, MAX_OVERVIEW_POINTS)
    if 1 < len(chosen) < len(front):
        yield T("For an overview, take numbers {numbers}. Proven: no other {count} show more of"
                " the front by more than a factor of 1.5.",
                numbers=", ".join(str(k + 1) for k in chosen), count=len(chosen))  # fmt: skip


def _unproven(front: Front) -> Iterator[Text]:
    """Yield which points may be dominated."""
    left = front.unproven
    if left and len(left) == len(front):
        yield T("None of these is proven to be efficient: there may be better ones nearby.")
    elif left:
        yield T("Not proven to be efficient, so that there may be better ones nearby: numbers"
                " {numbers}.", numbers=", ".join(str(k + 1) for k in left))  # fmt: skip


def _notes(front: Front) -> list[Text]:
    subject = front.subject
    if not len(front):
        return []
    if not isinstance(subject, Problem):
        negated = [o.name for o in subject.objectives if o.negated and o.name in front.criteria]
        if negated:
            return [T("To be maximised, so shown as their negatives: {names}.",
                      names=", ".join(negated))]  # fmt: skip
        return []
    assumed, figures = parameters.assumptions(parameters.of_instance(subject.instance))
    return [
        T("Differences are model estimates, not promises: {assumed} of {figures} figures are"
          " assumptions (`koopopt models show NAME` names them), and studies found savings mainly"
          " for small members, or none.", assumed=assumed, figures=figures)
    ]  # fmt: skip


def digits(spread: float) -> int:
    """Return with how many decimals values are shown that differ by up to `spread`."""
    if not 0 < spread < math.inf:
        return 0
    return max(0, min(12, 2 - math.floor(math.log10(spread))))

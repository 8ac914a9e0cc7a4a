"""A plan in plain words for a council: the questions that its paper has to answer.

Nothing here is a promise: a saving never stands without its range, and what rests on assumptions
is rounded so that it does not look more exact than it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from koopopt.case.facts import euros
from koopopt.report.values.amounts import each, span
from koopopt.report.words import lead, money, partners, people
from koopopt.report.words.about import About, ends
from koopopt.text import T, Text

QUESTIONS: Final = {
    "money": T("What do we pay, what do we save?"),
    "drives": T("What drives this plan?"),
    "winners": T("Who wins, who loses?"),
    "partners": T("With whom, for what, where, in which legal form?"),
    "citizens": T("What changes for citizens?"),
    "autonomy": T("What do we give up?"),
    "leaving": T("What if a partner says no?"),
    "robust": T("How robust is it?"),
    "rejected": T("What was rejected, and what does it cost?"),
    "sources": T("Where does every figure come from?"),
}
"""What a council paper has to answer, in this order."""

_ANSWERS: Final[Mapping[str, Callable[[About], Iterator[Text]]]] = {
    "money": money.money,
    "drives": lead.drives,
    "winners": money.winners,
    "partners": partners.partners,
    "citizens": people.citizens,
    "autonomy": people.autonomy,
    "leaving": partners.leaving,
    "robust": money.robust,
    "rejected": partners.rejected,
    "sources": money.sources,
}


def answers(about: About) -> dict[str, tuple[Text, ...]]:
    """Return the answers to `QUESTIONS` for one plan, a few sentences each."""
    return {question: tuple(_ANSWERS[question](about)) for question in QUESTIONS}


def tiles(about: About) -> tuple[tuple[Text, Text], ...]:
    """Return the figures of one plan that matter most, each with its title."""
    times = about.figures.everyone
    return (
        *_saved(about),
        (
            T("minutes a trip to the seat: mean, 95 % at most, longest"),
            Text("{mean} · {p95} · {longest}",
                 {"mean": round(float(times.mean), 1), "p95": round(float(times.p95)),
                  "longest": round(float(times.longest))}),
        ),
        (T("pooled partnerships"), _count(about.plan.criteria["bodies"])),
        (T("seats that change"), _count(about.plan.criteria["change"])),
    )  # fmt: skip


def _saved(about: About) -> tuple[tuple[Text, Text], ...]:
    heads = float(about.facts.population.sum()) or math.nan
    if (saving := about.saving) is not None:
        best, worst = -euros(saving.high), -euros(saving.low)
        return (
            (T("a year against all alone, in 80 of 100 cases"), span(best, worst)),
            (
                T("per inhabitant and year against all alone, in 80 of 100 cases"),
                _each(best / heads, worst / heads),
            ),
        )
    best, worst = ends(about.what_if)
    return (
        (T("a year against all alone"), span(best, worst)),
        (T("per inhabitant and year against all alone"), _each(best / heads, worst / heads)),
    )


def _each(best: float, worst: float) -> Text:
    """Return what is saved per inhabitant as modelled, and in the worst case."""
    return T("{best}; at worst {worst}", best=each(best), worst=each(worst))


def _count(value: float) -> Text:
    return Text("{count}", {"count": round(value)})

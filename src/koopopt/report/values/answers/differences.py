"""What changes do to the best plan, in the cells of a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from koopopt.criteria import CRITERIA, Criterion
from koopopt.inquiry.effect import Effect
from koopopt.report.values.blocks import Block, Cell, Figure, Heading, Sentence, figure
from koopopt.solving.optimise import Result, Status
from koopopt.text import T, Text


def criteria(best: Result, effects: Sequence[Effect], *, wide: bool) -> list[Criterion]:
    """Return the criteria that a table shows: those that have a weight, or `wide` that differ."""
    return [
        c for name, c in CRITERIA.items()
        if best.problem.weights.get(name) or (wide and any(e.criteria.get(name) for e in effects))
    ]  # fmt: skip


def sum_cell(effect: Effect | None) -> Cell:
    """Return the difference of the weighted sums, or the interval in which it lies."""
    if effect is None:
        return ""
    if effect.status is Status.INFEASIBLE:
        return T("no plan")
    if effect.evaluation is None:
        return T("not found")
    low, high = effect.low, effect.high
    if low is None and high is None:
        return T("not compared")
    if low == high and low is not None:
        return Figure(low, 0, signed=True)
    ends = ["?" if x is None else _in_words(x) for x in (low, high)]
    return T("{low} to {high}", low=ends[0], high=ends[1])


def _in_words(by: float) -> Text:
    """Return a difference that stands in a sentence, where a sign is easily read as a dash."""
    amount = figure(abs(by))
    return T("{amount} less", amount=amount) if by < 0 else T("{amount} more", amount=amount)


def criterion_cell(effect: Effect, c: Criterion) -> Cell:
    """Return the difference of a criterion between the plans that were found."""
    value = effect.criteria.get(c.name)
    return "" if value is None else Figure(value, 0, signed=True)


def compared_with(best: Result) -> Iterator[Block]:
    """Say of which case everything is, and what it is compared with."""
    instance = best.problem.instance
    yield Heading(instance.title or instance.name, 1)
    worth = figure(best.objective or 0.0)
    if best.status is Status.OPTIMAL:
        yield Sentence(
            T("The best plan has the weighted sum {worth}; that is proven.", worth=worth)
        )
    else:
        yield Sentence(T("The best plan found has the weighted sum {worth}; a better one may exist,"
                         " so differences are intervals.", worth=worth))  # fmt: skip

"""The price of rules: the best plan without each rule in force, and with its next step.

Where asking less allows more plans (`effect.monotone`), the best plan without a rule is at least as
good as with its next step, and that without it in all services at least as good as in one. So where
the former proves that nothing is saved, the latter is known without solving it. What the clock
leaves open is asked once more at the end, in the time that all the others did not need.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from koopopt.errors import DataError
from koopopt.inquiry.asking import Inquiry
from koopopt.inquiry.effect import LATE, Effect, effects, monotone
from koopopt.inquiry.rules import InForce, in_force, with_parts, without
from koopopt.inquiry.steps import eased, says
from koopopt.problem import Problem
from koopopt.solving.optimise import Status
from koopopt.text import Text


@dataclass(frozen=True, slots=True)
class Price:
    """What a rule costs.

    Attributes
    ----------
    rule : InForce
    without : Effect
        Of leaving it out: a difference below zero is what it costs.
    step : Effect or None
        Of its next step that asks less; None where it has no number.
    """

    rule: InForce
    without: Effect
    step: Effect | None = None

    @property
    def says(self) -> Text | None:
        """How far the next step goes, in words; None where it has no number."""
        return says(self.rule)

    @property
    def weight(self) -> float:
        """How much it costs, at the most that is possible."""
        return self.without.size


def prices(
    inquiry: Inquiry, tell: Callable[[int, int], None] = lambda done, of: None
) -> list[Price]:
    """Return the price of every rule in force, the dearest first.

    Parameters
    ----------
    inquiry : Inquiry
    tell : callable
        Called with how many solves are done, of how many, now and then.

    Raises
    ------
    ValueError
        Where the case itself has no plan.
    """
    if inquiry.best.evaluation is None:
        raise ValueError("the case has no plan to compare with")
    problem = inquiry.problem
    rules = sorted(with_parts(in_force(problem)), key=_quick)
    wide = [k for k, rule in enumerate(rules) if rule.wider is None]
    parts = [k for k, rule in enumerate(rules) if rule.wider is not None]
    steps = [k for k, rule in enumerate(rules) if says(rule) is not None]
    count = len(rules) + len(steps)
    lifted = [partial(without, problem, [rule]) for rule in rules]
    easing = [partial(eased, problem, rule) for rule in rules]
    gone = dict(zip(wide, _effects(
        inquiry, [lifted[k] for k in wide], [None] * len(wide),
        lambda n: tell(n, count)), strict=True))  # fmt: skip
    whole = {rules[k].name: gone[k] for k in wide}
    gone |= dict(zip(parts, _effects(
        inquiry, [lifted[k] for k in parts],
        [whole[rules[k].wider or ""] for k in parts],
        lambda n: tell(len(wide) + n, count)), strict=True))  # fmt: skip
    stepped = dict(zip(steps, _effects(
        inquiry, [easing[k] for k in steps], [gone[k] for k in steps],
        lambda n: tell(len(rules) + n, count)), strict=True))  # fmt: skip
    gone |= _again(inquiry, lifted, gone)
    stepped |= _again(inquiry, easing, stepped)
    found = [Price(rule, gone[k], stepped.get(k)) for k, rule in enumerate(rules)]
    return sorted(found, key=lambda price: price.weight, reverse=True)


def one_by_one(inquiry: Inquiry, rules: Sequence[InForce]) -> Iterator[Price]:
    """Yield the price of each of these rules as soon as it is known, steps apart.

    They come in the order in which they are likely to be answered soonest; it ends early where a
    stop is asked for.
    """
    gone: dict[str, Effect] = {}
    for rule in sorted(rules, key=lambda rule: (rule.wider is not None, _quick(rule))):
        if inquiry.over:
            return
        make = partial(without, inquiry.problem, [rule])
        beyond = gone.get(rule.wider or "")
        gone[rule.name] = _effects(inquiry, [make], [beyond], lambda _: None)[0]
        if not inquiry.over:
            yield Price(rule, gone[rule.name])


def _quick(rule: InForce) -> int:
    """Return a rank: what is likely to be answered soonest is least."""
    if rule.services:
        return 2
    return 0 if rule.about_plan else 1


def _effects(
    inquiry: Inquiry,
    made: Sequence[Callable[[], Problem]],
    farther: Sequence[Effect | None],
    tell: Callable[[int], None],
) -> list[Effect]:
    """Return the effect of each problem; `farther` are those of what asks still less."""
    ordered = monotone(inquiry.problem)
    asked = [
        _asked(inquiry, make, beyond if ordered else None)
        for make, beyond in zip(made, farther, strict=True)
    ]
    found = effects(inquiry, asked, tell)
    return [
        effect.within(low=None if beyond is None else beyond.low, high=0.0)
        if ordered and effect.solved
        else effect
        for effect, beyond in zip(found, farther, strict=True)
    ]


def _again(
    inquiry: Inquiry, made: Sequence[Callable[[], Problem]], known: Mapping[int, Effect]
) -> dict[int, Effect]:
    """Ask once more what is open, from the plans that were found, in the time that is left."""
    still = {
        k: e.evaluation.plan for k, e in known.items() if e.evaluation is not None and not e.exact
    }
    if inquiry.over:  # making what nobody will solve takes seconds
        return {}
    starts = dict(enumerate(still.values()))
    found = effects(inquiry, [made[k]() for k in still], lambda _: None, starts)
    return {
        k: effect.within(known[k].low, known[k].high)
        for k, effect in zip(still, found, strict=True)
        if effect.evaluation is not None
    }


def _asked(
    inquiry: Inquiry, make: Callable[[], Problem], beyond: Effect | None
) -> Problem | Effect:
    """Return the problem that is to be solved, or the effect where that is known."""
    if beyond is not None and beyond.nothing:
        return Effect.of(inquiry.best, inquiry.best, solved=False)
    if inquiry.over:  # making what nobody will solve takes seconds
        return LATE
    try:
        return make()
    except DataError as error:  # without the rule, sums are too large to be counted exactly
        return Effect(Status.NO_SOLUTION, reasons=tuple(f.rule for f in error.faults), solved=False)

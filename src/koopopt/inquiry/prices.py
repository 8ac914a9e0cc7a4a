"""The price of rules: the best plan without each rule in force, and with its next step.

Where asking less allows more plans (`effect.monotone`), the best plan without a rule is at least as
good as with its next step, and that without it in all services at least as good as in one. So where
the former proves that nothing is saved, the latter is known without solving it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from koopopt.errors import DataError
from koopopt.inquiry.asking import Inquiry, Question
from koopopt.inquiry.effect import LATE, Effect, effects, monotone
from koopopt.inquiry.rules import Edit, InForce, in_force
from koopopt.problem import Problem


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
    rules = in_force(inquiry.problem.instance)
    wide = [k for k, rule in enumerate(rules) if rule.wider is None]
    parts = [k for k, rule in enumerate(rules) if rule.wider is not None]
    steps = [k for k, rule in enumerate(rules) if rule.step is not None]
    count = len(rules) + len(steps)
    without = dict(zip(wide, _effects(
        inquiry, [rules[k].dropped for k in wide], [None] * len(wide),
        lambda n: tell(n, count)), strict=True))  # fmt: skip
    without |= dict(zip(parts, _effects(
        inquiry, [rules[k].dropped for k in parts],
        [without[rules[k].wider or 0] for k in parts],
        lambda n: tell(len(wide) + n, count)), strict=True))  # fmt: skip
    less = [step[1] for rule in rules if (step := rule.step) is not None]
    stepped = dict(zip(steps, _effects(
        inquiry, less, [without[k] for k in steps], lambda n: tell(len(rules) + n, count)),
        strict=True))  # fmt: skip
    found = [Price(rule, without[k], stepped.get(k)) for k, rule in enumerate(rules)]
    return sorted(found, key=lambda price: price.weight, reverse=True)


def _effects(
    inquiry: Inquiry,
    edits: Sequence[Edit],
    farther: Sequence[Effect | None],
    tell: Callable[[int], None],
) -> list[Effect]:
    """Return the effect of each edit; `farther` are those of edits that ask still less."""
    ordered = monotone(inquiry.problem)
    asked = [
        _asked(inquiry, edit, beyond if ordered else None)
        for edit, beyond in zip(edits, farther, strict=True)
    ]
    found = effects(inquiry, asked, tell)
    return [
        effect.within(low=None if beyond is None else beyond.low, high=0.0)
        if ordered and effect.solved
        else effect
        for effect, beyond in zip(found, farther, strict=True)
    ]


def _asked(inquiry: Inquiry, edit: Edit, beyond: Effect | None) -> Problem | Effect:
    """Return the problem that an edit makes, or the effect where that is known."""
    if beyond is not None and beyond.nothing:
        return Effect.of(inquiry.best, inquiry.best, solved=False)
    if inquiry.over:  # making problems that nobody will solve takes seconds
        return LATE
    try:
        return inquiry.asked(Question(instance=edit(inquiry.problem.instance)))
    except DataError as error:  # a rule that only made sense beside another one
        return Effect.impossible(error)

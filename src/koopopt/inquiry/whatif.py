"""What if: what each of some changes does to the best plan, of all plans and of those close to it.

Two answers to a change. *Whole county*: everything may be arranged anew. *As little as possible*:
only the partnership that the change is about is rearranged, all others keep members and seat. The
second one is solved first, since its plan is one to begin the first with.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from koopopt.errors import DataError
from koopopt.inquiry.asking import Inquiry, Question
from koopopt.inquiry.changes import Change
from koopopt.inquiry.effect import LATE, Effect, effects, kept, monotone
from koopopt.problem import Problem
from koopopt.solving.optimise import Status


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What a change does.

    Attributes
    ----------
    change : Change
    county : Effect
        Where everything may be arranged anew.
    close : Effect or None
        Where as little as possible is rearranged; None where that is not asked.
    """

    change: Change
    county: Effect
    close: Effect | None = None

    @property
    def weight(self) -> tuple[bool, float]:
        """How much it matters: no plan at all first, then the largest difference."""
        if self.county.status is Status.INFEASIBLE:
            return True, 0.0
        return False, self.county.size


def what_if(
    inquiry: Inquiry,
    changes: Sequence[Change],
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> list[WhatIf]:
    """Return what each change does, what matters most first.

    Parameters
    ----------
    inquiry : Inquiry
        Its best plan must be known, or this finds it.
    changes : sequence of Change
    tell : callable
        Called with how many solves are done, of how many, now and then.

    Raises
    ------
    ValueError
        Where the case itself has no plan.
    """
    if inquiry.best.evaluation is None:
        raise ValueError("the case has no plan to compare with")
    asked = [k for k, change in enumerate(changes) if change.kept is not None]
    count = len(asked) + len(changes)
    close = _effects(inquiry, [_close(changes[k]) for k in asked], {}, lambda n: tell(n, count))
    by_change = dict(zip(asked, close, strict=True))
    found = _effects(inquiry, changes, by_change, lambda n: tell(len(asked) + n, count))
    both = [WhatIf(c, found[k], by_change.get(k)) for k, c in enumerate(changes)]
    return sorted(both, key=lambda answer: answer.weight, reverse=True)


def _close(change: Change) -> Change:
    return replace(change, fixed=(*change.fixed, *(change.kept or ())), kept=None)


def _effects(
    inquiry: Inquiry,
    changes: Sequence[Change],
    begun: dict[int, Effect],
    tell: Callable[[int], None],
) -> list[Effect]:
    """Return the effect of each change; `begun` are those of plans to begin with, by change."""
    asked = [_asked(inquiry, change) for change in changes]
    starts = {k: e.evaluation.plan for k, e in begun.items() if e.evaluation is not None}
    found = effects(inquiry, asked, tell, starts)
    ordered = monotone(inquiry.problem)
    return [
        effect.within(low=0.0) if ordered and change.asks_more and effect.solved else effect
        for change, effect in zip(changes, found, strict=True)
    ]


def _asked(inquiry: Inquiry, change: Change) -> Problem | Effect:
    """Return the changed problem, or the effect where that is known without solving it."""
    if inquiry.over:  # making problems that nobody will solve takes seconds
        return LATE
    instance = inquiry.problem.instance
    edited = change.edit(instance)
    weights = edited.weights if edited.weights != instance.weights else {}
    try:
        problem = inquiry.asked(Question(instance=edited, weights=weights, fixed=change.fixed))
    except DataError as error:
        return Effect.impossible(error)
    more = change.asks_more and monotone(inquiry.problem)
    if more and (same := kept(inquiry.best, problem)) is not None:
        return Effect.of(inquiry.best, same, solved=False)
    return problem

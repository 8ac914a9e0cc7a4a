"""Contradictions in words: short ones for who only wanted a plan, and the pieces of longer ones."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from koopopt.inquiry.conflicts.finding import Conflicts
from koopopt.inquiry.conflicts.nearest import Nearest
from koopopt.inquiry.in_words import with_name
from koopopt.text import T, Text


def reasons(found: Conflicts, seconds: float) -> tuple[Text, ...]:
    """Return sentences that name the rules which keep an infeasible problem from a plan.

    Parameters
    ----------
    found : Conflicts
    seconds : float
        That there were to find them out.
    """
    instance = found.problem.instance
    if found.single:
        said = [
            T("Without this rule there is a plan: {rule}", rule=with_name(one.rules[0], instance))
            for one in found.single
        ]
        if not found.cheapest:
            said.append(T("Time ran out: leaving out another rule may help as well."))
        return tuple(said)
    if not found.conflicts:
        return (T("Which rules are at fault could not be found in {seconds} s.", seconds=seconds),)
    first = found.conflicts[0]
    said = [T("These rules contradict each other; leaving out one of them is not enough:")
            if not first.minimal else T("These rules cannot all hold together:")]  # fmt: skip
    said += [T("• {rule}", rule=with_name(rule, instance)) for rule in first.rules]
    if not first.minimal:
        said.append(T("Time ran out: perhaps fewer rules are at fault."))
    return tuple(said)


def nearest_words(near: Nearest) -> Text:
    """Return how far the value of a rule has to be changed for a plan."""
    values: dict[str, Any] = {
        "old": _number(near.old), "new": _number(near.new), "fails": _number(near.fails)
    }  # fmt: skip
    if near.exact:
        return T("{new} instead of {old} is enough; with {fails} there is still no plan.",
                 **values)  # fmt: skip
    return T("{new} instead of {old} is enough; with {fails} there is no plan, and what is"
             " in between stayed open.", **values)  # fmt: skip


def _number(value: Any) -> Any:
    """Return a number as each language writes it."""
    return float(value) if isinstance(value, Fraction) else value

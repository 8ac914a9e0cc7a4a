"""Whether nobody leaves a plan: what breaks the rule `stable`, in words.

Section 8 of docs/semantics.md. What members could do by themselves follows from all other rules
about partnerships and from the costs; offices and rules about the whole plan do not enter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from koopopt.case.plan import Partnership, Plan
from koopopt.errors import UsageError
from koopopt.problem import Problem
from koopopt.rules import Stable, Violation
from koopopt.rules.base import names
from koopopt.sharing.burdens import Burdens
from koopopt.sharing.core import groups_that_gain, least_subsidy
from koopopt.sharing.keys import Key
from koopopt.sharing.stability import Alternatives
from koopopt.text import T, Text

MOST_TOLD: Final = 3
"""Groups of a service that are told."""


def violations(problem: Problem, plan: Plan, rule: Stable) -> Iterator[Violation]:
    """Yield who would leave a plan, which covers everybody.

    Raises
    ------
    UsageError
        Where there are too many coalitions to look through, or sites.
    """
    demand_no_sites(problem)
    for s, service in enumerate(problem.facts.services):
        own = [p for p in plan.partnerships if p.service == service.id]
        for text, members in _LEAVING[rule.stable](problem, s, own, rule.shared_by):
            yield Violation("stable", text, service.id, members)


def demand_no_sites(problem: Problem) -> None:
    """Raise `UsageError` where there are sites."""
    if problem.facts.sites:
        raise UsageError(T("Stability with sites is not worked out yet; leave out sites.csv."))


_Said = Iterator[tuple[Text, tuple[str, ...]]]


def _losers(problem: Problem, s: int, plan: Sequence[Partnership], key: str | None) -> _Said:
    """Yield who pays more than alone."""
    burdens = Burdens(problem, s, Key.parse(key or ""))
    for p in plan:
        for i, paid in burdens.of(p).items():
            if paid > (alone := int(burdens.alone[i])):
                name = problem.facts.ids[i]
                yield T("{name} pays {share} EUR a year, alone {limit}.", share=paid / 100,
                        name=names(problem.facts, [name]), limit=alone / 100), (name,)  # fmt: skip


def _outside(problem: Problem, s: int, plan: Sequence[Partnership], key: str | None) -> _Said:
    """Yield which members pay more together than by themselves."""
    for p in plan:
        if len(p.members) == 1:
            continue
        if key is None:
            if subsidy := least_subsidy(problem, s, p):
                who = names(problem.facts, p.members)
                yield T("However the cost is shared, some of {names} would do better by"
                        " themselves; {euros} EUR a year from outside would keep them.",
                        names=who, euros=subsidy / 100), p.members  # fmt: skip
            continue
        for group, gain in groups_that_gain(problem, s, p, Key.parse(key))[:MOST_TOLD]:
            yield T("{names} would pay {gain} EUR a year less by themselves.",
                    names=names(problem.facts, group), gain=gain / 100), group  # fmt: skip


def _blocked(problem: Problem, s: int, plan: Sequence[Partnership], key: str | None) -> _Said:
    """Yield which municipalities would each pay less in a partnership of their own."""
    found = Alternatives.known(problem, s).blocking(plan, Key.parse(key or ""), MOST_TOLD)
    for blocked in found:
        least = min(blocked.gains) / 100
        who = names(problem.facts, blocked.members)
        if len(blocked.members) == 1:
            yield T("{names} would pay {least} EUR a year less alone.",
                    names=who, least=least), blocked.members  # fmt: skip
        else:
            yield T("{names} would each pay at least {least} EUR a year less together.",
                    names=who, least=least), blocked.members  # fmt: skip


_LEAVING: Final = {"individual": _losers, "core": _outside, "key": _blocked}

"""Whether nobody leaves a plan: what breaks the rule `stable`, in words.

Section 8 of docs/semantics.md. What members could do by themselves follows from all other rules
about partnerships and from the costs; offices and rules about the whole plan do not enter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import ceil
from typing import Final

from koopopt.case.facts import euros
from koopopt.case.plan import Partnership, Plan
from koopopt.errors import UsageError
from koopopt.problem import Problem
from koopopt.rules import Stable, Violation
from koopopt.rules.base import names
from koopopt.sharing.admissible import Admissible, demand_no_sites
from koopopt.sharing.burdens import Burdens
from koopopt.sharing.cores import groups_that_gain, own_core
from koopopt.sharing.stability import blocking, losers
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
    demand_answer(problem, rule)
    for s, service in enumerate(problem.facts.services):
        own = [p for p in plan.partnerships if p.service == service.id]
        for text, members in _leaving(problem, s, own, rule):
            yield Violation("stable", text, service.id, members)


def demand_answer(problem: Problem, rule: Stable) -> None:
    """Raise `UsageError` where it cannot be told who leaves."""
    demand_no_sites(problem)
    if rule.stable == "core" and rule.value_of_travel:
        raise UsageError(
            T("A core with a value of travel is not worked out yet; leave out value_of_travel.")
        )


def prepare(problem: Problem, rule: Stable, check: Callable[[], None]) -> None:
    """Enumerate and share what the rule needs; `check` may raise what ends that."""
    for s in range(len(problem.facts.services)):
        if rule.stable != "individual" or rule.value_of_travel:
            Admissible.known(problem, s, check)
        if rule.stable == "key":
            Burdens.under(problem, s, rule).prepare(check)


_Said = Iterator[tuple[Text, tuple[str, ...]]]


def _leaving(problem: Problem, s: int, plan: Sequence[Partnership], rule: Stable) -> _Said:
    if rule.shared_by is None:
        return _empty_cores(problem, s, plan)
    burdens = Burdens.under(problem, s, rule)
    kind = rule.stable or "key"
    return {"individual": _losers, "core": _outside, "key": _blocked}[kind](burdens, plan)


def _losers(burdens: Burdens, plan: Sequence[Partnership]) -> _Said:
    """Yield who bears more than alone."""
    for loser in losers(burdens, plan):
        alone, more = loser.bears[0], loser.gains[0]
        yield T("{name} pays {share} EUR a year, alone {limit}.", share=euros(alone + more),
                name=names(burdens.problem.facts, loser.members),
                limit=euros(alone)), loser.members  # fmt: skip


def _empty_cores(problem: Problem, s: int, plan: Sequence[Partnership]) -> _Said:
    """Yield of which partnerships some members would leave however the cost is shared."""
    for p in plan:
        core = own_core(problem, s, p) if len(p.members) > 1 else None
        if core is not None and core.empty:
            who, cents = names(problem.facts, p.members), ceil(core.subsidy or 0)
            yield T("However the cost is shared, some of {names} would do better by"
                    " themselves; {euros} EUR a year from outside would keep them.",
                    names=who, euros=euros(cents)), p.members  # fmt: skip


def _outside(burdens: Burdens, plan: Sequence[Partnership]) -> _Said:
    """Yield which members pay more together than by themselves."""
    for p in plan:
        if len(p.members) == 1:
            continue
        for group, gain in groups_that_gain(burdens, p)[:MOST_TOLD]:
            yield T("{names} would pay {gain} EUR a year less by themselves.",
                    names=names(burdens.problem.facts, group), gain=euros(gain)), group  # fmt: skip


def _blocked(burdens: Burdens, plan: Sequence[Partnership]) -> _Said:
    """Yield which municipalities would each bear less in a partnership of their own."""
    for blocked in blocking(burdens, plan, MOST_TOLD):
        least = euros(min(blocked.gains))
        who = names(burdens.problem.facts, blocked.members)
        if len(blocked.members) == 1:
            yield T("{names} would pay {least} EUR a year less alone.",
                    names=who, least=least), blocked.members  # fmt: skip
        else:
            yield T("{names} would each pay at least {least} EUR a year less together.",
                    names=who, least=least), blocked.members  # fmt: skip

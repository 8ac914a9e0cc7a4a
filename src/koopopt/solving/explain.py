"""Why no plan keeps all rules: a cheap test that names the rules at fault.

One rule after the other is left out and the problem tried again. Where that helps, the rule is
named. Where no single rule is at fault, rules are left out for good as long as the rest still
contradicts itself (a deletion filter): what remains is a small set of which every member is
needed for the contradiction. Rules of partnerships are left out for all services at once.

Without any rule everybody may stay alone, so the rules are always where to look.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace

from koopopt.problem import Problem
from koopopt.rules import Limit, PartnershipRule, PlanRule, Rule
from koopopt.solving.optimise import Status
from koopopt.text import T, Text

Try = Callable[[Problem, float], Status]
"""Tries a problem for some seconds: infeasible, no solution (open), or a plan was found."""

_MIN_SECONDS = 0.2
"""Seconds below which a try is not worth it."""


@dataclass(frozen=True, slots=True)
class _Suspect:
    """A rule that may be at fault, in the words of the instance's file.

    `plan_rule` is set for a rule about the plan, `key` for one about partnerships.
    """

    words: Text
    plan_rule: PlanRule | None = None
    key: str = ""


def reasons(problem: Problem, attempt: Try, seconds: float = 10.0) -> tuple[Text, ...]:
    """Return sentences that name the rules which keep an infeasible problem from a plan.

    Parameters
    ----------
    problem : Problem
        Known to be infeasible.
    attempt : callable
        ``attempt(problem, seconds) -> Status``; any plan will do, the best is not needed.
    seconds : float
        For all tries together.
    """
    if seconds < _MIN_SECONDS:
        return (T("No time was left to find out which rules are at fault."),)
    search = _Search(replace(problem, lexicographic=()), attempt, time.monotonic() + seconds)
    suspects = _suspects(search.problem)
    verdicts = [search.without([s], len(suspects) - k) for k, s in enumerate(suspects)]
    helping = [s for s, v in zip(suspects, verdicts, strict=True) if v is True]
    open_ = any(v is None for v in verdicts)
    if helping:
        said = [T("Without this rule there is a plan: {rule}", rule=s.words) for s in helping]
        if open_:
            said.append(T("Time ran out: leaving out another rule may help as well."))
        return tuple(said)
    if open_:
        return (T("Which rules are at fault could not be found in {seconds} s.", seconds=seconds),)
    guilty, proven = search.filtered(suspects)
    said = [T("These rules contradict each other; leaving out one of them is not enough:")
            if not proven else T("These rules cannot all hold together:")]  # fmt: skip
    said += [T("• {rule}", rule=s.words) for s in guilty]
    if not proven:
        said.append(T("Time ran out: perhaps fewer rules are at fault."))
    return tuple(said)


@dataclass(frozen=True, slots=True)
class _Search:
    """The tries, within a time."""

    problem: Problem
    attempt: Try
    deadline: float

    def without(self, dropped: Sequence[_Suspect], left: int = 1) -> bool | None:
        """Return whether there is a plan without these rules, None where that stays open.

        `left` tries share the time that is left.
        """
        remaining = self.deadline - time.monotonic()
        if remaining < _MIN_SECONDS:
            return None
        share = min(remaining, max(1.0, remaining / max(1, left)))
        match self.attempt(_relaxed(self.problem, dropped), share):
            case Status.INFEASIBLE:
                return False
            case Status.NO_SOLUTION:
                return None
            case _:
                return True

    def filtered(self, suspects: Sequence[_Suspect]) -> tuple[list[_Suspect], bool]:
        """Return rules that contradict each other, and whether each of them is needed."""
        dropped: list[_Suspect] = []
        proven = True
        for k, suspect in enumerate(suspects):
            verdict = self.without([*dropped, suspect], len(suspects) - k)
            if verdict is False:
                dropped.append(suspect)
            proven = proven and verdict is not None
        return [s for s in suspects if s not in dropped], proven


def _suspects(problem: Problem) -> list[_Suspect]:
    """Return the rules one by one; limits on several criteria count one by one."""
    found = [_Suspect(_words(r), plan_rule=r) for r in _single(problem.plan_rules)]
    by_key: dict[str, dict[str, list[str]]] = {}
    for service, rules in zip(problem.instance.services, problem.partnership_rules, strict=True):
        for rule in rules:
            by_key.setdefault(rule.name, {}).setdefault(as_written(rule), []).append(service.id)
    for key, tables in by_key.items():
        everywhere = len(tables) == 1 and len(*tables.values()) == len(problem.instance.services)
        shown = "; ".join(
            table if everywhere else f"{table} ({', '.join(services)})"
            for table, services in tables.items()
        )
        found.append(_Suspect(Text("{rule}", {"rule": shown}), key=key))
    return found


def _single(rules: Iterable[PlanRule]) -> list[PlanRule]:
    single: list[PlanRule] = []
    for rule in rules:
        if isinstance(rule, Limit):
            single += [Limit({name: value}) for name, value in rule.limit.items()]
        else:
            single.append(rule)
    return single


def _relaxed(problem: Problem, dropped: Sequence[_Suspect]) -> Problem:
    keys = {s.key for s in dropped}
    gone = [s.plan_rule for s in dropped]

    def kept(rules: tuple[PartnershipRule, ...]) -> tuple[PartnershipRule, ...]:
        return tuple(rule for rule in rules if rule.name not in keys)

    return replace(
        problem,
        plan_rules=tuple(r for r in _single(problem.plan_rules) if r not in gone),
        partnership_rules=tuple(kept(rules) for rules in problem.partnership_rules),
    )


def _words(rule: Rule) -> Text:
    return Text("{rule}", {"rule": as_written(rule)})


def as_written(rule: Rule) -> str:
    """Return a rule as it stands in a file, keys at their default left out."""
    shown = [(field.name, getattr(rule, field.name)) for field in fields(rule)]  # type: ignore[arg-type]
    return ", ".join(f"{key} = {_value(value)}" for key, value in shown if value not in ((), None))


def _value(value: object, most: int = 100) -> str:
    """Return a value in the notation of TOML, long ones cut short."""
    match value:
        case bool():
            shown = str(value).lower()
        case str():
            shown = f'"{value}"'
        case Mapping():
            shown = "{ " + ", ".join(f"{k} = {_value(v)}" for k, v in value.items()) + " }"
        case list() | tuple():
            shown = "[" + ", ".join(_value(v) for v in value) + "]"
        case float():
            shown = f"{value:.12g}"
        case _:
            shown = str(value)
    return shown if len(shown) <= most else shown[: most - 1] + "…"

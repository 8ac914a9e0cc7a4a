"""Changes by the ids of what they are about, and whether there is what they name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from koopopt.case.plan import Plan
from koopopt.errors import UsageError
from koopopt.inquiry import changes
from koopopt.inquiry.changes import Change
from koopopt.language.hints import Names
from koopopt.problem import Problem
from koopopt.text import T


@dataclass(frozen=True, slots=True)
class Named:
    """Changes as `koopopt.what_if` takes them."""

    no: Sequence[tuple[str, str]]
    apart: Sequence[Sequence[str]]
    together: Sequence[Sequence[str]]
    seat: Sequence[tuple[str, str, str]]
    keep: Sequence[str | Sequence[str]]
    settings: Mapping[str, Any]


def named(problem: Problem, plan: Plan, asked: Named, *, at_once: bool) -> list[Change]:
    """Return the changes of the best plan; without any, each no to each of its partnerships."""
    case = problem.instance
    found = [changes.says_no(case, plan, *one) for one in asked.no]
    for pairs, together in ((asked.apart, False), (asked.together, True)):
        found += [
            changes.pair(case, one[0] if len(one) == 3 else None, one[-2], one[-1],
                         together=together)
            for one in pairs
        ]  # fmt: skip
    found += [changes.seated(case, plan, *one) for one in asked.seat]
    found += [changes.keeping(case, plan, *_kept(one)) for one in asked.keep]
    found += [_setting(problem, path, value) for path, value in asked.settings.items()]
    found = found or changes.refusals(case, plan)
    return [changes.at_once(found)] if at_once and len(found) > 1 else found


def demand_known(problem: Problem, asked: Named) -> None:
    """Raise `UsageError` where a change names what there is not, or too much or too little.

    A value that cannot be meant is a `DataError` or a `UsageError`.
    """
    facts = problem.facts
    services, towns = Names(facts.service_index), Names(facts.ids)
    for path, value in asked.settings.items():
        _setting(problem, path, value)
    for option in _PARTS:
        entries: Sequence[Any] = getattr(asked, option)
        least, most = _PARTS[option]
        for entry in map(_kept, entries):
            if not least <= len(entry) <= most:
                raise UsageError(
                    T("{option}: {value} has {count} names; there must be {least} to {most}.",
                      option=option, value=repr(entry), count=len(entry), least=least, most=most)
                )  # fmt: skip
            for name, kind in zip(entry, _kinds(option, len(entry)), strict=True):
                if kind == "service" and name not in services:
                    raise UsageError(T("There is no service {name}. {remedy}", name=repr(name),
                                       remedy=services.remedy(name)))  # fmt: skip
                if kind == "town" and name not in towns:
                    raise UsageError(T("There is no municipality {id}. {remedy}", id=repr(name),
                                       remedy=towns.remedy(name)))  # fmt: skip
                if kind == "seat" and name not in facts.index:
                    seats = Names(facts.seat_ids)
                    raise UsageError(T("There is no seat {name}. {remedy}", name=repr(name),
                                       remedy=seats.remedy(name)))  # fmt: skip
        if option in ("apart", "together") and any(e[-1] == e[-2] for e in entries):
            raise UsageError(T("{option} names one municipality twice.", option=option))


_PARTS: Final = {"no": (2, 2), "apart": (2, 3), "together": (2, 3), "seat": (3, 3), "keep": (1, 2)}
"""How many names an entry has: from, to."""


def _kinds(option: str, count: int) -> Iterator[str]:
    """Yield what each name of an entry is."""
    if option in ("apart", "together"):
        yield from ("service",) * (count - 2)
        yield from ("town", "town")
    else:
        yield from ("service", "town", "seat")[:count]


def _kept(one: str | Sequence[str]) -> tuple[str, ...]:
    return (one,) if isinstance(one, str) else tuple(one)


def _setting(problem: Problem, path: str, value: Any) -> Change:
    """Return the change of a value, which is checked at once as an instance's is."""
    change = changes.setting(problem.instance, path.split("."), value, f"{path} = {value!r}")
    Problem.of(change.edit(problem.instance))
    return change

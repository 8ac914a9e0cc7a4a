"""The rules of a problem in words that a council understands, each with its value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from koopopt.criteria import criterion
from koopopt.exact import fraction
from koopopt.problem import Problem, rule_tables
from koopopt.rules import DOOR
from koopopt.text import T, Text

RULE_WORDS: Final[Mapping[str, Text]] = {
    "contiguous": T("members border on each other"),
    "max_minutes": T("at most so many minutes to the seat"),
    "min_members": T("at least so many members"),
    "max_members": T("at most so many members"),
    "min_population": T("at least so many inhabitants together"),
    "max_population": T("at most so many inhabitants together"),
    "max_demand": T("at most so much demand together"),
    "max_identity_areas": T("at most so many areas of identity"),
    "same_county": T("members of one county"),
    "same_state": T("members of one Land"),
    "seats": T("only certain seats"),
    "central_places": T("seats only in central places"),
    "legal_forms": T("only certain legal forms"),
    "apart": T("certain municipalities not together"),
    "together": T("certain municipalities together"),
    "alone": T("certain municipalities alone"),
    "forbid_alone": T("nobody alone"),
    "keep_existing": T("today's cooperations stay together"),
    "no_losers": T("no member pays more than alone"),
    "min_saving": T("each partnership saves at least so much"),
    "max_pooled": T("at most so many services given away"),
    "max_memberships": T("at most so many pooled partnerships a municipality"),
    "max_hosted": T("at most so many services hosted"),
    "max_partner_seats": T("at most so many other seats to deal with"),
    "max_bodies": T("at most so many pooled partnerships"),
    "min_bodies": T("at least so many pooled partnerships"),
    "stable": T("nobody leaves"),
    "key": T("a key by which costs are shared"),
    "max_partnerships": T("at most so many partnerships, alone ones too"),
    "min_partnerships": T("at least so many partnerships, alone ones too"),
}


def titles() -> dict[str, Text]:
    """Return rules in a few words by their keys, those of plug-ins behind koopopt's own."""
    outside = {k: kind.title or Text("{rule}", {"rule": kind.summary or k})
               for k, kind in DOOR.things.items()}  # fmt: skip
    return {**RULE_WORDS, **outside}


def named(problem: Problem) -> list[Text]:
    """Return the rules in force, those of one service with its title."""
    names = titles()
    for_plan, by_service = rule_tables(problem.instance)
    shared = [key for key in names if by_service and _same(table.get(key) for table in by_service)]
    found = [_said(names[key], key, by_service[0][key]) for key in shared]
    for service, table in zip(problem.instance.services, by_service, strict=True):
        found += [
            Text(
                "{service}: {rule}",
                {"service": service.title, "rule": _said(names[key], key, table[key])},
            )
            for key in names
            if key in table and key not in shared
        ]
    found += [_said(names[key], key, for_plan[key]) for key in names if key in for_plan]
    limits = problem.limits
    return found + [
        T("{criterion} at most {value}", criterion=criterion(name).title, value=float(value))
        for name, value in limits.items()
    ]


def _same(values: Iterable[Any]) -> bool:
    """Whether a rule holds for every service alike."""
    all_ = list(values)
    return all_[0] is not None and all(value == all_[0] for value in all_)


def _said(name: Text, key: str, value: Any) -> Text:
    """Return a rule; with its value where that is a number."""
    if key == "forbid_alone" and value is not True:
        return T("certain municipalities not alone")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return name
    if key == "min_saving":
        percent = float(100 * fraction(value))
        return Text("{rule} ({percent} %)", {"rule": name, "percent": percent})
    return Text("{rule} ({value})", {"rule": name, "value": float(value)})

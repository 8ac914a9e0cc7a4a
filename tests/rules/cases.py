"""Plans of three municipalities that keep a rule or break it, by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import tiny
from koopopt.case.instance import Instance
from koopopt.case.library import LegalForm
from koopopt.case.plan import Partnership, Plan
from koopopt.evaluation import all_alone, evaluate
from koopopt.problem import Problem
from koopopt.rules import Violation

TODAY = (Partnership("water", ("01", "03"), "01", "association"),)
GUILD = LegalForm(id="guild", title={"en": "Guild"}, services=("housing",), same_county=True,
                  same_state=True, min_members=3)  # fmt: skip


def three(rules: dict[str, Any] | None = None, **changes: Any) -> Instance:
    """Return Ahausen, Bühl and Celle in a row, the first in another county and state."""
    made = tiny.instance(**{"status_quo": TODAY, **changes}, rules=rules or {})
    first, *others = made.municipalities
    first = replace(first, county="L", state="NI", central_place="town")
    return replace(made, municipalities=(first, *others))


def plan(*pools: tuple[str, str, str], form: str = "association") -> Plan:
    """Return pools as (service, members, seat), "123" being 01, 02 and 03; who is left is alone."""
    made = [Partnership(s, tuple(f"0{k}" for k in who), f"0{seat}", form) for s, who, seat in pools]
    taken = {(p.service, town) for p in made for town in p.members}
    rest = all_alone(Problem.of(three())).partnerships
    return Plan((*made, *(p for p in rest if (p.service, p.members[0]) not in taken)))


def broken(instance: Instance, what: Plan) -> tuple[Violation, ...]:
    return evaluate(Problem.of(instance), what).violations


def named(case: tuple[Any, ...]) -> str:
    return ", ".join(case[0])


ALONE = plan()
PAIR = plan(("water", "12", "2"))
ENDS = plan(("water", "13", "1"))
ALL = plan(("water", "123", "2"))
BOTH = plan(("water", "12", "2"), ("housing", "13", "3"))

PARTNERSHIPS: list[tuple[dict[str, Any], Plan, Plan, str]] = [
    ({"contiguous": True}, ALL, ENDS, "Celle cannot be reached from Ahausen"),
    ({"max_minutes": 10.0}, PAIR, ENDS, "Celle needs 17.3 minutes to the seat, allowed are"),
    ({"min_members": 3}, ALL, PAIR, "It has 2 members, at least 3"),
    ({"max_members": 2}, PAIR, ALL, "It has 3 members, at most 2"),
    ({"min_population": 4000.0}, ENDS, PAIR, "It serves 3,000 inhabitants, at least 4,000"),
    ({"max_population": 3000.0}, PAIR, ENDS,
     "It serves 4,000 inhabitants, at most 3,000 are allowed with the seat Ahausen."),
    ({"max_population": {"01": 3999.0, "default": 6000.0}}, ALL, ENDS, "at most 3,999"),
    ({"max_population": {"01": 3999.0}}, ALL, ENDS, "at most 3,999"),
    ({"max_population": {"01": 6000.0, "default": 3000.0}}, ENDS, ALL, "at most 3,000"),
    ({"max_demand": 120_000.0}, PAIR, ENDS, "It serves 160,000 m3, at most 120,000 are"),
    ({"max_demand": {"02": 239_999.9}}, ENDS, ALL, "at most 239,999.9"),
    ({"max_identity_areas": 1}, ENDS, PAIR, "belong to 2 identity areas, at most 1"),
    ({"same_county": True}, plan(("water", "23", "2")), PAIR, "different counties"),
    ({"same_state": True}, plan(("water", "23", "2")), PAIR, "different states"),
    ({"seats": ["02"]}, PAIR, ENDS, "Ahausen may not be a seat"),
    ({"central_places": ["town"]}, ENDS, ALL, "Bühl an der Weißen Werra may not be a seat"),
    ({"seats": ["02"], "central_places": ["town"]}, ENDS, plan(("water", "13", "3")), "Celle"),
    ({"apart": [["01", "03"]]}, PAIR, ALL, "Ahausen, Celle must not share it"),
    ({"alone": ["03"]}, PAIR, ENDS, "Celle must stay alone"),
]  # fmt: skip

ALONE_TOO: list[tuple[dict[str, Any], Plan, set[str]]] = [
    ({"together": [["01", "03"]]}, ENDS, {"Ahausen, Celle must share it, all of them."}),
    ({"keep_existing": True}, ENDS, {"Ahausen, Celle must share it, all of them."}),
    ({"forbid_alone": ["01"]}, PAIR, {"Ahausen must not stay alone."}),
    ({"min_population": 2500.0, "viable_alone": True}, plan(("water", "12", "2")),
     {"It serves 1,000 inhabitants, at least 2,500 are needed.",
      "It serves 2,000 inhabitants, at least 2,500 are needed."}),
]  # fmt: skip

PLANS: list[tuple[dict[str, Any], Plan, Plan, str]] = [
    ({"max_pooled": 1}, PAIR, BOTH, "Ahausen has 2 services seated elsewhere, at most 1"),
    ({"max_memberships": 1}, PAIR, BOTH,
     "Ahausen is a member of 2 pooled partnerships, at most 1"),
    ({"max_memberships": 1}, plan(("water", "12", "2")),
     plan(("water", "12", "2"), ("housing", "23", "2")), "Bühl an der Weißen Werra is a member"),
    ({"max_hosted": 1}, BOTH, plan(("water", "12", "2"), ("housing", "23", "2")),
     "Bühl an der Weißen Werra seats 2 pooled partnerships, at most 1"),
    ({"max_partner_seats": 1}, PAIR, BOTH, "Ahausen has its services in 2 other"),
    ({"max_bodies": 1}, PAIR, BOTH, "2 pooled partnerships (all services together), at most 1"),
    ({"min_bodies": {"water": 1}}, PAIR, ALONE, "0 pooled partnerships (water), at least 1"),
    ({"max_partnerships": {"water": 2}}, PAIR, ALONE, "3 partnerships (water), at most 2"),
    ({"min_partnerships": 5}, PAIR, BOTH, "4 partnerships (all services together), at least 5"),
    ({"limit": {"change": 2}}, ENDS, BOTH, "change is 3 seats that change, at most 2"),
]  # fmt: skip

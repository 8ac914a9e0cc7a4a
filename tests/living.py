"""Random actions on a live room, and what the optimiser has to answer, found by enumeration."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import bruteforce
from dice import Dice
from koopopt.case.instance import Instance
from koopopt.case.plan import Partnership, Plan
from koopopt.errors import DataError
from koopopt.evaluation import Evaluation, evaluate
from koopopt.problem import Problem
from wished_by_hand import granted, one

FINAL = ("optimal", "feasible", "infeasible", "unknown", "cancelled", "failed")
PLACES: dict[str, list[Any]] = {
    "weights.travel": [0.0, 1.0, 7.5, None],
    "weights.bodies": [0.0, 4000.0, None],
    "rules.max_members": [2, 3, False, None],
    "rules.contiguous": [True, False, None],
    "rules.max_bodies": [0, 1, False, None],
    "limits.bodies": [1, 2, False, None],
    "ranges.office.cost": [[0.0, 1e6], [0, 2e6], False, None],
}


def until(
    holds: Callable[[], Any], seconds: float = 20.0, said: Callable[[], object] = lambda: ""
) -> Any:
    """Wait until something holds, and return it."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, f"nothing came of it: {said()}"
        time.sleep(0.002)
    return found


def settled(room: Any) -> dict[str, Any]:
    """Return the state of a room once its question is answered."""

    def final() -> Any:
        state = room.state()
        return state if state["answer"]["status"] in FINAL else None

    return until(final, said=lambda: room.state()["answer"])


def by_hand(instance: Instance, question: dict[str, Any]) -> Problem:
    """Return the problem of a question, wishes apart, made without the room's code."""
    rules, weights, limits = dict(instance.rules), dict(instance.weights), {}
    for place, value in question["settings"].items():
        table, key = place.split(".", 1)
        match table:
            case "ranges":
                assert key == "office.cost"
                ends = None if value is False else tuple(map(float, value))
                instance = replace(instance, office_cost_range=ends)
            case "weights":
                weights[key] = value
            case "rules":
                rules[key] = value
            case _:
                limits[key] = value
    inside = {**(rules.pop("limit", None) or {}), **limits}
    kept = {key: most for key, most in inside.items() if most is not False}
    return Problem.of(replace(instance, rules=rules, weights=weights), limits=kept)


def optimum(instance: Instance, question: dict[str, Any]) -> Evaluation | None:
    """Return the best plan of a question by enumeration; None where there is none."""
    problem = by_hand(instance, question)
    best: Evaluation | None = None
    for plan in bruteforce.all_plans(problem):
        if all(granted(wish, plan, problem) for wish in question["wishes"]):
            found = evaluate(problem, plan)
            if best is None or found.total < best.total:
                best = found
    return best


def plan_of(instance: Instance, view: dict[str, Any]) -> Plan:
    """Return the plan that a view shows: whoever is in none of its partnerships is alone."""
    towns, services = instance.municipalities, instance.services
    seats = Problem.of(instance).facts.seat_ids
    pooled = [
        Partnership(
            services[p["service"]].id,
            tuple(towns[i].id for i in p["members"]),
            seats[p["seat"]],
            instance.legal_forms[p["form"]].id,
        )
        for p in view["partnerships"]
    ]
    named = {(p.service, town) for p in pooled for town in p.members}
    alone = [
        Partnership(s.id, (t.id,), t.id)
        for s in services
        for t in towns
        if (s.id, t.id) not in named
    ]
    return Plan([*pooled, *alone])


def some_action(dice: Dice, problem: Problem, state: dict[str, Any]) -> dict[str, Any]:
    """Return one action; some cannot be done."""
    instance, facts = problem.instance, problem.facts
    service = dice.pick([s.id for s in facts.services])
    town = dice.pick(list(facts.ids))
    kind = dice.pick([
        *["set"] * 5, *["wish"] * 4, "unwish", *["move"] * 5, "seat", "form", "start", "mode",
        *["undo"] * 3, *["redo"] * 2, "reset", "keep", "drop", "rename", "note", "nonsense",
    ])  # fmt: skip
    here = {"kind": kind, "service": service, "town": town}
    variants = [v["id"] for v in state["variants"]]
    match kind:
        case "set":
            place = dice.pick(list(PLACES))
            return {"kind": kind, "place": place, "value": dice.pick(PLACES[place])}
        case "wish":
            return {"kind": kind, "wish": one(dice, problem)}
        case "unwish":
            return {"kind": kind, "wish": dice.pick([*state["question"]["wishes"], None])}
        case "move":
            own = plan_of(instance, state["plan"]).of(service)
            to = dice.pick([None, *own])
            return here | {"to": None if to is None else list(to.members)}
        case "seat":
            return here | {"seat": dice.pick(list(facts.seat_ids))}
        case "form":
            return here | {"form": dice.pick([f.id for f in instance.legal_forms])}
        case "start":
            way = dice.pick(["today", "alone", "best", "variant", "plan"])
            more = {"id": dice.pick([*variants, "nobody"])} if way == "variant" else {}
            if way == "plan":
                more = {"plan": []}
            return {"kind": kind, "from": way, **more}
        case "mode":
            return {"kind": kind, "value": dice.pick(["follow", "hand"])}
        case "keep":
            return {"kind": kind, "name": f"variant {len(variants)}", "note": "why"}
        case "drop":
            return {"kind": kind, "id": dice.pick([*variants, "nobody"])}
        case "rename":
            return {"kind": kind, "id": dice.pick([*variants, "nobody"]), "name": "new"}
        case "note":
            return {"kind": kind, "number": dice.count(0, 5), "text": "because"}
    return {"kind": kind}


def refused(error: Exception) -> bool:
    """Whether an error is a refusal in words."""
    return bool(str(error)) and (not isinstance(error, DataError) or bool(error.faults))


def priced(room: Any) -> dict[str, Any]:
    """Return the prices of rules once nobody looks for more."""

    def done() -> Any:
        prices = room.state()["prices"]
        return prices if prices["status"] in ("done", "stopped") else None

    found: dict[str, Any] = until(done, 30, lambda: room.state()["prices"])
    return found

"""Random wishes, and what each means said once more, by hand, of a finished plan."""

from __future__ import annotations

from typing import Any

from dice import Dice
from koopopt.case.plan import Partnership, Plan
from koopopt.problem import Problem


def some_wishes(dice: Dice, problem: Problem, most: int = 3) -> list[dict[str, Any]]:
    """Return one to `most` wishes as actions name them; many contradict rules or each other."""
    return [one(dice, problem) for _ in range(dice.count(1, most))]


def one(dice: Dice, problem: Problem) -> dict[str, Any]:
    """Return one wish that names what the instance has."""
    facts = problem.facts
    service = dice.pick([s.id for s in facts.services])
    ids = list(facts.ids)
    kind = dice.pick(["together", "apart", "alone", "lock", "lock", "forbid", "forbid", "no_seat"])
    wish: dict[str, Any] = {"kind": kind, "service": service}
    if kind in ("together", "apart"):
        pair = dice.some(ids, 2, 2)
        return wish | {"towns": pair, "service": dice.pick([service, service, None])}
    if kind == "alone":
        return wish | {"towns": dice.some(ids, 1, 1)}
    seats = [*ids, *(s.id for s in problem.instance.sites if s.service == service)]
    if kind == "no_seat":
        return wish | {"seat": dice.pick(seats)}
    if kind == "forbid":
        return wish | {"towns": dice.some(ids, 1, 3)}
    towns = dice.some(ids, 1, 3)
    return wish | {"towns": towns, "seat": dice.pick([*towns, *seats[len(ids) :]])}


def granted(wish: dict[str, Any], plan: Plan, problem: Problem) -> bool:
    """Whether a plan is as the wish has it."""
    every = [s.id for s in problem.facts.services]
    services = every if wish["service"] is None else [wish["service"]]
    return all(_granted(wish, plan.of(service)) for service in services)


def _granted(wish: dict[str, Any], own: tuple[Partnership, ...]) -> bool:
    towns, seat = set(wish.get("towns", ())), wish.get("seat")
    match wish["kind"]:
        case "together":
            return any(towns <= set(p.members) for p in own)
        case "apart":
            return not any(towns <= set(p.members) for p in own)
        case "alone":
            return any(towns == set(p.members) and not p.pooled for p in own)
        case "lock":
            return any(towns == set(p.members) and p.seat == seat for p in own)
        case "forbid":
            return not any(towns == set(p.members) and p.pooled for p in own)
        case _:
            return not any(p.seat == seat and p.pooled for p in own)

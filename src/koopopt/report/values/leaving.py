"""What if one partner says no: what leaving costs, and whether the others can go on.

Who leaves is alone in this service afterwards; the others stay together in the cheapest legal form
that they may have. Offices are left apart: other services may need them as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from koopopt.case.facts import Facts
from koopopt.case.plan import Partnership
from koopopt.evaluation import cheapest_form
from koopopt.problem import Problem
from koopopt.report.values.figures import shares
from koopopt.text import T, Text


@dataclass(frozen=True, slots=True)
class Departure:
    """One member leaves a partnership.

    Attributes
    ----------
    town : str
        Id of the one who leaves.
    own : float
        EUR a year that it pays more (or less) than now: its cost alone, less its share by demand
        of the partnership's cost. Offices apart.
    rest : float
        The same for the others together: what they cost afterwards, less their shares.
    seat, legal_form : str
        Of what remains; ``alone`` where only one does.
    broken : tuple of Text
        Rules about partnerships that the others, or the one who is alone then, would break; empty
        where it can go on. Rules about the whole plan are not asked.
    """

    town: str
    own: float
    rest: float
    seat: str
    legal_form: str
    broken: tuple[Text, ...]


def departures(problem: Problem, partnership: Partnership) -> tuple[Departure, ...]:
    """Return what happens if one member leaves, for each of them.

    Where the seat leaves, the others take the seat that breaks the fewest rules, of those the one
    with least travel. Nobody can leave who is alone.
    """
    if not partnership.pooled:
        return ()
    facts = problem.facts
    service, who = facts.service_index[partnership.service], facts.members(partnership)
    cost = facts.cost(partnership)
    paid = cost * shares(facts, "demand", service, who)
    found = []
    for town, pays in zip(partnership.members, paid.tolist(), strict=True):
        alone = Partnership(partnership.service, (town,), town)
        rest, broken = _rest(problem, partnership, town)
        left = facts.cost(rest) if rest.members else 0.0
        found.append(
            Departure(
                town=town,
                own=facts.cost(alone) - pays,
                rest=left - (cost - pays),
                seat=rest.seat,
                legal_form=rest.legal_form,
                broken=_once([*broken, *_broken(problem, alone)]),
            )
        )
    return tuple(found)


def _rest(problem: Problem, p: Partnership, town: str) -> tuple[Partnership, list[Text]]:
    """Return what remains of a partnership, and the rules that it breaks."""
    facts, members = problem.facts, tuple(m for m in p.members if m != town)
    if not members:
        return replace(p, members=()), []
    at_site = p.seat not in p.members
    if len(members) == 1 and not at_site:
        alone = Partnership(p.service, members, members[0])
        return alone, _broken(problem, alone)
    form = cheapest_form(facts, p.service, members, p.seat if at_site else None)
    # Without a form that fits, it goes on in the one it has: nobody knows what else it would cost.
    seat = p.seat if at_site else members[0]
    rest = Partnership(p.service, members, seat, form.id if form else p.legal_form)
    none = [] if form else [T("No legal form fits the {count} who remain.", count=len(members))]
    seats = (p.seat,) if p.seat != town else members
    options = [replace(rest, seat=seat) for seat in seats]
    broken = {option.seat: [*none, *_broken(problem, option)] for option in options}
    best = min(options, key=lambda o: (len(broken[o.seat]), _travel(facts, o), facts.index[o.seat]))
    return best, broken[best.seat]


def _travel(facts: Facts, p: Partnership) -> float:
    """Return what travel to the seat is proportional to."""
    who = facts.members(p)
    return float(facts.population[who] @ facts.minutes[who, facts.index[p.seat]])


def _broken(problem: Problem, p: Partnership) -> list[Text]:
    facts = problem.facts
    rules = problem.partnership_rules[facts.service_index[p.service]]
    return [text for rule in rules for text in rule.violations(facts, p)]


def _once(texts: Iterable[Text]) -> tuple[Text, ...]:
    """Return each sentence once: both sides may break the same rule."""
    return tuple({str(text): text for text in texts}.values())

"""What every municipality pays more than alone in a service, by the words of docs/semantics.md."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from koopopt.case.plan import Partnership
from koopopt.problem import Problem


def losses(problem: Problem, s: int, p: Partnership, cost: int) -> dict[int, int]:
    """Return what each member of a partnership pays more than alone, all in cents."""
    facts, service = problem.facts, problem.instance.services[s]
    percent, _, names = problem.instance.rules.get("key", "demand").rpartition("%")
    first, _, rest = names.rpartition("+")
    parts = [(int(percent), first), (100 - int(percent), rest)] if percent else [(100, rest)]
    who = sorted(facts.index[i] for i in p.members)
    alone = [_alone_cents(problem, service, facts.ids[i]) for i in who]
    exact = [Fraction(0)] * len(who)
    for share, key in parts if len(who) > 1 else [(100, "equal")]:
        weight = {
            "equal": [Fraction(1)] * len(who),
            "population": [
                Fraction(str(problem.instance.municipalities[i].population)) for i in who
            ],
            "demand": [Fraction(int(facts.grains[s, i])) for i in who],
            "alone": [Fraction(max(0, cents)) for cents in alone],
        }[key]
        weight = weight if sum(weight) else [Fraction(1)] * len(who)
        for k, w in enumerate(weight):
            exact[k] += Fraction(cost * share, 100) * w / sum(weight)
    paid = [floor(x) for x in exact]
    by_remainder = sorted(range(len(who)), key=lambda k: (paid[k] - exact[k], k))
    for k in by_remainder[: cost - sum(paid)]:
        paid[k] += 1
    return {i: cents - own for i, own, cents in zip(who, alone, paid, strict=True)}


def _alone_cents(problem, service, town: str) -> int:
    s = problem.facts.service_index[service.id]
    return int(problem.facts.alone_cents[s, problem.facts.index[town]])

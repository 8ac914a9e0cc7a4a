"""What partnerships cost and parts of municipalities pay by themselves, by the rules' own words."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import combinations

import highspy

from koopopt.case.plan import Partnership
from koopopt.case.shares import to_cents
from koopopt.evaluation import _form_violations
from koopopt.problem import Problem
from koopopt.sharing.keys import Key, numbers
from koopopt.sharing.standalone import StandAlone


def admissible(problem: Problem, s: int, members: tuple[str, ...], seat: str) -> int | None:
    """Return what a pooled partnership costs at a seat in cents, None where a rule forbids it."""
    facts, service = problem.facts, problem.facts.services[s].id
    costs = []
    for form in facts.instance.legal_forms:
        p = Partnership(service, members, seat, form.id)
        broken = [t for rule in problem.partnership_rules[s] for t in rule.violations(facts, p)]
        if not broken and not list(_form_violations(facts, p)):
            costs.append(facts.cents(p))
    return min(costs, default=None)


def by_hand(problem: Problem, s: int) -> dict[frozenset[str], int]:
    facts = problem.facts
    own: dict[frozenset[str], int] = {}
    for k in range(2, facts.towns + 1):
        for members in combinations(sorted(facts.ids), k):
            costs = [admissible(problem, s, members, seat) for seat in members]
            known = [c for c in costs if c is not None]
            if known:
                own[frozenset(members)] = min(known)
    value: dict[frozenset[str], int] = {frozenset(): 0}
    for k in range(1, facts.towns + 1):
        for members in combinations(sorted(facts.ids), k):
            whole, first = frozenset(members), members[0]
            best = facts.alone_cents[s, facts.index[first]] + value[whole - {first}]
            for part, cost in own.items():
                if first in part and part <= whole:
                    best = min(best, cost + value[whole - part])
            value[whole] = int(best)
    return value


class ByHand:
    """One service of a problem: every partnership that may be, and what its members bear.

    Partnerships are members and a seat; the seat does not matter where travel has no value.
    """

    def __init__(self, problem, s: int, key: Key, value: Fraction = Fraction(0)) -> None:
        self.problem, self.s, self.key, self.value = problem, s, key, value
        self.ids = sorted(problem.facts.ids, key=problem.facts.index.get)
        n = len(self.ids)
        self.borne, self.free = {}, set()
        for mask in range(1, 1 << n):
            who = tuple(i for k, i in enumerate(self.ids) if mask >> k & 1)
            cost = self.cost(who)
            if cost is None:
                continue
            shares = self.shared(who, cost)
            for seat in who:
                if len(who) > 1 and admissible(problem, s, who, seat) is None:
                    continue
                self.borne[who, seat] = self.with_travel(shares, seat)
                if len(who) > 1 or self.may_be_alone(who[0]):
                    self.free.add((who, seat))

    def cost(self, who):
        facts = self.problem.facts
        if len(who) == 1:
            return int(facts.alone_cents[self.s, facts.index[who[0]]])
        costs = [admissible(self.problem, self.s, who, seat) for seat in who]
        return min((c for c in costs if c is not None), default=None)

    def may_be_alone(self, town) -> bool:
        p = Partnership(self.problem.facts.services[self.s].id, (town,), town)
        rules = self.problem.partnership_rules[self.s]
        return not any(t for rule in rules for t in rule.violations(self.problem.facts, p))

    def shared(self, who, cost):
        own = None
        if self.key.rest_by in ("scrb", "shapley", "nucleolus"):
            own = StandAlone.of(self.problem, self.s, numbers(self.problem, who))
        shares = self.key.shares(self.problem, self.s, numbers(self.problem, who), cost, own)
        return dict(zip(who, to_cents(shares), strict=True))

    def with_travel(self, shares, seat):
        facts, service = self.problem.facts, self.problem.facts.services[self.s]
        trips = Fraction(str(service.travel.trips_per_inhabitant))
        borne = {}
        for i, cents in shares.items():
            a, h = facts.index[i], facts.index[seat]
            minutes = Fraction(str(float(facts.minutes[a, h])))
            people = Fraction(str(float(facts.population[a])))
            hours = Fraction(round(people * trips * 2 * minutes / 60 * 10_000), 10_000)
            borne[i] = cents + round(hours * self.value * 100)
        return borne

    def blocked(self, parts) -> set:
        """Return who would bear less; `parts` are members and a seat each."""
        bears = {i: c for part in parts for i, c in self.borne[part].items()}
        return {t for t in self.free if all(self.borne[t][i] <= bears[i] - 1 for i in t[0])}

    def partitions(self):
        @cache
        def of(left):
            if not left:
                return [()]
            return [
                ((who, seat), *rest)
                for who, seat in self.borne
                if who[0] == left[0] and set(who) <= set(left)
                for rest in of(tuple(i for i in left if i not in who))
            ]

        return of(tuple(self.ids))


def nobody_leaves(problem: Problem, s: int, plan: list[Partnership]) -> bool:
    """Say whether a service's part of a plan keeps the rule `stable`, by its definition."""
    rule, facts = problem.stable, problem.facts
    known = _known.setdefault((problem.instance.fingerprint, s, rule), [])
    if not known:
        value = Fraction(str(rule.value_of_travel))
        key = None if rule.shared_by is None else Key.parse(rule.shared_by)
        known += [ByHand(problem, s, key, value) if key else None, by_hand(problem, s)]
    hand, least = known
    parts = [(tuple(sorted(p.members, key=facts.index.get)), p.seat) for p in plan]
    if hand is None:
        costs = zip(plan, parts, strict=True)
        return all(in_some_core(who, facts.cents(p), least) for p, (who, _) in costs)
    if rule.stable == "key":
        return not hand.blocked(parts)
    for p, (who, seat) in zip(plan, parts, strict=True):
        borne = hand.with_travel(hand.shared(who, facts.cents(p)), seat)
        groups = [g for k in range(1, len(who)) for g in combinations(who, k)]
        if rule.stable == "individual":
            if any(borne[i] > hand.with_travel({i: hand.cost((i,))}, i)[i] for i in who):
                return False
        elif any(sum(borne[i] for i in g) > least[frozenset(g)] for g in groups):
            return False
    return True


_known: dict = {}


def in_some_core(who, cents: int, least: dict[frozenset[str], int]) -> bool:
    """Say whether shares exist that no group objects to, by a linear program over all groups."""
    program = highspy.Highs()
    program.silent()
    shares = {i: program.addVariable(-highspy.kHighsInf, highspy.kHighsInf) for i in who}
    for k in range(1, len(who)):
        for group in combinations(who, k):
            paid = sum(shares[i] for i in group)
            program.addConstr(paid <= least[frozenset(group)] / 100)
    if len(who) == 1:
        return True
    program.maximize(sum(shares.values()))
    return program.getObjectiveValue() >= cents / 100 - 1e-5

"""What partnerships cost and parts of municipalities pay by themselves, by the rules' own words."""

from __future__ import annotations

from functools import cache
from itertools import combinations

from koopopt.case.plan import Partnership
from koopopt.evaluation import _form_violations
from koopopt.problem import Problem
from koopopt.sharing.keys import Key, numbers, to_cents


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
    """One service of a problem: every partnership that may be, and what its members pay."""

    def __init__(self, problem, s: int, key: Key) -> None:
        self.problem, self.s, self.key = problem, s, key
        self.ids = sorted(problem.facts.ids, key=problem.facts.index.get)
        n = len(self.ids)
        self.paid, self.free = {}, set()
        for mask in range(1, 1 << n):
            who = tuple(i for k, i in enumerate(self.ids) if mask >> k & 1)
            cost = self.cost(who)
            if cost is not None:
                self.paid[who] = self.shared(who, cost)
                if len(who) > 1 or self.may_be_alone(who[0]):
                    self.free.add(who)

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
        shares = self.key.shares(self.problem, self.s, numbers(self.problem, who), cost)
        return dict(zip(who, to_cents(shares), strict=True))

    def blocked(self, parts) -> set:
        pays = {i: c for who in parts for i, c in self.paid[who].items()}
        return {t for t in self.free if all(self.paid[t][i] <= pays[i] - 1 for i in t)}

    def partitions(self):
        @cache
        def of(left):
            if not left:
                return [()]
            return [
                (who, *rest)
                for who in self.paid
                if who[0] == left[0] and set(who) <= set(left)
                for rest in of(tuple(i for i in left if i not in who))
            ]

        return of(tuple(self.ids))


def nobody_leaves(problem: Problem, s: int, plan: list[Partnership]) -> bool:
    """Say whether a service's part of a plan keeps the rule `stable`, by its definition."""
    rule, facts = problem.stable, problem.facts
    known = _known.setdefault((problem.instance.fingerprint, s, rule), [])
    if not known:
        key = None if rule.shared_by is None else Key.parse(rule.shared_by)
        known += [ByHand(problem, s, key) if key else None, by_hand(problem, s)]
    hand, value = known
    parts = [tuple(sorted(p.members, key=facts.index.get)) for p in plan]
    if rule.stable == "key":
        return not hand.blocked(parts)
    for p, who in zip(plan, parts, strict=True):
        paid = hand.shared(who, facts.cents(p))
        groups = [g for k in range(1, len(who)) for g in combinations(who, k)]
        if rule.stable == "individual":
            alone = facts.alone_cents[s]
            if any(paid[i] > alone[facts.index[i]] for i in who):
                return False
        elif any(sum(paid[i] for i in g) > value[frozenset(g)] for g in groups):
            return False
    return True


_known: dict = {}

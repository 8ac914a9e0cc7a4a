"""Leaving and joining against the rules' own words: best reactions, cascades, contributions."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest

from games_by_hand import ByHand, by_hand
from koopopt.case.plan import Partnership, Plan
from koopopt.evaluation import evaluate, status_quo
from koopopt.sharing.burdens import Burdens
from koopopt.sharing.keys import Key
from koopopt.sharing.leaving import departure, terms
from koopopt.sharing.moves import Moving
from koopopt.sharing.single import coalition_cost
from koopopt.sharing.standalone import StandAlone
from random_instances import random_problem

KEYS = ("population", "demand", "equal", "alone", "shapley", "40%equal+population")


def drawn(seed):
    problem = random_problem(seed)
    key = Key.parse(KEYS[seed % len(KEYS)])
    return problem, Burdens(problem, 0, key), ByHand(problem, 0, key)


def the_largest(problem, burdens, hand):
    """Return a plan of the largest partnership that there may be, all others alone."""
    pooled = [who for who, _ in hand.borne if len(who) > 1]
    if not pooled:
        return None
    who = max(pooled, key=len)
    costs = burdens.all_of
    row = next(k for k in range(len(costs.coalitions)) if len(costs.coalitions[k]) == len(who)
               and {problem.facts.ids[i] for i in costs.coalitions[k]} == set(who))  # fmt: skip
    p = costs.partnership(costs.coalitions[row].astype(int), row)
    service = p.service
    rest = [Partnership(service, (i,), i) for i in problem.facts.ids if i not in who]
    return p, Plan((p, *rest))


@pytest.mark.parametrize("seed", range(60))
def test_the_rest_divides_as_cheaply_as_it_can_and_the_cascade_ends(seed):
    problem, burdens, hand = drawn(seed)
    found = the_largest(problem, burdens, hand)
    if found is None:
        return
    p, _ = found
    value, alone = by_hand(problem, 0), {i: hand.cost((i,)) for i in problem.facts.ids}
    for town in p.members:
        d = departure(burdens, p, town)
        first = d.rounds[0]
        assert first.leaves == town
        assert first.pays[town] == alone[town]
        assert first.gains == d.pays[town] - alone[town]
        rest = sum(cents for i, cents in first.pays.items() if i != town)
        assert rest == value[frozenset(p.members) - {town}]
        before = first
        for after in d.rounds[1:]:
            gains = {i: before.pays[i] - alone[i] for i in before.pays if hand.may_be_alone(i)}
            assert after.gains == gains[after.leaves] == max(gains.values()) > 0
            whole = next(part for part in before.parts if after.leaves in part)
            for part in after.parts:
                assert set(part) <= set(whole) or part in before.parts
                pays = sum(after.pays[i] for i in part)
                assert pays == (alone[part[0]] if len(part) == 1 else hand.cost(part))
            before = after
        still = {i for i, paid in before.pays.items() if paid > alone[i]}
        assert not any(hand.may_be_alone(i) for i in still)


def least_travel(problem, hand, who):
    """Return where members travel least together, of the seats that the rules allow."""
    facts = problem.facts
    seats = [seat for part, seat in hand.borne if part == who]

    def together(seat):
        return sum(
            float(facts.population[facts.index[i]])
            * float(facts.minutes[facts.index[i], facts.index[seat]])
            for i in who
        )

    return min(seats, key=together)


@pytest.mark.parametrize("seed", range(60))
def test_with_a_value_of_travel_who_gains_is_judged_by_burdens(seed):
    problem, _, _ = drawn(seed)
    key, value = Key.parse(KEYS[seed % len(KEYS)]), Fraction(seed % 7 * 37, 10)
    burdens, hand = Burdens(problem, 0, key, value), ByHand(problem, 0, key, value)
    found = the_largest(problem, burdens, hand)
    if found is None:
        return
    p, plan = found
    ids = sorted(problem.facts.ids, key=problem.facts.index.get)
    who = tuple(i for i in ids if i in p.members)
    alone = {i: hand.borne[(i,), i][i] for i in ids}

    def borne(part):
        return hand.borne[part, least_travel(problem, hand, part)]

    now = hand.borne[who, p.seat]
    for town in who:
        d = departure(burdens, p, town)
        assert d.bears == now
        assert d.pays == hand.shared(who, problem.facts.cents(p))
        before = now
        for k, after in enumerate(d.rounds):
            gains = {i: before[i] - alone[i] for i in who if k == 0 or hand.may_be_alone(i)}
            assert after.gains == gains[after.leaves]
            assert k == 0 or after.gains == max(gains.values()) > 0
            assert after.bears == {i: c for part in after.parts for i, c in borne(part).items()}
            assert sum(after.pays.values()) == sum(map(hand.cost, after.parts))
            before = after.bears
        assert not any(before[i] > alone[i] and hand.may_be_alone(i) for i in who)
    for town in set(ids) - set(who):
        (asked,) = terms(burdens, plan, town)
        whole = tuple(i for i in ids if i in (*who, town))
        if asked.cost is None:
            assert hand.cost(whole) is None
            continue
        then = borne(whole)
        # Whatever it pays, the others' burdens are the rest of the cost and their own travel.
        assert asked.least == asked.cost + sum(
            then[i] - hand.shared(whole, asked.cost)[i] for i in who
        ) - sum(now.values())
        assert asked.most == alone[town] - (then[town] - asked.share)
        assert set(asked.lose) == {i for i in who if then[i] > now[i]}


@pytest.mark.parametrize("seed", range(60))
def test_who_joins_gives_between_what_the_others_ask_and_what_it_pays_now(seed):
    problem, burdens, hand = drawn(seed)
    found = the_largest(problem, burdens, hand)
    if found is None:
        return
    p, plan = found
    ids = sorted(problem.facts.ids, key=problem.facts.index.get)
    for town in ids:
        if town in p.members:
            assert not list(terms(burdens, plan, town))
            continue
        (asked,) = terms(burdens, plan, town)
        whole = tuple(i for i in ids if i in (*p.members, town))
        assert asked.cost == hand.cost(whole)
        if asked.cost is None:
            continue
        now = burdens.of(p)
        assert asked.least == asked.cost - sum(now.values())
        assert asked.most == hand.cost((town,))
        shares = hand.shared(whole, asked.cost)
        assert asked.share == shares[town]
        assert set(asked.lose) == {i for i in p.members if shares[i] > now[problem.facts.index[i]]}


@pytest.mark.parametrize("seed", range(40))
def test_one_coalition_costs_what_it_does_among_all(seed):
    problem, _, hand = drawn(seed)
    ids = sorted(problem.facts.ids, key=problem.facts.index.get)
    for k in range(2, len(ids) + 1):
        for who in combinations(ids, k):
            import numpy as np

            numbers = np.array([problem.facts.index[i] for i in who])
            assert coalition_cost(problem, 0, numbers) == hand.cost(who)


@pytest.mark.parametrize("seed", range(60))
def test_no_move_is_left_where_a_path_ends(seed):
    problem, burdens, hand = drawn(seed)
    moving = Moving(burdens)
    start = moving.start(status_quo(problem))
    path = moving.path(start)
    if not path.ends:
        return
    ids = problem.facts.ids
    parts = [tuple(sorted(part, key=problem.facts.index.get)) for part in path.parts]
    given = {tuple(ids[i] for i in part): paid for part, paid in moving.given.items()}

    def paid(part):
        if part in given:
            return {ids[i]: cents for i, cents in given[part].items()}
        cost = hand.cost(part)
        return None if cost is None else hand.shared(part, cost)

    now = {i: cents for part in parts for i, cents in paid(part).items()}

    def ordered(who):
        return tuple(sorted(who, key=problem.facts.index.get))

    def gain(who):
        whole = ordered(who)
        then = paid(whole) if len(whole) > 1 or hand.may_be_alone(whole[0]) else None
        return (
            hand.cost(whole) is not None
            and then is not None
            and all(then[i] <= now[i] - 1 for i in whole)
        )

    def left(part, i):
        """Whether those who are left can go on: as one, or in some cheapest division."""
        rest = ordered(set(part) - {i})
        if len(rest) > 1 and hand.cost(rest) is not None:
            return True
        ways = [way for way in divisions(rest) if None not in map(hand.cost, way)]
        least = min(sum(map(hand.cost, way)) for way in ways)
        return all(
            len(whole) > 1 or hand.may_be_alone(whole[0])
            for way in ways if sum(map(hand.cost, way)) == least for whole in way
        )  # fmt: skip

    for part in parts:
        for i in part if len(part) > 1 else ():
            assert not (gain((i,)) and left(part, i))
        for other in parts:
            if other != part:
                assert not any(gain((*other, i)) and left(part, i) for i in part)
                assert not gain((*part, *other))


def divisions(who):
    """Yield all ways to divide some municipalities."""
    if not who:
        yield ()
        return
    for k in range(len(who)):
        for others in combinations(who[1:], k):
            part = (who[0], *others)
            for way in divisions(tuple(i for i in who if i not in part)):
                yield (part, *way)


@pytest.mark.parametrize("seed", range(60))
def test_nobody_moves_to_be_alone_who_must_not_be(seed):
    problem, burdens, hand = drawn(seed)
    moving = Moving(burdens)
    parts = moving.start(status_quo(problem))
    for _ in range(6):
        found = list(moving.moves(parts))
        for _, after in found:
            for part in after - parts:
                ids = tuple(problem.facts.ids[i] for i in part)
                assert hand.cost(ids) is not None
                assert len(ids) > 1 or hand.may_be_alone(ids[0])
        if not found:
            return
        parts = found[0][1]


def test_a_division_costs_what_its_value_says():
    for seed in range(40):
        problem, burdens, _ = drawn(seed)
        own = StandAlone.of(problem, 0, burdens.all_of.coalitions.n and _everybody(problem))
        for mask in range(1, len(own.value)):
            parts = own.division(mask)
            assert sum(parts) == mask
            assert sum(own.cost(part) for part in parts) == own.value[mask]


def _everybody(problem):
    import numpy as np

    return np.arange(problem.facts.n)


def test_todays_partnerships_may_break_rules_and_still_be_left():
    for seed in range(200):
        problem = random_problem(seed)
        today = status_quo(problem)
        if not evaluate(problem, today).feasible:
            moving = Moving(Burdens(problem, 0, Key("demand")))
            moving.path(moving.start(today))

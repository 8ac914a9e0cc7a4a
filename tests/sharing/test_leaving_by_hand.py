"""Leaving, joining and moving where every amount can be worked out on paper.

A partnership of two costs 90 EUR a year, one of three 120 EUR, and it is shared equally.
"""

from __future__ import annotations

import pytest

from koopopt.case.library import Demand, LegalForm
from koopopt.case.plan import Partnership, Plan
from koopopt.cli.plans import newly_broken
from koopopt.errors import UsageError
from koopopt.games.game import MOST_PLAYERS
from koopopt.problem import Problem
from koopopt.sharing import burdens, leaving
from koopopt.sharing.burdens import Burdens
from koopopt.sharing.keys import Key
from koopopt.sharing.leaving import departure, prospects, terms
from koopopt.sharing.moves import Moving
from koopopt.sharing.single import rearranged
from tiny import instance, service

EQUAL = Key("equal")
FORM = LegalForm(id="pool", title={"en": "Pool"}, fixed_cost=60.0, cost_per_extra_member=30.0)
TODAY = (Partnership("water", ("A", "B"), "A", "pool"),)
NOTHING = Demand(per_inhabitant=0.0, unit="m3", source="guess")


def towns(*alone, limits=None, **changes):
    """Return a problem of towns A, B, C… by what each costs alone; all may pool with all."""
    ids = [chr(ord("A") + k) for k in range(len(alone))]
    case = instance(
        ids, ids, services=(service(demand=NOTHING),), legal_forms=(FORM,), office_cost=0.0,
        alone_cost={(i, "water"): cost for i, cost in zip(ids, alone, strict=True)}, **changes,
    )  # fmt: skip
    return Problem.of(case, limits=limits or {})


def together(*parts):
    """Return a plan: `"AB", "C"`."""
    return Plan(
        tuple(
            Partnership("water", tuple(part), part[0], "pool" if len(part) > 1 else "alone")
            for part in parts
        )
    )


def left(problem, plan, town, key=EQUAL):
    return departure(Burdens(problem, 0, key), plan.pooled[0], town)


def euros(**pays):
    return {i: round(100 * paid) for i, paid in pays.items()}


def test_one_leaves_and_another_follows():
    found = left(towns(100, 44, 80), together("ABC"), "A")
    assert found.pays == euros(A=40, B=40, C=40)
    first, second = found.rounds
    assert (first.leaves, first.gains, first.parts) == ("A", -6000, (("A",), ("B", "C")))
    assert first.pays == euros(A=100, B=45, C=45)
    assert (second.leaves, second.gains) == ("B", 100)
    assert second.parts == (("A",), ("B",), ("C",))
    assert second.pays == euros(A=100, B=44, C=80)


def test_a_cent_is_enough_to_follow_and_nothing_is_not():
    assert len(left(towns(100, 44.99, 80), together("ABC"), "A").rounds) == 2
    assert len(left(towns(100, 45, 80), together("ABC"), "A").rounds) == 1


def test_nobody_follows_who_must_not_be_alone():
    case = towns(100, 44, 80, rules={"forbid_alone": ["B"]})
    assert len(left(case, together("ABC"), "A").rounds) == 1


def test_who_joins_gives_30_to_80():
    (found,) = terms(Burdens(towns(100, 44, 80), 0, EQUAL), together("AB", "C"), "C")
    assert (found.cost, found.least, found.most, found.share) == (12000, 3000, 8000, 4000)
    assert found.agree
    assert found.lose == ()


@pytest.mark.parametrize(("alone", "agree"), [(29.99, False), (30, True)])
def test_both_sides_agree_where_the_most_is_at_least_the_least(alone, agree):
    (found,) = terms(Burdens(towns(100, 44, alone), 0, EQUAL), together("AB", "C"), "C")
    assert found.agree is agree


def test_who_pays_more_than_now_loses():
    key = Key("alone")
    (found,) = terms(Burdens(towns(100, 0, 5), 0, key), together("BC", "A"), "A")
    assert found.share == round(12000 * 100 / 105)
    assert found.lose == ()
    (found,) = terms(Burdens(towns(100, 0, 5), 0, key), together("AB", "C"), "C")
    assert found.lose == ("A",)


def test_who_pays_more_than_alone_leaves_and_the_path_ends():
    """B pays 45 instead of 44; C would not pay 40 instead of 39."""
    moving = Moving(Burdens(towns(100, 44, 39), 0, EQUAL))
    found = moving.path(moving.start(together("AB", "C")))
    assert [(m.kind, m.movers, m.gains) for m in found.moves] == [("leave", ("B",), {"B": 100})]
    assert found.parts == (("A",), ("B",), ("C",))
    assert found.ends


def test_nobody_leaves_behind_who_must_not_be_alone():
    moving = Moving(Burdens(towns(100, 44, 39, rules={"forbid_alone": ["A"]}), 0, EQUAL))
    assert not list(moving.moves(moving.start(together("AB", "C"))))


@pytest.mark.parametrize("rules", [{}, {"forbid_alone": ["A"]}])
def test_what_a_departure_breaks_is_told(rules):
    problem, plan = towns(100, 44, 80, rules=rules), together("ABC")
    breaks = newly_broken(problem, plan)
    found = prospects(problem, 0, EQUAL, plan, "A", breaks).departure
    assert [(v.rule, v.members) for v in found.broken] == [(name, ("A",)) for name in rules]
    assert [v.rule for v in found.broken_at_last] == list(rules)


def test_a_limit_that_a_move_breaks_is_told():
    """Two pairs cost 180, a pair and two alone 210, three and one alone 180."""
    problem, plan = towns(60, 60, 60, 60, limits={"cost": 190}), together("AB", "CD")
    found = prospects(problem, 0, EQUAL, plan, "D", newly_broken(problem, plan))
    assert [v.rule for v in found.departure.broken] == ["limit"]
    (joining,) = found.terms
    assert joining.agree
    assert joining.broken == ()
    problem = towns(60, 60, 60, 60, limits={"cost": 180, "bodies": 2}, rules={"max_members": 2})
    found = prospects(problem, 0, EQUAL, plan, "D", newly_broken(problem, plan))
    assert found.terms[0].cost is None


def test_what_joining_breaks_is_told():
    problem, plan = towns(100, 44, 80, limits={"change": 0}, status_quo=TODAY), together("AB", "C")
    (joining,) = prospects(problem, 0, EQUAL, plan, "C", newly_broken(problem, plan)).terms
    assert [v.rule for v in joining.broken] == ["limit"]


def test_a_plan_keeps_what_does_not_move():
    problem, plan = towns(60, 60, 60, 60), together("AB", "CD")
    found = rearranged(problem, 0, plan, [("A", "B"), ("C",), ("D",)])
    assert plan.partnerships[0] in found.partnerships
    assert {frozenset(p.members) for p in found.partnerships} == {
        frozenset("AB"), frozenset("C"), frozenset("D"),
    }  # fmt: skip


def many(count, *parts, **changes):
    """Return a problem of so many towns that cost 50 EUR alone, and who of them is together."""
    problem = towns(*[50] * count, **changes)
    ids = problem.facts.ids
    return problem, together(*(ids[part] for part in parts or [slice(None)]))


def test_of_many_the_rest_goes_on_as_one():
    problem, plan = many(MOST_PLAYERS + 1)
    found = left(problem, plan, "C")
    assert not found.followed
    (first,) = found.rounds
    assert first.parts == (tuple(i for i in problem.facts.ids if i != "C"), ("C",))
    assert list(first.pays) == list(problem.facts.ids)
    assert first.pays["C"] == 5000
    assert first.gains == found.pays["C"] - 5000
    assert sum(first.pays.values()) == 5000 + 100 * (60 + 30 * (MOST_PLAYERS - 1))


def test_how_many_divide_who_must_not_go_on_as_one_is_not_guessed():
    problem, plan = many(MOST_PLAYERS + 1, rules={"min_members": MOST_PLAYERS + 1})
    found = prospects(problem, 0, EQUAL, plan, "C", newly_broken(problem, plan)).departure
    assert (found.rounds, found.followed, found.broken) == ((), False, ())


def test_what_a_key_cannot_tell_of_so_many_is_left_out(monkeypatch):
    """Six of whom it can tell, and a seventh; to look at all of the real number takes a minute."""
    for module in (leaving, burdens):
        monkeypatch.setattr(module, "MOST_PLAYERS", 6)
    problem, plan = many(7, slice(0, -1), slice(-1, None))
    (found,) = terms(Burdens(problem, 0, Key("shapley")), plan, problem.facts.ids[-1])
    assert (found.cost, found.least, found.most, found.share) == (24000, 3000, 5000, None)
    assert found.agree


def test_a_key_that_so_many_are_too_many_for_says_so():
    problem, plan = many(MOST_PLAYERS + 1)
    with pytest.raises(UsageError, match=f"worked out for {MOST_PLAYERS} members at the most"):
        Burdens(problem, 0, Key("shapley")).of(plan.pooled[0])


def test_values_of_parts_are_asked_of_the_members_only():
    """Where all partnerships of the service are too many to hold."""
    problem = towns(*[50] * 30)
    burdens = Burdens(problem, 0, Key("shapley"))
    assert burdens.of(together("ABC").pooled[0]) == dict.fromkeys([0, 1, 2], 4000)

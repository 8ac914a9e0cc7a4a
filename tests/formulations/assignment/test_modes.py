"""Modes of hubs: classes of sizes, and forms that are pointless."""

from __future__ import annotations

from dataclasses import replace

from koopopt.case.library import Grant, LegalForm, Votes
from koopopt.formulations.assignment.modes import size_classes
from koopopt.problem import Problem
from tiny import instance


def classes(*forms: LegalForm, n: int = 6, **rules: object) -> list[tuple[str, int, int, float]]:
    names = [f"N{k}" for k in range(n)]
    problem = Problem.of(instance(names, legal_forms=forms, rules=rules))
    return [
        (forms[c.form].id, c.smallest, c.largest, c.fixed)
        for c in size_classes(problem.facts, 0, problem.conditions[0])
    ]


def form(id_: str, **values: object) -> LegalForm:
    return LegalForm(id=id_, title={"en": id_}, **values)


def test_a_class_ends_where_the_grant_changes() -> None:
    grant = Grant(amounts={"2": 50.0, "4+": 100.0}, years=1.0)
    assert classes(form("a", fixed_cost=500.0, grant=grant)) == [
        ("a", 2, 2, 450.0),
        ("a", 3, 3, 500.0),
        ("a", 4, 6, 400.0),
    ]


def test_each_size_is_a_class_where_pairs_cost() -> None:
    """Of n members there are n (n - 1) / 2 pairs: no line says that for several sizes."""
    assert classes(form("a", cost_per_extra_member=5.0, cost_per_pair=10.0), max_members=4) == [
        ("a", 2, 2, 10.0),
        ("a", 3, 3, 30.0),
        ("a", 4, 4, 60.0),
    ]


def test_dealing_with_everyone_gives_way_to_an_office() -> None:
    dealing = form("dealing", cost_per_pair=10.0)
    office = form("office", fixed_cost=45.0, cost_per_extra_member=10.0)
    found = [(name, first, last) for name, first, last, _ in classes(dealing, office, n=9)]
    assert found == [("dealing", 2, 2), ("dealing", 3, 3), ("dealing", 4, 4), ("office", 5, 9)]


def test_two_members_are_a_class_of_their_own_where_votes_count() -> None:
    votes = Votes(inhabitants_per_vote=1000.0)
    assert classes(form("a", votes=votes)) == [("a", 2, 2, 0.0), ("a", 3, 6, 0.0)]
    assert classes(form("a"), max_members=4) == [("a", 2, 4, 0.0)]
    assert classes(form("a"), min_members=3) == [("a", 3, 6, 0.0)]
    assert classes(form("a"), max_members=1) == []


def test_forms_that_another_makes_pointless_are_left_out() -> None:
    small = form("small", max_members=3, fixed_cost=5.0)
    large = form("large", fixed_cost=100.0)
    assert classes(small, large) == [("small", 2, 3, 5.0), ("large", 4, 6, 100.0)]
    capped = replace(small, votes=Votes(inhabitants_per_vote=1000.0, max_share=0.5))
    assert ("large", 3, 6, 100.0) in classes(capped, large)  # for those whom votes exclude
    assert classes(large, replace(large, id="twin")) == [("large", 2, 6, 100.0)]

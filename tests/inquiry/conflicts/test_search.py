"""The search for contradictions, by what back ends can and cannot say."""

from __future__ import annotations

import tiny
from koopopt.inquiry.conflicts.oracle import Answer, Oracle, Unanswerable, attempt
from koopopt.inquiry.conflicts.ruleset import RuleSet
from koopopt.inquiry.conflicts.search import FEW, Search
from koopopt.inquiry.rules import in_force
from koopopt.problem import Problem


def ruled() -> Problem:
    """Return a problem of many rules, one of which leaves no plan."""
    rules = {
        "contiguous": True, "max_members": 3, "max_minutes": 200.0, "max_bodies": 3,
        "max_pooled": 5, "max_memberships": 5, "max_hosted": 5,
    }  # fmt: skip
    return Problem.of(tiny.instance(rules=rules), limits={"cost": 1})


def test_few_rules_are_to_blame_where_parts_of_many_stay_open() -> None:
    """Nothing can be said of many rules but that all of them leave no plan."""
    problem, sure = ruled(), attempt()
    every = len(in_force(problem))
    assert every > FEW + 2

    def tried(asked: Problem, seconds: float) -> Answer:
        held = len(in_force(asked))
        if asked.facts.n == problem.facts.n and FEW < held < every:
            return None
        return sure(asked, seconds)

    rules = RuleSet.of(problem)
    search = Search(Oracle(rules, tried), [1] * every)
    assert search.settled(rules.every) is False
    (found,) = search.conflicts
    assert {rules.rules[k].name for k in found} == {"limits.cost"}


def test_what_cannot_be_asked_is_asked_once_and_stays_open() -> None:
    problem = ruled()
    asked: list[int] = []

    def tried(problem: Problem, seconds: float) -> Answer:
        asked.append(len(in_force(problem)))
        raise Unanswerable

    rules = RuleSet.of(problem)
    search = Search(Oracle(rules, tried), [1] * len(rules.rules))
    assert search.settled(rules.every) is None
    before = len(asked)
    assert before
    assert search.oracle.ask(rules.every) is None
    assert len(asked) == before
    assert not search.conflicts


def test_what_shrinks_to_the_same_is_told_once() -> None:
    rules = RuleSet.of(ruled())
    search = Search(Oracle(rules, attempt()), [1] * len(rules.rules))
    (blamed,) = (k for k, rule in enumerate(rules.rules) if rule.name == "limits.cost")
    others = sorted(rules.every - {blamed})
    search.conflicts = [frozenset((blamed, others[0])), frozenset((blamed, *others[1:3]))]
    assert search.minimal() == [(frozenset((blamed,)), True)]

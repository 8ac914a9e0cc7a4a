"""Questions are answered as fresh solves answer them."""

from __future__ import annotations

import threading
from dataclasses import replace

import koopopt
from koopopt.inquiry.asking import Question, answers
from koopopt.problem import Problem


def test_every_question_is_answered_as_a_fresh_solve_answers_it() -> None:
    instance = koopopt.read("three-villages")
    questions = [Question(), Question(rules={"max_members": 2}), Question(weights={"travel": 0})]
    found = dict(answers(Problem.of(instance), questions))
    fresh = [
        koopopt.solve(instance),
        koopopt.solve(replace(instance, rules={**instance.rules, "max_members": 2})),
        koopopt.solve(instance, weights={"travel": 0}),
    ]
    assert [found[k].objective for k in range(3)] == [r.objective for r in fresh]


def test_a_question_is_not_asked_once_a_stop_is_asked_for() -> None:
    cancel = threading.Event()
    cancel.set()
    problem = Problem.of(koopopt.read("three-villages"))
    assert list(answers(problem, [Question()], cancel=cancel)) == []

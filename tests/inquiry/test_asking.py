"""Questions are answered as fresh solves answer them."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

import koopopt
from koopopt.inquiry import asking
from koopopt.inquiry.asking import Question, answers, side_by_side
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


def test_each_piece_gets_an_even_share_of_the_time_that_is_left() -> None:
    given = dict(side_by_side(4, 1, lambda: 8.0, lambda k, seconds: (k, seconds)))
    assert given == {0: (0, 2.0), 1: (1, 8 / 3), 2: (2, 4.0), 3: (3, 8.0)}
    assert dict(side_by_side(3, 2, lambda: None, lambda k, seconds: seconds)) == dict.fromkeys(
        range(3)
    )


def test_an_interrupt_asks_the_threads_to_stop_and_takes_what_they_have(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cancel, whole = threading.Event(), asking.wait
    asked: list[None] = []

    def interrupted(jobs: object, **named: object) -> object:
        if asked:
            return whole(jobs, **named)  # type: ignore[arg-type]
        asked.append(None)
        raise KeyboardInterrupt

    monkeypatch.setattr(asking, "wait", interrupted)
    found = dict(side_by_side(3, 2, lambda: None, lambda k, _: cancel.wait(60), cancel))
    assert found == dict.fromkeys(range(3), True)
    asked.clear()
    with pytest.raises(KeyboardInterrupt):
        list(side_by_side(1, 1, lambda: None, lambda k, _: k, cancel))

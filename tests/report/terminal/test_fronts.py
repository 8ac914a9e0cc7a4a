"""A front on a terminal: nothing too wide, nothing promised too much."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import numpy as np
import pytest

import tiny
from koopopt.linear import Objective
from koopopt.pareto.certificate import Certificate, Open
from koopopt.pareto.front import Front
from koopopt.pareto.verify import Check, Verification
from koopopt.problem import Problem
from koopopt.report.terminal import fronts
from koopopt.report.terminal.page import Page
from koopopt.report.terminal.plot import POINT_MARK
from koopopt.report.values.fronts import summarise
from koopopt.text import T
from pareto import hand

NAMES = ["Bad Sooden-Allendorf", "Hessisch Lichtenau", "Neu-Eichenberg"]


@pytest.fixture(scope="module")
def front() -> Front:
    return hand.of_problem(Problem.of(tiny.instance(NAMES)))


def shown(front: Front, lang: str = "en", width: int = 80, colour: bool = False) -> str:
    return fronts.render(summarise(front), Page(lang, width, colour))


def test_every_point_with_every_criterion(front: Front) -> None:
    said = summarise(front)
    assert said.proven
    assert [c.title.render() for c in said.columns] == [
        "cost", "travel", "identity", "bodies", "farthest", "change", "largest loss",
    ]  # fmt: skip
    assert np.array(said.rows)[:, :2].tolist() == front.values.tolist()
    text = shown(front)
    for number, point in enumerate(front, 1):
        line = next(line for line in text.splitlines() if line.split()[:1] == [str(number)])
        assert line.split()[1] == f"{round(point.values[0]):,}"
    assert "assumptions" in text


@pytest.mark.parametrize("width", [72, 80, 200])
@pytest.mark.parametrize("lang", ["de", "en"])
def test_nothing_is_wider_than_the_page(front: Front, width: int, lang: str) -> None:
    text = shown(front, lang, width)
    assert max(map(len, text.splitlines())) <= width
    total = f"{round(front[0].values[0]):,}"
    assert (total.replace(",", ".") if lang == "de" else total) in text


def test_what_is_not_proven_is_not_claimed(front: Front) -> None:
    box = Open((1, 1), (0.0, 0.0), 0.1)
    left = replace(front, certificate=Certificate((), (box,), 0.5), interrupted=True)
    text = " ".join(shown(left).split())
    assert "Proven: no plan" not in text
    assert "50 % of the space" in text
    assert "at most 10 % of the range" in text
    assert "Stopped early." in text
    assert not summarise(left).proven


def test_without_points() -> None:
    problem = Problem.of(tiny.instance(rules={"max_bodies": 0, "min_bodies": 1}))
    text = " ".join(shown(hand.of_problem(problem)).split())
    assert "Proven: no plan keeps all rules." in text
    assert "`koopopt solve` names rules" in text
    open_ = Certificate((), (Open((hand.NO_BOUND,) * 2, (-np.inf,) * 2, np.inf),), 1.0)
    none = replace(hand.of_problem(problem), infeasible=False, certificate=open_)
    assert "whether there is one is open" in " ".join(shown(none).split())
    failed = replace(none, messages=("out of paper",))
    assert "out of paper" in shown(failed)


def test_one_point_has_no_picture() -> None:
    assert POINT_MARK not in shown(hand.of_values([[3, 4]]))
    assert POINT_MARK in shown(hand.of_values([[3, 4], [4, 3]]))


def test_three_objectives_say_what_the_picture_leaves_out() -> None:
    text = shown(hand.of_model(hand.knapsack(8, 3)))
    assert "The picture shows the first two criteria only." in text
    assert "assumptions" not in text


def test_maximised_objectives_are_named() -> None:
    front = hand.of_model(hand.knapsack())
    negated = tuple(Objective(o.name, o.coefficients, 0.0, True) for o in front.subject.objectives)
    text = shown(replace(front, subject=replace(front.subject, objectives=negated)))
    assert "To be maximised, so shown as their negatives: profit0, profit1." in text


def test_many_points_are_thinned_out() -> None:
    text = shown(hand.of_values([[k, 500 - k] for k in range(500)]))
    numbers = [line.split()[0] for line in text.splitlines() if line.split()[:1] != []]
    rows = [int(n) for n in numbers if n.isdigit() and int(n) > 0]
    assert "Shown are 40 of 500" in " ".join(text.split())
    assert {1, 500} <= set(rows)


def test_close_values_are_told_apart() -> None:
    text = shown(hand.of_values([[1000.001, 3], [1000.002, 2], [1000.003, 1]]))
    for value in ("1,000.001", "1,000.002", "1,000.003"):
        assert value in text


@pytest.mark.parametrize("name", tiny.HOSTILE)
@pytest.mark.parametrize("colour", [False, True])
def test_names_are_text_and_nothing_else(name: str, colour: bool) -> None:
    front = hand.of_values([[1, 2], [2, 1]])
    objectives = tuple(
        replace(o, name=n) for o, n in zip(front.subject.objectives, (name, "y"), strict=True)
    )
    subject = replace(front.subject, name=name, objectives=objectives)
    text = shown(replace(front, subject=subject, criteria=(name, "y")), width=200, colour=colour)
    plain = "".join(c for c in name.replace("\n", " ") if unicodedata.category(c)[0] != "C")
    assert plain in text
    unseen = {c for c in text if unicodedata.category(c)[0] == "C"} - {"\n"}
    assert unseen <= ({"\x1b"} if colour else set())


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        ((True, True), "Everything that was checked holds."),
        ((True, None), "as far as could be checked"),
        ((None, False), "does not hold"),
    ],
)
def test_verification_in_words(verdicts: tuple[bool | None, ...], said: str) -> None:
    found = Verification(
        tuple(
            Check("x", ok, T("{message}.", message=f"check {k}")) for k, ok in enumerate(verdicts)
        ),
        1.0,
    )
    text = fronts.verification(found, Page())
    assert said in text
    marks = {True: "✓ holds", None: "– undecided", False: "✗ fails"}
    plain = fronts.verification(found, Page(encoding="cp1252"))
    for k, ok in enumerate(verdicts):
        assert f"{marks[ok]}: check {k}." in text
        assert f"{marks[ok][2:]}: check {k}." in plain
    assert "?" not in text + plain
    table = fronts.verification_table(found)
    assert [c["ok"] for c in table["checks"]] == list(verdicts)
    assert table["failed"] == (False in verdicts)

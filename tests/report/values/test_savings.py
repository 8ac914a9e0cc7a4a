"""A saving in words: one form, without signs, rounded as estimates deserve."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import tiny
from koopopt.evaluation import all_alone, evaluate
from koopopt.problem import Problem
from koopopt.report.values import savings
from koopopt.report.values.fronts import saved, summarise
from koopopt.report.values.ranges import Savings, what_if
from koopopt.savings.saving import Saving
from koopopt.savings.saving import Savings as Sampled
from report.decided import front_of, walk


def evenly(low: int, high: int, modelled: int) -> Saving:
    """Return a saving of 101 samples, in steps of 1 %, given in EUR."""
    sampled = [round(100 * (low + (high - low) * k / 100)) for k in range(101)]
    dice = np.random.default_rng(5)
    return Saving(100 * modelled, tuple(dice.permutation(sampled).tolist()))


def test_what_is_saved_in_80_of_100_cases() -> None:
    found = evenly(100_000, 1_100_000, 777_777)
    assert str(savings.against_alone(found)) == (
        "The plan saves about 200,000 EUR to 1 million EUR a year against all alone, in 80 of 100"
        " cases (as modelled it saves 778,000 EUR)."
    )
    assert str(savings.against_today(found)) == (
        "The plan saves about 200,000 EUR to 1 million EUR a year against today's state, in 80 of"
        " 100 cases (as modelled it saves 778,000 EUR)."
    )
    assert str(savings.difference(found)) == "saves about 200,000 EUR to 1 million EUR"
    assert list(savings.doubts(found)) == []


def test_where_it_may_cost_more_words_say_so_and_no_sign() -> None:
    found = evenly(-1_000, 9_000, 12_345)
    (doubt,) = savings.doubts(found)
    assert str(doubt) == "In 10 of 100 cases it costs more than all alone."
    found = evenly(-500_000, 500_000, -70_000)
    for said in (savings.against_alone(found), savings.against_today(found)):
        assert "saves up to 400,000 EUR, or costs up to 400,000 EUR more a year" in str(said)
        assert "(as modelled it costs 70,000 EUR more)" in str(said)
        assert not set("+-\N{MINUS SIGN}") & set(str(said))
    assert list(map(str, savings.short(evenly(-900_000, -100_000, -500_000)))) == [
        "costs about 180,000 EUR to 820,000 EUR more",
        "costs 500,000 EUR more",
    ]


@pytest.mark.parametrize("count", range(201))
def test_never_none_nor_all_where_it_is_not_quite(count: int) -> None:
    told = savings.in_100(count, 200)
    assert abs(told - count / 2) <= 1
    assert (told == 0) == (count == 0)
    assert (told == 100) == (count == 200)


def test_the_cases_are_named() -> None:
    text = str(savings.drawn(Sampled(Problem.of(tiny.uncertain()))))
    assert "200 samples (seed 0)" in text
    assert "(1)" in text


def test_told_over_samples_only_where_numbers_have_ranges() -> None:
    told = {}
    for made in (tiny.instance(), tiny.uncertain()):
        problem = Problem.of(made)
        found = Savings(problem)
        assert list(found.told(evaluate(problem, all_alone(problem)))) == []
        text = " ".join(map(str, found.told(evaluate(problem, tiny.pooled_plan(problem)))))
        told["80 of 100" in text] = text
    assert "if size brought no advantage" in told[False]
    assert "if size brought no advantage" not in told[True]


def test_what_could_not_be_worked_out_is_said() -> None:
    problem = Problem.of(tiny.uncertain())
    found = Savings(problem, go_on=lambda: False)
    as_before, unknown = found.told(evaluate(problem, tiny.pooled_plan(problem)))
    assert "if size brought no advantage" in str(as_before)
    assert unknown == savings.unknown()


def test_a_front_says_it_of_all_plans() -> None:
    front = walk(5)
    found = saved(front)
    problem = front.subject
    assert isinstance(problem, Problem)
    assert list(found) == [Sampled(problem).of(plan) for plan in front.plans]
    assert summarise(front).savings == found
    assert savings.drawn(Sampled(problem)) in summarise(front).notes
    hasty = summarise(front, Sampled(problem, go_on=lambda: False))
    assert hasty.savings == ()
    assert savings.unknown() in hasty.notes
    certain = Problem.of(replace(tiny.instance(), rules={}))
    plain = summarise(front_of(certain, [tiny.pooled_plan(certain), all_alone(certain)]))
    assert plain.savings == ()
    assert savings.unknown() not in plain.notes


def test_the_other_cases_stay_what_they_are() -> None:
    names = []
    for made in (tiny.instance(), tiny.uncertain()):
        problem = Problem.of(made)
        cases = what_if(evaluate(problem, tiny.pooled_plan(problem)))
        names.append([(case.name, case.saving) for case in cases])
    assert names[0] == names[1]

"""Questions of a report: the bars are what the answers say, and what was not found out says so."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import date

import pytest

import koopopt
from koopopt.case.scenario import Scenario
from koopopt.inquiry.effect import Effect
from koopopt.report.values.asked import TOPICS, Limits, _difference, ask
from koopopt.report.values.blocks import Grid, Heading, Sentence
from koopopt.report.values.decision import Decision
from koopopt.report.workbook.blocks import in_report
from koopopt.solving.optimise import Status

EVERY = tuple(TOPICS)


@pytest.fixture(scope="module")
def case():
    read = koopopt.read("three-villages")
    futures = (Scenario(id="today"), Scenario(id="fewer", population=0.8))
    return replace(read, scenarios=futures, office_cost_range=(100.0, 9000.0))


@pytest.fixture(scope="module")
def result(case):
    return koopopt.solve(case)


def limits(**others):
    return Limits(time.perf_counter(), samples=3, workers=1, **others)


@pytest.fixture(scope="module")
def sections(result):
    return {s.topic: s for s in ask(EVERY, result.evaluation, limits())}


def test_each_question_is_answered_in_the_order_of_the_questions(sections):
    assert tuple(sections) == EVERY
    for section in sections.values():
        assert any(isinstance(block, Grid) for block in section.blocks) or section.topic == "prices"
        assert not any(isinstance(b, Heading) and b.level == 1 for b in section.blocks)


def test_bars_are_the_differences(case, sections):
    known = {w.change.text.render(): w.county.low for w in koopopt.what_if(case)}
    bars = sections["whatif"].bars
    assert {bar.name.render(): bar.end for bar in bars} == known
    assert all(bar.start == 0 and bar.least == bar.end == bar.most for bar in bars)
    assert [bar.end for bar in bars] == sorted((bar.end for bar in bars), reverse=True)
    valley = koopopt.solve("valley").evaluation
    (section,) = ask(["prices"], valley, limits())
    costs = {p.rule.text.render(): -p.without.low for p in koopopt.prices("valley")
             if p.rule.wider is None and p.without.low}  # fmt: skip
    assert sorted(bar.end for bar in section.bars) == sorted(costs.values())


@pytest.mark.parametrize(
    ("low", "high", "sure"),
    [(5.0, 9.0, 5.0), (-9.0, -5.0, -5.0), (-5.0, 9.0, 0.0), (5.0, 5.0, 5.0)],
)
def test_a_bar_reaches_as_far_as_is_sure(result, low, high, sure):
    bar = _difference("x", Effect(Status.OPTIMAL, result.evaluation, low, high), 1)
    assert (bar.end, bar.least, bar.most) == (sure, low, high)
    other = _difference("x", Effect(Status.OPTIMAL, result.evaluation, low, high), -1)
    assert (other.end, other.least, other.most) == (-sure, -high, -low)


def test_the_tornado_is_of_what_the_plan_saves(result, sections):
    found = koopopt.ranges(result, samples=1)
    (bar,) = sections["ranges"].bars
    assert (bar.start, bar.end) == (found.bars[0].low.saving / 100, found.bars[0].high.saving / 100)
    assert sections["ranges"].middle == found.base.saving / 100


def test_another_plan_than_the_best_is_said_to_be_one(case, result):
    problem = result.problem
    alone = koopopt.evaluate(problem, koopopt.all_alone(problem))
    (section,) = ask(["whatif"], alone, limits())
    assert "is not the plan" in section.blocks[0].text.render()
    (own,) = ask(["whatif"], result.evaluation, limits())
    assert "is not the plan" not in own.blocks[0].text.render()


def test_a_front_is_asked_about_its_chosen_plan(case):
    front = koopopt.front(case)
    decision = Decision.of(front, date(2026, 3, 1))
    first = decision.beginning_with(1).asking(["scenarios"], limits())
    last = decision.beginning_with(len(front)).asking(["scenarios"], limits())
    rows = [next(b for b in d.asked[0].blocks if isinstance(b, Grid)).rows for d in (first, last)]
    for found, e in zip(rows, (front.evaluations()[0], front.evaluations()[-1]), strict=True):
        assert len(found) == 2
        assert found[0][1].value != rows[0][0][1].value or found is rows[0]
        assert koopopt.scenarios(e).to_frame()["objective"][0] == found[0][1].value


@pytest.mark.parametrize("how", ["time", "signal"])
def test_what_there_was_no_time_for_says_so(result, how):
    stop = threading.Event()
    if how == "signal":
        stop.set()
    none = limits(cancel=stop) if how == "signal" else limits(time_limit=0.0)
    sections = ask(EVERY, result.evaluation, none)
    assert tuple(s.topic for s in sections) == EVERY
    for section in sections:
        assert all(bar.least <= bar.end <= bar.most for bar in section.bars)
        assert any(isinstance(block, Sentence) for block in section.blocks)


def test_what_cannot_be_asked_is_said_before_anything_is_computed(case, result):
    said = []
    with pytest.raises(koopopt.UsageError, match="There is no question 'price'"):
        ask(["price"], result.evaluation, limits(tell=said.append))
    bare = koopopt.solve(replace(case, scenarios=())).evaluation
    with pytest.raises(koopopt.UsageError, match="scenarios"):
        ask(EVERY, bare, limits(tell=said.append))
    order = koopopt.solve(case, lexicographic=["cost"]).evaluation
    with pytest.raises(koopopt.UsageError, match="Solve with weights"):
        ask(["prices"], order, limits(tell=said.append))
    assert said == []


def test_a_workbook_has_a_sheet_a_table_and_one_of_sentences(result, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    decision = Decision.of(result, date(2026, 3, 1)).asking(EVERY, limits())
    names = [sheet.title.render() for sheet in in_report(decision.asked)]
    assert names[-1] == "Questions"
    assert len(set(names)) == len(names)
    paths = koopopt.write_report(decision, tmp_path / "plan.xlsx")
    book = openpyxl.load_workbook(paths[0])
    assert [name for name in book.sheetnames if name in names] == names
    assert len(set(book.sheetnames)) == len(book.sheetnames)
    plain = koopopt.write_report(result, tmp_path / "plain.xlsx")
    assert not set(names) & set(openpyxl.load_workbook(plain[0]).sheetnames)

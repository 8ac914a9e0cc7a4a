"""What a reader sees, held against golden files; KOOPOPT_GOLDEN=write renews them."""

from __future__ import annotations

import os
import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest

import koopopt
import tiny
from koopopt.case.plan import Partnership, Plan
from koopopt.evaluation import evaluate
from koopopt.problem import Problem
from koopopt.report.terminal import inventory
from koopopt.report.terminal.page import Page
from koopopt.report.terminal.summaries import render
from koopopt.report.values import summarise
from koopopt.solving.optimise import Result, Status
from koopopt.text import T, Text

GOLDEN = Path(__file__).parents[2] / "golden"


def golden(name: str, text: str) -> None:
    path = GOLDEN / name
    if os.environ.get("KOOPOPT_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def with_today() -> Problem:
    """Return a problem in which two municipalities pool something today."""
    today = (Partnership("water", ("02", "03"), "03", "association"),)
    return Problem.of(tiny.instance(status_quo=today, rules={"max_minutes": 5.0}))


@pytest.mark.parametrize("lang", ["de", "en"])
def test_result(lang: str) -> None:
    result = tiny.result(Problem.of(tiny.instance()))
    golden(f"solve.{lang}.txt", render(summarise.of_result(result), Page(lang)))


def test_result_where_numbers_have_ranges() -> None:
    """A saving is told over samples; the sentences' translations are tried where words are."""
    result = tiny.result(Problem.of(tiny.uncertain()))
    golden("solve-ranges.en.txt", render(summarise.of_result(result), Page("en")))


@pytest.mark.parametrize("lang", ["de", "en"])
def test_evaluation_with_a_status_quo_and_a_broken_rule(lang: str) -> None:
    problem = with_today()
    evaluation = evaluate(problem, tiny.pooled_plan(problem))
    text = render(summarise.of_evaluation(evaluation), Page(lang), municipalities=True)
    golden(f"evaluate.{lang}.txt", text)


@pytest.mark.parametrize("lang", ["de", "en"])
def test_infeasible(lang: str) -> None:
    result = tiny.nothing(Problem.of(tiny.instance()), Status.INFEASIBLE)
    reasons = (T("Without this rule there is a plan: {rule}", rule="max_members = 2"),)
    golden(f"infeasible.{lang}.txt", render(summarise.of_result(result, reasons), Page(lang)))


def verdict(result: Result) -> list[str]:
    return [sentence.render() for sentence in summarise.of_result(result).verdict]


def test_the_verdict_never_promises_too_much() -> None:
    problem = Problem.of(tiny.instance())
    best = tiny.result(problem).objective
    assert best is not None
    for gap, words in [
        (0.0, "Proven: no better plan exists"),
        (0.00801, "better by at most 0.81 %"),
        (1e-6, "better by at most 0.01 %"),
        (1e-12, "better by at most 0.01 %"),  # a cent of ten thousand millions is one
        (1.0, "better by at most 100 %"),
    ]:
        status = Status.FEASIBLE if gap else Status.OPTIMAL
        result = tiny.result(problem, status=status, bound=(1 - gap) * best)
        assert words in verdict(result)[0]
    unknown = tiny.result(problem, status=Status.FEASIBLE, bound=None, interrupted=True)
    assert verdict(unknown) == [
        "A plan; how far it is from the best possible is not known.",
        "Stopped early.",
    ]


def test_what_a_back_end_said_wrongly_is_named() -> None:
    doubt = Text("fake said that there is no solution, but there is one.")
    said = verdict(tiny.result(Problem.of(tiny.instance()), doubts=(doubt,)))
    assert said[-1] == doubt.template


def test_a_saving_is_never_shown_without_its_caveat() -> None:
    said = summarise.of_result(tiny.result(Problem.of(tiny.instance())))
    assert "18 of 22 figures are assumptions" in said.notes[-1].render()
    assert "18 von 22 Zahlen sind Annahmen" in said.notes[-1].render("de")


def test_a_saving_is_a_range() -> None:
    said = summarise.of_result(tiny.result(Problem.of(tiny.instance()))).notes[0]
    without = 10000 + 500 - 50000 / 5 + 1000  # form, one more member, grant a year, office
    assert str(said.values["without"]) == f"costs {without:,.0f} EUR more"
    assert str(said.values["modelled"]) == "saves 30,000 EUR"


@pytest.mark.parametrize("width", [72, 80, 200])
@pytest.mark.parametrize("lang", ["de", "en"])
def test_nothing_is_wider_than_the_page_and_no_figure_is_broken(width: int, lang: str) -> None:
    names = ["Bad Sooden-Allendorf", "Hessisch Lichtenau", "Neu-Eichenberg", "Großalmerode"]
    problem = Problem.of(tiny.instance(names))
    plan = tiny.pooled_plan(problem)
    text = render(
        summarise.of_result(tiny.result(problem, plan)), Page(lang, width), municipalities=True
    )
    assert max(map(len, text.splitlines())) <= width
    total = round(evaluate(problem, plan).criteria["cost"])
    shown = f"{total:,}"
    assert (shown.replace(",", ".") if lang == "de" else shown) in text
    for name in names:
        assert any(name in line for line in text.splitlines()) or width < 200


@pytest.mark.parametrize("name", tiny.HOSTILE)
@pytest.mark.parametrize("colour", [False, True])
def test_names_are_text_and_nothing_else(name: str, colour: bool) -> None:
    problem = Problem.of(
        tiny.instance([name, f"x{name}", "c"], title={"en": name}, services=(tiny.service(name),))
    )
    said = summarise.of_result(tiny.result(problem))
    text = render(said, Page("en", 200, colour), municipalities=True)
    plain = "".join(c for c in name.replace("\n", " ") if unicodedata.category(c)[0] != "C")
    assert plain in text
    unseen = {c for c in text if unicodedata.category(c)[0] == "C"} - {"\n"}
    assert unseen <= ({"\x1b"} if colour else set())
    if colour:
        assert "\x1b[31mred" not in text


def test_a_malformed_plan_is_told_in_words() -> None:
    problem = Problem.of(tiny.instance())
    plan = Plan(
        [Partnership("water", ("01", "99"), "01", "guild"), Partnership("fire", ("01",), "01")]
    )
    text = render(summarise.of_evaluation(evaluate(problem, plan)), Page())
    assert "'99'" in text
    assert "'guild'" in text
    assert "'fire'" in text
    assert "cost" not in text


def test_what_a_back_end_says_of_its_failure_is_told() -> None:
    problem = Problem.of(tiny.instance())
    said = tiny.nothing(problem, Status.NO_SOLUTION, message="out of paper\x1b[31m")
    text = render(summarise.of_result(said), Page())
    assert "The solver says: out of paper" in text
    assert "\x1b" not in text


def test_many_names_are_counted() -> None:
    problem = Problem.of(tiny.instance([f"Town {k}" for k in range(60)]))
    text = render(summarise.of_result(tiny.result(problem)), Page())
    assert "and 36 more" in text


@pytest.mark.parametrize("width", [20, 24, 33, 47, 60, 72, 400])
@pytest.mark.parametrize("lang", ["de", "en"])
def test_no_width_breaks_a_figure(width: int, lang: str) -> None:
    summary = summarise.of_result(tiny.result(Problem.of(tiny.instance())))
    text, wide = render(summary, Page(lang, width)), render(summary, Page(lang, 400))
    assert max(map(len, text.split("\n"))) <= width
    figures = re.compile(r"[+-]?\d[\d.,]*")
    assert sorted(figures.findall(text)) == sorted(figures.findall(wide))


def test_cells_are_spelled_before_they_are_laid_out() -> None:
    page = Page("en", 80, encoding="ascii")
    page.table([(T("Name"), "left"), (T("EUR"), "right")], [("Bühl →", "1"), ("Ort", "22")])
    head, _, *rows = filter(None, page.text().split("\n"))
    assert rows == ["  Buehl ->    1", "  Ort        22"]
    assert len(head) == len(rows[0])


def test_rules_of_a_service_stand_there_as_in_toml() -> None:
    rules = {"same_county": True, "apart": [["01", "02"]], "least": {"of": 1.234, "by": "demand"}}
    shown = inventory.service(Page(), replace(koopopt.read("border").services[0], rules=rules))
    assert "• same_county = true\n" in shown
    assert '• apart = [["01", "02"]]\n' in shown
    assert '• least = {of = 1.2340, by = "demand"}\n' in shown

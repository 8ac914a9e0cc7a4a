"""The answers to a council: figures by hand, every question for every plan, no saving alone."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import pytest

import koopopt
import tiny
from koopopt.evaluate import all_alone, evaluate
from koopopt.instance.values import Instance
from koopopt.plan import Plan
from koopopt.problem import Problem
from koopopt.report import council
from koopopt.report.council.about import About, rough
from koopopt.report.decision import Decision
from koopopt.text import LANGUAGES, Text
from pareto import hand
from report.decided import DAY, about, front_of, of_instance, random_front

# Nothing here divides by zero unseen.
pytestmark = pytest.mark.filterwarnings("error")

Answers = Mapping[str, tuple[Text, ...]]


@cache
def answers_to_tiny() -> Answers:
    return council.answers(of_instance(tiny.instance()))


def said(texts: tuple[Text, ...], lang: str = "en") -> list[str]:
    return [text.render(lang) for text in texts]


def value(shown: object) -> float:
    """Return the number that a value of a sentence shows, whether it shows a plus or not."""
    number = shown.values["value"] if isinstance(shown, Text) else shown
    assert isinstance(number, (int, float))
    assert (str(shown)[0] == "+") == (number > 0)
    return float(number)


# -- by hand: the tiny instance, whose first two towns pool water --------------------------------


def curve(demand: float) -> float:
    return 20.0 * demand**0.8


BY_DEMAND = (curve(120_000) + 500 + 1000) / 3  # 10,500 of fixed cost, 10,000 of grant; the office
ALONE = 2 * (curve(40_000) + curve(80_000) + curve(120_000))
PLAN = ALONE - curve(40_000) - curve(80_000) + 3 * BY_DEMAND


def test_the_money_by_hand() -> None:
    spent, saved = answers_to_tiny()["money"]
    assert spent.values["cost"] == 959_000 == rough(PLAN)
    assert spent.values["alone"] == 990_000 == rough(ALONE)
    assert spent.values["each"] == 160 == round(PLAN / 6000)
    # At worst size brings nothing: the legal form and the office come on top.
    assert value(saved.values["best"]) == -30_000 == rough(PLAN - ALONE)
    assert value(saved.values["worst"]) == 1500
    assert value(saved.values["best_each"]) == -5.1 == round((PLAN - ALONE) / 6000, 1)
    assert value(saved.values["worst_each"]) == 0.2
    assert "-30,000 EUR a year as modelled (-5.1 EUR" in str(saved)
    assert "up to +1,500 EUR a year (+0.2 EUR" in str(saved)
    assert "-30.000 EUR im Jahr nach dem Modell (-5,1 EUR" in saved.render("de")
    assert "bis zu +1.500 EUR im Jahr (+0,2 EUR" in saved.render("de")


def test_winners_by_hand() -> None:
    by_demand, by_population, equal, extremes, _ = answers_to_tiny()["winners"]
    assert curve(40_000) > BY_DEMAND
    assert curve(80_000) > 2 * BY_DEMAND
    for text in (by_demand, by_population):  # demand follows the population here
        assert [text.values[k] for k in ("cheaper", "dearer", "losses")] == [2, 0, 0]
    more = 1.5 * BY_DEMAND - curve(40_000)
    assert more > 0
    assert [equal.values[k] for k in ("cheaper", "dearer", "losses")] == [1, 1, rough(more)]
    assert value(extremes.values["low"]) == round((BY_DEMAND - curve(40_000)) / 1000, 1)
    assert (extremes.values["best"], extremes.values["worst"]) == ("Ahausen", "Celle")
    assert extremes.values["high"] == 0


def test_partners_by_hand() -> None:
    assert said(answers_to_tiny()["partners"]) == [
        "Water – Special-purpose association: Bühl an der Weißen Werra with Ahausen (the seat"
        " first).",
        "Water – alone: Celle.",
        "Housing: everyone alone.",
    ]
    assert said(answers_to_tiny()["partners"], "de")[0].startswith("Wasserversorgung – Zweckverb")


def test_citizens_by_hand() -> None:
    """One of twelve thousand trips, of equal number a head, is not at home."""
    ways, share, seats, _ = answers_to_tiny()["citizens"]
    minutes = 6371.0088 * math.radians(0.05) * 1.3 / 50 * 60
    assert ways.values["mean"] == 0.7 == round(minutes / 12, 1)
    assert ways.values["p95"] == 9 == round(minutes)
    assert ways.values["longest"] == 9
    assert (ways.values["town"], ways.values["seat"]) == ("Ahausen", "Bühl an der Weißen Werra")
    assert share.values["share"] == 0
    assert (seats.values["seats"], seats.values["changes"]) == (1, 1)


def test_autonomy_by_hand() -> None:
    tasks, voice, blocking = answers_to_tiny()["autonomy"]
    assert [tasks.values[k] for k in ("count", "low", "high")] == [2, 0, 1]
    assert str(tasks.values["names"]) == "Ahausen, Bühl an der Weißen Werra"
    assert [voice.values[k] for k in ("town", "mine", "all")] == ["Ahausen", 2, 5]
    assert blocking.values["count"] == 2  # two of five is more than a third


def test_leaving_by_hand() -> None:
    counted, worst, _ = answers_to_tiny()["leaving"]
    assert [counted.values[k] for k in ("count", "fine", "stuck")] == [2, 2, 0]
    each = (curve(120_000) + 500) / 3
    assert worst.values["town"] == "Bühl an der Weißen Werra"  # it pays two thirds
    assert value(worst.values["rest"]) == rough(curve(40_000) - each)
    assert value(worst.values["own"]) == rough(curve(80_000) - 2 * each)


def test_robustness_by_hand() -> None:
    differences = [value(text.values["difference"]) for text in answers_to_tiny()["robust"]]
    saved = PLAN - ALONE
    fewer = 0.9**0.8 * (saved - 1500) + 1500
    dearer = saved + 0.5 * (10_500 + 1000)
    assert differences == [rough(v) for v in (saved, 1500, saved + 10_000, fewer, dearer)]


def test_tiles_by_hand() -> None:
    tiles = council.tiles(of_instance(tiny.instance()))
    shown = [str(figure) for _, figure in tiles]
    assert shown == ["-30,000 to +1,500", "-5.1 to +0.2", "0.7 · 9 · 9", "1", "1"]
    assert tiles[0][1].render("de") == "-30.000 bis +1.500"
    assert all(title.render("de") != title.render("en") for title, _ in tiles)


def test_the_next_plans_of_a_front() -> None:
    """Three villages, a front known by hand: 110,000/650, 130,000/200, 135,000/0."""
    decision = Decision.of(hand.of_problem(Problem.of(koopopt.read("three-villages"))), DAY)
    first, second, third = (council.answers(about(decision, e))["rejected"] for e in decision.plans)
    assert first[0].values["count"] == 3
    assert len(first) == len(third) == 3
    cheaper, nearer = second[1:3]
    assert (cheaper.values["gain"], cheaper.values["price"]) == (20_000, 450)
    assert (nearer.values["gain"], nearer.values["price"]) == (200, 5000)
    assert str(cheaper.values["better"]) == "cost"
    assert str(nearer.values["better"]) == "travel"
    assert (first[1].values["gain"], first[1].values["price"]) == (450, 20_000)
    assert (third[1].values["gain"], third[1].values["price"]) == (5000, 200)


# -- any plan ------------------------------------------------------------------------------------

SEEDS = range(40)


@cache
def random_answers(seed: int) -> list[tuple[About, Answers]]:
    front = random_front(seed, 2)
    problem = front.subject
    assert isinstance(problem, Problem)
    decision = Decision.of(front_of(problem, [*front.plans, all_alone(problem)]), DAY)
    found = [about(decision, e) for e in decision.plans]
    return [(one, council.answers(one)) for one in found]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_question_has_an_answer_in_both_languages(seed: int) -> None:
    for one, answers in random_answers(seed):
        assert list(answers) == list(council.QUESTIONS)
        assert len(answers) == 9
        for texts in (*answers.values(), [text for tile in council.tiles(one) for text in tile]):
            assert texts
            for text in texts:
                for lang in LANGUAGES:
                    shown = text.render(lang)
                    assert shown
                    assert not re.search(r"[{}]|None", shown)
                    if one.inhabitants:
                        assert not re.search(r"\b(nan|inf)\b", shown)
        sentences = [text for texts in answers.values() for text in texts]
        assert all(text.pattern("de") != text.template for text in sentences)
        assert all(text.render()[-1] in ".)" for text in sentences)


def differences(one: About, other: Plan) -> list[float]:
    """Return what a plan costs more than another, in every case that may come; by evaluation."""
    instance = one.facts.instance
    forms = instance.legal_forms
    no_grants = replace(instance, legal_forms=tuple(replace(f, grant=None) for f in forms))
    dearer = replace(
        instance,
        office_cost=1.5 * instance.office_cost,
        legal_forms=tuple(
            replace(
                f,
                fixed_cost=1.5 * f.fixed_cost,
                cost_per_extra_member=1.5 * f.cost_per_extra_member,
            )
            for f in forms
        ),
    )
    towns = tuple(replace(m, population=0.9 * m.population) for m in instance.municipalities)
    fewer = replace(
        instance,
        municipalities=towns,
        demand={key: 0.9 * units for key, units in instance.demand.items()},
    )

    def cost(case: Instance, plan: Plan) -> float:
        return evaluate(Problem.of(case), plan).criteria["cost"]

    def bodies(plan: Plan) -> float:
        """What legal forms and offices cost: all that a plan adds where size brings nothing."""
        by_id = {f.id: f for f in forms}
        seats = {p.seat for p in plan.pooled}
        costs = [by_id[p.legal_form].cost(len(p.members)) for p in plan.pooled]
        return sum(costs) + len(seats) * instance.office_cost

    plan = one.plan.plan
    cases = (instance, no_grants, fewer, dearer)
    return [cost(case, plan) - cost(case, other) for case in cases] + [bodies(plan) - bodies(other)]


@pytest.mark.parametrize("seed", SEEDS)
def test_no_saving_stands_without_its_range(seed: int) -> None:
    for one, answers in random_answers(seed):
        alone, today = one.decision.alone.plan, one.decision.today.plan
        if not one.plan.plan.pooled:
            assert len(answers["money"]) == 1
            continue
        _, *compared = answers["money"]
        assert len(compared) == (1 if today == alone or not one.decision.today.criteria else 2)
        for text, other in zip(compared, (alone, today), strict=False):
            by = differences(one, other)
            for told, amount in ((text.values["best"], by[0]), (text.values["worst"], max(by))):
                assert abs(value(told) - amount) <= (500 if abs(amount) > 19_999 else 50) + 0.01
        # The same range in front, and each of the cases by itself.
        tile = council.tiles(one)[0][1]
        assert dict(tile.values) == {k: compared[0].values[k] for k in ("best", "worst")}
        cases = [value(text.values["difference"]) for text in answers["robust"]]
        assert (cases[0], max(cases)) == tuple(map(value, tile.values.values()))


@pytest.mark.parametrize("seed", SEEDS)
def test_everyone_is_found_with_their_partners(seed: int) -> None:
    for one, answers in random_answers(seed):
        text = "\n".join(said(answers["partners"]))
        for service in one.facts.services:
            title = service.title["en"]
            for p in one.plan.plan.of(service.id):
                if p.pooled:
                    others = ", ".join(one.name(i) for i in p.members if i != p.seat)
                    assert f"{one.name(p.seat)} with {others}" in text
                elif any(q.pooled for q in one.plan.plan.of(service.id)):
                    (line,) = re.findall(rf"^{title} – alone: (.*)\.$", text, re.MULTILINE)
                    assert one.name(p.seat) in line.split(", ")
                else:
                    assert f"{title}: everyone alone." in text


@pytest.mark.parametrize("seed", SEEDS)
def test_what_becomes_of_the_cooperations_of_today(seed: int) -> None:
    for one, answers in random_answers(seed):
        told = [str(text) for text in answers["partners"] if text.template.startswith("Today")]
        today = [p for p in one.facts.instance.status_quo if p.pooled]
        assert len(told) == len(today)
        for sentence, p in zip(told, today, strict=True):
            assert f"({', '.join(map(one.name, p.members))})" in sentence
            whole = [q for q in one.plan.plan.of(p.service) if set(p.members) <= set(q.members)]
            if not whole:
                assert "would be parted" in sentence
            elif whole[0].members == p.members and whole[0].seat == p.seat:
                assert "stays with its seat" in sentence
            else:
                assert f"with {len(whole[0].members)} member(s)" in sentence
                assert f"seat in {one.name(whole[0].seat)}." in sentence

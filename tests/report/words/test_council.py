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
from koopopt.case.instance import Instance
from koopopt.case.plan import Partnership, Plan
from koopopt.evaluation import all_alone, evaluate
from koopopt.problem import Problem
from koopopt.report import words
from koopopt.report.values import amounts, savings
from koopopt.report.values.amounts import rough
from koopopt.report.values.decision import Decision
from koopopt.report.words.about import About
from koopopt.savings.saving import Savings
from koopopt.text import LANGUAGES, Text
from pareto import hand
from report.decided import DAY, about, front_of, of_instance, random_front, walk

# Nothing here divides by zero unseen.
pytestmark = pytest.mark.filterwarnings("error")

Answers = Mapping[str, tuple[Text, ...]]


@cache
def answers_to_tiny() -> Answers:
    return words.answers(of_instance(tiny.instance()))


def said(texts: tuple[Text, ...], lang: str = "en") -> list[str]:
    return [text.render(lang) for text in texts]


def value(shown: object) -> float:
    """Return the difference that words of a sentence say, below 0 where it is saved."""
    if not isinstance(shown, Text):
        assert isinstance(shown, (int, float))
        return float(shown)
    if not shown.values:
        assert str(shown) == "costs the same"
        return 0.0
    amount = shown.values["amount"]
    assert isinstance(amount, Text)
    number = amount.values["value"]
    assert isinstance(number, (int, float))
    assert number > 0
    saved = str(shown).startswith("saves ")
    assert saved or str(shown).endswith(" more")
    euros = float(number * 1e6 if "million" in str(amount) else number)
    return -euros if saved else euros


# -- by hand: the tiny instance, whose first two towns pool water --------------------------------


def curve(demand: float) -> float:
    return 20.0 * demand**0.8


BY_DEMAND = (curve(120_000) + 500 + 1000) / 3  # 10,500 of fixed cost, 10,000 of grant; the office
ALONE = 2 * (curve(40_000) + curve(80_000) + curve(120_000))
PLAN = ALONE - curve(40_000) - curve(80_000) + 3 * BY_DEMAND


def test_the_money_by_hand() -> None:
    spent, saved, grants = answers_to_tiny()["money"]
    assert spent.values["cost"] == 959_000 == rough(PLAN)
    assert spent.values["alone"] == 990_000 == rough(ALONE)
    assert spent.values["each"] == 160 == round(PLAN / 6000)
    # If size brings nothing, the legal form and the office come on top.
    assert value(saved.values["best"]) == -30_000 == rough(PLAN - ALONE)
    assert value(saved.values["worst"]) == 1500
    assert value(saved.values["best_each"]) == -5.1 == round((PLAN - ALONE) / 6000, 1)
    assert value(saved.values["worst_each"]) == 0.2
    assert "the plan saves 30,000 EUR a year as modelled (per inhabitant it saves" in str(saved)
    assert "if size brought no advantage it costs 1,500 EUR more a year (per" in str(saved)
    assert "costs 0.2 EUR more)" in str(saved)
    assert grants.values["grants"] == 10_000  # 50,000 over 5 years


def test_winners_by_hand() -> None:
    by_demand, by_population, equal, extremes, without, _ = answers_to_tiny()["winners"]
    assert curve(40_000) > BY_DEMAND
    assert curve(80_000) > 2 * BY_DEMAND
    for text in (by_demand, by_population):  # demand follows the population here
        assert [text.values[k] for k in ("cheaper", "dearer")] == [2, 0]
        assert str(text).endswith("paying less than alone: 2; paying more: 0.")
    more = 1.5 * BY_DEMAND - curve(40_000)
    assert more > 0
    counted = equal.values["said"]
    assert isinstance(counted, Text)
    assert [counted.values[k] for k in ("cheaper", "dearer")] == [1, 1]
    assert [equal.values[k] for k in ("losses", "most")] == [rough(more)] * 2
    assert equal.values["name"] == "Ahausen"
    assert value(extremes.values["low"]) == round((BY_DEMAND - curve(40_000)) / 1000, 1)
    assert (extremes.values["best"], extremes.values["worst"]) == ("Ahausen", "Celle")
    assert value(extremes.values["high"]) == 0
    # Added up and shared by demand, the smaller one is better off: alone it pays more a unit.
    added_up = curve(40_000) + curve(80_000) + 1500
    assert added_up / 3 < curve(40_000)
    assert added_up * 2 / 3 > curve(80_000)
    assert [without.values[k] for k in ("count", "all")] == [1, 3]


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
    ways, share, today, estimated, seats = answers_to_tiny()["citizens"]
    minutes = 6371.0088 * math.radians(0.05) * 1.3 / 50 * 60
    assert ways.values["mean"] == 0.7 == round(minutes / 12, 1)
    assert ways.values["p95"] == 9 == round(minutes)
    assert ways.values["longest"] == 9
    assert (ways.values["town"], ways.values["seat"]) == ("Ahausen", "Bühl an der Weißen Werra")
    assert share.values["share"] == 0
    assert [today.values[k] for k in ("mean", "p95", "longest")] == [0, 0, 0]  # all alone
    assert "straight lines" in str(estimated)
    assert (seats.values["seats"], seats.values["changes"]) == (1, 1)


def test_autonomy_by_hand() -> None:
    tasks, voice, blocking = answers_to_tiny()["autonomy"]
    assert [tasks.values[k] for k in ("count", "low", "high")] == [2, 0, 1]
    assert str(tasks.values["names"]) == "Ahausen"  # the other has the seat
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
    tiles = words.tiles(of_instance(tiny.instance()))
    shown = [str(figure) for _, figure in tiles]
    assert shown == [
        "saves up to 30,000 EUR, or costs up to 1,500 EUR more",
        "saves 5.1 EUR; at worst costs 0.2 EUR more", "0.7 · 9 · 9", "1", "1",
    ]  # fmt: skip
    assert all(title.render("de") != title.render("en") for title, _ in tiles)


def test_the_next_plans_of_a_front() -> None:
    """Three villages, a front known by hand: 110,000/650, 130,000/200, 135,000/0."""
    decision = Decision.of(hand.of_problem(Problem.of(koopopt.read("three-villages"))), DAY)
    told = [words.answers(about(decision, e))["rejected"] for e in decision.plans]
    assert [texts[0].values["count"] for texts in told] == [3, 3, 3]
    # EUR and ten times the hours: 116,500, 132,000 and 135,000.
    best = [
        [str(text) for text in texts if "the best by the weights" in str(text)] for texts in told
    ]
    assert best[1:] == [[], []]
    assert best[0][0].endswith(": cost 1; travel 10.")
    nearest = [
        [
            (str(text.values["better"]), text.values["gain"], str(text.values["worse"]))
            for text in texts
            if text.template.startswith("The next plan")
        ]
        for texts in told
    ]
    assert nearest == [
        [("travel", 450, "20,000 EUR a year more in cost")],
        [
            ("cost", 20_000, "450 person-hours a year more in travel"),
            ("travel", 200, "5,000 EUR a year more in cost"),
        ],
        [("cost", 5000, "200 person-hours a year more in travel")],
    ]


# -- any plan ------------------------------------------------------------------------------------

SEEDS = range(40)


@cache
def random_answers(seed: int) -> list[tuple[About, Answers]]:
    front = random_front(seed, 2)
    problem = front.subject
    assert isinstance(problem, Problem)
    decision = Decision.of(front_of(problem, [*front.plans, all_alone(problem)]), DAY)
    found = [about(decision, e) for e in decision.plans]
    return [(one, words.answers(one)) for one in found]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_question_has_an_answer_in_both_languages(seed: int) -> None:
    for one, answers in random_answers(seed):
        assert list(answers) == list(words.QUESTIONS)
        assert len(answers) == 10
        for texts in (*answers.values(), [text for tile in words.tiles(one) for text in tile]):
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
                cost_per_pair=1.5 * f.cost_per_pair,
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


def about_as(told: float, amount: float) -> bool:
    """Whether an amount is told as roughly as estimates are."""
    grain = 50 if abs(amount) <= 19_999 else 500 if abs(amount) < 999_500 else 5500
    return abs(told - amount) <= grain + 0.01


@pytest.mark.parametrize("seed", SEEDS)
def test_no_saving_stands_without_its_range(seed: int) -> None:
    for one, answers in random_answers(seed):
        alone, today = one.decision.alone.plan, one.decision.today.plan
        said = {text.template.split(":")[0].split(" EUR")[0]: text for text in answers["money"]}
        total, *others = said
        assert total == "All services together cost about {cost}"
        by, tile = differences(one, alone), str(words.tiles(one)[0][1])
        # The same range in front, and each of the cases by itself.
        cases = [value(text.values["difference"]) for text in answers["robust"]]
        assert tile == str(amounts.span(*cases[:2]))
        assert about_as(cases[0], by[0])
        assert about_as(cases[1], by[-1])
        if one.plan.plan.pooled:
            ends = said[others.pop(0)]
            assert [value(ends.values[k]) for k in ("best", "worst")] == cases[:2]
        else:
            assert others.pop(0).startswith("Nobody pools anything")
        if by[1] - by[0] > 1e-6:  # all alone has no grants
            grants = said[others.pop(0)].values["grants"]
            assert isinstance(grants, (int, float))
            assert about_as(grants, by[1] - by[0])
        if today != alone and one.decision.today.criteria:
            text, by = said[others.pop(0)], differences(one, today)
            assert about_as(value(text.values["best"]), by[0])
            assert about_as(value(text.values["worst"]), max(by))
        assert others == []


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
                    (line,) = re.findall(rf"{title}\b.* – alone: (.*)\.$", text, re.MULTILINE)
                    assert one.name(p.seat) in line.split(", ")
                else:
                    assert re.search(rf"{title}\b.*: everyone alone\.$", text, re.MULTILINE)


def test_services_that_are_pooled_alike_are_told_together() -> None:
    services = [tiny.service(), tiny.service("waste"), tiny.service("yard")]
    problem = Problem.of(tiny.instance(services=tuple(services)))
    pairs = [
        Partnership(s.id, ("01", "02"), "02", "association") for s in (services[0], services[2])
    ]
    alone = [Partnership(s.id, ("03",), "03") for s in (services[0], services[2])]
    rest = [Partnership("waste", (i,), i) for i in problem.facts.ids]
    plan = Plan([*pairs, *alone, *rest])
    told = said(words.answers(of_instance(problem.instance, plan))["partners"])
    assert told[:3] == [
        "Water, Yard – Special-purpose association: Bühl an der Weißen Werra with Ahausen"
        " (the seat first).",
        "Water, Yard – alone: Celle.",
        "Waste: everyone alone.",
    ]


def test_a_cooperation_of_several_services_is_told_once() -> None:
    services = [tiny.service(), tiny.service("waste"), tiny.service("yard")]
    pools = [(s.id, ("02", "03")) for s in services[:2]] + [("yard", ("01", "02"))]
    today = tuple(Partnership(s, who, who[1], "association") for s, who in pools)
    made = tiny.instance(services=tuple(services), status_quo=today)
    told = [s for s in said(words.answers(of_instance(made))["partners"]) if "Today" in s]
    titles = [service.title["en"] for service in services]
    assert len(told) == 2
    assert f"({titles[0]}, {titles[1]}: " in told[0]
    assert f"({titles[2]}: " in told[1]


@pytest.mark.parametrize("seed", SEEDS)
def test_what_becomes_of_the_cooperations_of_today(seed: int) -> None:
    for one, answers in random_answers(seed):
        told = [
            str(text) for text in answers["partners"] if text.template.startswith("Today's coop")
        ]
        today = [p for p in one.facts.instance.status_quo if p.pooled]
        assert len(told) == len(today)
        for sentence, p in zip(told, today, strict=True):
            title = one.facts.services[one.facts.service_index[p.service]].title["en"]
            assert f"({title}: {', '.join(map(one.name, p.members))})" in sentence
            whole = [q for q in one.plan.plan.of(p.service) if set(p.members) <= set(q.members)]
            if not whole:
                assert "would not stay together" in sentence
            elif whole[0].members == p.members and whole[0].seat == p.seat:
                assert "stays as it is" in sentence
            else:
                assert f"with {len(whole[0].members)} member(s)" in sentence
                assert f"seat in {one.name(whole[0].seat)}." in sentence


def test_against_today_it_is_the_difference_in_each_sample() -> None:
    decision = Decision.of(walk(3))
    plan = decision.plans[-1]
    one = about(decision, plan)
    both = [Savings(decision.problem).of(e.plan) for e in (plan, decision.today)]
    assert both[0] is not None
    assert both[1] is not None
    assert savings.against_today(both[0].against(both[1])) in words.answers(one)["money"]

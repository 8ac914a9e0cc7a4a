"""The answers to a council in strange cases, and how they write figures and many names."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import Any

import pytest

import tiny
from koopopt.case.instance import Instance
from koopopt.case.library import (
    LegalForm,
    PowerCost,
    Tier,
    TierCost,
    Trips,
    Votes,
)
from koopopt.case.plan import Partnership, Plan
from koopopt.errors import DataError
from koopopt.evaluation import all_alone
from koopopt.problem import Problem
from koopopt.report import words
from koopopt.report.values.amounts import rough
from koopopt.report.values.decision import Decision
from koopopt.report.values.ranges import Savings
from koopopt.report.words.about import (
    MAX_SENTENCE_NAMES,
    in_sentence,
    separated,
)
from koopopt.text import T, Text
from report.decided import DAY, about, of_instance, random_front

# Nothing here divides by zero unseen.
pytestmark = pytest.mark.filterwarnings("error")


def said(texts: tuple[Text, ...], lang: str = "en") -> list[str]:
    return [text.render(lang) for text in texts]


FREE = PowerCost(kind="power", scale=0.0, elasticity=0.5)
NO_FORM_COST = LegalForm(id="association", title={"en": "Agreement"})
VOICELESS = replace(tiny.ASSOCIATION, votes=Votes(base=0, inhabitants_per_vote=1e9))
EMPTY = tuple(replace(m, population=0.0) for m in tiny.instance().municipalities)
ENDING = TierCost(kind="tiers", tiers=(Tier(fixed=1.0, up_to=5.0),))
TWICE = tuple(Partnership("water", ("01", b), "01", "association") for b in ("02", "03"))

STRANGE: dict[str, Instance] = {
    "nobody lives": tiny.instance(municipalities=EMPTY),
    "everything is free": tiny.instance(
        services=(tiny.service(cost=FREE),), legal_forms=(NO_FORM_COST,), office_cost=0.0
    ),
    "no votes": tiny.instance(legal_forms=(VOICELESS,)),
    "no trips": tiny.instance(
        services=(tiny.service(travel=Trips(trips_per_inhabitant=0.0)), tiny.service("housing"))
    ),
    "one service": tiny.instance(services=(tiny.service("water"),)),
}


@pytest.mark.parametrize("name", STRANGE)
@pytest.mark.parametrize("pooled", [True, False])
def test_strange_cases_have_answers(name: str, pooled: bool) -> None:
    problem = Problem.of(STRANGE[name])
    one = of_instance(STRANGE[name], tiny.pooled_plan(problem) if pooled else all_alone(problem))
    answers = words.answers(one)
    assert all(texts and all(map(str, texts)) for texts in answers.values())
    assert len(words.tiles(one)) == 5


def test_one_municipality_has_nothing_to_decide() -> None:
    instance = tiny.instance(["Ahausen"])
    answers = words.answers(of_instance(instance, all_alone(Problem.of(instance))))
    assert said(answers["money"])[1].startswith("Nobody pools anything")
    assert len(answers["money"]) == 2
    assert said(answers["partners"]) == ["Water, Housing: everyone alone."]
    assert said(answers["leaving"]) == ["Nobody can leave: there are no partnerships."]
    home, seats = answers["citizens"]
    assert str(home) == "Every service stays in the own town hall."
    assert (seats.values["seats"], seats.values["changes"]) == (0, 0)
    assert said(answers["autonomy"]) == ["Nothing: every municipality decides on its own."]


def test_without_votes_no_voice_is_counted() -> None:
    for forms, told in (((VOICELESS,), False), ((NO_FORM_COST,), True)):
        answers = words.answers(of_instance(tiny.instance(legal_forms=forms)))
        text = " ".join(said(answers["autonomy"]))
        assert "smallest voice" not in text
        assert ("have no assembly" in text) is told


@pytest.mark.parametrize(
    "changes",
    [
        {"status_quo": TWICE},
        {
            "services": (
                tiny.service(cost=TierCost(kind="tiers", tiers=(Tier(fixed=1.0, up_to=5.0),))),
            )
        },
    ],
    ids=["today is malformed", "a cost without end"],
)
def test_what_no_file_could_hold_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(DataError):
        Problem.of(tiny.instance(**changes))


def test_the_longest_way_is_one_that_people_go() -> None:
    """The town furthest away has no inhabitants, so nobody comes from there."""
    first, second, last = tiny.instance().municipalities
    nobody = replace(last, population=0.0, lat=52.0)
    instance = tiny.instance(municipalities=(first, second, nobody))
    pool = Partnership("water", ("01", "02", "03"), "02", "association")
    alone = [p for p in all_alone(Problem.of(instance)).partnerships if p.service != "water"]
    one = of_instance(instance, Plan([pool, *alone]))
    way = words.answers(one)["citizens"][0]
    assert (way.values["town"], way.values["longest"]) == ("Ahausen", 9)
    assert str(words.tiles(one)[2][1]).endswith(" · 9")
    # Of two ways of one length the one that more people go.
    instance = tiny.instance(municipalities=(first, second, replace(last, lat=51.1)))
    one = of_instance(instance, Plan([pool, *alone]))
    assert words.answers(one)["citizens"][0].values["longest"] == 9
    assert words.answers(one)["citizens"][0].values["town"] in ("Ahausen", "Celle")


def test_many_names_are_counted() -> None:
    names = [f"Town {k:02}" for k in range(40)]
    instance = tiny.instance(names, [f"{k:02}" for k in range(40)])
    ids = [m.id for m in instance.municipalities]
    pool = Partnership("water", tuple(ids[:30]), ids[5], "association")
    rest = [Partnership("water", (i,), i) for i in ids[30:]]
    housing = [
        Partnership("housing", tuple(ids[k : k + 2]), ids[k], "association")
        for k in range(0, 40, 2)
    ]
    answers = words.answers(of_instance(instance, Plan([pool, *rest, *housing])))
    water, alone, pairs = said(answers["partners"])
    assert "Town 05 with Town 00, Town 01" in water
    assert re.findall(r"and (\d+) more", water) == ["17"]  # 29 beside the seat
    assert water.count("Town ") == 13
    assert alone.count("Town ") == 10
    assert "more" not in alone
    assert pairs.count(" with ") == MAX_SENTENCE_NAMES
    assert "; 8 more (the seat first)" in pairs
    names_of = said(answers["autonomy"])[0]
    assert names_of.count("Town ") == MAX_SENTENCE_NAMES
    # Every second of the thirty gives both tasks away, but for the seat of the water.
    assert "and 2 more" in names_of


@pytest.mark.parametrize("count", [1, MAX_SENTENCE_NAMES, MAX_SENTENCE_NAMES + 1, 100])
def test_lists_say_how_many_they_leave_out(count: int) -> None:
    names = [f"{{N{k}}}" for k in range(count)]
    more = max(0, count - MAX_SENTENCE_NAMES)
    for text, sign in ((in_sentence(names), ","), (separated([T("x", n=n) for n in names]), ";")):
        assert str(text).count(sign) == min(count, MAX_SENTENCE_NAMES) - 1 + (
            sign == ";" and more > 0
        )
        assert f"{more} more" in str(text) if more else "more" not in str(text)
    assert str(in_sentence(names)).startswith("{N0}")


@pytest.mark.parametrize(
    ("amount", "shown"),
    [(0.0, 0), (49.0, 0), (-151.0, -200), (19_949.0, 19_900), (20_499.0, 20_000),
     (-1_234_567.0, -1_235_000), (math.inf, math.inf)],
)  # fmt: skip
def test_estimates_do_not_look_exact(amount: float, shown: float) -> None:
    assert rough(amount) == shown


def test_cases_computed_once_are_the_same() -> None:
    """The page computes what plans have in common once, and says the same."""
    decision = Decision.of(random_front(5), DAY)
    savings = Savings(decision.problem)
    for e in decision.plans:
        one = about(decision, e)
        again = replace(one, what_if=savings.what_if(e))
        assert {q: said(t) for q, t in words.answers(again).items()} == {
            q: said(t) for q, t in words.answers(one).items()
        }

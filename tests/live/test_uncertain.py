"""Ranges as settings: what savings are said to be follows, plan and proof stay."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import koopopt
import tiny
from koopopt.case.instance import Instance
from koopopt.case.library import PowerCost
from koopopt.case.ranges import ranged
from koopopt.errors import UsageError
from koopopt.evaluation import evaluate
from koopopt.live.room import Room
from koopopt.problem import Problem
from koopopt.savings.saving import Savings
from koopopt.writing.instance import write
from living import settled

PLACE = "ranges.service.water.cost.elasticity"


def instance() -> Instance:
    """Return Ahausen, Bühl and Celle, the elasticity of water being uncertain."""
    water = tiny.service(
        cost=PowerCost(kind="power", scale=20.0, elasticity=0.8, elasticity_range=(0.7, 1.0))
    )
    return tiny.instance(services=(water,))


def set_(room: Room, value: Any, place: str = PLACE) -> dict[str, Any]:
    return room.act({"kind": "set", "place": place, "value": value})


def test_savings_are_those_of_the_instance_with_these_ranges(tmp_path: Path) -> None:
    with Room(instance(), folder=tmp_path / "room") as room:
        before = settled(room)
        assert before["plan"]["partnerships"], "somebody pools, or there is nothing to see"
        after = set_(room, [0.75, 0.85])
        assert after["answer"]["status"] == "optimal", "the best plan does not depend on ranges"
        assert after["plan"]["partnerships"] == before["plan"]["partnerships"]
        assert after["plan"]["alone"] == before["plan"]["alone"]
        assert after["trail"][-1]["what"]["en"].endswith("elasticity of costs: 0.75 to 0.85")
        asked = room.asked()
        found = Savings(Problem.of(asked)).of(room.shown().plan)
        assert found is not None
        ends = [-found.high / 100, -found.low / 100]
        assert after["plan"]["cases"]["alone"] == ends
        low, high = before["plan"]["cases"]["alone"]
        assert low < ends[0] < ends[1] < high, "less is uncertain, so less is left open"
        result = room.result()
        assert result is not None
        assert ranged(result.problem.instance) == ranged(asked), "what is exported has them too"
        write(asked, tmp_path / "saved")
        assert ranged(koopopt.read(tmp_path / "saved")) == ranged(asked)
    with Room(instance(), folder=tmp_path / "room") as room:
        assert settled(room)["plan"]["cases"]["alone"] == ends
        assert room.act({"kind": "undo"})["plan"]["cases"] == before["plan"]["cases"]
        assert room.act({"kind": "redo"})["plan"]["cases"]["alone"] == ends


def test_without_a_range_nothing_is_said_of_cases() -> None:
    with Room(instance()) as room:
        settled(room)
        assert set_(room, False)["plan"]["cases"] is None
        assert ranged(room.asked()) == ()
        assert set_(room, None)["plan"]["cases"] is not None


def test_ranges_do_not_stop_what_is_searched_and_are_kept_by_its_answer() -> None:
    with Room(instance()) as room:
        settled(room)
        room.act({"kind": "set", "place": "rules.max_members", "value": 2})
        set_(room, [0.78, 0.82])  # whether it is answered by then or not
        state = settled(room)
        assert state["answer"]["status"] == "optimal"
        found = Savings(Problem.of(room.asked())).of(room.shown().plan)
        assert found is not None
        assert state["plan"]["cases"]["alone"] == [-found.high / 100, -found.low / 100]
        assert room.shown().feasible == evaluate(room.shown().problem, room.shown().plan).feasible


def test_controls_say_number_range_and_what_files_allow() -> None:
    with Room(instance()) as room:
        made = {c["place"]: c for c in room.case()["controls"] if c["group"] == "range"}
    one = made[PLACE]
    assert (one["kind"], one["value"], one["number"]) == ("range", [0.7, 1.0], 0.8)
    assert (one["least"], one["most"]) == (0, 2)
    assert made["ranges.travel.detour"]["value"] is None
    assert (made["ranges.travel.detour"]["least"], made["ranges.travel.detour"]["most"]) == (1, 10)
    assert not any(place.startswith("ranges.weights") for place in made)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ([0.7], "two numbers"),
        ([0.7, 0.8, 0.9], "two numbers"),
        (0.8, "two numbers"),
        (True, "two numbers"),
        (["a", "b"], "two numbers"),
        ([0.7, float("nan")], "two numbers"),
        ([0.9, 1.0], "does not hold it"),
        ([0.0, 1.0], "more than 0"),
        ([0.7, 2.5], "2 at most"),
    ],
)
def test_what_is_no_range_is_refused_and_changes_nothing(value: Any, said: str) -> None:
    with Room(instance()) as room:
        before = settled(room)
        with pytest.raises(UsageError, match=said):
            set_(room, value)
        assert room.state()["question"] == before["question"]


def test_a_number_that_there_is_not_is_named() -> None:
    with Room(instance()) as room, pytest.raises(UsageError, match="Did you mean"):
        set_(room, [0.7, 0.9], PLACE.replace("elasticity", "elasticty"))


def test_grants_have_a_range_by_number_of_members() -> None:
    grant = koopopt.read("werra-meissner").legal_forms[0].grant
    forms = tuple(replace(form, grant=grant) for form in instance().legal_forms)
    place = f"ranges.legal_form.{forms[0].id}.grant.amounts.3"
    with Room(replace(instance(), legal_forms=forms)) as room:
        settled(room)
        set_(room, [0, 80_000], place)
        kept = room.asked().legal_forms[0].grant
    assert kept is not None
    assert kept.amounts_range["3"] == (0.0, 80_000.0)

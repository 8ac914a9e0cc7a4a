"""Fronts and prices of a live room: as asked alone, and given up only for what matters more."""

from __future__ import annotations

import pytest

import koopopt
import tiny
from koopopt.live.room import Room
from living import priced, settled, until


def test_a_front_that_was_asked_for_is_not_given_up_for_prices() -> None:
    with Room(tiny.instance()) as room:
        room.front(["cost", "travel"])  # while the case itself is solved
        settled(room)
        state = until(lambda: (s := room.state())["front"]["status"] != "running" and s, 30)
        assert state["front"]["status"] == "done"
        found = koopopt.front(tiny.instance(), ["cost", "travel"])
        index = state["front"]["criteria"]
        got = sorted(tuple(p["criteria"][k] for k in index) for p in state["front"]["points"])
        right = sorted(p.values for p in found.points)
        assert got == right


def test_a_front_that_is_stopped_says_so() -> None:
    with Room(tiny.instance()) as room:
        settled(room)
        for _ in range(10):
            room.front(["cost", "travel"])
            room.stop_front()
            status = until(lambda: (s := room.state()["front"]["status"]) != "running" and s, 20)
            assert status in ("stopped", "done")


RULED = {"rules": {"max_members": 2, "contiguous": True}}


def test_prices_come_by_themselves_and_after_an_undo_too() -> None:
    with Room(tiny.instance(**RULED)) as room:
        first = priced(room)
        assert first["status"] == "done"
        assert first["done"] == first["of"] == len(first["found"]) > 0
        room.act({"kind": "set", "place": "weights.travel", "value": 2.0})
        priced(room)
        room.act({"kind": "undo"})
        again = priced(room)
        told = {p["rule"]: (p["low"], p["high"]) for p in first["found"]}
        assert {p["rule"]: (p["low"], p["high"]) for p in again["found"]} == told


def test_a_variant_kept_while_prices_run_does_not_leave_them_hanging() -> None:
    for _ in range(2):
        with Room(tiny.instance(**RULED)) as room:
            until(lambda: room.state()["prices"]["status"] != "none", 30)
            room.act({"kind": "keep", "name": "one", "note": ""})
            priced(room)


def test_a_price_is_what_the_best_plan_saves_without_the_rule() -> None:
    instance = tiny.instance(**RULED)
    with Room(instance) as room:
        prices = priced(room)
        with_it = room.state()["answer"]["value"]
        for price in prices["found"]:
            if price["rule"] in ("rules.max_members", "rules.contiguous"):
                room.act({"kind": "set", "place": price["rule"], "value": False})
                without = settled(room)["answer"]["value"]
                assert price["exact"]
                assert price["low"] == pytest.approx(without - with_it, abs=0.01)
                room.act({"kind": "undo"})

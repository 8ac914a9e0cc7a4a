"""A room answers each question as enumeration does, and never one under another."""

from __future__ import annotations

import json
import logging
import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import koopopt
import sited
import tiny
from dice import Dice
from koopopt.errors import DataError, UsageError
from koopopt.evaluation import all_alone, evaluate, status_quo
from koopopt.live import answers
from koopopt.live.room import Room
from koopopt.problem import Problem
from koopopt.savings.saving import Savings
from living import by_hand, optimum, plan_of, priced, refused, settled, some_action, until
from nightly import NIGHTLY
from random_instances import problem_of_size, with_sites

SESSIONS, ACTIONS = 4, 20 if NIGHTLY == 1 else 100
APART = {"kind": "apart", "service": "water", "towns": ["01", "02"]}


def _instance(seed: int) -> Any:
    dice = Dice(np.random.default_rng([16, seed]))
    n, services = dice.pick([(3, 1), (3, 2), (4, 1)])
    problem = problem_of_size(dice, n, services, seed)
    if dice.chance(0.3):
        problem = with_sites(problem, seed)
    return Problem.of(problem.instance).with_stable(None).instance


@pytest.mark.parametrize("seed", range(SESSIONS * NIGHTLY))
def test_after_any_actions_the_answer_is_that_of_enumeration(
    seed: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    instance = _instance(seed)
    problem, dice = Problem.of(instance), Dice(np.random.default_rng([17, seed]))
    known: dict[str, Any] = {}
    with Room(instance, folder=tmp_path, time_limit=60.0) as room:
        state = settled(room)
        for _ in range(ACTIONS):
            action, before = some_action(dice, problem, state), room.state()
            state, refusal = _tried(room, action)
            if refusal is not None:
                assert refused(refusal), action
                _demand_same(state, before)
                continue
            assert state["revision"] == before["revision"] + 1
            assert state["saved"]["ok"], state["saved"]
            json.dumps(state)
            if dice.chance(0.6):
                state = settled(room)
                _check(instance, problem, state, known)
        state = settled(room)
        _check(instance, problem, state, known)
    with Room(instance, folder=tmp_path) as room:
        again = settled(room)
        for key in ("question", "mode", "undo", "redo", "variants", "trail"):
            assert again[key] == state[key], key
        if again["mode"] == "hand":
            assert again["plan"]["partnerships"] == state["plan"]["partnerships"]
        assert again["answer"]["value"] == state["answer"]["value"]
        assert not again["notices"]
    assert not [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING]


def _tried(room: Room, action: Any) -> tuple[dict[str, Any], Exception | None]:
    """Return the state after an action, and why it was refused."""
    try:
        return room.act(action, "why"), None
    except (UsageError, DataError) as error:
        return room.state(), error


def _demand_same(after: dict[str, Any], before: dict[str, Any]) -> None:
    """Demand that nothing has changed that an action may change."""
    for key in ("revision", "question", "mode", "variants", "trail"):
        assert after[key] == before[key]


def _check(instance: Any, problem: Problem, state: dict[str, Any], known: dict[str, Any]) -> None:
    """Hold an answer against enumeration, and what is shown against the evaluator."""
    question, answer = state["question"], state["answer"]
    key = json.dumps(question, sort_keys=True)
    if key not in known:
        known[key] = optimum(instance, question)
    best, asked = known[key], by_hand(instance, question)
    assert answer["revision"] == state["revision"]
    assert answer["status"] == ("infeasible" if best is None else "optimal"), (question, answer)
    shown = evaluate(asked, plan_of(instance, state["plan"]))
    assert shown.criteria == dict(zip(shown.criteria, state["plan"]["criteria"], strict=True))
    saved = Savings(asked).of(shown.plan)
    cases = None if saved is None else [-saved.high / 100, -saved.low / 100]
    assert (state["plan"]["cases"] or {"alone": None})["alone"] == cases
    if best is None:
        assert answer["plan"] is None
        assert state["plan"]["violations"]
        return
    found = evaluate(asked, plan_of(instance, answer["plan"]))
    assert found.feasible
    assert answer["plan"]["violations"] == []
    assert found.total == best.total
    assert answer["value"] == best.objective == answer["bound"]
    assert answer["gap"] == 0
    if state["mode"] == "follow":
        assert state["plan"] == answer["plan"]
    if not question["wishes"]:
        assert len(shown.violations) == len(state["plan"]["violations"])


def _slow(monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Semaphore, list[Any]]:
    """Let each solve wait for a permit, deaf to any cancel; return permits and what was solved."""
    permits, done, solve = threading.Semaphore(0), list[Any](), answers.answered

    def deaf(problem: Problem, formulation: str, solver: Any, control: Any, *kept: Any) -> Any:
        control.cancel = threading.Event()
        assert permits.acquire(timeout=60)
        found = solve(problem, formulation, solver, control, *kept)
        done.append(found)
        return found

    monkeypatch.setattr(answers, "answered", deaf)
    return permits, done


def test_an_answer_that_comes_late_is_never_shown_under_another_question(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    permits, done = _slow(monkeypatch)
    instance = tiny.instance()
    with Room(instance) as room:
        events = room.subscribe()
        for k in range(5):
            room.act({"kind": "set", "place": "weights.travel", "value": float(k)})
        for solved in range(1, 7):
            permits.release()
            until(lambda n=solved: len(done) >= n or room.state()["answer"]["status"] == "optimal")
            state = room.state()
            if state["answer"]["status"] == "optimal":
                break
            assert state["answer"]["plan"] is None
        state = settled(room)
        best = optimum(instance, state["question"])
        assert best is not None
        assert state["answer"]["value"] == best.objective
        assert state["question"]["settings"] == {"weights.travel": 4.0}
        assert len(done) < 6  # questions in between were never asked
        while (event := events.get(0)) is not None:
            assert event[1]["revision"] == state["revision"]
        permits.release(20)


def test_a_draft_is_shown_at_once_and_the_best_plan_after_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    permits, _ = _slow(monkeypatch)
    instance = tiny.instance()
    with Room(instance) as room:
        permits.release()
        state = settled(room)
        others = [m.id for m in instance.municipalities if m.id != "03"]
        service = instance.services[0].id
        apart = room.act({"kind": "move", "service": service, "town": "03", "to": None})
        assert apart["answer"]["status"] in ("waiting", "solving")
        assert apart["answer"]["plan"] is None
        own = plan_of(instance, apart["plan"]).of(service)
        assert any(p.members == ("03",) and not p.pooled for p in own)
        again = room.act({"kind": "move", "service": service, "town": "03", "to": [others[0]]})
        wishes = again["question"]["wishes"]
        assert [w["kind"] for w in wishes] == ["together"]  # it takes the place of "alone"
        permits.release(20)
        state = settled(room)
        assert state["plan"]["violations"] == []


@pytest.mark.parametrize(("one", "other"), [(0, False), (False, 0), (1, True), (True, 1)])
def test_zero_is_another_question_than_a_rule_that_is_lifted(one: Any, other: Any) -> None:
    """In Python 0 equals False."""
    instance = tiny.instance(rules={"max_bodies": 1})
    place = "rules.max_bodies" if False in (one, other) else "rules.contiguous"
    with Room(instance) as room:
        for value in (one, other, one):
            with suppress(UsageError, DataError):  # a flag may refuse a number
                room.act({"kind": "set", "place": place, "value": value})
            state = settled(room)
            best = optimum(instance, state["question"])
            assert best is not None
            assert state["answer"]["value"] == best.objective


def test_where_no_legal_form_is_open_nobody_is_moved() -> None:
    form = replace(tiny.ASSOCIATION, services=("housing",))
    with Room(tiny.instance(legal_forms=(form,))) as room:
        before = settled(room)
        for mode in ("follow", "hand"):
            room.act({"kind": "mode", "value": mode})
            before = settled(room)
            move = {"kind": "move", "service": "water", "town": "01", "to": ["02"]}
            state, refusal = _tried(room, move)
            assert refusal is not None
            assert refused(refusal)
            _demand_same(state, before)
            with pytest.raises(UsageError):
                room.look("water", "01", ["02"])


def test_a_look_changes_nothing() -> None:
    with Room(sited.instance()) as room:
        before = settled(room)
        shown = plan_of(sited.instance(), before["plan"])
        for service in ("water", "housing"):
            for town in ("01", "02", "03"):
                for p in [None, *shown.of(service)]:
                    found = room.look(service, town, None if p is None else list(p.members))
                    cost = found["plan"]["criteria"][0] - before["plan"]["criteria"][0]
                    assert found["difference"][0] == pytest.approx(cost, abs=0.005)
        after = room.state()
        for key in ("revision", "question", "plan", "answer", "trail"):
            assert after[key] == before[key]


def test_what_was_stopped_can_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    with Room(tiny.instance()) as room:
        settled(room)
        for k in range(20):
            room.act({"kind": "set", "place": "weights.travel", "value": 1.5 + k})
            room.cancel()
            state = settled(room)
            assert state["answer"]["status"] in ("cancelled", "optimal")
            room.resume()
            assert settled(room)["answer"]["status"] == "optimal"


def test_going_on_at_once_after_a_stop_is_answered() -> None:
    with Room(tiny.instance()) as room:
        for k in range(20):
            room.act({"kind": "set", "place": "weights.travel", "value": 1.5 + k})
            room.cancel()
            room.resume()
            until(lambda: room.state()["answer"]["status"] == "optimal", 20,
                  lambda: room.state()["answer"])  # fmt: skip


def test_a_solver_that_fails_is_told_and_the_room_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Room(tiny.instance()) as room:
        settled(room)
        for error in (MemoryError(), RuntimeError("broken"), UsageError(koopopt.text.T("no"))):

            def fail(*_: Any, error: Exception = error, **__: Any) -> Any:
                raise error

            with monkeypatch.context() as patch:
                patch.setattr(answers, "answered", fail)
                room.act({"kind": "set", "place": "weights.travel", "value": 5.0})
                state = settled(room)
                assert state["answer"]["status"] == "failed"
                assert state["answer"]["reasons"]
            room.act({"kind": "undo"})
            assert settled(room)["answer"]["status"] == "optimal"


def test_what_is_shown_by_hand_stays_and_the_best_is_told_beside() -> None:
    instance = tiny.instance()
    problem = Problem.of(instance)
    with Room(instance) as room:
        room.act({"kind": "start", "from": "alone"})
        state = settled(room)
        assert state["mode"] == "hand"
        assert plan_of(instance, state["plan"]) == all_alone(problem)
        best = koopopt.solve(instance)
        assert state["answer"]["value"] == best.objective
        state = room.act({"kind": "move", "service": "water", "town": "01", "to": ["02"]})
        assert state["question"]["wishes"] == []
        assert any(set(p.members) == {"01", "02"} for p in plan_of(instance, state["plan"]).pooled)
        room.act({"kind": "undo"})
        assert plan_of(instance, room.state()["plan"]) == all_alone(problem)
        state = room.act({"kind": "start", "from": "best"})
        state = settled(room)
        assert state["mode"] == "follow"
        assert state["plan"]["value"] == best.objective


def test_from_today() -> None:
    instance = sited.instance(status_quo=(sited.at_plant("01", "02"),))
    with Room(instance) as room:
        state = room.act({"kind": "start", "from": "today"})
        assert plan_of(instance, state["plan"]) == status_quo(Problem.of(instance))
        assert state["plan"]["today"] == 0
        assert room.case()["today"]["partnerships"] == state["plan"]["partnerships"]


def test_a_variant_keeps_its_question() -> None:
    with Room(tiny.instance()) as room:
        room.act({"kind": "wish", "wish": APART})
        settled(room)
        kept = room.act({"kind": "keep", "name": "without", "note": "why not"})["variants"][0]
        assert kept["proven"]
        room.act({"kind": "reset"})
        room.act({"kind": "set", "place": "weights.travel", "value": 9.0})
        state = room.act({"kind": "start", "from": "variant", "id": kept["id"]})
        assert state["question"] == kept["question"]
        assert state["plan"]["partnerships"] == kept["plan"]["partnerships"]
        state = room.act({"kind": "drop", "id": kept["id"]})
        assert state["variants"] == []
        assert len(room.act({"kind": "undo"})["variants"]) == 0  # plans kept are no steps


def test_who_listens_slowly_hears_the_newest_and_nothing_piles_up() -> None:
    with Room(tiny.instance()) as room:
        woken = []
        events = room.subscribe(lambda: woken.append(1))
        first = events.get(0)
        assert first is not None
        assert first[0] == "state"
        for k in range(60):
            room.act({"kind": "set", "place": "weights.travel", "value": float(k)})
        last = settled(room)
        priced(room)
        heard = []
        while (event := events.get(0)) is not None:
            heard.append(event)
        assert 1 <= len(heard) <= 4
        assert heard[0][0] == "state"
        assert all(data["revision"] == last["revision"] for _, data in heard)
        assert woken
    assert events.closed
    assert events.get(0) is None


def test_two_who_listen_hear_the_same_and_may_leave() -> None:
    with Room(tiny.instance()) as room:
        settled(room)
        one, two = room.subscribe(), room.subscribe()
        two.close()
        state = room.act({"kind": "keep", "name": "x", "note": ""})
        revisions = []
        while (event := one.get(0.05)) is not None:
            revisions.append(event[1]["revision"])
        assert revisions[-1] == state["revision"]


def test_a_room_that_is_closed_leaves_no_thread_and_does_nothing_more() -> None:
    before = set(threading.enumerate())
    rooms = [Room(tiny.instance(), time_limit=30) for _ in range(3)]
    rooms[0].front(["cost", "travel"])
    rooms[1].act({"kind": "set", "place": "weights.travel", "value": 3.0})
    for room in rooms:
        room.close()
        room.close()
        with pytest.raises(UsageError):
            room.act({"kind": "reset"})
    until(lambda: not [t for t in set(threading.enumerate()) - before if "live" in t.name], 10)


def test_actions_of_many_threads_are_done_one_after_the_other(tmp_path: Path) -> None:
    with Room(tiny.instance(), folder=tmp_path) as room:

        def play(number: int) -> None:
            for k in range(15):
                room.act({"kind": "set", "place": "weights.travel", "value": number + k / 100})
                room.look("water", "01", None)

        threads = [threading.Thread(target=play, args=(n,)) for n in range(1, 4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        state = settled(room)
        assert state["revision"] >= 45
        assert len(state["trail"]) == 45
        best = optimum(tiny.instance(), state["question"])
        assert best is not None
        assert state["answer"]["value"] == best.objective
    with Room(tiny.instance(), folder=tmp_path) as room:
        assert room.state()["question"] == state["question"]

"""What could not be written is tried again by itself, and told once it is saved."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path
from typing import Any

import pytest

import koopopt
from koopopt.case.plan import Plan
from koopopt.evaluation import Evaluation, evaluate
from koopopt.live import writer
from koopopt.live.room import Room
from koopopt.problem import Problem
from living import settled

STEP = {"kind": "set", "place": "rules.max_members", "value": 2}


def test_what_waits_is_saved_once_there_is_space(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "AGAIN_SECONDS", 0.01)
    full, fsync = True, os.fsync

    def crowded(file: int) -> None:
        if full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fsync(file)

    with Room("three-villages", folder=tmp_path) as room:
        settled(room)
        monkeypatch.setattr(os, "fsync", crowded)
        told: dict[str, Any] = room.act(STEP)["saved"]
        assert (told["ok"], told["waits"]) == (False, True)
        assert "No space left" in told["problem"]["en"]
        events = room.subscribe()
        full = False
        while not told["ok"]:
            event = events.get(timeout=10)
            assert event is not None, "nobody told of it"
            told = event[1].get("saved", told)
    assert told == {"ok": True, "where": str(tmp_path), "problem": None, "waits": False}
    with Room("three-villages", folder=tmp_path) as again:
        assert again.state()["question"]["settings"] == {"rules.max_members": 2}


def test_a_room_that_opens_on_a_full_disk_is_whole_before_it_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full, fsync = True, os.fsync
    timers: list[threading.Timer] = []

    class ByHand(threading.Timer):
        def start(self) -> None:
            timers.append(self)

    def elapse() -> None:
        while timers:
            timers.pop().function()

    def crowded(file: int) -> None:
        if full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fsync(file)

    def slow(problem: Problem, plan: Plan) -> Evaluation:
        nonlocal full
        full = False
        elapse()
        return evaluate(problem, plan)

    monkeypatch.setattr(os, "fsync", crowded)
    monkeypatch.setattr(threading, "Timer", ByHand)
    monkeypatch.setattr("koopopt.live.room.evaluate", slow)
    with Room("three-villages", folder=tmp_path) as room:
        assert room.state()["saved"]["waits"]
        elapse()
        assert room.state()["saved"]["ok"]


def test_a_folder_that_cannot_be_is_told_and_waited_for_in_vain_by_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with Room(koopopt.read("three-villages"), folder=tmp_path / "file" / "room") as room:
        told = room.act(STEP)["saved"]
    assert (told["ok"], told["waits"]) == (False, False)
    assert told["problem"] is not None


def test_nothing_is_saved_without_a_folder() -> None:
    with Room("three-villages") as room:
        told = room.act(STEP)["saved"]
    assert told == {"ok": False, "where": "", "problem": None, "waits": False}

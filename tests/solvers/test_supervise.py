"""A solver that does not end when told to is left behind."""

import threading
import time

import pytest

from koopopt.solvers import supervise
from koopopt.solvers.base import Control


def test_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervise, "GRACE_SECONDS", 0.3)
    control, never = Control(), threading.Event()
    control.cancel.set()
    began = time.perf_counter()
    with pytest.raises(supervise.LeftBehind):
        supervise.supervised(lambda brake: never.wait(30), control)
    assert time.perf_counter() - began < 5
    never.set()


def test_ends_by_itself() -> None:
    control = Control()
    control.cancel.set()
    assert supervise.supervised(lambda brake: 7, control) == 7


def test_deaf_at_the_end_of_its_time() -> None:
    """A run keeps to its clock; where only a part of its time is over, a solver gets longer."""
    never = threading.Event()
    control = Control(time_limit=0.3)
    with pytest.raises(supervise.LeftBehind):
        supervise.supervised(lambda brake: never.wait(30), control)
    assert control.seconds < 0.3 + control.late + 1.5
    part = Control(time_limit=60).part(0.1)
    assert part.late > control.late
    assert supervise.supervised(lambda brake: time.sleep(1.0) or 7, part) == 7
    never.set()


def test_a_solver_is_given_less_than_there_is() -> None:
    assert supervise.seconds_for(Control()) is None
    for limit in (0.1, 1.0, 100.0):
        given = supervise.seconds_for(Control(time_limit=limit))
        assert given is not None
        assert 0.9 * limit < given < limit


def test_errors_in_the_worker_arrive():
    with pytest.raises(ZeroDivisionError):
        supervise.supervised(lambda brake: 1 / 0, Control())

"""A solver that does not end when told to is left behind."""

import threading
import time

import pytest

from koopopt.solvers import supervise
from koopopt.solvers.base import Control


def test_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervise, "GRACE", 0.3)
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

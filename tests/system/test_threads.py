"""Calls in threads of their own."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from koopopt.system.threads import Watched


def test_what_is_returned_or_raised_arrives() -> None:
    assert _over(Watched(lambda: threading.current_thread().name, "mine")).result() == "mine"

    def fail() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError, match="x"):
        _over(Watched(fail, "mine")).result()


def test_it_does_not_hold_the_process() -> None:
    daemon = Watched(lambda: threading.current_thread().daemon, "mine")
    assert _over(daemon).result() is True


def _over(watched: Watched[Any]) -> Watched[Any]:
    assert watched.done.wait(10.0)
    return watched

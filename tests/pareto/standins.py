"""Solvers that misbehave in other processes; a module of their own, so that those can load them."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from koopopt.errors import SolverError
from koopopt.linear import Floats, LinearModel
from koopopt.solvers import get
from koopopt.solvers.base import Control, Feature, Solution
from koopopt.text import Text


@dataclass
class StandIn:
    """HiGHS, as long as it behaves."""

    name: str = "stand-in"
    features: frozenset[Feature] = frozenset(Feature)
    calls: int = 0

    def version(self) -> str:
        return "0"

    def misbehave(self) -> None:
        """Do what HiGHS would not."""

    def solve(
        self,
        model: LinearModel,
        control: Control,
        *,
        weights: tuple[float, ...] | None = None,
        start: Floats | None = None,
    ) -> Solution:
        self.calls += 1
        self.misbehave()
        return get("highs").solve(model, control, weights=weights, start=start)


@dataclass
class Dying(StandIn):
    """Ends its process, unless that is the one that made it."""

    home: int = field(default_factory=os.getpid)

    def misbehave(self) -> None:
        if os.getpid() != self.home:
            os._exit(3)


@dataclass
class Failing(StandIn):
    """Says that it cannot."""

    def misbehave(self) -> None:
        raise SolverError(Text("Not with me, and not {n} times.", {"n": "{braces}"}))


@dataclass
class Slow(StandIn):
    """Takes its time for every program."""

    delay: float = 0.2

    def misbehave(self) -> None:
        time.sleep(self.delay)


@dataclass
class Bound(StandIn):
    """Cannot leave its process."""

    lock: Any = field(default_factory=threading.Lock)

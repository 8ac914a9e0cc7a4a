"""When nothing works: which rules contradict each other, and what to give up.

    rules where they stand (`inquiry.rules`) → do some of them leave a plan? (`oracle`)
        → contradictions and sets to give up, each led by the other (`search`, `hitting`)
        → the nearest value of a numeric rule (`nearest`) → `Conflicts` (`finding`)

A contradiction is minimal where every proper part of it leaves a plan, and it says so only where
that is proven by plans. A set to give up is the cheapest where every lighter one misses a
contradiction that is proven.
"""

from __future__ import annotations

from koopopt.inquiry.conflicts.finding import Conflict, Conflicts, Relaxation, conflicts
from koopopt.inquiry.conflicts.nearest import Nearest

__all__ = ["Conflict", "Conflicts", "Nearest", "Relaxation", "conflicts"]

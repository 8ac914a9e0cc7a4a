"""Back ends: one short file each, all of the one contract in `koopopt.solvers.base`.

`get("highs")` returns one, `installed()` names those that can be used, `overview()` says why the
others cannot.
"""

from koopopt.solvers.base import (
    Control,
    Feature,
    Held,
    Progress,
    Solution,
    Solver,
    Termination,
    relative_gap,
)
from koopopt.solvers.registry import BackEndRow, chosen, get, given_to, installed, overview

__all__ = [
    "BackEndRow",
    "Control",
    "Feature",
    "Held",
    "Progress",
    "Solution",
    "Solver",
    "Termination",
    "chosen",
    "get",
    "given_to",
    "installed",
    "overview",
    "relative_gap",
]

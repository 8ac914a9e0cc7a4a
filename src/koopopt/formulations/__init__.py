"""The formulations: how a problem becomes linear programs.

`partition` : set partitioning over coalitions, by column generation.
`assignment` : municipalities assigned to hubs.
"""

from __future__ import annotations

from koopopt.errors import UsageError
from koopopt.formulations.base import Formulation, Outcome
from koopopt.problem import Problem
from koopopt.text import T

__all__ = ["NAMES", "Formulation", "Outcome", "choose"]

NAMES = ("partition", "assignment")


def choose(name: str, problem: Problem) -> Formulation:
    """Return the formulation of this name; ``auto`` takes the first that accepts the problem.

    Raises
    ------
    UsageError
        For an unknown name.
    """
    from koopopt.formulations.assignment import Assignment
    from koopopt.formulations.partition import Partition

    known: dict[str, Formulation] = {"partition": Partition(), "assignment": Assignment()}
    if name == "auto":
        willing = [f for f in known.values() if f.refuses(problem) is None]
        return willing[0] if willing else known["assignment"]
    if name not in known:
        raise UsageError(
            T("There is no formulation {name}; there are auto, {known}.",
              name=repr(name), known=", ".join(known))
        )  # fmt: skip
    return known[name]

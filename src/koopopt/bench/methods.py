"""The methods of a benchmark: a formulation with a back end, or a peer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Final

from koopopt.bench.job import PLAIN
from koopopt.errors import SolverError, UsageError
from koopopt.formulations import FORMULATIONS
from koopopt.language.hints import Names
from koopopt.solvers import get, installed
from koopopt.text import T

AUTO: Final = "auto"
ELSEWHERE: Final = ("spopt", "pyaugmecon")
"""Peers that are packages of their own, and solve other questions than one weighted sum."""


@dataclass(frozen=True, slots=True)
class Method:
    """How an instance is solved."""

    formulation: str
    solver: str


def methods(
    solvers: Sequence[str], formulations: Sequence[str], peers: Sequence[str]
) -> list[Method]:
    """Return all methods, each once: every formulation by every solver, then the peers.

    Raises
    ------
    UsageError
        For a name that is not known.
    SolverError
        For a back end that is not installed.
    """
    known = Names((AUTO, *FORMULATIONS))
    for name in formulations:
        if name not in known.known:
            raise UsageError(
                T("--formulations: there is no {value}. {remedy}", value=repr(name),
                  remedy=known.remedy(name))
            )  # fmt: skip
    own = [Method(name, _there(solver)) for name in formulations for solver in solvers]
    plain = [Method(PLAIN, _peer(name)) for name in peers]
    return list(dict.fromkeys([*own, *plain]))


def _there(solver: str) -> str:
    """Return the name of a back end as it calls itself, if it can be used."""
    found = get(solver)
    found.version()
    return found.name


def _peer(name: str) -> str:
    if name not in ELSEWHERE:
        try:
            return _there(name)
        except (UsageError, SolverError) as error:
            raise UsageError(
                T("--peers: {message} Peers are back ends: each gets the assignment model as it is"
                  " written. Installed: {installed}.", message=error.message,
                  installed=", ".join(installed()))
            ) from None  # fmt: skip
    if find_spec(name) is None:
        raise UsageError(
            T("--peers: {name} is not installed. Install it, or leave it out.", name=name)
        )
    raise UsageError(
        T("--peers: {name} does not solve what these sets ask. Fronts are compared with it by"
          " benchmarks/front.py.", name=name)
    )  # fmt: skip

"""The columns of the tables that a benchmark writes; a cell without a value is empty, here null."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from annotated_types import Ge
from pydantic import ConfigDict

from koopopt.case.library import STRICT, NonNegative
from koopopt.storage.stored import Number

Whole = Annotated[int, Ge(0)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRow:
    """A row of `results.csv`, in the order of its columns: one run."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    set: str
    """Name of the set."""
    instance: str
    """Name of the instance within the set."""
    formulation: str
    """As it was asked for; `plain-assignment` for peers."""
    solver: str
    """The back end."""
    seed: Whole
    """Of the back end."""
    status: Literal["optimal", "feasible", "infeasible", "no_solution", "killed", "memory",
                    "broken", "error"]  # fmt: skip
    """As results have it; `killed` and `memory` where the process was ended over its time or
    memory, `broken` where a peer's plan breaks a rule, `error` otherwise."""
    seconds: NonNegative
    """By the clock of the run; making the instance and loading libraries is no part."""
    value: Number | None = None
    """Of the plan, as the evaluator has it; empty of a front."""
    bound: Number | None = None
    """The proven bound; empty of a front."""
    gap: NonNegative | None = None
    """`(value - bound) / |value|`; of a front the coverage that is proven."""
    peak_mb: NonNegative | None = None
    """Largest memory of the process, in 10⁶ bytes."""
    version: str
    """Of koopopt."""
    machine: str
    """Processor, cores and system."""
    best_value: Number | None = None
    """The best value that the registry knows of the instance."""
    best_bound: Number | None = None
    """The best bound that the registry knows of the instance."""
    size: Whole | None = None
    """Municipalities, or customers."""
    services: Whole | None = None
    """Services."""
    used: str = ""
    """The formulation that was used."""
    solver_version: str = ""
    """The back end with its version."""
    python: str = ""
    """Version of Python."""
    time_limit: NonNegative
    """Seconds that the run was given."""
    memory_mb: NonNegative | None = None
    """The limit of memory, in 10⁶ bytes."""
    fingerprint: str = ""
    """The first digits of that of the instance."""
    started: str = ""
    """Day and time, UTC."""
    points: Whole | None = None
    """Points of a front."""
    message: str = ""
    """The back end's own words where something went wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrajectoryRow:
    """A row of `trajectory.csv`: a plan or a bound of a run that is better than those before."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    set: str
    """Name of the set."""
    instance: str
    """Name of the instance within the set."""
    formulation: str
    """As it was asked for."""
    solver: str
    """The back end."""
    seed: Whole
    """Of the back end."""
    seconds: NonNegative
    """Since the run began."""
    value: Number | None
    """Of the best plan so far."""
    bound: Number | None
    """The best bound so far."""

"""The schema of run.json."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Final, Literal

from annotated_types import Ge
from pydantic import ConfigDict

from koopopt.case.library import STRICT, NonNegative
from koopopt.solvers.options import Value
from koopopt.storage.over_scenarios import OverFile
from koopopt.storage.stored import Number, Part

RUN_FILE: Final = "run.json"
RUN_FORMAT: Final = 2
"""The format that is written; `koopopt.storage.migration` knows the older ones."""
RUN_KEYS: Final = {"status", "partnerships"}
"""Keys by which a run is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked of the solver."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    gap: NonNegative
    """Relative gap at which the search may stop."""
    time_limit: NonNegative | None
    """Seconds; null is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFile:
    """What a run.json holds; those of older versions have neither `format` nor `source`."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    instance: str
    """Name of the instance."""
    status: Literal["optimal", "feasible", "infeasible", "no_solution"]
    """Whether a plan was found, and proved to be best."""
    objective: Number | None
    """Weighted sum of the criteria; null without a plan."""
    bound: Number | None
    """Lower bound of the objective; null is none."""
    gap: NonNegative | None
    """Relative distance of objective and bound; null: unknown."""
    criteria: Mapping[str, Number | None]
    """Values of the criteria, by name; null without a plan."""
    partnerships: tuple[Part, ...]
    """The plan; empty where none was found."""
    formulation: str
    """The formulation."""
    solver: str
    """The back end and its version."""
    seconds: NonNegative | None
    """Time of the search."""
    interrupted: bool
    """Whether the search was stopped."""
    message: str
    """What the back end said."""
    started: str
    """When, in ISO 8601."""
    fingerprint: str
    """What the data were, as a hash."""
    weights: Mapping[str, NonNegative]
    """Weights of the criteria, by name."""
    lexicographic: tuple[str, ...]
    """Order of criteria; empty is none."""
    limits: Mapping[str, Number]
    """Upper bounds on criteria, by name."""
    asked: Asked
    """What was asked of the solver."""
    seed: int
    """Seed of random numbers."""
    threads: Annotated[int, Ge(1)]
    """Number of threads."""
    platform: str
    """The system."""
    python: str
    """Version of Python."""
    versions: Mapping[str, str | None]
    """Versions of libraries, by name; null: not there."""
    format: Literal[1, 2] = 1
    """Version of the format; 1 where none is said."""
    formulation_reason: str | None = None
    """Why it was chosen; null where it was asked for by name."""
    source: str | None = None
    """Where the instance was read from."""
    reasons: tuple[str, ...] = ()
    """Rules that leave no plan."""
    solver_options: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    """Options that were given for back ends' own libraries, by back end."""
    doubts: tuple[str, ...] = ()
    """What the back end said wrongly."""
    over_scenarios: OverFile | None = None
    """What the plan is the best of over scenarios; bound and gap above are null then."""
    plugins: Mapping[str, str] = field(default_factory=dict)
    """Packages that the criteria, rules and models are from, with their versions."""

    @property
    def found(self) -> bool:
        """Whether the status says that there is a plan."""
        return self.status in ("optimal", "feasible")

"""The rule that nobody leaves (section 8 of docs/semantics.md).

What members could do by themselves depends on all other rules about partnerships, so what a plan
breaks is said by `sharing.stable`, not by the rule, and who searches asks `Problem.stable`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar, Final, Literal

from pydantic import StringConstraints

from koopopt.case.facts import Facts
from koopopt.case.library import NonNegative
from koopopt.case.plan import Plan
from koopopt.case.shares import WEIGHTED
from koopopt.rules.base import PlanConditions, PlanRule
from koopopt.text import Text

OWN_VALUES: Final = ("scrb", "shapley", "nucleolus")
"""Keys by what parts of the members would pay by themselves."""
_FIXED: Final = "|".join(WEIGHTED)
_TWO: Final = rf"[1-9][0-9]?%({_FIXED})\+({_FIXED})"
_PATTERN: Final = rf"^({_FIXED}|{'|'.join(OWN_VALUES)}|{_TWO})$"
KeyName = Annotated[str, StringConstraints(pattern=_PATTERN)]
"""By what costs are shared: a key, or two fixed weights, as 30%equal+population."""


@dataclass(frozen=True, slots=True)
class Stable(PlanRule):
    """Nobody leaves: no member alone, no group of members, or no group at all."""

    summary: ClassVar[str] = (
        "no member pays more than alone (`individual`), no members of a partnership together pay"
        " more than by themselves (`core`), or no group of municipalities at all would each pay"
        " less by themselves (`key`), costs being shared by `key` and a person-hour of own travel"
        " counting `value_of_travel` EUR; without `stable` the key only says how the criterion"
        " `largest_loss` counts"
    )
    triggers: ClassVar[tuple[str, ...]] = ("stable", "key")
    stable: Literal["individual", "core", "key"] | None = None
    key: KeyName | None = None
    value_of_travel: NonNegative = 0.0

    @property
    def shared_by(self) -> str | None:
        """The key; None asks for a core that is not empty."""
        return self.key or (None if self.stable == "core" else "demand")

    def restrict(self, facts: Facts, conditions: PlanConditions) -> None:
        """Write nothing: see `Problem.stable`."""

    def violations(self, facts: Facts, plan: Plan) -> Iterator[Text]:
        """Yield nothing: see `sharing.stable.violations`."""
        yield from ()

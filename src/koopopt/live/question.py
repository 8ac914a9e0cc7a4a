"""What the optimiser is asked: the instance with other values, with wishes, in a scenario."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from koopopt.case.instance import Instance
from koopopt.case.scenario import MEASURES
from koopopt.errors import UsageError
from koopopt.inquiry.changes import setting
from koopopt.live import uncertain
from koopopt.live import wishes as wished
from koopopt.live.wishes import Wish
from koopopt.problem import Problem
from koopopt.text import T, Text

MEASURED: Final[Mapping[str, Text]] = {
    "expected": T("all scenarios: best on average"),
    "worst": T("all scenarios: best in the worst one"),
    "regret": T("all scenarios: least regret"),
}


def futures(instance: Instance) -> dict[str, Any]:
    """Return the title of each scenario, and of each measure over all, that can be asked in."""
    own = {s.id: s.title or s.id for s in instance.scenarios}
    return {**own, **{m: MEASURED[m] for m in MEASURES}} if own else {}


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A question; equal ones are the same question.

    Attributes
    ----------
    settings : mapping place -> value
        Values other than the instance's, by the places that ``koopopt whatif --set`` takes; False
        lifts a rule or a limit. Ranges stand at ``ranges.`` and the place of their number.
    wishes : tuple of Wish
    scenario : str or None
        Id of a scenario, or a measure over all; None for the case itself.
    """

    settings: Mapping[str, Any] = field(default_factory=dict)
    wishes: tuple[Wish, ...] = ()
    scenario: str | None = None

    @classmethod
    def of(cls, given: Any, instance: Instance) -> Question:
        """Read a question, as `told` writes it.

        Raises
        ------
        UsageError
        """
        known = {"settings", "wishes", "scenario"}
        if not isinstance(given, Mapping) or not set(given) <= known:
            raise UsageError(T("A question is a table of settings, wishes and scenario."))
        settings = given.get("settings") or {}
        found = given.get("wishes") or []
        if not isinstance(settings, Mapping) or not isinstance(found, list):
            raise UsageError(T("The settings of a question are a table, its wishes a list."))
        question = cls(dict(settings), tuple(Wish.of(w, instance) for w in found))
        return question.in_scenario(given.get("scenario"), instance)

    @property
    def told(self) -> dict[str, Any]:
        """The question as plain values."""
        return {
            "settings": dict(self.settings),
            "wishes": [wish.told for wish in self.wishes],
            "scenario": self.scenario,
        }

    @property
    def key(self) -> str:
        """Equal for equal questions."""
        return json.dumps(self.told, sort_keys=True)

    @property
    def certain(self) -> Question:
        """It without what it says of ranges: both have the same plans, judged alike."""
        kept = {k: v for k, v in self.settings.items() if not k.startswith(uncertain.PREFIX)}
        return replace(self, settings=kept)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Question) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def setting(self, place: str, value: Any) -> Question:
        """Return it with a value at a place; None for the instance's own."""
        left = {k: v for k, v in self.settings.items() if k != place}
        return replace(self, settings=left if value is None else {**left, place: value})

    def wishing(self, *more: Wish) -> Question:
        """Return it with wishes more, each once."""
        return replace(self, wishes=tuple(dict.fromkeys((*self.wishes, *more))))

    def without(self, *gone: Wish) -> Question:
        """Return it without some wishes."""
        return replace(self, wishes=tuple(w for w in self.wishes if w not in gone))

    def in_scenario(self, scenario: Any, instance: Instance) -> Question:
        """Return it in a scenario.

        Raises
        ------
        UsageError
            Where there is none of this name.
        """
        known = list(futures(instance))
        if scenario is not None and scenario not in known:
            raise UsageError(
                T("There is no scenario {id}. Known are {ids}.", id=repr(scenario),
                  ids=", ".join(known) or "–")
            )  # fmt: skip
        return replace(self, scenario=scenario)

    def instance(self, base: Instance) -> Instance:
        """Return the instance with what its files can say of the question, weights included.

        A range of a weight that is set is left out: it was one of the other value.

        Raises
        ------
        UsageError
            Where a place or a value cannot be meant.
        """
        instance, weights = self._ruled(base), self._weights
        ranges = {k: v for k, v in instance.weights_range.items() if k not in weights}
        given = {**instance.weights, **weights}
        return replace(instance, weights=given, weights_range=ranges) if weights else instance

    def problem(self, base: Instance) -> Problem:
        """Return the problem.

        Raises
        ------
        UsageError
        DataError
            Where values are of the wrong kind, or rules contradict each other as they are written.
        """
        problem = Problem.of(self._ruled(base), weights=self._weights)
        return wished.bound(problem, self.wishes)

    @property
    def _weights(self) -> dict[str, Any]:
        """The weights that are set, by criterion."""
        given = ((place.split("."), value) for place, value in self.settings.items())
        return {path[1]: value for path, value in given if path[0] == "weights" and path[1:]}

    def _ruled(self, base: Instance) -> Instance:
        """Return the instance with all but the weights."""
        instance = base
        for place, value in self.settings.items():
            if place.startswith(uncertain.PREFIX):
                instance = uncertain.with_range(instance, place, value)
                continue
            change = setting(base, place.split("."), _frozen(value), place)
            if not place.startswith("weights."):
                instance = change.edit(instance)
        return wished.edited(instance, self.wishes)


def _frozen(value: Any) -> Any:
    """Return a value as instances hold it."""
    return tuple(map(_frozen, value)) if isinstance(value, list) else value

"""What an MPS file has said so far, and the model that comes of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeVar

import numpy as np

from koopopt.exchange.fields import EXACT_DIGITS, LineError, changed
from koopopt.exchange.notes import Notes
from koopopt.language.hints import Names, exact
from koopopt.linear import LinearModel, Objective
from koopopt.text import T, Text

K = TypeVar("K")
DELETE_ONE: Final = T("Delete one of them.")


class Given(NamedTuple):
    """A number, the line that gives it, and the name of its set."""

    value: float
    line: int
    chosen: str = ""


@dataclass(slots=True)
class Program:
    """Names and numbers as they were given; `at` is the line at hand.

    Columns are keyed by their number, rows and objectives by their name where they have a side
    or a range and by their number in entries.
    """

    notes: Notes
    at: int = 0
    name: str = "model"
    sense: str = ""
    mirrored: set[str] = field(default_factory=set)
    objectives: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    kinds: list[str] = field(default_factory=list)
    columns: dict[str, int] = field(default_factory=dict)
    integer: list[bool] = field(default_factory=list)
    entries: dict[tuple[int, int], Given] = field(default_factory=dict)
    costs: dict[tuple[int, int], Given] = field(default_factory=dict)
    sides: dict[str, Given] = field(default_factory=dict)
    ranges: dict[str, Given] = field(default_factory=dict)
    bounds: dict[tuple[int, str], Given] = field(default_factory=dict)
    sets: dict[str, list[str]] = field(default_factory=dict)

    def warn(self, rule: Text, value: str | None, remedy: Text) -> None:
        """Note a warning about the line at hand."""
        self.notes.warn(self.at, rule, value, remedy)

    def given(self, text: str, value: float, chosen: str = "") -> Given:
        """Return the number that a text was read as."""
        if len(text) > EXACT_DIGITS and changed(text, value):
            rule = T("The number has more digits than floating point holds.")
            self.warn(rule, text, T("{value} is taken.", value=repr(value)))
        return Given(value, self.at, chosen)

    def put(self, table: dict[K, Given], key: K, new: Given, what: str) -> None:
        """Keep a number; of one that is given twice the first counts, unless one set says both.

        Raises
        ------
        LineError
            If a set contradicts itself.
        """
        old = table.setdefault(key, new)
        if old is new:
            return
        line, value = str(old.line), f"{what} {exact(new.value)}"
        one_set = "" in (old.chosen, new.chosen) or old.chosen.upper() == new.chosen.upper()
        if old.value != new.value and one_set:
            rule = T("The entry is given twice; row {line} says otherwise.", line=line)
            raise LineError(rule, value, DELETE_ONE)
        rule = T("The entry is given twice; the first, in row {line}, counts.", line=line)
        self.warn(rule, value, DELETE_ONE)

    def no_row(self, name: str) -> LineError:
        """Return what to raise where a row is not known."""
        remedy = Names([*self.rows, *self.objectives]).remedy(name)
        return LineError(T("There is no such row."), name, remedy)

    def model(self) -> LinearModel | None:
        """Assemble the model; None where there are faults."""
        n = len(self.columns)
        lower, upper = self._column_bounds()
        sides = np.array([*self._row_bounds()]).reshape(-1, 2)
        if self.notes.faults:
            return None
        costs = np.zeros((len(self.objectives), n))
        for place, given in self.costs.items():
            costs[place] = given.value
        entries = sorted((place, g.value) for place, g in self.entries.items() if g.value)
        starts = np.searchsorted([place[0] for place, _ in entries], np.arange(n + 1))
        return LinearModel(
            columns=list(self.columns),
            lower=lower,
            upper=upper,
            integer=np.array(self.integer, bool),
            rows=list(self.rows),
            row_lower=sides[:, 0],
            row_upper=sides[:, 1],
            start=starts.astype(np.int64),
            index=np.array([place[1] for place, _ in entries], np.int64),
            value=np.array([value for _, value in entries], float),
            objectives=tuple(self._objective(name, costs[k]) for name, k in self.objectives.items())
            or (Objective("objective", np.zeros(n)),),
            name=self.name,
            warnings=self.notes.warnings(),
        )

    def _objective(self, name: str, costs: np.ndarray) -> Objective:
        """Return an objective to minimise; its offset is the negative of its right-hand side."""
        negated = (self.sense == "MAX") != (name in self.mirrored)
        sign = -1.0 if negated else 1.0
        side = self.sides[name].value if name in self.sides else 0.0
        return Objective(name, sign * costs + 0.0, -sign * side + 0.0, negated)

    def _column_bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """Return lower and upper bounds: integers are binary where none is given."""
        lower, upper = np.zeros(len(self.columns)), np.full(len(self.columns), np.inf)
        for name, j in self.columns.items():
            low, high = self.bounds.get((j, "lower")), self.bounds.get((j, "upper"))
            if low is not None:
                lower[j] = low.value
            if high is not None:
                upper[j] = high.value
            if low is None and high is None and self.integer[j]:
                upper[j] = 1.0
            if low is None and high is not None and high.value < 0:
                lower[j] = -np.inf
                self.at = high.line
                rule = T("The upper bound of {name} is negative and there is no lower one, so it"
                         " may be as low as it likes, as in CPLEX.", name=name)  # fmt: skip
                self.warn(rule, exact(high.value), T("Give a lower bound."))
        return lower, upper

    def _row_bounds(self) -> Iterator[tuple[float, float]]:
        """Yield lower and upper bounds of rows; note those that nothing can keep."""
        for name, kind in zip(self.rows, self.kinds, strict=True):
            side, wide = self.sides.get(name, Given(0.0, 0)), self.ranges.get(name)
            if wide is not None and math.isinf(side.value):
                rule = T("The range of a row needs a finite right-hand side.")
                self.notes.fault(wide.line, rule, f"{kind} {name}")
                wide = None
            low, high = _bounds(kind, side.value, None if wide is None else wide.value)
            if low == math.inf or high == -math.inf:
                rule = T("No number keeps this right-hand side.")
                self.notes.fault(side.line, rule, f"{kind} {name} {exact(side.value)}")
            yield low, high


def _bounds(kind: str, side: float, wide: float | None) -> tuple[float, float]:
    """Return the bounds of a row from its type, right-hand side and range."""
    if wide is None:
        low = -math.inf if kind == "L" else side
        return low, math.inf if kind == "G" else side
    if kind == "L" or (kind == "E" and wide < 0):
        return side - abs(wide), side
    return side, side + abs(wide)

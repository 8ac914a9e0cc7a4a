"""Answers as tables: one row a fact, the same for a data frame and for a file.

Columns have the same names in all of them: `status`, and `low` and `high` for the interval in which
a difference of weighted sums lies (equal where it is proven), then the criteria by their names.
Money is EUR a year, as it is everywhere that a person looks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, overload

from koopopt.case.facts import euros
from koopopt.criteria import CRITERIA
from koopopt.inquiry.prices import Price
from koopopt.inquiry.whatif import WhatIf
from koopopt.shown import Brief, counted

if TYPE_CHECKING:
    import pandas as pd

    from koopopt.inquiry.conflicts import Conflicts
    from koopopt.inquiry.effect import Effect
    from koopopt.inquiry.ranges import Ranges
    from koopopt.inquiry.roadmap import Roadmap
    from koopopt.inquiry.scenarios.comparing import Comparison
    from koopopt.solving.optimise import Result

A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class Table:
    """Columns by name, and rows with one value a column; None is nothing."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    @classmethod
    def of(cls, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Table:
        """Take rows by name; what a row has not is None."""
        return cls(tuple(columns), tuple(tuple(row.get(c) for c in columns) for row in rows))


class Tabled(Brief):
    """Mix-in of answers that give a table."""

    __slots__ = ()

    def table(self, lang: str = "en") -> Table:
        """Return the answer as a table; sentences in it are in `lang`."""
        raise NotImplementedError

    def _said(self) -> str:
        return f": {counted(len(self.table().rows), 'row')}"

    def to_frame(self, lang: str = "en") -> pd.DataFrame:
        """Return the answer as a data frame; sentences in it are in `lang`."""
        import pandas as pd

        table = self.table(lang)
        return pd.DataFrame(list(table.rows), columns=list(table.columns))


class Answers(Tabled, Sequence[A], Generic[A]):
    """Answers about the best plan of a case, what matters most first.

    Attributes
    ----------
    best : Result
        The case itself. Without a plan there are no answers.
    answers : tuple
    """

    def __init__(self, best: Result, answers: Iterable[A] = ()) -> None:
        self.best, self.answers = best, tuple(answers)

    @overload
    def __getitem__(self, at: int) -> A: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[A, ...]: ...
    def __getitem__(self, at: int | slice) -> A | tuple[A, ...]:
        return self.answers[at]

    def __len__(self) -> int:
        return len(self.answers)

    def _said(self) -> str:
        return f" of {self.best.status.value}: {counted(len(self), 'answer')}"


class WhatIfs(Answers[WhatIf]):
    """What changes do to the best plan; each answer is a `koopopt.inquiry.whatif.WhatIf`."""

    def table(self, lang: str = "en") -> Table:
        """Return a row a change: of all plans, and (`rest_…`) where all else stays."""
        columns = ("text", "kind", "service", "members", *_columns(), *REST)
        rows = (
            {
                "text": w.change.text.render(lang), "kind": w.change.kind,
                "service": w.change.service, "members": " ".join(w.change.members),
                **_effect(w.county), **_effect(w.close, "rest_"),
            }
            for w in self
        )  # fmt: skip
        return Table.of(columns, rows)


class Prices(Answers[Price]):
    """What each rule in force costs; each answer is a `koopopt.inquiry.prices.Price`."""

    def table(self, lang: str = "en") -> Table:
        """Return a row a rule: without it, and (`step_…`) with its next step."""
        columns = ("rule", "written", "services", *_columns(), "step", *STEP)
        rows = (
            {
                "rule": p.rule.name, "written": p.rule.written,
                "services": " ".join(p.rule.services),
                **_effect(p.without), **_effect(p.step, "step_"),
                "step": p.says.render(lang) if p.says else None,
            }
            for p in self
        )  # fmt: skip
        return Table.of(columns, rows)


STEP: Final = ("step_status", "step_low", "step_high")
REST: Final = ("rest_status", "rest_low", "rest_high")


def _columns() -> tuple[str, ...]:
    """Return the columns of an effect; other packages may have added criteria."""
    return ("status", "low", "high", *CRITERIA)


def _effect(effect: Effect | None, prefix: str = "") -> dict[str, Any]:
    if effect is None:
        return {}
    ends = {"status": effect.status.value, "low": effect.low, "high": effect.high}
    own = {prefix + name: value for name, value in ends.items()}
    return own if prefix else {**own, **effect.criteria}


def of_conflicts(found: Conflicts) -> Table:
    """Return a row a rule: of each contradiction, of what to give up, and of each that helps alone.

    `proven` is that no proper part of a contradiction is one, or that nothing cheaper helps;
    `value` is the nearest one with which there is a plan.
    """
    columns = ("kind", "number", "rule", "written", "proven", "weight", "value", "fails")
    sets = [("contradiction", one.rules, one.minimal, None, None) for one in found.conflicts]
    sets += [("alone", r.rules, True, r.weight, r.nearest) for r in found.single]  # type: ignore[misc]
    sets += [
        ("together", r.rules, found.cheapest, r.weight, r.nearest)  # type: ignore[misc]
        for r in found.relaxations
    ]
    seen: Counter[str] = Counter()
    rows = []
    for kind, rules, proven, weight, near in sets:
        seen[kind] += 1
        for rule in rules:
            row = {
                "kind": kind, "number": seen[kind], "rule": rule.name, "written": rule.written,
                "proven": proven, "weight": weight if weight is None else float(weight),
            }  # fmt: skip
            if near is not None:
                row |= {"value": _plain(near.new), "fails": _plain(near.fails)}
            rows.append(row)
    return Table.of(columns, rows)


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Fraction) else value


def of_comparison(comparison: Comparison) -> Table:
    """Return a row a plan and scenario; `low` and `high` are the interval of the regret."""
    scale, names = comparison.cases.base.scale, tuple(CRITERIA)
    columns = ("plan", "scenario", "weight", "objective", *names, "own", "own_bound", "low", "high")
    rows = []
    for k, evaluations in enumerate(comparison.evaluations):
        regrets = comparison.regrets(k) if comparison.optima else []
        for s, (scenario, e) in enumerate(
            zip(comparison.cases.scenarios, evaluations, strict=True)
        ):
            row = {"plan": k + 1, "scenario": scenario.id, "weight": scenario.weight,
                   "objective": e.objective, **e.criteria}  # fmt: skip
            if comparison.optima:
                best, ends = comparison.optima[s], regrets[s]
                row["own"] = None if best.total is None else scale.shown(best.total)
                row["own_bound"] = None if best.least is None else scale.shown(best.least)
                if ends is not None:
                    row["low"], row["high"] = map(scale.shown, ends)
            rows.append(row)
    return Table.of(columns, rows)


def of_ranges(found: Ranges) -> Table:
    """Return a row a number, what moves the saving most first: the ends, what is saved there."""
    columns = ("number", "from", "value", "to", "saving_from", "saving_to", "swing", "regret")
    rows = (
        {
            "number": bar.number.place, "from": bar.number.low, "value": bar.number.value,
            "to": bar.number.high, "regret": float(bar.regret),
            "swing": euros(bar.swing) if len(bar.ends) == 2 else None,
            "saving_from": None if bar.low is None else euros(bar.low.saving),
            "saving_to": None if bar.high is None else euros(bar.high.saving),
        }
        for bar in found.bars
    )  # fmt: skip
    return Table.of(columns, rows)


def of_roadmap(found: Roadmap) -> Table:
    """Return a row a step, in their order."""
    columns = ("year", "founds", "service", "seat", "members", "legal_form", "once", "grant")
    course = found.course
    rows = (
        {
            "year": year, "founds": step.founds, "service": step.partnership.service,
            "seat": step.partnership.seat, "members": " ".join(step.partnership.members),
            "legal_form": step.partnership.legal_form,
            "once": euros(course.parts(step.partnership).once if step.founds else 0),
            "grant": euros(course.granted(year, step)),
        }
        for year, step in (found.order if course is not None else ())
        if course is not None
    )  # fmt: skip
    return Table.of(columns, rows)

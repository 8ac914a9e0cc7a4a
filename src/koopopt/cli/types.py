"""The values of options: what is meant, or a `UsageError` that says what is wrong."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from koopopt.errors import UsageError
from koopopt.language.hints import Names
from koopopt.language.notation import (
    asked,
    doubtful,
    plain_number,
    readings,
)
from koopopt.text import T, Text

if TYPE_CHECKING:
    from koopopt.solvers.options import Value

    _Type = click.ParamType[Any]
else:  # not generic before click 8.4
    _Type = click.ParamType


STANDARD_INPUT = "/dev/stdin"


def _name(param: click.Parameter | None) -> str:
    return param.opts[-1] if param else ""


def _number(text: str, option: str) -> float:
    """Return a finite number, written plainly: a script should say the same everywhere."""
    if doubtful(text):
        found = readings(text)
        assert found is not None
        rule, comma, point = asked(found)
        raise UsageError(
            T("{option}: {value} is not certain. {rule} Write {comma} or {point}.",
              option=option, value=repr(text), rule=rule, comma=comma, point=point)
        )  # fmt: skip
    try:
        value = float(text) if "_" not in text else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        better = plain_number(text)
        remedy = (
            T("Write a number such as 10 or 0.5.")
            if better is None
            else T("Write {better}.", better=better)
        )
        raise UsageError(
            T("{option}: {value} is not a number. {remedy}",
              option=option, value=repr(text), remedy=remedy)
        )  # fmt: skip
    return value


class OneOf(_Type):
    """One of a few names."""

    name = "name"

    def __init__(self, *known: str) -> None:
        self.known = known

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        """Return the names for the help."""
        return "[" + "|".join(self.known) + "]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name as it is."""
        if value in self.known:
            return str(value)
        raise UsageError(
            T("{option}: there is no {value}. {remedy}", option=_name(param),
              value=repr(value), remedy=self._remedy(str(value)))
        )  # fmt: skip

    def _remedy(self, value: str) -> Text:
        if any(name.isalnum() for name in self.known):
            return Names(self.known).remedy(value)
        return T("Known are {known}.", known=" ".join(map(repr, self.known)))  # marks: , and .


class PlaceOption(_Type):
    """The path of a file or a folder; whether it is there, who opens it finds out."""

    name = "path"

    def __init__(self, kind: type = Path) -> None:
        self.kind = kind

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path; none is an error, lest it be taken for the current folder."""
        if value == "":
            argument = isinstance(param, click.Argument)
            name = str(param.name).upper() if param and argument else _name(param)
            raise UsageError(T("{option}: the path is empty.", option=name))
        return self.kind(value)


class SourceOption(PlaceOption):
    """The path of what is read; ``-`` is standard input."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path."""
        return super().convert(STANDARD_INPUT if value == "-" else value, param, ctx)


class Target(PlaceOption):
    """The path of what is written; ``-`` is none, or standard output where that is the usual."""

    def __init__(self, *, standard_output: bool = False) -> None:
        super().__init__()
        self.standard_output = standard_output

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path; None for standard output."""
        if value != "-":
            return super().convert(value, param, ctx)
        if self.standard_output:
            return None
        raise UsageError(
            T("{option}: nothing is written to standard output here; write {better} for a file or"
              " folder of the name {value}.",
              option=_name(param), better="./-", value=repr(value))
        )  # fmt: skip


class NumberOption(_Type):
    """A finite number, not below `low` (above it where `open_`), whole where `whole`."""

    name = "number"

    def __init__(self, low: float = 0.0, *, open_: bool = False, whole: bool = False) -> None:
        self.low, self.open, self.whole = low, open_, whole

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float | int:
        """Return the number."""
        number = _number(str(value), _name(param))
        if self.whole and (not number.is_integer() or abs(number) > 2**31 - 1):
            raise UsageError(
                T("{option}: {value} is not a whole number.",
                  option=_name(param), value=repr(value))
            )  # fmt: skip
        if number < self.low or (self.open and number == self.low):
            bound = (
                T("more than {low}", low=self.low)
                if self.open
                else T("{low} or more", low=self.low)
            )
            raise UsageError(
                T("{option} is {value}; it must be {bound}.",
                  option=_name(param), value=number, bound=bound)
            )  # fmt: skip
        return int(number) if self.whole else number


class Amount(_Type):
    """An amount of memory: 4GB, 500MB, or 50% of what is free."""

    name = "AMOUNT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the bytes."""
        from koopopt.system.memory import parse

        try:
            return parse(str(value))
        except ValueError:
            raise UsageError(
                T("{option}: {value} is no amount of memory. Write for instance 4GB, 500MB or 50%.",
                  option=_name(param), value=repr(value))
            ) from None  # fmt: skip


class NameValue(_Type):
    """NAME=VALUE, a number for a criterion."""

    name = "NAME=VALUE"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, float]:
        """Return the name and the number."""
        if isinstance(value, tuple):
            return value
        return pair(str(value), _name(param))


class RuleWeight(_Type):
    """RULE=WEIGHT: a number, or `never`, which is infinite."""

    name = "RULE=WEIGHT"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, float]:
        """Return the name of the rule and the weight."""
        if isinstance(value, tuple):
            return value
        rule, _, weight = str(value).rpartition("=")
        if rule.strip() and weight.strip() == "never":
            return rule.strip(), math.inf
        return pair(str(value), _name(param), "rules.max_pooled=3")


class SolverOption(_Type):
    """SOLVER.OPTION=VALUE; the back end says whether it has the option and takes the value."""

    name = "SOLVER.OPTION=VALUE"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str, Value]:
        """Return the solver, its option and the value."""
        from koopopt.solvers.options import parsed

        if isinstance(value, tuple):
            return value
        place, equals, word = (part.strip() for part in str(value).partition("="))
        solver, dot, name = place.partition(".")
        if not (solver and dot and name and equals and word):
            raise UsageError(
                T("{option} needs SOLVER.OPTION=VALUE, for instance {option}"
                  " highs.mip_rel_gap=0.01; given is {value}.",
                  option=_name(param), value=repr(value))
            )  # fmt: skip
        return solver, name, parsed(word)


def by_solver(
    _: click.Context, param: click.Parameter, given: tuple[tuple[str, str, Value], ...]
) -> dict[str, dict[str, Value]]:
    """Return options by solver (a click callback); one given twice is an error."""
    chosen: dict[str, dict[str, Value]] = {}
    for solver, name, value in given:
        if name in (mine := chosen.setdefault(solver, {})):
            twice = repr(f"{solver}.{name}")
            raise UsageError(T("{option}: {name} is given twice.", option=_name(param), name=twice))
        mine[name] = value
    return chosen


def pair(text: str, option: str, example: str = "cost=1") -> tuple[str, float]:
    """Return the name and the number of NAME=VALUE."""
    name, equals, number = text.rpartition("=")  # a name may hold one, a number does not
    if not (name.strip() and equals and number.strip()):
        raise UsageError(
            T("{option} needs NAME=VALUE, for instance {option} {example}; given is {value}.",
              option=option, example=example, value=repr(text))
        )  # fmt: skip
    return name.strip(), _number(number.strip(), option)


class InOrder(_Type):
    """NAME,NAME: names in an order, as they were typed; `names.in_order` tells them apart."""

    name = "NAME,NAME"


def once(
    _: click.Context, param: click.Parameter, pairs: tuple[tuple[str, float], ...]
) -> dict[str, float]:
    """Return NAME=VALUE pairs as a mapping (a click callback); a name given twice is an error."""
    return unique(pairs, _name(param))


def unique(pairs: Iterable[tuple[str, float]], option: str) -> dict[str, float]:
    """Return pairs as a mapping; a name given twice is an error."""
    chosen: dict[str, float] = {}
    for name, value in pairs:
        if name in chosen:
            raise UsageError(T("{option}: {name} is given twice.", option=option, name=repr(name)))
        chosen[name] = value
    return chosen

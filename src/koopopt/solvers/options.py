"""Options of the back ends' own libraries, passed on by name: what may be given, and what it costs.

A back end takes three kinds of them. Those that koopopt sets itself are refused, with the way to
say it to koopopt. Those that only steer the search are passed on, and the proofs count as before:
a solver that stops at a gap of its own says how far it got, and no more is believed. Any other one
is passed on as well, but may alter what a proof means: then only the solutions of the back end
count, which are checked, and proofs are left to others (`koopopt.solvers.judge`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from math import isfinite
from typing import Final, NoReturn

from koopopt.checking.request import shown
from koopopt.errors import UsageError
from koopopt.language.hints import Names
from koopopt.text import T, Text

Value = str | int | float | bool
Given = Mapping[str, Value]
"""Options of one back end, by their names in its library."""
Options = Mapping[str, Given]
"""The same by the names of back ends."""

TIME_LIMIT_INSTEAD: Final = T("Say {own} instead.", own="--time-limit")
THREADS_INSTEAD: Final = T("Say {own} instead.", own="--threads")
SEED_INSTEAD: Final = T("Say {own} instead.", own="--seed")
PROOFS_DEPEND: Final = T("Its proofs depend on it.")
OUTPUT_RESERVED: Final = T("Its output belongs to koopopt, which shows progress itself.")


@dataclass(frozen=True, slots=True)
class OptionPolicy:
    """What is done with the options of a back end; names may have wildcards.

    Attributes
    ----------
    ours : mapping
        Options that are refused, and what to say or to know instead.
    steering : tuple of str
        Options that only steer the search: proofs count all the same.
    """

    ours: Mapping[str, Text] = field(default_factory=dict)
    steering: tuple[str, ...] = ()

    def demand_free(self, solver: str, name: str) -> None:
        """Raise `UsageError` for an option that koopopt sets itself."""
        for pattern, instead in self.ours.items():
            if fnmatchcase(name, pattern):
                raise UsageError(
                    T("The option {name} of {solver} is set by koopopt. {instead}",
                      name=repr(name), solver=solver, instead=instead)
                )  # fmt: skip

    def doubtful(self, names: Iterable[str]) -> list[str]:
        """Return those options after which the proofs of a back end do not count."""
        return [n for n in names if not any(fnmatchcase(n, p) for p in self.steering)]


def unknown(solver: str, name: str, known: Iterable[str] = ()) -> NoReturn:
    """Raise the `UsageError` that a back end has no such option."""
    raise UsageError(
        T("{solver} has no option {name}. {remedy}",
          solver=solver, name=repr(name), remedy=Names(known).remedy(name))
    )  # fmt: skip


def unfit(solver: str, name: str, value: object, bound: Text | None = None) -> NoReturn:
    """Raise the `UsageError` that an option cannot have this value."""
    raise UsageError(
        T("The option {name} of {solver} is {value}; it must be {bound}.", name=repr(name),
          solver=solver, value=shown(value),
          bound=bound or T("a value that {solver} accepts", solver=solver))
    )  # fmt: skip


def table(options: Options) -> dict[str, dict[str, Value]]:
    """Return options as JSON holds them."""
    return {solver: dict(given) for solver, given in options.items()}


def described(options: Options) -> str:
    """Return options as the command line takes them: ``highs.mip_rel_gap=0.5 ...``."""
    return " ".join(
        f"{solver}.{name}={written(value)}"
        for solver, given in options.items()
        for name, value in given.items()
    )


def parsed(text: str) -> Value:
    """Return the value that a word stands for: true or false, a number, else the word itself."""
    if text in ("true", "false"):
        return text == "true"
    for kind in (int, float):
        with suppress(ValueError):
            value = kind(text)
            return value if isfinite(value) else text
    return text


def written(value: Value) -> str:
    """Return a value as `parsed` reads it."""
    return str(value).lower() if isinstance(value, bool) else str(value)

"""What giving up a rule counts, where rules contradict each other: the table `[relax]`.

    [relax]
    max_minutes = 2                    # in every service
    limits.cost = 5
    "rules.max_pooled" = "never"       # not up for discussion

Names are those of `koopopt.rules.naming`; in TOML their points may also make tables. A rule that
is not named counts 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import inf, isinf
from typing import Any, Final

from koopopt.case.instance import Instance
from koopopt.errors import Fault
from koopopt.language.hints import Names
from koopopt.rules.naming import all_names
from koopopt.text import T

NEVER: Final = "never"
"""How it is written that a rule is not to be given up; its weight is infinite."""


def named(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield what a table, and the tables within it, hold by the names of rules."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from named(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", inf if value == NEVER else value


def as_table(relax: Mapping[str, float]) -> dict[str, Any]:
    """Return the weights as a file holds them."""
    return {name: NEVER if isinf(weight) else weight for name, weight in relax.items()}


def relax_faults(
    weights: Iterable[tuple[str, Any]], instance: Instance, file: str
) -> Iterator[Fault]:
    """Yield what is wrong with names of rules and the weights of giving them up.

    A rule need not be in force: limits are often asked besides the instance's own.
    """
    known = Names(all_names(instance))
    seen: set[str] = set()
    for name, weight in weights:
        place = f"relax.{name}"
        if name in seen:
            yield Fault(file, T("The name stands twice."), T("Delete one of the two."),
                        column=place, value=str(weight))  # fmt: skip
        seen.add(name)
        if name not in known:
            rule = T("There is no rule of this name.")
            yield Fault(file, rule, known.remedy(name), column=place, value=name)
        elif isinstance(weight, bool) or not isinstance(weight, (int, float)) or not weight > 0:
            rule = T("What giving up a rule counts is a number above 0.")
            remedy = T('Correct it; write "never" for what is not to be given up.')
            yield Fault(file, rule, remedy, column=place, value=str(weight))

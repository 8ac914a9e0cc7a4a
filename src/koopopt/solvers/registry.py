"""Which back ends there are, by name: `highs`, `cp-sat`, `scip`, `pulp:NAME`, `pyomo:NAME`.

Those of plug-ins have names of their own. Nothing is imported before it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from math import inf
from typing import Any, Final

from koopopt.checking.request import amount
from koopopt.checking.typed import require
from koopopt.errors import SolverError, UsageError
from koopopt.packages import Entry
from koopopt.plugins import Door, Refused, imported, plain, same_name, wrong_type
from koopopt.solvers.backend import BackEnd
from koopopt.solvers.base import Feature, Solver
from koopopt.solvers.options import Options, Value, described
from koopopt.text import T, Text

NATIVE = ("highs", "cp-sat", "scip")
FAMILIES = ("pulp", "pyomo")
RESERVED = (*NATIVE, *FAMILIES, "cpsat", "auto")


def _outside(entry: Entry, thing: Any) -> Callable[[], Solver]:
    """Return what makes a back end of a package, if what it makes is one."""
    solver = thing() if callable(thing) else None
    if not isinstance(solver, Solver):
        wrong_type(thing, "koopopt.solvers.Solver")
    same_name(entry, solver.name)
    if not all(isinstance(feature, Feature) for feature in solver.features):
        raise Refused(T("Its features must be of koopopt.solvers.Feature."))
    with suppress(SolverError):  # a library that is missing is told where it is asked for
        if not isinstance(solver.version(), str):
            raise Refused(T("Its version is no text."))
    make: Callable[[], Solver] = thing
    return make


DOOR: Final = Door(imported("koopopt.solvers", "solver", _outside), lambda: RESERVED)


@dataclass(frozen=True, slots=True)
class BackEndRow:
    """One line of the table of back ends.

    Attributes
    ----------
    name : str
    version : str or None
        None where it is not available.
    reason : Text or None
        Why it is not.
    features : frozenset of Feature
    """

    name: str
    version: str | None
    reason: Text | None
    features: frozenset[Feature]


def get(name: str) -> Solver:
    """Return the back end `name`; capitals, `_` and `-` do not matter.

    Raises
    ------
    UsageError
        There is none of that name. A known one that is not installed is returned: it raises
        `SolverError` when it is asked for its version or to solve.
    """
    family, _, which = _plain(name).partition(":")
    if which and family in FAMILIES:
        for offered in _offered(family):
            if _plain(offered) == which:
                return _member(family, offered)
    elif not which and family in NATIVE:
        return _native(family)
    elif family == "cpsat":
        return _native("cp-sat")
    for outside, make in DOOR.things.items():
        if _plain(outside) == _plain(name):
            return make()
    known = [
        *NATIVE,
        *DOOR.things,
        *(f"{family}:{x}" for family in FAMILIES for x in _offered(family)),
    ]
    plain = {_plain(candidate): candidate for candidate in known}
    near = [plain[match] for match in get_close_matches(_plain(name), plain, n=3, cutoff=0.6)]
    here = ", ".join(installed())
    if near:
        names = ", ".join(near)
        raise UsageError(
            T(
                "There is no solver {name}. Did you mean {names}? Installed: {installed}.",
                name=name,
                names=names,
                installed=here,
            )
        )
    raise UsageError(
        T("There is no solver {name}. Installed: {installed}.", name=name, installed=here)
    )


def chosen(solver: str | Solver, options: Options) -> Solver:
    """Return a back end, by its name or as it is, with the options that are for it.

    Raises
    ------
    UsageError
        For an unknown name, for options that are for another back end or that are not accepted.
    """
    (found,) = equipped([get(solver) if isinstance(solver, str) else solver], options)
    return found


def equipped(solvers: Sequence[Solver], options: Options) -> list[Solver]:
    """Return back ends with the options that are for each; see `chosen`."""
    require(Options, options, "solver_options")
    given: dict[str, dict[str, Value]] = {}
    for name, own in options.items():
        found = get(name).name
        for option, value in own.items():
            if not isinstance(value, (str, bool)):
                amount(f"{found}.{option}", value, -inf)
        given.setdefault(found, {}).update(own)
    used = {solver.name: solver for solver in solvers}
    for name in given:
        if not isinstance(used.get(name), BackEnd):
            raise UsageError(
                T("There are options for {name}, but what solves is {used}.",
                  name=name, used=", ".join(used))
            )  # fmt: skip
    return [
        solver.with_options(given.get(solver.name, {})) if isinstance(solver, BackEnd) else solver
        for solver in solvers
    ]


def given_to(solver: Solver) -> dict[str, dict[str, Value]]:
    """Return the options that a back end has, by its name; empty where it has none."""
    own = dict(getattr(solver, "options", {}))
    return {solver.name: own} if own else {}


def told_apart(solver: str | Solver) -> str:
    """Return what tells back ends apart, those of koopopt in other processes too."""
    if isinstance(solver, str) or not type(solver).__module__.startswith("koopopt."):
        return str(solver)  # of a user's own nothing is known but the object
    return f"{solver.name} {described(given_to(solver))}"


def installed() -> list[str]:
    """Return the names of the back ends that can be used here."""
    return [row.name for row in overview(everything=False) if row.version is not None]


def overview(*, everything: bool = True) -> list[BackEndRow]:
    """Return a row for each back end.

    Parameters
    ----------
    everything : bool
        Whether PuLP's and Pyomo's members that are not installed have rows too.
    """
    rows = [_row(_native(name)) for name in NATIVE]
    rows.extend(_row(make()) for make in DOOR.things.values())
    for family in FAMILIES:
        names = _offered(family, available=not everything)
        rows.extend(_row(_member(family, name)) for name in names)
    return rows


def _row(solver: Solver) -> BackEndRow:
    try:
        return BackEndRow(solver.name, solver.version(), None, solver.features)
    except SolverError as error:
        return BackEndRow(solver.name, None, error.message, solver.features)


def package(name: str) -> Mapping[str, str]:
    """Return package and version of a plug-in's back end; nothing for any other name."""
    return {} if _plain(name) in RESERVED or ":" in name else DOOR.package(name)


def _plain(name: str) -> str:
    return plain(name.strip())


def _native(name: str) -> Solver:
    if name == "highs":
        from koopopt.solvers.highs import Highs

        return Highs()
    if name == "cp-sat":
        from koopopt.solvers.cp_sat import CpSat

        return CpSat()
    from koopopt.solvers.scip import Scip

    return Scip()


def _member(family: str, which: str) -> Solver:
    if family == "pulp":
        from koopopt.solvers.pulp import Pulp

        return Pulp(which)
    from koopopt.solvers.pyomo import Pyomo

    return Pyomo(which)


def _offered(family: str, *, available: bool = False) -> list[str]:
    """Return the members of a family; none where its library is missing."""
    if family == "pyomo":
        from koopopt.solvers.pyomo import offered as pyomo

        return pyomo(available=available)
    from koopopt.solvers.pulp import offered as pulp

    try:
        return pulp(available=available)
    except ImportError:
        return [] if available else ["CBC", "HiGHS"]

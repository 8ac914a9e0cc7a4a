"""Which back ends there are, by name: `highs`, `cp-sat`, `scip`, `pulp:NAME`, `pyomo:NAME`.

Nothing is imported before it is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from koopopt.errors import SolverError, UsageError
from koopopt.solvers.base import Feature, Solver
from koopopt.text import T, Text

NATIVE = ("highs", "cp-sat", "scip")
FAMILIES = ("pulp", "pyomo")


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
    known = [*NATIVE, *(f"{family}:{x}" for family in FAMILIES for x in _offered(family))]
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
    for family in FAMILIES:
        names = _offered(family, available=not everything)
        rows.extend(_row(_member(family, name)) for name in names)
    return rows


def _row(solver: Solver) -> BackEndRow:
    try:
        return BackEndRow(solver.name, solver.version(), None, solver.features)
    except SolverError as error:
        return BackEndRow(solver.name, None, error.message, solver.features)


def _plain(name: str) -> str:
    return name.strip().lower().replace("_", "-")


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

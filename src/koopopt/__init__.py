"""koopopt: which municipalities should pool which services, with whom, seated where.

>>> import koopopt
>>> result = koopopt.solve(koopopt.read("three-villages"))
>>> result.plan.to_frame()  # doctest: +SKIP

Everything public is here; heavy libraries are imported when first used.
"""

from __future__ import annotations

import logging
from importlib import import_module
from typing import TYPE_CHECKING, Any

from koopopt.shown import provide

if TYPE_CHECKING:
    from koopopt.calibrating.accounts import Account
    from koopopt.calibrating.calibrate import Calibration, calibrate
    from koopopt.case.instance import Instance
    from koopopt.case.plan import Partnership, Plan
    from koopopt.errors import DataError, InternalError, KoopoptError, SolverError, UsageError
    from koopopt.evaluation import (
        Evaluation,
        all_alone,
        evaluate,
        status_quo,
    )
    from koopopt.inquiry.about_case import conflicts, prices, solve_scenarios, what_if
    from koopopt.inquiry.about_plan import ranges, roadmap, scenarios
    from koopopt.pareto.find import front
    from koopopt.pareto.front import Front
    from koopopt.pareto.oracle import Point
    from koopopt.pareto.verify import verify
    from koopopt.problem import Problem
    from koopopt.reading.instance import read
    from koopopt.report.write import write_report
    from koopopt.session import Session
    from koopopt.solving.certificate import certify
    from koopopt.solving.export import to_pulp, to_pyomo
    from koopopt.solving.optimise import Result, Status, solve
    from koopopt.solving.solved_model import plan_from
    from koopopt.storage.certificates import confirm
    from koopopt.storage.saving import load, save
    from koopopt.synthetic.county import generate

    __version__: str

__all__ = [
    "Account",
    "Calibration",
    "DataError",
    "Evaluation",
    "Front",
    "Instance",
    "InternalError",
    "KoopoptError",
    "Partnership",
    "Plan",
    "Point",
    "Problem",
    "Result",
    "Session",
    "SolverError",
    "Status",
    "UsageError",
    "__version__",
    "all_alone",
    "calibrate",
    "certify",
    "confirm",
    "conflicts",
    "evaluate",
    "front",
    "generate",
    "load",
    "plan_from",
    "prices",
    "ranges",
    "read",
    "roadmap",
    "save",
    "scenarios",
    "solve",
    "solve_scenarios",
    "status_quo",
    "to_pulp",
    "to_pyomo",
    "verify",
    "what_if",
    "write_report",
]

_HOMES = {
    "koopopt.calibrating.accounts": "Account",
    "koopopt.calibrating.calibrate": "Calibration calibrate",
    "koopopt.errors": "DataError InternalError KoopoptError SolverError UsageError",
    "koopopt.evaluation": "Evaluation all_alone evaluate status_quo",
    "koopopt.inquiry.about_case": "conflicts prices solve_scenarios what_if",
    "koopopt.inquiry.about_plan": "ranges roadmap scenarios",
    "koopopt.solving.certificate": "certify",
    "koopopt.solving.export": "to_pulp to_pyomo",
    "koopopt.solving.solved_model": "plan_from",
    "koopopt.reading.instance": "read",
    "koopopt.case.instance": "Instance",
    "koopopt.pareto.find": "front",
    "koopopt.pareto.front": "Front",
    "koopopt.pareto.oracle": "Point",
    "koopopt.pareto.verify": "verify",
    "koopopt.case.plan": "Partnership Plan",
    "koopopt.problem": "Problem",
    "koopopt.report.write": "write_report",
    "koopopt.session": "Session",
    "koopopt.solving.optimise": "Result Status solve",
    "koopopt.storage.certificates": "confirm",
    "koopopt.storage.saving": "load save",
    "koopopt.synthetic.county": "generate",
}
_HOME = {name: module for module, names in _HOMES.items() for name in names.split()}


def _html(value: object) -> str:
    return str(import_module("koopopt.report.notebook").html(value))


def _save(value: Any, path: Any) -> None:
    import_module("koopopt.storage.saving").save(value, path)


provide(html=_html, save=_save)
# Who uses the library decides whether records are shown; without this Python shows warnings.
logging.getLogger(__name__).addHandler(logging.NullHandler())


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for."""
    if name == "__version__":
        return _version()
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def _version() -> str:
    from koopopt.packages import version_of

    return version_of("koopopt") or "0+unknown"  # run from a source tree that was never installed

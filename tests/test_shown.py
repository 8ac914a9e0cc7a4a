"""Values show themselves: in one short line, and in notebooks."""

from __future__ import annotations

import subprocess
import sys

import koopopt
import tiny
from koopopt import choice
from koopopt.case.plan import Partnership, Plan
from koopopt.errors import Fault
from koopopt.problem import Problem
from koopopt.text import T
from pareto import hand
from processes import ENVIRONMENT


def values() -> dict[str, object]:
    """Return one value of every public kind, as large and as hostile as they come."""
    ids = [f"{k:03}\n\x1b[31m" for k in range(60)]
    made = tiny.instance([tiny.HOSTILE[k % len(tiny.HOSTILE)] for k in range(60)], ids,
                         name="x" * 300 + "\u202e")  # fmt: skip
    problem = Problem.of(made, lexicographic=["cost", "travel", "bodies"])
    plan = Plan([Partnership("water", tuple(ids), ids[0], "association")])
    result = tiny.result(problem)
    front = koopopt.front("three-villages")
    of_model = hand.of_model(hand.knapsack())
    broken = koopopt.evaluate(problem, plan)
    account = koopopt.Account(ids[0], 1e5)
    three = [koopopt.Account(id_, 1e5) for id_ in ids[:3]]
    return {
        "account": account, "calibration": koopopt.calibrate(made, "water", three),
        "instance": made, "municipality": made.municipalities[0], "service": made.services[0],
        "form": made.legal_forms[0], "problem": problem, "facts": problem.facts, "plan": plan,
        "partnership": plan.partnerships[0], "result": result, "evaluation": result.evaluation,
        "broken": broken, "violation": broken.violations[0], "front": front, "point": front[0],
        "certificate": front.certificate, "of model": of_model, "column point": of_model[0],
        "model": of_model.subject, "verification": koopopt.verify(front),
        "check": koopopt.verify(front).checks[0], "choice": choice.weighted(front, {"cost": 1.0}),
        "robustness": choice.robustness(front), "status": result.status,
        "alternatives": choice.alternatives(front, 0, count=1),
        "session": koopopt.Session(problem),
        "nothing": tiny.nothing(problem, koopopt.Status.INFEASIBLE),
        "usage": koopopt.UsageError(T("No {name}.", name="\n" * 300)),
        "data": koopopt.DataError([Fault("x" * 200, T("This."), T("That."))]),
        "fault": Fault("x" * 200, T("This."), T("That."), value="\x1b" * 99),
    }  # fmt: skip


def test_every_value_is_one_short_harmless_line() -> None:
    shown = values()
    for name, value in shown.items():
        line = repr(value)
        assert line.isprintable(), name
        assert len(line) <= 120, name
        assert type(value).__name__ in line
    public = {type(value).__name__ for value in shown.values()}
    kinds = {name for name in koopopt.__all__ if isinstance(getattr(koopopt, name), type)}
    errors = {"KoopoptError", "SolverError", "InternalError"}  # as UsageError
    assert kinds - errors <= public


def test_lines_say_what_matters() -> None:
    result = koopopt.solve("three-villages")
    towns = "'three-villages': 3 municipalities, 1 service"
    assert repr(result.problem.instance) == f"<Instance {towns}>"
    assert repr(result.problem.facts) == f"<Facts {towns}>"
    assert repr(result) == "<Result optimal: 1 partnership, objective 116,500, gap 0>"
    assert repr(result.plan) == "<Plan: 1 partnership, 0 alone>"
    assert repr(Partnership("fire", ("A", "B"), "A", "agreement")) == (
        "<Partnership 'fire', seat 'A', 'agreement': 'A', 'B'>"
    )
    assert repr(koopopt.UsageError(T("No."))) == "<UsageError: No.>"


def test_notebooks_need_no_more_than_the_package() -> None:
    code = (
        "import sys, koopopt\n"
        "instance = koopopt.read('three-villages')\n"
        "assert 'koopopt.report.notebook' not in sys.modules\n"
        "assert '<table>' in instance._repr_html_()\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env=ENVIRONMENT)

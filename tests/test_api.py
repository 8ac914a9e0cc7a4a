"""The public API: lazy, complete, and not shadowed by submodules of the same name."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from collections.abc import Callable
from inspect import signature
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import koopopt
import tiny
from koopopt import choice
from koopopt.case.plan import Partnership, Plan
from koopopt.errors import Fault
from koopopt.problem import Problem
from koopopt.text import T
from pareto import hand


def test_every_public_name_is_there() -> None:
    for name in koopopt.__all__:
        assert not isinstance(getattr(koopopt, name), ModuleType), name
        assert name in dir(koopopt)
    assert koopopt.__version__


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        koopopt.nonsense  # noqa: B018


@pytest.mark.parametrize(
    "first",
    [
        "koopopt.solve", "koopopt.Result", "koopopt.evaluate", "import koopopt.solving.optimise",
        "import koopopt.evaluation", "from koopopt.solving.optimise import Result",
        "import koopopt.cli",
    ],
)  # fmt: skip
def test_functions_stay_functions_whatever_is_imported_first(first: str) -> None:
    code = (
        f"import koopopt\n{first}\n"
        "from koopopt import solve, evaluate\n"
        "assert solve is koopopt.solve and callable(solve)\n"
        "assert evaluate is koopopt.evaluate and callable(evaluate)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env=_environment())


def test_no_module_bears_a_public_name() -> None:
    modules = {path.stem for path in Path(koopopt.__file__).parent.iterdir()}
    assert not modules & set(koopopt.__all__)


def test_importing_it_imports_nothing_heavy() -> None:
    code = (
        "import sys, koopopt\n"
        "heavy = {'numpy', 'pandas', 'pydantic', 'click', 'rich', 'highspy'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env=_environment())


def test_a_plan_of_ones_own() -> None:
    problem = Problem.of(tiny.instance())
    alone = koopopt.evaluate(problem, koopopt.all_alone(problem))
    assert alone.feasible
    assert alone.criteria["bodies"] == 0


PROBLEM = Problem.of(tiny.instance())
VILLAGES = koopopt.read("three-villages")


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: koopopt.evaluate(PROBLEM, None), "plan is None; it must be of the class Plan."),
        (lambda: koopopt.evaluate(PROBLEM.instance, koopopt.all_alone(PROBLEM)),
         "problem is Instance(…); it must be of the class Problem."),
        (lambda: koopopt.read(None), "what is None; it must be text or of the class Path."),
        (lambda: koopopt.verify(5), "front is 5; it must be of the class Front."),
        (lambda: Problem.of("nope"), "instance is 'nope'; it must be of the class Instance."),
        (lambda: koopopt.solve(5),
         "what is 5; it must be of the class Problem or of the class Instance or text or"),
        (lambda: koopopt.front(5), "what is 5"),
        (lambda: koopopt.write_report(5, "x.html"), "what is 5"),
        (lambda: koopopt.write_report(koopopt.solve(PROBLEM), 5), "path is 5"),
        (lambda: koopopt.all_alone(5), "problem is 5"),
        (lambda: koopopt.status_quo(None), "problem is None"),
        (lambda: koopopt.to_pulp(5), "what is 5"),
        (lambda: koopopt.to_pyomo(PROBLEM, 3), "formulation is 3; it must be text."),
    ],
)  # fmt: skip
def test_wrong_arguments_are_told(call: Callable[[], object], said: str) -> None:
    with pytest.raises(koopopt.UsageError) as caught:
        call()
    assert str(caught.value).startswith(said)


def test_functions_keep_their_signature() -> None:
    assert list(signature(koopopt.evaluate).parameters) == ["problem", "plan"]
    assert koopopt.evaluation.__doc__
    with pytest.raises(TypeError, match="evaluate"):
        koopopt.evaluate()  # type: ignore[call-arg]


def test_models_for_researchers() -> None:
    problem = Problem.of(tiny.instance())
    pulp = koopopt.to_pulp(problem, "partition")
    assert len(pulp.variables()) > 5
    pyomo = koopopt.to_pyomo(problem.instance, "partition")
    assert {"x", "rows", "objective", "criteria"} <= {c.name for c in pyomo.component_objects()}


def _environment() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": str(Path(koopopt.__file__).parents[1])}


@pytest.mark.parametrize("asked", [{"weights": {"cost": 2.0}}, {"limits": {"cost": 1e6}},
                                   {"lexicographic": ("cost",)}], ids=str)  # fmt: skip
def test_what_a_problem_has_already_is_not_given_again(asked: dict[str, object]) -> None:
    problem = koopopt.Problem.of(koopopt.read("three-villages"))
    with pytest.raises(koopopt.errors.UsageError, match="give an instance"):
        koopopt.solve(problem, **asked)


def test_an_instance_is_named_instead_of_read(tmp_path: Path) -> None:
    named = koopopt.solve("three-villages", weights={"travel": 40.0})
    assert named.objective == koopopt.solve(VILLAGES, weights={"travel": 40.0}).objective
    assert named.source == koopopt.front("three-villages").source == "three-villages"
    koopopt.save(VILLAGES, tmp_path / "county")
    front = koopopt.front(tmp_path / "county")
    assert front.values.tolist() == koopopt.front(VILLAGES).values.tolist()
    assert front.source == str(tmp_path / "county")
    assert koopopt.to_pulp(str(tmp_path / "county"), "partition").variables()
    with pytest.raises(koopopt.DataError, match="1 fault"):
        koopopt.solve("three-vilages")


# -- saved and loaded --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["county", "county.xlsx"])
def test_an_instance_is_saved_and_read(name: str, tmp_path: Path) -> None:
    VILLAGES.save(tmp_path / name)
    again = koopopt.read(tmp_path / name)
    assert again == VILLAGES
    assert again.fingerprint == VILLAGES.fingerprint
    with pytest.raises(koopopt.UsageError, match="not overwritten"):
        VILLAGES.save(tmp_path / name)


def same(one: Any, other: Any, *but: str) -> bool:
    """Whether all values are equal, where there are values and not their own kind of equality."""
    names = [f.name for f in dataclasses.fields(one) if f.name not in but]
    return all(getattr(one, name) == getattr(other, name) for name in names)


@pytest.mark.parametrize("asked", [{}, {"limits": {"cost": 1.0}}, {"gap": 0.5, "time_limit": 60}])
def test_a_result_is_saved_and_loaded(asked: dict[str, Any], tmp_path: Path) -> None:
    result = koopopt.solve("three-villages", weights={"travel": 2.5}, **asked)
    result.save(tmp_path / "run")
    again = koopopt.load(tmp_path / "run")
    assert isinstance(again, koopopt.Result)
    assert same(result, again, "problem", "evaluation", "reasons")
    assert list(map(str, again.reasons)) == list(map(str, result.reasons))
    assert again.problem.instance == result.problem.instance
    assert (again.problem.weights, again.problem.limits) == (
        result.problem.weights, result.problem.limits
    )  # fmt: skip
    assert (again.plan, again.criteria, again.gap) == (result.plan, result.criteria, result.gap)
    koopopt.save(again, tmp_path / "run")  # its own files are replaced


def test_a_front_is_saved_and_loaded(tmp_path: Path) -> None:
    front = koopopt.front("three-villages")
    front.save(tmp_path)
    again = koopopt.load(tmp_path / "front.json")
    assert isinstance(again, koopopt.Front)
    assert same(front, again, "subject", "points", "certificate")
    assert again.plans == front.plans
    assert again.values.tolist() == front.values.tolist()
    assert again.certificate.complete
    assert koopopt.verify(again).ok


def test_what_came_from_no_file_is_given_to_load(tmp_path: Path) -> None:
    made = tiny.instance()
    koopopt.solve(made).save(tmp_path)
    with pytest.raises(koopopt.DataError, match="does not say where"):
        koopopt.load(tmp_path)
    assert koopopt.load(tmp_path, instance=made).problem.instance == made
    with pytest.raises(koopopt.UsageError, match="of an instance, not of a model"):
        koopopt.load(tmp_path, model=tmp_path / "model.mps")


def test_a_front_of_a_model_is_saved_and_loaded(tmp_path: Path) -> None:
    front = hand.of_model(hand.knapsack())
    front.save(tmp_path)
    again = koopopt.load(tmp_path, model=front.subject)
    assert again.values.tolist() == front.values.tolist()


def test_nothing_is_saved_over_an_instance_or_a_file(tmp_path: Path) -> None:
    result, front = koopopt.solve("three-villages"), koopopt.front("three-villages")
    VILLAGES.save(tmp_path / "county")
    (tmp_path / "file").write_text("mine")
    for value in (result, front):
        with pytest.raises(koopopt.UsageError, match="holds the files of an instance"):
            value.save(tmp_path / "county")
        with pytest.raises(koopopt.UsageError, match="is a file, not a folder"):
            value.save(tmp_path / "file")
    assert koopopt.read(tmp_path / "county") == VILLAGES
    with pytest.raises(koopopt.UsageError, match="what is"):
        koopopt.save(result.plan, tmp_path)


# -- shown -------------------------------------------------------------------------------------


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
    return {
        "instance": made, "municipality": made.municipalities[0], "service": made.services[0],
        "form": made.legal_forms[0], "problem": problem, "facts": problem.facts, "plan": plan,
        "partnership": plan.partnerships[0], "result": result, "evaluation": result.evaluation,
        "broken": broken, "violation": broken.violations[0], "front": front, "point": front[0],
        "certificate": front.certificate, "of model": of_model, "column point": of_model[0],
        "model": of_model.subject, "verification": koopopt.verify(front),
        "check": koopopt.verify(front).checks[0], "choice": choice.weighted(front, {"cost": 1.0}),
        "robustness": choice.robustness(front), "status": result.status,
        "alternatives": choice.alternatives(front, 0, count=1),
        "session": koopopt.Session(made),
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
    subprocess.run([sys.executable, "-c", code], check=True, env=_environment())

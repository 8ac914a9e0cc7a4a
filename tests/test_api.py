"""The public API: lazy, complete, and not shadowed by submodules of the same name."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from inspect import signature
from pathlib import Path
from types import ModuleType

import pytest

import koopopt
import tiny
from koopopt.problem import Problem


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
         "what is 5; it must be of the class Problem or of the class Instance."),
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
    from pathlib import Path

    return {**os.environ, "PYTHONPATH": str(Path(koopopt.__file__).parents[1])}


@pytest.mark.parametrize("asked", [{"weights": {"cost": 2.0}}, {"limits": {"cost": 1e6}},
                                   {"lexicographic": ("cost",)}], ids=str)  # fmt: skip
def test_what_a_problem_has_already_is_not_given_again(asked: dict[str, object]) -> None:
    problem = koopopt.Problem.of(koopopt.read("three-villages"))
    with pytest.raises(koopopt.errors.UsageError, match="give an instance"):
        koopopt.solve(problem, **asked)

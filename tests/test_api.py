"""The public API: lazy, complete, and not shadowed by submodules of the same name."""

from __future__ import annotations

import subprocess
import sys
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
        "koopopt.solve", "koopopt.Result", "koopopt.evaluate", "import koopopt.solve",
        "import koopopt.evaluate", "from koopopt.solve import Result", "import koopopt.cli",
    ],
)  # fmt: skip
def test_functions_win_over_modules_whatever_comes_first(first: str) -> None:
    code = (
        f"import koopopt\n{first}\n"
        "from koopopt import solve, evaluate\n"
        "assert solve is koopopt.solve and callable(solve)\n"
        "assert evaluate is koopopt.evaluate and callable(evaluate)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env=_environment())


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

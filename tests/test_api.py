"""The public API: lazy, complete, and not shadowed by submodules of the same name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import koopopt
import tiny
from koopopt.problem import Problem
from processes import ENVIRONMENT


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
    subprocess.run([sys.executable, "-c", code], check=True, env=ENVIRONMENT)


def test_no_module_bears_a_public_name() -> None:
    modules = {path.stem for path in Path(koopopt.__file__).parent.iterdir()}
    assert not modules & set(koopopt.__all__)


def test_importing_it_imports_nothing_heavy() -> None:
    code = (
        "import sys, koopopt\n"
        "heavy = {'numpy', 'pandas', 'pydantic', 'click', 'rich', 'highspy'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env=ENVIRONMENT)


def test_a_plan_of_ones_own() -> None:
    problem = Problem.of(tiny.instance())
    alone = koopopt.evaluate(problem, koopopt.all_alone(problem))
    assert alone.feasible
    assert alone.criteria["bodies"] == 0

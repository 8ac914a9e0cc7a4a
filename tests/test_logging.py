"""Records of what is done: under `koopopt`, silent unless somebody listens."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import koopopt
from koopopt.cli import main
from koopopt.solvers import Control, Held, Solution, Termination
from koopopt.solvers.judge import decide
from koopopt.solvers.testing import FakeSolver
from solvers.models import knapsack

SOURCE = str(Path(koopopt.__file__).parents[1])


def test_nothing_is_configured_nor_said_unasked() -> None:
    code = (
        "import logging, koopopt\n"
        "library = logging.getLogger('koopopt')\n"
        "assert [type(h) for h in library.handlers] == [logging.NullHandler]\n"
        "assert library.level == logging.NOTSET and not logging.getLogger().handlers\n"
        "library.warning('unheard')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": SOURCE}, capture_output=True, check=True
    )
    assert (done.stdout, done.stderr) == (b"", b"")


def test_a_solve_says_what_it_does(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "koopopt"):
        koopopt.solve(
            koopopt.read("three-villages"), lexicographic=["travel"], limits={"bodies": 1}
        )
    said = {name: " ".join(r.getMessage() for r in caplog.records if r.name == name)
            for name in {r.name for r in caplog.records}}  # fmt: skip
    assert "highs" in said["koopopt.solving.optimise"]
    assert "stage: the least travel" in said["koopopt.solving.optimise"]
    assert "optimal: objective" in said["koopopt.solving.optimise"]
    assert "formulation" in said["koopopt.formulations"]
    assert "counted 3 coalitions" in said["koopopt.formulations.partition"]
    assert "OPTIMAL, objective" in said["koopopt.solvers.backend"]
    assert all(name in sys.modules for name in said)
    assert {r.levelno for r in caplog.records} == {logging.INFO, logging.DEBUG}


def test_a_front_says_its_questions(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "koopopt.pareto"):
        found = koopopt.front(koopopt.read("three-villages"), workers=1)
    lines = [r.getMessage() for r in caplog.records if r.name == "koopopt.pareto.find"]
    assert sum(line.startswith("question") for line in lines) == found.solves
    assert sum(line.startswith("new point") for line in lines) >= len(found)


def test_doubts_are_warnings(caplog: pytest.LogCaptureFixture) -> None:
    liar = FakeSolver(Solution(Termination.INFEASIBLE, Held.NONE), name="liar")
    program = knapsack(10, 2)
    with caplog.at_level(logging.WARNING, "koopopt"):
        verdict = decide(program, liar, Control(), start=program.lower)
    assert verdict.doubts
    assert [r.getMessage() for r in caplog.records] == [str(doubt) for doubt in verdict.doubts]


@pytest.mark.parametrize(("flags", "levels"), [((), ""), (("-v",), "solve"), (("-vv",), "backend")])
def test_verbose_shows_records_on_standard_error(flags: tuple[str, ...], levels: str) -> None:
    library = logging.getLogger("koopopt")
    before = library.level, list(library.handlers)
    words = [*flags, "solve", "three-villages", "--json"]
    found = CliRunner().invoke(main, words)
    assert found.exit_code == 0
    assert found.stdout.startswith("{")
    assert "koopopt.solving.optimise:" not in found.stdout
    assert ("koopopt.solving.optimise:" in found.stderr) == bool(flags)
    assert ("koopopt.solvers.backend:" in found.stderr) == (levels == "backend")
    assert (library.level, library.handlers) == before

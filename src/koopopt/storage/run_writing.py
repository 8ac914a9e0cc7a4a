"""The folder of `--out`: the plan, what it means, and how it came about.

    plan.csv            one row a member; `koopopt evaluate --plan` reads it
    municipalities.csv  one row a municipality and service
    criteria.csv        the plan beside all alone and today
    choice.json         how and why it was chosen, where it was chosen from a front
    run.json            everything needed to repeat the run; `storage.run_reading` reads it

Without a plan the tables have no rows.
"""

from __future__ import annotations

import json
import math
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from koopopt.case import resources
from koopopt.case.plan import PLAN_COLUMNS
from koopopt.evaluation import (
    MUNICIPALITY_COLUMNS,
    Evaluation,
    all_alone,
    evaluate,
    status_quo,
)
from koopopt.packages import version_of
from koopopt.solvers import registry
from koopopt.solving.optimise import Result
from koopopt.storage import objects, over_scenarios
from koopopt.storage.files import write_folder, write_table
from koopopt.storage.run_schema import RUN_FILE, RUN_FORMAT

CHOICE_FILE = "choice.json"
RUN_FILES = ("plan.csv", "municipalities.csv", "criteria.csv", CHOICE_FILE, RUN_FILE)
"""What `write` may write."""
LIBRARIES = ("koopopt", "numpy", "highspy", "ortools", "pulp", "pyomo")


def write(folder: Path, result: Result, choice: dict[str, Any] | None = None) -> None:
    """Write a result, run.json last; what an older one had besides is gone then.

    Parameters
    ----------
    folder : Path
    result : Result
    choice : dict, optional
        What choice.json holds, where the plan was chosen from a front.

    Raises
    ------
    KoopoptError
        If the folder cannot be written to; see `write_folder` for what is left then.
    """

    def tables(there: Path) -> None:
        _tables(there, result)
        if choice is not None:
            (there / CHOICE_FILE).write_text(_json(choice), encoding="utf-8")

    write_folder(folder, tables, RUN_FILE, _json(to_table(result)), RUN_FILES)


def to_table(result: Result) -> dict[str, Any]:
    """Return a result, and all that it depends on, as one object that JSON can hold."""
    run = {
        **objects.of_result(result, result.reasons),
        "format": RUN_FORMAT,
        "source": result.source or resources.shipped(result.problem.instance.name),
        **_circumstances(result),
    }
    if result.over_scenarios is not None:
        run["over_scenarios"] = over_scenarios.to_table(result.over_scenarios)
    used = result.problem.plugins | dict(registry.package(result.solver.partition(" ")[0]))
    return run | {"plugins": used} if used else run


def _json(table: dict[str, Any]) -> str:
    return json.dumps(table, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _circumstances(result: Result) -> dict[str, Any]:
    """Return what else a run depends on."""
    problem, started = result.problem, result.started or datetime.now(UTC)
    return {
        "interrupted": result.interrupted,
        "message": result.message,
        "started": started.isoformat(timespec="seconds"),
        "fingerprint": problem.instance.fingerprint,
        "weights": dict(problem.weights),
        "lexicographic": list(problem.lexicographic),
        "limits": problem.limits,
        "asked": {"gap": result.gap_asked, "time_limit": result.time_limit},
        "seed": result.seed,
        "threads": result.threads,
        "platform": platform.platform(),
        "python": platform.python_version(),
        "versions": {name: version_of(name) for name in LIBRARIES},
    }


def _tables(folder: Path, result: Result) -> None:
    plan, evaluation = result.plan, result.evaluation
    members = plan.rows() if plan else []
    rows = evaluation.municipality_rows() if evaluation else []
    for name, columns, records in (
        ("plan.csv", PLAN_COLUMNS, members),
        ("municipalities.csv", MUNICIPALITY_COLUMNS, rows),
        ("criteria.csv", _COMPARED, _criteria(evaluation)),
    ):
        write_table(folder / name, columns, ([*map(record.get, columns)] for record in records))


_COMPARED = ["criterion", "unit", "weight", "value", "all_alone", "status_quo"]


def _criteria(evaluation: Evaluation | None) -> list[dict[str, Any]]:
    """Return the plan beside all alone and today, whose criteria are missing where malformed."""
    if evaluation is None:
        return []
    problem = evaluation.problem
    alone, today = (evaluate(problem, make(problem)).criteria for make in (all_alone, status_quo))
    return [
        {
            "criterion": c.name,
            "unit": c.unit.render(),
            "weight": problem.weights.get(c.name, 0.0),
            "value": evaluation.criteria[c.name],
            "all_alone": alone.get(c.name, math.nan),
            "status_quo": today.get(c.name, math.nan),
        }
        for c in problem.criteria
    ]

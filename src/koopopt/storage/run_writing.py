"""The folder of `--out`: the plan, what it means, and how it came about.

    plan.csv            one row a member; `koopopt evaluate --plan` reads it
    municipalities.csv  one row a municipality and service
    criteria.csv        the plan beside all alone and today
    run.json            everything needed to repeat the run; `storage.run_reading` reads it

The files are written beside and then moved into place, `run.json` last: no file is ever half
written, and other files in the folder stay. Without a plan the tables have no rows.
"""

from __future__ import annotations

import csv
import json
import math
import os
import platform
import tempfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from koopopt.case import resources
from koopopt.errors import KoopoptError, UsageError
from koopopt.evaluation import (
    MUNICIPALITY_COLUMNS,
    Evaluation,
    all_alone,
    evaluate,
    status_quo,
)
from koopopt.language.inert import in_cell
from koopopt.solvers import registry
from koopopt.solving.optimise import Result
from koopopt.storage import objects, replacing
from koopopt.system.beside import BESIDE, beside
from koopopt.text import T, Text

RUN_FILE = "run.json"
RUN_FILES = ("plan.csv", "municipalities.csv", "criteria.csv", RUN_FILE)
"""What `write` writes, in this order."""
LIBRARIES = ("koopopt", "numpy", "highspy", "ortools", "pulp", "pyomo")


def prepare(folder: Path) -> None:
    """Make the folder, and sure that it can be written to, before anything takes long.

    Raises
    ------
    UsageError
        If it is a file, or cannot be made or written to.
    """
    if os.path.exists(folder) and not os.path.isdir(folder):
        raise UsageError(T("{path} is a file, not a folder.", path=repr(str(folder))))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise UsageError(not_written(folder, error)) from None


def write(folder: Path, result: Result) -> None:
    """Write a result.

    Raises
    ------
    KoopoptError
        If the folder cannot be written to; what was there before is left.
    """
    run = {
        **objects.of_result(result, result.reasons),
        "source": result.source or _shipped(result),
        **_circumstances(result),
    }
    used = result.problem.plugins | dict(registry.package(result.solver.partition(" ")[0]))
    if used:
        run["plugins"] = used
    text = json.dumps(run, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    try:
        with beside(folder) as there:
            _tables(there, result)
            (there / RUN_FILE).write_text(text, encoding="utf-8")
            for name in RUN_FILES:
                os.replace(there / name, folder / name)
    except OSError as error:
        raise KoopoptError(not_written(folder, error)) from None


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
        "versions": {name: _version(name) for name in LIBRARIES},
    }


def _shipped(result: Result) -> str | None:
    """Return the name of a shipped instance; others can only be read from where they are."""
    name = result.problem.instance.name
    return name if name in resources.instances() else None


def replace(path: Path, content: str | bytes) -> None:
    """Write one file, which is never half written.

    Raises
    ------
    UsageError
        If it cannot be written.
    """
    try:
        with beside(replacing.real(path).parent) as folder:
            data = content.encode() if isinstance(content, str) else content
            (folder / "new").write_bytes(data)
            replacing.place(folder / "new", path)
    except OSError as error:
        raise UsageError(not_written(path, error)) from None


def not_written(path: Path, error: OSError) -> Text:
    """Return the sentence that a file or folder cannot be written."""
    reason = error.strerror or str(error)
    asked = Path(*(part for part in path.parts if not part.startswith(BESIDE)))
    return T("{path} cannot be written: {reason}.", path=repr(str(asked)), reason=reason)


def _version(library: str) -> str | None:
    try:
        return version(library)
    except PackageNotFoundError:
        return None


def _tables(folder: Path, result: Result) -> None:
    plan, evaluation = result.plan, result.evaluation
    plan_columns = ["service", "partnership", "municipality", "seat", "legal_form"]
    _table(folder / "plan.csv", plan_columns, plan.to_frame().to_dict("records") if plan else [])
    rows = evaluation.municipalities() if evaluation else None
    _table(
        folder / "municipalities.csv",
        MUNICIPALITY_COLUMNS,
        rows.to_dict("records") if rows is not None else [],
    )
    _table(folder / "criteria.csv", _COMPARED, _criteria(evaluation))


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


def _table(path: Path, columns: list[str], rows: Iterable[Mapping[Any, Any]]) -> None:
    """Write a CSV file whose text no spreadsheet takes for a formula."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            writer.writerow(
                [in_cell(v) if isinstance(v, str) else v for v in map(row.get, columns)]
            )

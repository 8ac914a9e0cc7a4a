"""A front in files: one JSON object that holds everything, and tables for people.

    front.json         the object of `koopopt front --json`; `storage.front_reading` reads it
    front.csv          one row a plan: its number (from 1) and its criteria; also front.parquet
    partnerships.csv   one row a partnership of every plan (columns.csv for a model)
    certificate.csv    one row a question that was answered, then the boxes that are left

Numbers are finite: a box without a bound in some criterion has null there; a bound is null where
nothing was proven, and ``"empty"`` where the box is proven to hold no solution.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from koopopt.case import resources
from koopopt.linear import LinearModel
from koopopt.pareto.certificate import Certificate, Open, Record
from koopopt.pareto.front import Front
from koopopt.pareto.grid import NO_BOUND, Cell
from koopopt.pareto.models import digest, with_objectives
from koopopt.pareto.oracle import Found, Point
from koopopt.problem import Problem
from koopopt.savings.saving import Savings
from koopopt.solvers import registry
from koopopt.solvers.options import table as options_table
from koopopt.storage.files import write_folder, write_table
from koopopt.storage.front_schema import EMPTY_BOUND, FRONT_FILE, FRONT_FORMAT
from koopopt.storage.objects import of_saving

if TYPE_CHECKING:
    import pandas as pd

FRONT_FILES: Final = (
    "front.csv", "front.parquet", "partnerships.csv", "columns.csv", "certificate.csv", FRONT_FILE,
)  # fmt: skip
"""What `write` may write."""


def to_table(front: Front, savings: Savings | None = None) -> dict[str, Any]:
    """Return a front as one object that JSON can hold; with `savings`, what each plan saves."""
    import koopopt

    subject = front.subject
    name = subject.instance.name if isinstance(subject, Problem) else None
    table: dict[str, Any] = {
        "instance": name,
        "criteria": list(front.criteria),
        "resolution": dict(zip(front.criteria, front.resolution, strict=True)),
        "complete": front.complete,
        "points": _points(front, savings),
        "solves": front.solves,
        "unexplored": front.unexplored,
        "seconds": front.seconds,
        "coverage": _finite(front.certificate.coverage),
        "interrupted": front.interrupted,
        "infeasible": front.infeasible,
        "messages": list(front.messages),
        "warnings": [fault.render() for fault in front.warnings],
    }
    if front.solver_options:
        table["solver_options"] = options_table(front.solver_options)
    if isinstance(subject, LinearModel):
        table["model"] = subject.name
    else:
        table["limits"] = subject.limits
    if used := packages_of(subject, front.certificate):
        table["plugins"] = used
    return table | {
        "source": front.source or (None if name is None else resources.shipped(name)),
        "fingerprint": fingerprint(subject, front.criteria),
        "koopopt": koopopt.__version__,
        "format": FRONT_FORMAT,
        "certificate": {
            "records": [_record(r) for r in front.certificate.records],
            "open": [_open(box) for box in front.certificate.open],
        },
    }


def packages_of(subject: Problem | LinearModel, certificate: Certificate) -> dict[str, str]:
    """Return the packages, with their versions, whose plug-ins a front was made with."""
    used = subject.plugins if isinstance(subject, Problem) else {}
    for solver in {record.solver for record in certificate.records}:
        used |= registry.package(solver.partition(" ")[0])
    return used


def fingerprint(subject: Problem | LinearModel, criteria: Sequence[str]) -> str:
    """Return what tells equal instances, or equal models with these objectives."""
    if isinstance(subject, LinearModel):
        return digest(with_objectives(subject, criteria))
    return subject.instance.fingerprint


def write(front: Front, folder: Path) -> None:
    """Write all files into a folder, front.json last; those of an older front are gone then.

    Raises
    ------
    KoopoptError
        If the folder cannot be written to; see `write_folder` for what is left then.
    """
    text = json.dumps(to_table(front), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    write_folder(folder, lambda there: _tables(front, there), FRONT_FILE, text, FRONT_FILES)


def _points(front: Front, savings: Savings | None) -> list[dict[str, Any]]:
    if isinstance(front.subject, LinearModel):
        return [_solution(front, front.subject, point) for point in front.points]
    if savings is not None:
        savings.learn(front.plans)
    return [
        {
            "criteria": _criteria(front, point),
            "all_criteria": {
                c.name: _number(evaluation.criteria.get(c.name), c.resolution)
                for c in front.subject.criteria
            },
            "partnerships": evaluation.partnerships(),
            **({} if savings is None else of_saving(savings, evaluation.plan)),
        }
        for point, evaluation in zip(front.points, front.evaluations(), strict=True)
    ]


def _solution(front: Front, model: LinearModel, point: Point) -> dict[str, Any]:
    """Return a solution of a model; columns that are 0 are left out."""
    assert isinstance(point.solution, tuple)
    columns = zip(model.columns, point.solution, strict=True)
    values = np.array(point.solution)
    return {
        "criteria": _criteria(front, point),
        "all_criteria": {
            o.name: float(o.coefficients @ values) + o.offset for o in model.objectives
        },
        "columns": {name: value for name, value in columns if value != 0},
    }


def _criteria(front: Front, point: Point) -> dict[str, float | int | None]:
    """Return the values of a point; those that count something as whole numbers."""
    plans = isinstance(front.subject, Problem)
    return {
        name: _number(value, delta if plans else 0.0)
        for name, value, delta in zip(front.criteria, point.values, front.resolution, strict=True)
    }


def _number(value: float | None, delta: float) -> float | int | None:
    if value is None or not math.isfinite(value):
        return None
    return int(value) if delta == 1 and float(value).is_integer() else float(value)


def _record(record: Record) -> dict[str, Any]:
    return {
        "upper": _upper(record.upper),
        "weights": list(record.weights),
        "status": record.found.value,
        "bound": EMPTY_BOUND if record.found is Found.EMPTY else record.bound,
        "cell": None if record.cell is None else list(record.cell),
        "solver": record.solver,
        "seconds": record.seconds,
    }


def _open(box: Open) -> dict[str, Any]:
    return {
        "upper": _upper(box.upper),
        "lower": [_finite(value) for value in box.lower],
        "error": _finite(box.error),
    }


def _upper(upper: Cell) -> list[int | None]:
    return [None if u >= NO_BOUND else int(u) for u in upper]


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _tables(front: Front, folder: Path) -> None:
    frame = front.to_frame()
    frame.insert(0, "plan", range(1, len(frame) + 1), allow_duplicates=True)
    write_table(folder / "front.csv", frame.columns, frame.itertuples(index=False, name=None))
    if find_spec("pyarrow"):
        _parquet(frame, folder / "front.parquet")
    if isinstance(front.subject, Problem):
        parts = front.partnerships()
        parts["members"] = parts["members"].map(" ".join)
        parts.insert(0, "plan", parts.pop("point") + 1)
        rows = parts.itertuples(index=False, name=None)
        write_table(folder / "partnerships.csv", parts.columns, rows)
    else:
        write_table(
            folder / "columns.csv", ["plan", "column", "value"], _nonzero(front, front.subject)
        )
    write_table(folder / "certificate.csv", *_certificate(front))


def _parquet(frame: pd.DataFrame, path: Path) -> None:
    names = [str(name) for name in frame.columns]
    if len(set(names)) == len(names):  # else a criterion of a model is named "plan"
        with path.open("wb") as file:  # pyarrow does not take every name that a path may have
            frame.to_parquet(file, index=False)


def _nonzero(front: Front, model: LinearModel) -> Iterable[tuple[int, str, float]]:
    for number, point in enumerate(front.points, 1):
        assert isinstance(point.solution, tuple)
        for name, value in zip(model.columns, point.solution, strict=True):
            if value != 0:
                yield number, name, value


def _certificate(front: Front) -> tuple[list[str], Iterable[list[Any]]]:
    kinds = ("upper", "weight", "cell", "lower")
    head = ["status", "bound", "error", "solver", "seconds"]
    head += [f"{kind}_{name}" for kind in kinds for name in front.criteria]
    blank: list[Any] = [None] * len(front.criteria)

    def rows() -> Iterable[list[Any]]:
        for record in map(_record, front.certificate.records):
            about = [record["status"], record["bound"], None, record["solver"], record["seconds"]]
            yield about + record["upper"] + record["weights"] + (record["cell"] or blank) + blank
        for box in map(_open, front.certificate.open):
            yield ["open", None, box["error"], None, None, *box["upper"], *blank, *blank,
                   *box["lower"]]  # fmt: skip

    return head, rows()

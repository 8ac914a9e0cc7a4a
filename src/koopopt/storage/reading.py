"""A run or a front is read again, whichever is there."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from koopopt.case.instance import Instance
from koopopt.errors import DataError, Fault, UsageError
from koopopt.linear import LinearModel
from koopopt.pareto.front import Front
from koopopt.solving.optimise import Result
from koopopt.storage import front_reading, run_reading, stored
from koopopt.storage.front_schema import FRONT_FILE, FRONT_KEYS
from koopopt.storage.run_reading import disagreements, raise_all
from koopopt.storage.run_schema import RUN_FILE, RUN_KEYS
from koopopt.text import T


def any_of(
    path: str | Path,
    *,
    instance: Instance | str | Path | None = None,
    model: LinearModel | str | Path | None = None,
) -> Result | Front:
    """Read a run or a front, whichever a file or a folder holds.

    `instance` or `model` is taken instead of the one that the file names; it must mean the same.

    Raises
    ------
    DataError
        With every fault found, also where it is neither of the two.
    UsageError
        Where a folder holds both, an instance is given for a front of a linear model, or a model
        for what is of an instance.
    """
    place = Path(path)
    if os.path.isdir(place):
        there = [file for file in files_of(place) if os.path.isfile(file)]
        if len(there) > 1:
            raise UsageError(
                T("The folder {path} holds a run and a front. Give one of the files: {files}.",
                  path=repr(str(place)), files=", ".join(file.name for file in there))
            )  # fmt: skip
        if not there:
            raise _neither(str(place))
        place = there[0]
    table = stored.parsed(place)
    if len(FRONT_KEYS & table.keys()) > 1:
        return front_of(place.name, table, instance=instance, model=model)
    if not table.keys() >= RUN_KEYS:
        raise _neither(place.name)
    if model is not None:
        raise UsageError(T("The run is of an instance, not of a model."))
    return run_reading.of_table(place.name, table, instance=instance)


def front_of(
    name: str,
    table: dict[str, Any],
    *,
    instance: Instance | str | Path | None = None,
    model: LinearModel | str | Path | None = None,
) -> Front:
    """Return the front in the object of a file, its plans evaluated anew; see `any_of`."""
    front = front_reading.of_table(name, table, instance=instance, model=model)
    raise_all(_of_front(name, front))
    return front


def files_of(path: Path) -> tuple[Path, ...]:
    """Return the files that `any_of` may read there."""
    return (path / RUN_FILE, path / FRONT_FILE) if os.path.isdir(path) else (path,)


def instance_named(file: Path) -> str | None:
    """Return the instance that a run or a front says it is of; None for any other file."""
    try:
        found = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    named = found.get("source") or found.get("instance")
    return named if isinstance(named, str) else None


def _of_front(name: str, front: Front) -> Iterator[Fault]:
    """Yield where the evaluator says something else of a front's plans than its file.

    That no plan is missing is for `koopopt.verify` to check.
    """
    plans = front.evaluations()  # none where it is of a model
    for k, (point, found) in enumerate(zip(front, plans, strict=False), 1):
        said = dict(zip(front.criteria, point.values, strict=True))
        figures = {
            f"points[{k}].criteria.{name}": (value, found.criteria[name])
            for name, value in said.items()
        }
        yield from disagreements(found, figures, f"points[{k}].partnerships", stored.noting(name))


def _neither(name: str) -> DataError:
    rule = T("This is neither a run nor a front.")
    remedy = T("Give what `koopopt solve --out DIR` or `koopopt front --out DIR` wrote.")
    return DataError([Fault(name, rule, remedy)])

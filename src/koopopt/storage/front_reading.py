"""Reading a front from its file: every defect is told with its place, as for instances.

The file names the instance (or the MPS file) it is of; that is read again, and its fingerprint
must be the one in the file. What is read is well formed, no more: whether the plans keep the
rules and the certificate proves what it claims is for `pareto.verify` to say.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from koopopt.case.instance import Instance
from koopopt.case.plan import Plan
from koopopt.checking.schema import faults_of, validate
from koopopt.errors import DataError, Fault, UsageError
from koopopt.language.hints import Names
from koopopt.linear import LinearModel
from koopopt.pareto.front import Front
from koopopt.pareto.models import with_objectives
from koopopt.pareto.oracle import Point
from koopopt.problem import Problem
from koopopt.reading.faults import condensed
from koopopt.reading.whereabouts import source_of
from koopopt.storage import front_schema, stored
from koopopt.storage.front_schema import FRONT_FILE, FRONT_FORMAT, FRONT_KEYS
from koopopt.storage.front_writing import fingerprint
from koopopt.storage.run_schema import RUN_FILE
from koopopt.text import T


def read(
    path: str | Path,
    *,
    instance: Instance | str | Path | None = None,
    model: LinearModel | str | Path | None = None,
) -> Front:
    """Read a front.

    Parameters
    ----------
    path : str or Path
        A front.json, the folder it is in, or what ``koopopt front --json`` printed.
    instance : Instance, str or Path, optional
        Instead of the instance that the file names; it must mean the same.
    model : LinearModel, str or Path, optional
        Instead of the MPS file that the file names.

    Raises
    ------
    DataError
        With every fault found.
    UsageError
        If a model is given for a front of an instance, or the reverse.
    """
    place = file_of(Path(path))
    if not os.path.exists(place) and os.path.exists(run := place.with_name(RUN_FILE)):
        rule = T("This is a run, no front.")
        remedy = T("Give a front; what a run says is computed anew by `koopopt report`.")
        raise DataError([Fault(run.name, rule, remedy)])
    return of_table(place.name, stored.parsed(place), instance=instance, model=model)


def file_of(path: Path) -> Path:
    """Return the file of a front: the one that is named, or the one in the folder."""
    return path / FRONT_FILE if os.path.isdir(path) else path


def of_table(
    name: str,
    table: dict[str, Any],
    *,
    instance: Instance | str | Path | None = None,
    model: LinearModel | str | Path | None = None,
) -> Front:
    """Return the front in the object of a file of this name; see `read`."""
    _checked(name, table)
    reader = _Reader(name, table)
    if reader.faults:
        raise DataError(condensed(reader.faults))
    of_model = reader.file.instance is None
    if (instance is not None and of_model) or (model is not None and not of_model):
        raise UsageError(
            T("The front is of a model, not of an instance.")
            if of_model
            else T("The front is of an instance, not of a model.")
        )
    given = model if of_model else instance
    return reader.front(reader.subject(given), source_of(given))


def _checked(name: str, table: dict[str, Any]) -> None:
    """Raise `DataError` where an object is no front, or one in another format."""
    if len(FRONT_KEYS & table.keys()) < 2:
        remedy = T("Give the front.json that `koopopt front` wrote, or its folder.")
        raise DataError([Fault(name, T("This is no front."), remedy)])
    stored.check_format(name, table.get("format"), FRONT_FORMAT)


class _Reader:
    """What stands in one file; faults are noted there."""

    def __init__(self, name: str, table: dict[str, Any]) -> None:
        self._fault = stored.noting(name)
        self.faults = list(faults_of(front_schema.FrontFile, table, file=name))
        if not self.faults:
            self.file = validate(front_schema.FrontFile, table)
            stored.at_hand(self.file.plugins, self._fault)
            self.faults += front_schema.contradictions(self.file, self._fault)

    def subject(self, given: Any) -> Problem | LinearModel:
        """Read the instance or the model, and make sure that it is the one."""
        file = self.file
        what = file.source if given is None else given
        subject: Problem | LinearModel
        if file.instance is None:
            subject = stored.opened(what, self._model, "--model", self._fault)
        else:
            subject = stored.opened(what, self._problem, "--instance", self._fault)
        stored.same(fingerprint(subject, file.criteria), file.fingerprint, self._fault)
        return subject

    def _problem(self, what: Instance | str | Path) -> Problem:
        return stored.problem(what, self.file.limits)

    def _model(self, what: LinearModel | str | Path) -> LinearModel:
        from koopopt.exchange import read_mps

        model = what if isinstance(what, LinearModel) else read_mps(what)
        known = Names(o.name for o in model.objectives)
        faults = [
            self._fault(T("There is no objective of this name."), known.remedy(name),
                        f"criteria[{k}]", name)
            for k, name in enumerate(self.file.criteria, 1)
            if name not in known
        ]  # fmt: skip
        if faults:
            raise DataError(faults)
        return with_objectives(model, self.file.criteria)

    def front(self, subject: Problem | LinearModel, named: str | None) -> Front:
        """Assemble the front."""
        file = self.file
        faults: list[Fault] = []
        points = []
        for k, point in enumerate(file.points, 1):
            if isinstance(subject, Problem):
                parts, place = point.partnerships or (), f"points[{k}].partnerships"
                faults += stored.plan_faults(subject, parts, place, self._fault)
                solution: Plan | tuple[float, ...] = stored.plan(parts)
            else:
                columns = dict(point.columns or {})
                known = Names(subject.columns)
                faults += [
                    self._fault(T("There is no such column."), known.remedy(name),
                                f"points[{k}].columns", name)
                    for name in columns if name not in known
                ]  # fmt: skip
                solution = tuple(float(columns.get(name, 0.0)) for name in subject.columns)
            values = tuple(float(point.criteria[name]) for name in file.criteria)
            points.append(Point(values, solution))
        if faults:
            raise DataError(condensed(faults))
        return Front(
            subject=subject,
            criteria=file.criteria,
            resolution=tuple(float(file.resolution[name]) for name in file.criteria),
            points=tuple(points),
            certificate=front_schema.certificate(file),
            seconds=float(file.seconds),
            interrupted=file.interrupted,
            infeasible=file.infeasible,
            messages=file.messages,
            source=named or file.source,
            solver_options=file.solver_options,
        )

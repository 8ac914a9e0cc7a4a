"""A run is read again: what `koopopt solve --out` wrote becomes the `Result` it was written from.

The problem is built anew from the instance, the weights, the order and the limits in run.json,
and the plan is evaluated anew. What a report says must follow from the data: where the file and
the evaluator disagree, that is told and nothing is shown.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final, Literal

from annotated_types import Ge
from pydantic import ConfigDict

from koopopt.case import resources
from koopopt.case.facts import TOLERANCE
from koopopt.case.instance import Instance
from koopopt.case.library import STRICT, NonNegative
from koopopt.checking import request
from koopopt.checking.schema import faults_of, validate
from koopopt.criteria import CRITERIA
from koopopt.errors import DataError, Fault, UsageError
from koopopt.evaluation import Evaluation, evaluate
from koopopt.language.hints import Names
from koopopt.linear import LinearModel
from koopopt.pareto.front import Front
from koopopt.problem import Problem
from koopopt.reading.faults import condensed
from koopopt.reading.whereabouts import source_of
from koopopt.solvers.base import relative_gap
from koopopt.solvers.options import Value
from koopopt.solving.optimise import Result, Status
from koopopt.storage import front_reading, front_writing, stored
from koopopt.storage.migration import in_units
from koopopt.storage.run_writing import RUN_FILE
from koopopt.storage.stored import (
    ANEW,
    Noting,
    Number,
    Part,
)
from koopopt.text import T, Text

RUN_KEYS: Final = {"status", "partnerships"}
"""Keys by which a run is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked of the solver."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    gap: NonNegative
    """Relative gap at which the search may stop."""
    time_limit: NonNegative | None
    """Seconds; null is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFile:
    """What a run.json holds; those of older versions have no `source`."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    instance: str
    """Name of the instance."""
    status: Literal["optimal", "feasible", "infeasible", "no_solution"]
    """Whether a plan was found, and proved to be best."""
    objective: Number | None
    """Weighted sum of the criteria; null without a plan."""
    bound: Number | None
    """Lower bound of the objective; null is none."""
    gap: NonNegative | None
    """Relative distance of objective and bound; null: unknown."""
    criteria: Mapping[str, Number | None]
    """Values of the criteria, by name; null without a plan."""
    partnerships: tuple[Part, ...]
    """The plan; empty where none was found."""
    formulation: str
    """The formulation."""
    solver: str
    """The back end and its version."""
    seconds: NonNegative | None
    """Time of the search."""
    interrupted: bool
    """Whether the search was stopped."""
    message: str
    """What the back end said."""
    started: str
    """When, in ISO 8601."""
    fingerprint: str
    """What the data were, as a hash."""
    weights: Mapping[str, NonNegative]
    """Weights of the criteria, by name."""
    lexicographic: tuple[str, ...]
    """Order of criteria; empty is none."""
    limits: Mapping[str, Number]
    """Upper bounds on criteria, by name."""
    asked: Asked
    """What was asked of the solver."""
    seed: int
    """Seed of random numbers."""
    threads: Annotated[int, Ge(1)]
    """Number of threads."""
    platform: str
    """The system."""
    python: str
    """Version of Python."""
    versions: Mapping[str, str | None]
    """Versions of libraries, by name; null: not there."""
    source: str | None = None
    """Where the instance was read from."""
    reasons: tuple[str, ...] = ()
    """Rules that leave no plan."""
    solver_options: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    """Options that were given for back ends' own libraries, by back end."""
    doubts: tuple[str, ...] = ()
    """What the back end said wrongly."""
    plugins: Mapping[str, str] = field(default_factory=dict)
    """Packages that the criteria, rules and models are from, with their versions."""

    @property
    def found(self) -> bool:
        """Whether the status says that there is a plan."""
        return self.status in ("optimal", "feasible")


def read(path: str | Path, *, instance: Instance | str | Path | None = None) -> Result:
    """Read a run.

    Parameters
    ----------
    path : str or Path
        A run.json, or the folder it is in.
    instance : Instance, str or Path, optional
        Instead of the instance that the file names; it must mean the same.

    Raises
    ------
    DataError
        With every fault found.
    """
    place = Path(path)
    place = place / RUN_FILE if os.path.isdir(place) else place
    return of_table(place.name, stored.parsed(place), instance=instance)


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
    if len(front_reading.FRONT_KEYS & table.keys()) > 1:
        front = front_reading.of_table(place.name, table, instance=instance, model=model)
        _raise(list(_of_front(place.name, front)))
        return front
    if not table.keys() >= RUN_KEYS:
        raise _neither(place.name)
    if model is not None:
        raise UsageError(T("The run is of an instance, not of a model."))
    return of_table(place.name, table, instance=instance)


def files_of(path: Path) -> tuple[Path, ...]:
    """Return the files that `any_of` may read there."""
    return (path / RUN_FILE, path / front_writing.FRONT_FILE) if os.path.isdir(path) else (path,)


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
        yield from _disagreements(found, figures, f"points[{k}].partnerships", stored.noting(name))


def _disagreements(
    found: Evaluation,
    figures: Mapping[str, tuple[float | None, float]],
    parts: str,
    fault: Noting,
) -> Iterator[Fault]:
    """Yield the rules that a plan breaks, and where figures are not what a file says.

    `figures` has by place in the file what is said and what was found; `parts` is the place of
    the partnerships.
    """
    for broken in found.violations:
        rule = T("The plan breaks the rule {rule}: {text}", rule=broken.rule, text=broken.text)
        yield fault(rule, ANEW, parts)
    for place, (said, value) in figures.items():
        if not _close(said, value):
            yield fault(T("The plan's value is {value}.", value=value), ANEW, place, str(said))


def _neither(name: str) -> DataError:
    rule = T("This is neither a run nor a front.")
    remedy = T("Give what `koopopt solve --out DIR` or `koopopt front --out DIR` wrote.")
    return DataError([Fault(name, rule, remedy)])


def of_table(
    name: str, table: dict[str, Any], *, instance: Instance | str | Path | None = None
) -> Result:
    """Return the run in the object of a file of this name; see `read`."""
    if not table.keys() >= RUN_KEYS:
        remedy = T("Give the run.json that `koopopt solve --out DIR` wrote, or its folder.")
        raise DataError([Fault(name, T("This is no run."), remedy)])
    if "fingerprint" not in table:
        rule = T("The file does not say which data it was computed for.")
        remedy = T("Give the run.json of `koopopt solve --out DIR`; what --json prints has less.")
        raise DataError([Fault(name, rule, remedy, column="fingerprint")])
    _raise(list(faults_of(RunFile, table, file=name)))
    reader = _Reader(validate(RunFile, table), stored.noting(name))
    stored.at_hand(reader.file.plugins, reader.fault)
    _raise(list(reader.contradictions()))
    return reader.result(reader.problem(instance), source_of(instance))


def _raise(faults: list[Fault]) -> None:
    if faults:
        raise DataError(condensed(faults))


@dataclass(frozen=True, slots=True)
class _Reader:
    """What stands in one file."""

    file: RunFile
    fault: Noting

    def contradictions(self) -> Iterator[Fault]:
        """Yield names that there are not, and where parts of the file do not fit together."""
        file, known = self.file, Names(CRITERIA)
        named: dict[str, tuple[str, ...]] = {
            "criteria": tuple(file.criteria),
            "weights": tuple(file.weights),
            "limits": tuple(file.limits),
            "lexicographic": file.lexicographic,
        }
        for column, names in named.items():
            for name in names:
                if name not in known:
                    rule = T("There is no criterion of this name.")
                    yield self.fault(rule, known.remedy(name), column, name)
        for name, value in file.weights.items():
            try:
                request.weight(name, value)
            except UsageError as error:
                yield self.fault(error.message, ANEW, f"weights.{name}", str(value))
        if len(set(file.lexicographic)) < len(file.lexicographic):
            rule = T("A criterion stands twice.")
            yield self.fault(rule, ANEW, "lexicographic", ", ".join(file.lexicographic))
        if not _is_moment(file.started):
            rule = T("This is no date and time, like 2026-11-30T12:00:00+00:00.")
            yield self.fault(rule, ANEW, "started", file.started)
        if file.found != bool(file.partnerships):
            rule = T("There are partnerships exactly where a plan was found.")
            yield self.fault(rule, ANEW, "status", file.status)

    def problem(self, given: Instance | str | Path | None) -> Problem:
        """Build the problem anew, and make sure that it is the one."""
        file, what = self.file, given
        if what is None:
            shipped = file.instance if file.instance in resources.instances() else None
            what = file.source or shipped

        def asked(what: Instance | str | Path) -> Problem:
            return stored.problem(
                what, file.limits, weights=file.weights, lexicographic=file.lexicographic
            )

        problem = stored.opened(what, asked, "--instance", self.fault)
        stored.same(problem.instance.fingerprint, file.fingerprint, self.fault)
        return problem

    def result(self, problem: Problem, source: str | None) -> Result:
        """Assemble the result; `source` is how another instance than the file's was named."""
        file, parts = self.file, self.file.partnerships
        evaluation = None
        if parts:
            _raise(list(stored.plan_faults(problem, parts, "partnerships", self.fault)))
            evaluation = evaluate(problem, stored.plan(parts))
            file = in_units(file, evaluation)
            again = replace(self, file=file)
            _raise([*again._figures(evaluation), *again._claims(evaluation)])
        return Result(
            problem=problem,
            status=Status(file.status),
            evaluation=evaluation,
            bound=file.bound,
            formulation=file.formulation,
            solver=file.solver,
            seconds=file.seconds or 0.0,
            seed=file.seed,
            threads=file.threads,
            interrupted=file.interrupted,
            message=file.message,
            doubts=_sentences(file.doubts),
            reasons=_sentences(file.reasons),
            started=datetime.fromisoformat(file.started),
            gap_asked=file.asked.gap,
            time_limit=file.asked.time_limit,
            source=source or file.source,
            solver_options=file.solver_options,
        )

    def _figures(self, evaluation: Evaluation) -> Iterator[Fault]:
        """Yield where the evaluator finds other figures, or broken rules."""
        file = self.file
        figures: dict[str, tuple[float | None, float]] = {
            f"criteria.{name}": (file.criteria.get(name), value)
            for name, value in evaluation.criteria.items()
            if name in file.criteria or not CRITERIA[name].package  # it may have come since
        }
        figures["objective"] = (file.objective, evaluation.objective)
        yield from _disagreements(evaluation, figures, "partnerships", self.fault)

    def _claims(self, evaluation: Evaluation) -> Iterator[Fault]:
        """Yield where the proof that is claimed does not follow from bound and objective."""
        file, objective = self.file, evaluation.objective
        if file.bound is not None and file.bound > objective + _slack(objective):
            rule = T("The lower bound is above the objective.")
            yield self.fault(rule, ANEW, "bound", str(file.bound))
            return
        gap = relative_gap(objective, file.bound)
        if file.gap is not None if gap is None else not _close(file.gap, gap):
            rule = T("The gap does not follow from objective and bound.")
            yield self.fault(rule, ANEW, "gap", str(file.gap))
        elif file.status == "optimal" and (gap is None or gap > file.asked.gap + TOLERANCE):
            rule = T("The status does not follow from the gap.")
            yield self.fault(rule, ANEW, "status", file.status)


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _sentences(said: Iterable[str]) -> tuple[Text, ...]:
    """Return sentences of a file as they stand there: in the language in which it was written."""
    return tuple(Text("{said}", {"said": sentence}) for sentence in said)


def _slack(value: float) -> float:
    return 1e-9 * max(1.0, abs(value))


def _close(said: float | None, value: float) -> bool:
    """Whether two figures differ by no more than rounding."""
    return said is not None and abs(said - value) <= _slack(value)

"""A run is read again: what `koopopt solve --out` wrote becomes the `Result` it was written from.

The problem is built anew from the instance, the weights, the order and the limits in run.json,
and the plan is evaluated anew. What a report says must follow from the data: where the file and
the evaluator disagree, that is told and nothing is shown.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from koopopt.case import resources
from koopopt.case.facts import TOLERANCE
from koopopt.case.instance import Instance
from koopopt.checking import request
from koopopt.checking.schema import faults_of, validate
from koopopt.criteria import CRITERIA
from koopopt.errors import DataError, Fault, UsageError
from koopopt.evaluation import Evaluation, evaluate
from koopopt.language.hints import Names
from koopopt.problem import Problem
from koopopt.reading.faults import condensed
from koopopt.reading.whereabouts import source_of
from koopopt.solvers.base import relative_gap
from koopopt.solving.optimise import Result, Status
from koopopt.storage import stored
from koopopt.storage.migration import LATER, upgraded
from koopopt.storage.over_scenarios import Claims
from koopopt.storage.run_schema import RUN_FILE, RUN_FORMAT, RUN_KEYS, RunFile
from koopopt.storage.stored import (
    COMPUTE_ANEW,
    Noting,
    close,
    slack,
)
from koopopt.text import T, Text


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


def disagreements(
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
        yield fault(rule, COMPUTE_ANEW, parts)
    for place, (said, value) in figures.items():
        if not close(said, value):
            yield fault(
                T("The plan's value is {value}.", value=value), COMPUTE_ANEW, place, str(said)
            )


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
    stored.check_format(name, table.get("format", 1), 1, RUN_FORMAT)
    raise_all(faults_of(RunFile, table, file=name))
    reader = _Reader(validate(RunFile, table), stored.noting(name))
    stored.at_hand(reader.file.plugins, reader.fault)
    raise_all(reader.contradictions())
    return reader.result(reader.problem(instance), source_of(instance))


def raise_all(faults: Iterable[Fault]) -> None:
    """Raise `DataError` with all faults, if there are any."""
    faults = list(faults)
    if faults:
        raise DataError(condensed(faults))


def _may_have_come_since(name: str) -> bool:
    """Whether a run of before may lack a criterion."""
    return name in LATER or bool(CRITERIA[name].package)


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
                yield self.fault(error.message, COMPUTE_ANEW, f"weights.{name}", str(value))
        if len(set(file.lexicographic)) < len(file.lexicographic):
            rule = T("A criterion stands twice.")
            yield self.fault(rule, COMPUTE_ANEW, "lexicographic", ", ".join(file.lexicographic))
        if not _is_moment(file.started):
            rule = T("This is no date and time, like 2026-11-30T12:00:00+00:00.")
            yield self.fault(rule, COMPUTE_ANEW, "started", file.started)
        if file.found != bool(file.partnerships):
            rule = T("There are partnerships exactly where a plan was found.")
            yield self.fault(rule, COMPUTE_ANEW, "status", file.status)
        if file.over_scenarios is not None and file.bound is not None:
            rule = T("Where a plan was chosen over scenarios, nothing is proven of the base case.")
            yield self.fault(rule, COMPUTE_ANEW, "bound", str(file.bound))

    def problem(self, given: Instance | str | Path | None) -> Problem:
        """Build the problem anew, and make sure that it is the one."""
        file, what = self.file, given
        if what is None:
            what = file.source or resources.shipped(file.instance)

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
            raise_all(list(stored.plan_faults(problem, parts, "partnerships", self.fault)))
            evaluation = evaluate(problem, stored.plan(parts))
            file = upgraded(file, evaluation)
            again = replace(self, file=file)
            raise_all([*again._figures(evaluation), *again._claims(evaluation)])
        if (over := file.over_scenarios) is not None:
            raise_all(Claims(over, problem, file.asked.gap, self.fault).faults(evaluation))
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
            formulation_reason=_sentence(file.formulation_reason),
            over_scenarios=None if over is None else over.value(),
        )

    def _figures(self, evaluation: Evaluation) -> Iterator[Fault]:
        """Yield where the evaluator finds other figures, or broken rules."""
        file = self.file
        figures: dict[str, tuple[float | None, float]] = {
            f"criteria.{name}": (file.criteria.get(name), value)
            for name, value in evaluation.criteria.items()
            if name in file.criteria or not _may_have_come_since(name)
        }
        figures["objective"] = (file.objective, evaluation.objective)
        yield from disagreements(evaluation, figures, "partnerships", self.fault)

    def _claims(self, evaluation: Evaluation) -> Iterator[Fault]:
        """Yield where the proof that is claimed does not follow from bound and objective."""
        file, objective = self.file, evaluation.objective
        if file.bound is not None and file.bound > objective + slack(objective):
            rule = T("The lower bound is above the objective.")
            yield self.fault(rule, COMPUTE_ANEW, "bound", str(file.bound))
            return
        gap = relative_gap(objective, file.bound)
        if file.gap is not None if gap is None else not close(file.gap, gap):
            rule = T("The gap does not follow from objective and bound.")
            yield self.fault(rule, COMPUTE_ANEW, "gap", str(file.gap))
        elif file.status == "optimal" and (gap is None or gap > file.asked.gap + TOLERANCE):
            rule = T("The status does not follow from the gap.")
            yield self.fault(rule, COMPUTE_ANEW, "status", file.status)


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _sentence(said: str | None) -> Text | None:
    """Return a sentence of a file as it stands there: in the language in which it was written."""
    return None if said is None else Text("{said}", {"said": said})


def _sentences(said: Iterable[str]) -> tuple[Text, ...]:
    return tuple(filter(None, map(_sentence, said)))

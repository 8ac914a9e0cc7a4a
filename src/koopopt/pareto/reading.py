"""Reading a front from its file: every defect is told with its place, as for instances.

The file names the instance (or the MPS file) it is of; that is read again, and its fingerprint
must be the one in the file. What is read is well formed, no more: whether the plans keep the
rules and the certificate proves what it claims is for `pareto.verify` to say.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from koopopt.errors import DataError, Fault, UsageError
from koopopt.hints import Names
from koopopt.instance.faults import condensed
from koopopt.instance.read import read as read_instance
from koopopt.instance.tables import MAX_BYTES, too_large
from koopopt.instance.values import Instance
from koopopt.library import ALONE
from koopopt.linear import LinearModel
from koopopt.pareto import document
from koopopt.pareto.files import FORMAT, JSON_FILE, fingerprint
from koopopt.pareto.front import Front
from koopopt.pareto.models import chosen
from koopopt.pareto.oracle import Point
from koopopt.plan import Partnership, Plan
from koopopt.problem import Problem
from koopopt.schema import faults_of, validate
from koopopt.text import T, Text

MARKS: Final = {"criteria", "points", "certificate"}
"""Keys by which a front is known."""
ANEW = T("Take an undamaged copy, or compute the front anew.")
NO_OTHER = T("Give the instance or model it was computed for, or compute the front anew.")


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
    place = Path(path)
    if place.is_dir():
        place = place / JSON_FILE
    table = _parsed(place)
    reader = _Reader(place.name, table)
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
    return reader.front(reader.subject(given), None if given is None else _named(given))


def _named(given: object) -> str | None:
    return None if isinstance(given, (Instance, LinearModel)) else str(given)


def _parsed(path: Path) -> dict[str, Any]:
    """Return the object in a file."""

    def wrong(rule: Text, remedy: Text = ANEW, row: int | None = None) -> DataError:
        return DataError([Fault(path.name, rule, remedy, row=row)])

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(table := dict(pairs)) < len(pairs):
            raise _TwiceError
        return table

    try:
        if path.stat().st_size > MAX_BYTES:
            raise DataError([too_large(path.name)])
        table = json.loads(path.read_bytes(), object_pairs_hook=once)
    except FileNotFoundError:
        raise wrong(T("The file is missing."), T("Check the path.")) from None
    except OSError as error:
        rule = T("The file cannot be read: {reason}.", reason=error.strerror or str(error))
        raise wrong(rule, T("Check the path and the file.")) from None
    except RecursionError:
        raise wrong(T("The values are nested far too deeply.")) from None
    except _TwiceError:
        raise wrong(T("A key stands twice in one object.")) from None
    except ValueError as error:
        row = error.lineno if isinstance(error, json.JSONDecodeError) else None
        raise wrong(T("This is no valid JSON."), row=row) from None
    if not isinstance(table, dict) or len(MARKS & table.keys()) < 2:
        remedy = T("Give the front.json that `koopopt front` wrote, or its folder.")
        raise wrong(T("This is no front."), remedy)
    if table.get("format") != FORMAT:
        fault = Fault(
            path.name,
            T("The file has another format; this version reads format {known}.", known=FORMAT),
            T("Read it with the version of koopopt that wrote it, or compute the front anew."),
            column="format",
            value=str(table.get("format")),
        )
        raise DataError([fault])
    return table


class _TwiceError(Exception):
    """A key stands twice."""


class _Reader:
    """What stands in one file; faults are noted there."""

    def __init__(self, name: str, table: dict[str, Any]) -> None:
        self.name = name
        self.faults = list(faults_of(document.File, table, file=name))
        if not self.faults:
            self.file = validate(document.File, table)
            self.faults += document.contradictions(self.file, self._fault)

    def subject(self, given: Any) -> Problem | LinearModel:
        """Read the instance or the model, and make sure that it is the one."""
        file = self.file
        what = file.source if given is None else given
        option = "--model" if file.instance is None else "--instance"
        if what is None:
            rule = T("The file does not say where its instance or model is.")
            remedy = T("Give it with {option}.", option=option)
            raise DataError([self._fault(rule, remedy, "source")])
        try:
            subject = self._model(what) if file.instance is None else self._problem(what)
        except DataError as error:
            rule = T("What the front is of cannot be read.")
            remedy = T("Mend it or put it back, or give it with {option}.", option=option)
            first = self._fault(rule, remedy, "source", str(what))
            raise DataError([first, *error.faults]) from None
        found = fingerprint(subject, file.criteria)
        if found != file.fingerprint:
            rule = T("The front was computed for other data: they have changed since.")
            fault = self._fault(rule, NO_OTHER, "fingerprint", file.fingerprint)
            raise DataError([fault])
        return subject

    def _problem(self, what: Instance | str | Path) -> Problem:
        instance = what if isinstance(what, Instance) else read_instance(what)
        plain = Problem.of(instance)
        own = plain.plan_conditions.limits
        more = {name: v for name, v in (self.file.limits or {}).items() if own.get(name) != v}
        return Problem.of(instance, limits=more) if more else plain

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
        return chosen(model, self.file.criteria)

    def front(self, subject: Problem | LinearModel, named: str | None) -> Front:
        """Assemble the front."""
        file = self.file
        faults: list[Fault] = []
        points = []
        for k, point in enumerate(file.points, 1):
            if isinstance(subject, Problem):
                faults += self._plan_faults(subject, point.partnerships or (), f"points[{k}]")
                solution: Plan | tuple[float, ...] = Plan(
                    Partnership(p.service, p.members, p.seat, p.legal_form)
                    for p in point.partnerships or ()
                )
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
            certificate=document.certificate(file),
            seconds=float(file.seconds),
            interrupted=file.interrupted,
            infeasible=file.infeasible,
            messages=file.messages,
            source=named or file.source,
        )

    def _plan_faults(
        self, problem: Problem, parts: Sequence[document.Part], place: str
    ) -> Iterator[Fault]:
        """Yield what keeps a plan from being one: unknown names, members missing or twice."""
        facts = problem.facts
        services, towns = Names(facts.service_index), Names(facts.ids)
        forms = Names([ALONE, *(f.id for f in facts.instance.legal_forms)])
        seen: set[tuple[str, str]] = set()
        for k, part in enumerate(parts, 1):
            here = f"{place}.partnerships[{k}]"
            named = [(services, "service", part.service), (forms, "legal_form", part.legal_form)]
            named += [(towns, "members", town) for town in part.members]
            for known, column, value in named:
                if value not in known:
                    rule, remedy = T("The instance has none of this name."), known.remedy(value)
                    yield self._fault(rule, remedy, f"{here}.{column}", value)
            for town in part.members:
                if (part.service, town) in seen:
                    rule = T("The municipality has two partnerships in this service.")
                    yield self._fault(rule, ANEW, f"{here}.members", town)
                seen.add((part.service, town))
            if part.seat not in part.members:
                yield self._fault(T("The seat is not a member."), ANEW, f"{here}.seat", part.seat)
            if (len(part.members) == 1) != (part.legal_form == ALONE):
                rule = T("The legal form 'alone' is for a single member, and for no other.")
                yield self._fault(rule, ANEW, f"{here}.legal_form", part.legal_form)
        for service in facts.service_index:
            for town in facts.ids:
                if (service, town) not in seen:
                    rule = T("{town} has no partnership in {service}.", town=town, service=service)
                    yield self._fault(rule, ANEW, f"{place}.partnerships")

    def _fault(
        self, rule: Text, remedy: Text, column: str | None = None, value: str | None = None
    ) -> Fault:
        return Fault(self.name, rule, remedy, column=column, value=value)

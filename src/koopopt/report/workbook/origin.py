"""The sheets that say where everything comes from: figures and data, proof and run."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

from koopopt.case.instance import Instance
from koopopt.report.values import parameters
from koopopt.report.values.decision import Decision
from koopopt.report.values.parameters import CONFIDENCE, Parameter
from koopopt.report.workbook.sheet import (
    DAY_FORMAT,
    GENERAL_FORMAT,
    WHOLE_FORMAT,
    ReportSheet,
    SheetColumn,
    SheetValue,
)
from koopopt.text import T, Text


def sources(instance: Instance) -> ReportSheet:
    """Return every figure with its source and how sure it is, then the sources of the data."""
    groups: list[tuple[Any, tuple[Parameter, ...]]] = [
        (service.title, parameters.of_service(service)) for service in instance.services
    ]
    groups += [(form.title, parameters.of_form(form)) for form in instance.legal_forms]
    groups.append((T("General"), parameters.of_travel_and_office(instance)))
    rows: list[tuple[Any, ...]] = [
        (of, p.name, _figure(p.value), p.unit, p.source, _confidence(p))
        for of, figures in groups
        for p in figures
    ]
    rows += [
        (T("Data"), source.what, None, None, source.line, None)
        for source in parameters.data_sources(instance)
    ]
    headings = (T("Of"), T("Figure"), T("Value"), T("Unit"), T("Source"), T("Confidence"))
    return ReportSheet(T("Sources"), tuple(map(SheetColumn, headings)), tuple(rows), fixed=2)


def _figure(value: object) -> SheetValue:
    """Return 1,242,000 or 0.95: a figure has the decimals that it has."""
    whole = isinstance(value, (int, float)) and float(value).is_integer()
    return SheetValue(value, WHOLE_FORMAT if whole else GENERAL_FORMAT)


def _confidence(p: Parameter) -> SheetValue:
    return SheetValue(CONFIDENCE[p.confidence], marked=p.confidence == "assumption")


def about(decision: Decision, notes: Iterable[Text]) -> ReportSheet:
    """Return what was proven, what a reader must know, and how it was computed."""
    instance = decision.problem.instance
    rows: list[tuple[Any, Any]] = [(T("Instance"), instance.title or instance.name)]
    if len(decision.plans) > 1:
        number, count = decision.chosen + 1, len(decision.plans)
        rows.append((T("Plan"), T("Plan {number} of {count}", number=number, count=count)))
    rows += [(T("What was proven"), sentence) for sentence in decision.verdict]
    rows += [(T("To be known"), note) for note in notes]
    rows += [
        (T("How it was computed"), decision.run),
        (T("Fingerprint of the data"), decision.fingerprint),
        (T("Version"), f"koopopt {version('koopopt')}"),
        (T("Date"), SheetValue(decision.made, DAY_FORMAT)),
    ]
    return ReportSheet(T("About"), (SheetColumn(T("What")), SheetColumn(T("Value"))), tuple(rows))

"""The figures and rules of the model library for the page, and what they rest on.

Many figures share a source, so each stands once, in a numbered list below them; a figure has the
number.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from koopopt.case.instance import Instance
from koopopt.case.library import Said, ServiceModel
from koopopt.report.values import parameters
from koopopt.report.values.parameters import Parameter
from koopopt.report.words import rules
from koopopt.report.words.about import separated
from koopopt.report.words.labels import WORDS
from koopopt.text import T


def of(instance: Instance) -> dict[str, Any]:
    """Return the figures, grouped by what they are figures of, and the list of their sources."""
    found: list[Said] = []
    groups = [
        (s.title, s.description, (*parameters.of_service(s), *_rules(s))) for s in instance.services
    ]
    groups += [(f.title, f.description, parameters.of_form(f)) for f in instance.legal_forms]
    groups.append(({}, {}, parameters.of_travel_and_office(instance)))
    figures = [
        {
            "title": title or WORDS["general"],
            "description": description,
            "rows": [_row(p, found) for p in rows],
        }
        for title, description, rows in groups
    ]
    return {"figures": figures, "origins": found}


def _rules(service: ServiceModel) -> Iterator[Parameter]:
    """Yield what a service asks of partnerships, as one figure."""
    asked = rules.of_service(service)
    if asked:
        source = service.rules.get("source", "")
        confidence = service.rules.get("confidence", "assumption")
        yield Parameter(T("Rules for pooling"), separated(asked), "", source, confidence)


def _row(p: Parameter, found: list[Said]) -> dict[str, Any]:
    """Return a figure with the place of its source in the list, where a new one is added."""
    if p.source and p.source not in found:
        found.append(p.source)
    return {
        "name": p.name,
        "value": p.value,
        "unit": p.unit,
        "source": found.index(p.source) if p.source else None,
        "confidence": p.confidence,
    }

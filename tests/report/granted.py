"""Evidence for a grant of the tiny instance, with names that others could have chosen."""

from __future__ import annotations

from typing import Any

import tiny
from koopopt.grants.criteria import Given
from koopopt.grants.evidence import evidence
from koopopt.grants.reading import library_programme
from koopopt.grants.split import Split
from koopopt.problem import Problem
from koopopt.report.values.grants import Application
from koopopt.sharing.keys import Key


def application(
    names: list[str] | None = None,
    land: str = "hessen",
    given: Given | None = None,
    split: dict[tuple[str, str], Split] | None = None,
    **changes: Any,
) -> Application:
    problem = Problem.of(tiny.instance(names, **changes))
    programme, key = library_programme(land), Key("demand")
    found = evidence(problem, tiny.pooled_plan(problem), programme, key, given, split)
    return Application(problem, programme, key, found)

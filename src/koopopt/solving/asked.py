"""What is asked, however it is given: a problem, an instance, or where to read one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from koopopt.case.instance import Instance
from koopopt.errors import UsageError
from koopopt.problem import Problem
from koopopt.text import T

Asked = Problem | Instance | str | Path
"""A problem; or an instance, or its name, folder or workbook, for the problem of its own."""


def problem_of(
    what: Asked,
    *,
    weights: Mapping[str, float] | None = None,
    lexicographic: Sequence[str] = (),
    limits: Mapping[str, float] | None = None,
) -> Problem:
    """Return the problem that is meant; see `Problem.of`.

    Raises
    ------
    DataError
        With every fault of an instance that is read.
    UsageError
        If something is asked of a problem besides what it asks already.
    """
    if not isinstance(what, Problem):
        return Problem.of(
            _instance(what), weights=weights, lexicographic=lexicographic, limits=limits
        )
    if weights or lexicographic or limits:
        raise UsageError(
            T("A problem has its weights, order and limits already; give an instance with others.")
        )
    return what


def _instance(what: Instance | str | Path) -> Instance:
    if isinstance(what, Instance):
        return what
    from koopopt.reading.instance import read  # who solves what is in memory starts without it

    return read(what)

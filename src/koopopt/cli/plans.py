"""SOURCE of commands about one plan: a run, a front, or a table of a plan with its instance."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from koopopt.cli.output import note, tell
from koopopt.errors import DataError, Fault, UsageError
from koopopt.text import T, Text

if TYPE_CHECKING:
    from koopopt.case.plan import Plan
    from koopopt.evaluation import Evaluation
    from koopopt.problem import Problem
    from koopopt.rules import Violation

TABLE: Final = ".csv"
"""Ending of tables of plans, besides those of spreadsheets."""


def chosen(source: Path, instance: str | None, plan: int | None, lang: str) -> Evaluation:
    """Return a plan that is in no way malformed; on standard error, which rules it breaks.

    Parameters
    ----------
    source : Path
        A run or a front, or a table of a plan, which is told by its ending.
    instance : str or None
        Needed for a table; for a run or a front only where it is not where it was.
    plan : int or None
        Which plan of a front, from 1.
    lang : str
        Language of notes.

    Raises
    ------
    DataError, UsageError
    """
    if not is_table(source):
        from koopopt.report.write import prepared
        from koopopt.storage import reading

        found = prepared(reading.any_of(source, instance=instance), plan=plan).plan
    else:
        if plan is not None:
            raise UsageError(T("--plan is for a front; {path} holds one plan.",
                               path=repr(str(source))))  # fmt: skip
        found = _of_table(source, instance, lang)
    if (told := broken(found)) is not None:
        note(T("Note: {message}", message=told).render(lang))
    return found


def is_table(source: Path) -> bool:
    """Whether a name is that of a table of a plan, and not of a run, a front or a folder."""
    from koopopt.reading.spreadsheets.kinds import ENDINGS

    return source.suffix.lower() in (TABLE, *ENDINGS) and not os.path.isdir(source)


def broken(evaluation: Evaluation) -> Text | None:
    """Return the sentence that says which rules a plan breaks, and how often; None if it does not.

    Of a plan that is not malformed.
    """
    counts = Counter(violation.rule for violation in evaluation.violations)
    if not counts:
        return None
    rules = ", ".join(f"{rule} ({count})" for rule, count in counts.items())
    return T("The plan breaks rules: {rules}. `koopopt evaluate` says where.", rules=rules)


def newly_broken(problem: Problem, now: Plan) -> Callable[[Plan], tuple[Violation, ...]]:
    """Return what says which rules another plan breaks that the present one keeps.

    The rule `stable` apart: whoever moves leaves somebody.
    """
    from koopopt.evaluation import evaluate
    from koopopt.rules import Stable

    rules = tuple(rule for rule in problem.plan_rules if not isinstance(rule, Stable))
    asked = replace(problem, plan_rules=rules)

    def broken_by(plan: Plan) -> dict[tuple[object, ...], Violation]:
        found = evaluate(asked, plan).violations
        return {(v.rule, v.service, frozenset(v.members)): v for v in reversed(found)}

    known = broken_by(now)
    return lambda plan: tuple(
        v for which, v in reversed(broken_by(plan).items()) if which not in known
    )


def texts(violations: Iterable[Violation], lang: str) -> list[str]:
    """Return what is broken in words."""
    return [v.text.render(lang) for v in violations]


def _of_table(source: Path, instance: str | None, lang: str) -> Evaluation:
    """Read a plan and its instance, and evaluate it."""
    from koopopt.cli.sources import opened
    from koopopt.evaluation import evaluate
    from koopopt.problem import Problem
    from koopopt.reading.plans import read_plan

    if instance is None:
        raise UsageError(
            T("{path} is a table of a plan; add its instance: --instance INSTANCE.",
              path=repr(str(source)))
        )  # fmt: skip
    case = opened(instance, lang)
    notes: list[Fault] = []
    found = evaluate(Problem.of(case), read_plan(source, case, notes))
    tell(notes, lang)
    if not found.amounts:  # reading has found most of what makes a plan malformed
        remedy = T("Mend the plan.")
        raise DataError([Fault(source.name, v.text, remedy) for v in found.violations])
    return found


def town_of(problem: Problem, said: str) -> str:
    """Return the id of the municipality of an id or a name.

    Raises
    ------
    UsageError
        Where there is none, or several have the name.
    """
    towns = problem.instance.municipalities
    fitting = [t.id for t in towns if t.id == said] or [t.id for t in towns if t.name == said]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise UsageError(
            T("{name} is the name of several municipalities; give an id: {ids}.",
              name=repr(said), ids=", ".join(fitting))
        )  # fmt: skip
    raise UsageError(T("There is no municipality {name}; give its id or its name.",
                       name=repr(said)))  # fmt: skip

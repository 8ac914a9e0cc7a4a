"""Results as JSON for other programs: the objects of section 6 of docs/semantics.md.

Numbers are JSON numbers; what is not known, or not finite, is null.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from koopopt.case.facts import euros
from koopopt.case.plan import Plan
from koopopt.evaluation import Evaluation
from koopopt.problem import Problem
from koopopt.savings.saving import SHARES, Savings
from koopopt.solvers.options import table as options_table
from koopopt.solving.optimise import Result
from koopopt.text import Text


def of_result(
    result: Result,
    reasons: tuple[Text, ...] = (),
    lang: str = "en",
    savings: Savings | None = None,
) -> dict[str, Any]:
    """Return the object of `koopopt solve --json`.

    With `savings` it has what the plan saves, see `of_saving`. A formulation that was chosen has a
    ``formulation_reason``, an infeasible problem ``reasons`` besides, and one whose back ends said
    what is not so has ``doubts``: sentences in `lang`.
    """
    evaluation = result.evaluation
    table: dict[str, Any] = {
        "instance": result.problem.instance.name,
        "status": result.status.value,
        "objective": _number(result.objective),
        "bound": _number(result.bound),
        "gap": _number(result.gap),
        "criteria": _criteria(result.problem, result.criteria),
        "partnerships": evaluation.partnerships() if evaluation else [],
        "formulation": result.formulation,
        "solver": result.solver,
        "seconds": _number(result.seconds),
    }
    if evaluation is not None and savings is not None:
        table |= of_saving(savings, evaluation.plan)
    if result.formulation_reason is not None:
        table["formulation_reason"] = result.formulation_reason.render(lang)
    if result.solver_options:
        table["solver_options"] = options_table(result.solver_options)
    if reasons:
        table["reasons"] = [reason.render(lang) for reason in reasons]
    if result.doubts:
        table["doubts"] = [doubt.render(lang) for doubt in result.doubts]
    return table


def of_saving(savings: Savings, plan: Plan) -> dict[str, Any]:
    """Return, as ``saving``, what a plan saves against all alone, EUR a year.

    Nothing where no number has a range on which costs depend. Quantiles are over samples, as those
    of `koopopt ranges --json`; ``losing`` is in how many of them the plan costs more.
    """
    if (found := savings.of(plan)) is None:
        return {}
    return {
        "saving": {
            "modelled": euros(found.modelled),
            "quantiles": {f"{share:g}": euros(found.at(share)) for share in SHARES},
            "losing": found.losing,
            "samples": len(found.sampled),
            "seed": savings.seed,
        }
    }


def of_evaluation(
    evaluation: Evaluation, lang: str = "en", savings: Savings | None = None
) -> dict[str, Any]:
    """Return the object of `koopopt evaluate --json`; the violations' texts are in `lang`.

    With `savings` it has what the plan saves, see `of_saving`.
    """
    known = bool(evaluation.criteria)
    saved = of_saving(savings, evaluation.plan) if known and savings is not None else {}
    return saved | {
        "instance": evaluation.problem.instance.name,
        "feasible": evaluation.feasible,
        "objective": _number(evaluation.objective),
        "criteria": _criteria(evaluation.problem, evaluation.criteria),
        "violations": [
            {
                "rule": v.rule,
                "service": v.service,
                "members": list(v.members),
                "text": v.text.render(lang),
            }
            for v in evaluation.violations
        ],
        "partnerships": evaluation.partnerships() if known else [],
        "municipalities": _municipalities(evaluation) if known else [],
    }


def _criteria(problem: Problem, values: Mapping[str, float]) -> dict[str, float | int | None]:
    """Return the criteria; those that count something as whole numbers."""
    table: dict[str, float | int | None] = {}
    for c in problem.criteria:
        value = _number(values.get(c.name))
        table[c.name] = round(value) if value is not None and c.resolution == 1 else value
    return table


def _municipalities(evaluation: Evaluation) -> list[dict[str, Any]]:
    return [
        {key: _number(v) if isinstance(v, float) else v for key, v in row.items()}
        for row in evaluation.municipality_rows()
    ]


def _number(value: float | None) -> float | None:
    """Return a finite number; None for all else."""
    return None if value is None or not math.isfinite(value) else value

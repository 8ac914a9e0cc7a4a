"""`koopopt evaluate`: what a given plan costs, and which rules it breaks."""

from __future__ import annotations

from pathlib import Path

from koopopt.cli.command import command, option
from koopopt.cli.output import page, say, say_json, tell
from koopopt.cli.sources import (
    ALL,
    all_option,
    instance_argument,
    json_option,
    opened,
    weight_option,
)
from koopopt.cli.types import SourceOption
from koopopt.errors import Fault
from koopopt.text import T

BREAKS_RULES = 4


@command("evaluate", text=T("Say what a plan of your own costs, and which rules it breaks."))
@instance_argument
@option(
    "--plan",
    required=True,
    type=SourceOption(),
    metavar="FILE",
    text=T("A plan.csv: service, municipality, seat [, partnership, legal_form]."),
)
@weight_option
@all_option
@json_option
def evaluate(
    lang: str,
    instance: str,
    plan: Path,
    weights: dict[str, float],
    everything: bool,
    as_json: bool,
) -> int:
    """Read both, evaluate, show; the exit code is 4 where the plan breaks a rule."""
    from koopopt.evaluation import evaluate as evaluated
    from koopopt.problem import Problem
    from koopopt.reading.plans import read_plan

    case = opened(instance, lang)
    notes: list[Fault] = []
    evaluation = evaluated(Problem.of(case, weights=weights), read_plan(plan, case, notes))
    tell(notes, lang)
    if as_json:
        from koopopt.savings.saving import Savings
        from koopopt.storage import objects

        say_json(objects.of_evaluation(evaluation, lang, Savings(evaluation.problem)))
    else:
        from koopopt.report.terminal import summaries
        from koopopt.report.values import summarise

        shown = summarise.of_evaluation(evaluation)
        told = summaries.render(
            shown, page(lang), municipalities=True, everything=everything, option=ALL
        )
        say(told)
    return 0 if evaluation.feasible else BREAKS_RULES

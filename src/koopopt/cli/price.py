"""`koopopt price`: what each rule in force costs, and its next step."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from koopopt.cli import documents
from koopopt.cli.command import command
from koopopt.cli.effects import (
    asking_options,
    effect_object,
    given,
    inquired,
    rule_object,
    shown,
    told,
)
from koopopt.cli.progress import Watch
from koopopt.cli.sources import instance_argument
from koopopt.text import T

if TYPE_CHECKING:
    from koopopt.case.plan import Plan


@command("price", text=T("Say what each rule in force costs, and what its next step would save."))
@instance_argument
@asking_options
def price(
    lang: str,
    instance: str,
    weights: dict[str, float],
    limits: dict[str, float],
    workers: int,
    time_limit: float | None,
    memory: int | None,
    as_json: bool,
    outputs: tuple[Path, ...],
    quiet: bool,
) -> int:
    """Read, solve with and without each rule, show."""
    from koopopt.inquiry.prices import Price, prices
    from koopopt.inquiry.tables import Prices
    from koopopt.report.values.answers import prices as words

    def table(p: Price, plan: Plan) -> dict[str, Any]:
        return {
            **rule_object(p.rule),
            "without": effect_object(p.without, plan, lang),
            "step": None if p.says is None else {
                "says": p.says.render(lang), **(effect_object(p.step, plan, lang) or {})},
        }  # fmt: skip

    documents.demand(outputs, [instance])
    with Watch(lang, quiet) as watch:
        problem = given(instance, lang, weights, limits, watch, time_limit)
        inquiry, found, stopped = inquired(
            problem, watch, lambda asked: Prices(asked.best, prices(asked, told(watch))),
            workers=workers, time_limit=time_limit, memory=memory,
        )  # fmt: skip
    return shown(inquiry, found, stopped, "rules", table, words.blocks, T("What rules cost"),
                 lang, as_json, outputs)  # fmt: skip

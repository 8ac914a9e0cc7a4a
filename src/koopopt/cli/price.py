"""`koopopt price`: what each rule in force costs, and its next step."""

from __future__ import annotations

from koopopt.cli.command import command
from koopopt.cli.effects import asking_options, effect_object, given, inquired, told
from koopopt.cli.output import page, say, say_json
from koopopt.cli.progress import Watch
from koopopt.cli.running import INTERRUPTED
from koopopt.cli.solve import show_result
from koopopt.cli.solved import exit_code
from koopopt.cli.sources import instance_argument
from koopopt.text import T


@command("price", text=T("Say what each rule in force costs, and what its next step would save."))
@instance_argument
@asking_options
def price(
    lang: str,
    instance: str,
    weights: dict[str, float],
    workers: int,
    time_limit: float | None,
    memory: int | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Read, solve with and without each rule, show."""
    with Watch(lang, quiet) as watch:
        problem = given(instance, lang, weights, watch, time_limit)
        from koopopt.inquiry.prices import prices

        inquiry, found, stopped = inquired(
            problem, watch, lambda asked: prices(asked, told(watch)),
            workers=workers, time_limit=time_limit, memory=memory,
        )  # fmt: skip
    best = inquiry.best
    if found is None or best.plan is None:
        show_result(best, lang, as_json)
        return exit_code(best, stopped)
    if as_json:
        from koopopt.storage import objects

        plan = best.plan
        say_json(
            {"instance": problem.instance.name,
             "best": objects.of_result(best, best.reasons, lang),
             "rules": [
                 {"rule": p.rule.key, "written": p.rule.words, "services": list(p.rule.services),
                  "without": effect_object(p.without, plan, lang),
                  "step": None if p.rule.step is None else {
                      "says": p.rule.step[0].render(lang),
                      **(effect_object(p.step, plan, lang) or {})}}
                 for p in found]}
        )  # fmt: skip
    else:
        from koopopt.report.terminal import rule_prices

        say(rule_prices.render(best, found, page(lang)))
    return INTERRUPTED if stopped else 0

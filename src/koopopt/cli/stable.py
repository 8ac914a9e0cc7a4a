"""`koopopt stable`: the partition that no group of municipalities would leave under a key."""

from __future__ import annotations

from koopopt.cli.command import command, option
from koopopt.cli.output import page, say, say_json
from koopopt.cli.sources import instance_argument, opened
from koopopt.errors import UsageError
from koopopt.text import T


@command("stable", text=T("Find the partition that no group would leave under a key."))
@instance_argument
@option(
    "--key",
    default="population",
    metavar="KEY",
    text=T("By what costs are shared: population, demand, equal or alone."),
)
@option("--json", "as_json", is_flag=True, text=T("Print the result as one JSON object."))
def stable(lang: str, instance: str, key: str, as_json: bool) -> int:
    """Read, find a core partition for each service, look for who blocks it, show."""
    from koopopt.case.plan import Plan
    from koopopt.evaluation import evaluate
    from koopopt.problem import Problem
    from koopopt.report.terminal import stability
    from koopopt.sharing.keys import WEIGHTED, Key
    from koopopt.sharing.stability import Alternatives

    asked = Key.parse(key)
    if asked.name not in WEIGHTED:
        raise UsageError(
            T("A partition that nobody leaves is found for the keys {known}.",
              known=", ".join(WEIGHTED))
        )  # fmt: skip
    problem = Problem.of(opened(instance, lang))
    if problem.facts.sites:
        raise UsageError(T("Stability with sites is not worked out yet; leave out sites.csv."))
    found, blocking, looked = [], [], 0
    for s in range(len(problem.facts.services)):
        all_of = Alternatives.of(problem, s)
        chosen = all_of.core_partition(asked)
        found += chosen
        looked += len(all_of.coalitions)
        blocking += all_of.blocking(chosen, asked, stability.MOST_SHOWN)
    evaluation = evaluate(problem, Plan(tuple(found)))
    if as_json:
        say_json(
            {"instance": problem.instance.name, "key": asked.name, "stable": not blocking,
             "coalitions": looked, "criteria": dict(evaluation.criteria),
             "violations": [v.text.render(lang) for v in evaluation.violations],
             "blocking": [{"service": b.service, "members": list(b.members),
                           "gains": [gain / 100 for gain in b.gains]} for b in blocking],
             "partnerships": evaluation.partnerships()}
        )  # fmt: skip
    else:
        say(stability.render(evaluation, asked, blocking, looked, page(lang)))
    return 0

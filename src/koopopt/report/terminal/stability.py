"""A partition that nobody leaves, on a terminal: the plan, and what was looked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from koopopt.case.facts import euros
from koopopt.evaluation import Evaluation
from koopopt.language.inert import on_line
from koopopt.report.terminal import summaries
from koopopt.report.terminal.page import Page
from koopopt.report.values import summarise
from koopopt.sharing.keys import Key
from koopopt.sharing.stability import Blocked
from koopopt.text import T

MOST_SHOWN: Final = 20
"""Groups that would leave which are listed, for each service."""


def render(
    evaluation: Evaluation, key: Key, blocking: Sequence[Blocked], looked: int, page: Page
) -> str:
    """Return the plan as text, then whether somebody would leave it."""
    summaries.render(summarise.of_evaluation(evaluation), page)
    page.gap()
    if not blocking:
        page.line(
            T("Costs shared {key}: in none of the {count} other partnerships that the rules allow"
              " would every member pay less.", key=key.title, count=looked)
        )  # fmt: skip
    for b in blocking:
        who = ", ".join(on_line(evaluation.problem.facts.seat_name(i)) for i in b.members)
        page.line(
            T("{service}: {members} would leave; each would pay {gain} EUR a year less at least.",
              service=b.service, members=who, gain=page.figure(euros(min(b.gains)), 2))
        )  # fmt: skip
    if evaluation.plan.pooled:
        page.line(T("Rules about the whole plan are not asked when partitions are found."))
    return page.text()

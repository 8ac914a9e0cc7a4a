"""What it costs that nobody leaves, on a terminal: a table by key, then who would leave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from koopopt.report.terminal.page import Page
from koopopt.sharing.keys import Key
from koopopt.solving.optimise import Status
from koopopt.solving.stability import Price
from koopopt.text import T, Text

KINDS: Final[dict[str, Text]] = {
    "individual": T("Nobody pays more than alone"),
    "core": T("No members of a partnership pay more than by themselves"),
    "key": T("No group of municipalities would each pay less by themselves"),
}

MOST_TOLD: Final = 3
"""Groups that would leave the best plan which are told."""


def render(found: Sequence[Price], late: Sequence[str], page: Page) -> str:
    """Return the prices of one kind of stability; `late` are keys that time ended before."""
    best, kind = found[0].best, KINDS[found[0].rule.stable or "key"]
    facts = best.problem.facts
    page.line(page.title(best.problem.instance.title), "bold")
    page.line(T("{kind}: what the cheapest such plan costs.", kind=kind))
    page.gap()
    headings = [
        (T("Costs shared"), "left"),
        (T("best plan"), "left"),
        (T("weighted sum"), "right"),
        (T("EUR a year"), "right"),
        (T("proven"), "left"),
    ]
    page.table(headings, ([page.words(cell) for cell in _row(price, page)] for price in found))
    if late:
        page.line(T("Time was over before these keys were looked at: {keys}.",
                    keys=", ".join(late)))  # fmt: skip
    for price in found:
        for v in price.leaving[:MOST_TOLD]:
            service = page.title(facts.services[facts.service_index[v.service or ""]].title)
            page.line(T("{key}, {service}: {text}", key=_key(price), service=service, text=v.text))
        for reason in price.stable.reasons:
            page.line(T("{key}: {text}", key=_key(price), text=reason))
    return page.text()


def _key(price: Price) -> Text:
    name = price.rule.shared_by
    return T("in some way") if name is None else Key.parse(name).title


def _row(price: Price, page: Page) -> list[Text | str]:
    best, stable = price.best.evaluation, price.stable.evaluation
    survives = T("stays together") if price.survives else T("is left")
    if stable is None or best is None:
        none = T("no such plan") if price.stable.status is Status.INFEASIBLE else T("none found")
        return [_key(price), survives, none, "", ""]
    more = stable.objective / best.objective - 1 if best.objective > 0 else None
    cost = stable.criteria["cost"] - best.criteria["cost"]
    proven = T("yes") if price.share is not None or price.survives else T("no")
    return [
        _key(price), survives,
        "" if more is None else T("{share} %", share=page.figure(100 * more, 2, sign=True)),
        page.figure(cost, 0, sign=True), proven,
    ]  # fmt: skip

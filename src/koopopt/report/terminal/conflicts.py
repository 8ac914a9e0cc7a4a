"""Why no plan keeps all rules, on a terminal: contradictions, single changes, what to give up."""

from __future__ import annotations

from koopopt.inquiry.conflicts import Conflicts
from koopopt.inquiry.conflicts.words import nearest_words
from koopopt.report.terminal.page import Page
from koopopt.text import T


def render(found: Conflicts, page: Page) -> str:
    """Return what was found as text."""
    page.line(page.title(found.problem.instance.title), "bold")
    if found.plan is not None:
        page.line(T("There is a plan that keeps all rules; koopopt solve finds the best one."))
        return page.text()
    if not found.conflicts:
        page.line(T("Whether a plan keeps all rules stayed open: time was over before."))
        return page.text()
    page.line(T("Proven: no plan keeps all rules."))
    if found.stable_aside:
        page.line(T("There is none without the rule stable either, so that is set aside here."))
    elif found.problem.stable is not None:
        page.line(T("What groups could do by themselves depends on the rules about partnerships, so"
                    " these are not up for discussion here."))  # fmt: skip
    _conflicts(found, page)
    _single(found, page)
    _given_up(found, page)
    return page.text()


def _conflicts(found: Conflicts, page: Page) -> None:
    for conflict in found.conflicts:
        page.gap()
        if len(conflict.rules) == 1:
            page.line(T("This rule alone leaves no plan:"), "bold")
        elif conflict.minimal:
            page.line(T("These rules contradict each other; without any one of them the others do"
                        " not:"), "bold")  # fmt: skip
        else:
            page.line(T("These rules contradict each other; perhaps some of them suffice:"), "bold")
        for rule in conflict.rules:
            page.line(rule.text, indent=2)
    page.gap()
    page.line(
        T("There are no other contradictions.")
        if found.complete
        else T("There may be other contradictions.")
    )


def _single(found: Conflicts, page: Page) -> None:
    page.gap()
    if not found.single:
        page.line(
            T("What is never to be given up leaves no plan, whatever else is given up.")
            if found.cheapest and not found.relaxations
            else T("No single rule is to blame: to give up one is not enough.")
            if found.cheapest
            else T("Whether it is enough to give up one rule stayed open.")
        )
        return
    page.line(T("Each of these changes alone is enough for a plan:"), "bold")
    for one in found.single:
        page.line(T("give up {rule}", rule=one.rules[0].text), indent=2)
        if one.nearest is not None:
            page.line(nearest_words(one.rules[0], one.nearest), indent=4)


def _given_up(found: Conflicts, page: Page) -> None:
    """Say the cheapest sets, unless single rules have been named that are as cheap."""
    single = {one.rules for one in found.single}
    if not found.relaxations or {one.rules for one in found.relaxations} == single:
        return
    page.gap()
    weight = page.any_figure(float(found.relaxations[0].weight))
    page.line(
        T("The cheapest to give up, proven (weight {weight}):", weight=weight)
        if found.cheapest
        else T("Together enough to give up; perhaps less would do (weight {weight}):",
               weight=weight),
        "bold",
    )  # fmt: skip
    for k, one in enumerate(found.relaxations):
        if k:
            page.line(T("or"), indent=2)
        for rule in one.rules:
            page.line(rule.text, indent=2)

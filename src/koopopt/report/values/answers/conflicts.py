"""Why no plan keeps all rules, as blocks: contradictions, single changes, what to give up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from koopopt.inquiry.conflicts import Conflicts
from koopopt.inquiry.conflicts.words import nearest_words
from koopopt.inquiry.in_words import in_words, with_name
from koopopt.inquiry.rules import InForce
from koopopt.report.values.blocks import BULLET, Block, Figure, Grid, Heading, Sentence, figure
from koopopt.text import T, Text


def blocks(found: Conflicts, *, wide: bool = False) -> Iterator[Block]:
    """Yield what was found; `wide`: rules as tables, which have room for their names."""
    instance = found.problem.instance
    yield Heading(instance.title or instance.name, 1)
    if found.plan is not None:
        yield Sentence(T("There is a plan that keeps all rules; koopopt solve finds the best one."))
        return
    if not found.conflicts:
        yield Sentence(T("Whether a plan keeps all rules stayed open: time was over before."))
        return
    yield Sentence(T("Proven: no plan keeps all rules."))
    if found.stable_aside:
        yield Sentence(
            T("There is none without the rule stable either, so that is set aside here.")
        )
    elif found.problem.stable is not None:
        yield Sentence(T("What groups could do by themselves depends on the rules about"
                         " partnerships, so these are not up for discussion here."))  # fmt: skip
    yield from _conflicts(found, wide=wide)
    yield from _single(found, wide=wide)
    yield from _given_up(found, wide=wide)


def _rules(
    found: Conflicts, rules: Sequence[InForce], title: Text, *, wide: bool
) -> Iterator[Block]:
    """Yield rules, one below the other."""
    instance = found.problem.instance
    if not wide:
        yield from (Sentence(with_name(rule, instance), BULLET) for rule in rules)
        return
    rows = tuple((in_words(rule, instance), rule.name) for rule in rules)
    yield Grid((T("Rule"), T("for --set")), rows, (0, 1), title)


def _conflicts(found: Conflicts, *, wide: bool) -> Iterator[Block]:
    for number, conflict in enumerate(found.conflicts, 1):
        if len(conflict.rules) == 1:
            said = T("This rule alone leaves no plan:")
        elif conflict.minimal:
            said = T("These rules contradict each other; without any one of them the others do"
                     " not:")  # fmt: skip
        else:
            said = T("These rules contradict each other; perhaps some of them suffice:")
        yield Heading(said, 2)
        title = T("Contradiction {number}", number=number)
        yield from _rules(found, conflict.rules, title, wide=wide)
    yield Sentence(
        T("There are no other contradictions.")
        if found.complete
        else T("There may be other contradictions.")
    )


def _single(found: Conflicts, *, wide: bool) -> Iterator[Block]:
    if not found.single:
        yield Sentence(
            T("What is never to be given up leaves no plan, whatever else is given up.")
            if found.cheapest and not found.relaxations
            else T("No single rule is to blame: to give up one is not enough.")
            if found.cheapest
            else T("Whether it is enough to give up one rule stayed open.")
        )
        return
    yield Heading(T("Each of these changes alone is enough for a plan:"), 2)
    if wide:
        instance = found.problem.instance
        rows = tuple(
            (in_words(one.rules[0], instance), one.rules[0].name,
             Figure(float(one.weight), None),
             "" if one.nearest is None else nearest_words(one.nearest))
            for one in found.single
        )  # fmt: skip
        headings = (T("give up"), T("for --set"), T("weight"), T("or change"))
        yield Grid(headings, rows, (0, 1, 3), T("Single changes"))
        return
    for one in found.single:
        rule = with_name(one.rules[0], found.problem.instance)
        near = () if one.nearest is None else (nearest_words(one.nearest),)
        yield Sentence(T("give up {rule}", rule=rule), BULLET, near)


def _given_up(found: Conflicts, *, wide: bool) -> Iterator[Block]:
    """Say the cheapest sets, unless single rules have been named that are as cheap."""
    single = {one.rules for one in found.single}
    if not found.relaxations or {one.rules for one in found.relaxations} == single:
        return
    weight = figure(float(found.relaxations[0].weight), None)
    yield Heading(
        T("The cheapest to give up, proven (weight {weight}):", weight=weight)
        if found.cheapest
        else T("Together enough to give up; perhaps less would do (weight {weight}):",
               weight=weight),
        2,
    )  # fmt: skip
    for k, one in enumerate(found.relaxations):
        if k:
            yield Sentence(T("or"))
        title = T("Give up {number}", number=k + 1)
        yield from _rules(found, one.rules, title, wide=wide)

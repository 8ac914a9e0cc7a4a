"""Why no plan keeps all rules, as blocks: contradictions, single changes, what to give up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from koopopt.case.instance import Instance
from koopopt.inquiry.conflicts import Conflicts, Relaxation
from koopopt.inquiry.conflicts.words import nearest_words
from koopopt.inquiry.in_words import in_words, whose, with_name
from koopopt.inquiry.rules import InForce
from koopopt.inquiry.steps import number
from koopopt.report.values.blocks import (
    BULLET,
    Block,
    Cell,
    Figure,
    Grid,
    Heading,
    Sentence,
    figure,
)
from koopopt.text import T, Text


def blocks(found: Conflicts, *, wide: bool = False, sheets: bool = False) -> Iterator[Block]:
    """Yield what was found; `wide`: rules as tables, which have room for their names.

    `sheets`: the same, with whose they are and with their numbers in columns to filter and sort by.
    """
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
    columns = _Columns(instance, sheets) if wide or sheets else None
    yield from _conflicts(found, columns)
    yield from _single(found, columns)
    yield from _given_up(found, columns)


@dataclass(frozen=True, slots=True)
class _Columns:
    """The columns that say which rule a row is of; on `sheets` also some to filter and sort by."""

    instance: Instance
    sheets: bool

    def headings(self, first: Text) -> tuple[Text, ...]:
        """Return the headings, that of the rule itself being said."""
        return (first, T("for --set"), *((T("Of"), T("Value")) if self.sheets else ()))

    @property
    def words(self) -> tuple[int, ...]:
        """The columns of words among them."""
        return (0, 1, 2) if self.sheets else (0, 1)

    def cells(self, rule: InForce) -> tuple[Cell, ...]:
        """Return the cells of a rule."""
        own = (whose(rule, self.instance) or "", _number(number(rule))) if self.sheets else ()
        return in_words(rule, self.instance), rule.name, *own


def _number(value: Any) -> Figure:
    """Return a number; nothing of what is none."""
    plain = isinstance(value, (int, float, Fraction)) and not isinstance(value, bool)
    return Figure(float(value) if plain else None, None)


def _rules(
    found: Conflicts, rules: Sequence[InForce], title: Text, columns: _Columns | None
) -> Iterator[Block]:
    """Yield rules, one below the other."""
    if columns is None:
        instance = found.problem.instance
        yield from (Sentence(with_name(rule, instance), BULLET) for rule in rules)
        return
    rows = tuple(map(columns.cells, rules))
    yield Grid(columns.headings(T("Rule")), rows, columns.words, title)


def _conflicts(found: Conflicts, columns: _Columns | None) -> Iterator[Block]:
    for k, conflict in enumerate(found.conflicts, 1):
        if len(conflict.rules) == 1:
            said = T("This rule alone leaves no plan:")
        elif conflict.minimal:
            said = T("These rules contradict each other; without any one of them the others do"
                     " not:")  # fmt: skip
        else:
            said = T("These rules contradict each other; perhaps some of them suffice:")
        yield Heading(said, 2)
        title = T("Contradiction {number}", number=k)
        yield from _rules(found, conflict.rules, title, columns)
    yield Sentence(
        T("There are no other contradictions.")
        if found.complete
        else T("There may be other contradictions.")
    )


def _single(found: Conflicts, columns: _Columns | None) -> Iterator[Block]:
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
    if columns is not None:
        headings = (*columns.headings(T("give up")), T("weight"), T("or change"))
        words = (*columns.words, len(headings) - 1)
        headings += (T("nearest value"),) if columns.sheets else ()
        rows = tuple((*columns.cells(one.rules[0]), *_change(one, columns)) for one in found.single)
        yield Grid(headings, rows, words, T("Single changes"))
        return
    for one in found.single:
        rule = with_name(one.rules[0], found.problem.instance)
        near = () if one.nearest is None else (nearest_words(one.nearest),)
        yield Sentence(T("give up {rule}", rule=rule), BULLET, near)


def _change(one: Relaxation, columns: _Columns) -> tuple[Cell, ...]:
    """Return what giving up a rule counts, and the nearest value with which there is a plan."""
    near = one.nearest
    said = "" if near is None else nearest_words(near)
    nearest = (_number(near and near.new),) if columns.sheets else ()
    return Figure(float(one.weight), None), said, *nearest


def _given_up(found: Conflicts, columns: _Columns | None) -> Iterator[Block]:
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
        yield from _rules(found, one.rules, title, columns)

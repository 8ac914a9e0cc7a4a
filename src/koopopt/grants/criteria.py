"""Criteria of a programme, each judged of one partnership: kept, not kept, or not to be told.

A criterion that the programme's sources do not mention cannot be told, and says so. Figures are
compared as whole cents and exact fractions; what is shown of a percentage is rounded down, so that
a saving just below the limit never looks like one that reaches it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from math import floor
from typing import Final

from koopopt.case.facts import Facts, euros
from koopopt.case.library import Said
from koopopt.exact import CENTS_PER_EURO, whole
from koopopt.grants.costs import Comparison, Saving
from koopopt.grants.programme import GrantProgramme, SavingAsked
from koopopt.problem import Problem
from koopopt.text import LANGUAGES, T, Text, number


class Verdict(Enum):
    """What is known of a criterion."""

    PASS = "pass"
    FAIL = "fail"
    OPEN = "open"


VERDICTS: Final[Mapping[Verdict, Text]] = {
    Verdict.PASS: T("kept"),
    Verdict.FAIL: T("not kept"),
    Verdict.OPEN: T("cannot be told"),
}
"""Verdicts in words."""


@dataclass(frozen=True, slots=True)
class Given:
    """What the user says and no instance holds.

    Attributes
    ----------
    years : int or None
        How long the members bind themselves.
    one_off : int or None
        One-off cost of each partnership, in cents.
    """

    years: int | None = None
    one_off: int | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A criterion, what is known of it, and the figures behind that.

    Attributes
    ----------
    name : str
        ``state``, ``members``, ``years``, ``saving``, ``eligible``, ``new`` or ``condition``.
    title : Text or mapping
        What is asked for.
    verdict : Verdict
    found : tuple of Text
        The figures, one sentence each.
    note : mapping
        What the programme adds, by language.
    source : str or mapping
        Of the programme's figure, by language where it has several; empty where it says nothing.
    confidence : str
        Of the same figure.
    """

    name: str
    title: Text | Mapping[str, str]
    verdict: Verdict
    found: tuple[Text, ...] = ()
    note: Mapping[str, str] = field(default_factory=dict)
    source: Said = ""
    confidence: str = ""


def judged(
    problem: Problem, programme: GrantProgramme, c: Comparison, given: Given
) -> tuple[Judged, ...]:
    """Return all criteria of a programme, judged of one partnership."""
    return tuple(_judged(problem.plain.facts, programme, c, given))


def overall(criteria: tuple[Judged, ...]) -> Verdict:
    """Return what is known of all criteria together."""
    found = {j.verdict for j in criteria}
    if Verdict.FAIL in found:
        return Verdict.FAIL
    return Verdict.OPEN if Verdict.OPEN in found else Verdict.PASS


def _judged(
    facts: Facts, programme: GrantProgramme, c: Comparison, given: Given
) -> Iterator[Judged]:
    if programme.states:
        yield _state(facts, programme, c)
    yield _members(programme, len(c.members))
    yield _years(programme, given.years)
    yield saving(programme.saving, c)
    if programme.eligible is not None:
        yield _eligible(programme, given.one_off)
    if programme.new is not None:
        yield _new(programme, facts, c)
    for condition in programme.condition:
        told = (T("No figure decides this."),)
        yield Judged("condition", condition.title, Verdict.OPEN, told, {}, condition.source,
                     condition.confidence)  # fmt: skip


def _state(facts: Facts, programme: GrantProgramme, c: Comparison) -> Judged:
    towns = {m.id: m for m in facts.instance.municipalities}
    outside = [towns[i] for i in c.members if towns[i].state not in programme.states]
    found = T("{count} of {all} members lie elsewhere: {names}.", count=len(outside),
              all=len(c.members), names=", ".join(m.name for m in outside))  # fmt: skip
    if not outside:
        found = T("All {all} members lie there.", all=len(c.members))
    return Judged("state", T("Members lie in the Land of the programme"),
                  Verdict.FAIL if outside else Verdict.PASS, (found,), {}, programme.source,
                  programme.confidence)  # fmt: skip


UNSAID: Final = T("The sources of the programme that were read say nothing on this.")


def _members(programme: GrantProgramme, count: int) -> Judged:
    asked = programme.members
    found = T("It has {count} members.", count=count)
    if asked is None:
        return Judged("members", T("Number of members"), Verdict.OPEN, (found, UNSAID))
    verdict = Verdict.PASS if count >= asked.least else Verdict.FAIL
    if verdict is Verdict.FAIL and asked.perhaps is not None and count >= asked.perhaps:
        verdict = Verdict.OPEN
    return Judged("members", T("At least {least} members", least=asked.least), verdict, (found,),
                  asked.note, asked.source, asked.confidence)  # fmt: skip


def _years(programme: GrantProgramme, years: int | None) -> Judged:
    asked = programme.years
    found = T("For how long the members bind themselves is not known: --years says it.")
    if years is not None:
        found = T("The members bind themselves for {years} years.", years=years)
    if asked is None:
        return Judged("years", T("Years of cooperation"), Verdict.OPEN, (found, UNSAID))
    verdict = Verdict.OPEN
    if years is not None:
        verdict = Verdict.PASS if years >= asked.least else Verdict.FAIL
    title = T("At least {least} years of cooperation", least=asked.least)
    return Judged("years", title, verdict, (found,), asked.note, asked.source, asked.confidence)


def saving(asked: SavingAsked | None, c: Comparison) -> Judged:
    """Judge the saving: by what the model says; its range is told besides."""
    found = [
        _said(T("Without the grant"), c.saving(), asked),
        _said(T("With the grant of the cost model, spread over its years"),
              c.saving(granted=True), asked)
        if c.grant
        else T("The cost model counts no grant for it."),
        _said(T("Without the grant, if size brought no advantage at all"), c.saving(flat=True),
              asked),
    ]  # fmt: skip
    if asked is None:
        return Judged("saving", T("Saving"), Verdict.OPEN, (*found, UNSAID))
    without, granted = (
        _verdict(c.saving(granted=granted), asked.least_percent) for granted in (False, True)
    )
    verdict = granted if asked.grant_counts == "yes" else without
    if asked.grant_counts == "unknown" and without is not granted:
        verdict = Verdict.OPEN
        found.append(T("Whether the grant itself may be counted is not known, and decides here."))
    if verdict is Verdict.FAIL and asked.otherwise:
        verdict = Verdict.OPEN
        found.append(T("What does as well, and no figure shows: {what}.", what=asked.otherwise))
    if verdict is Verdict.PASS:
        flat = c.saving(granted=asked.grant_counts == "yes", flat=True)
        if _verdict(flat, asked.least_percent) is not Verdict.PASS:
            found.append(T("It holds as modelled; if size brought no advantage it would not."))
    title = T("Saving of at least {percent} % a year", percent=asked.least_percent)
    return Judged("saving", title, verdict, tuple(found), asked.note, asked.source,
                  asked.confidence)  # fmt: skip


def _verdict(found: Saving, least_percent: float) -> Verdict:
    if found.percent is None:
        return Verdict.OPEN
    return Verdict.PASS if found.to_spare(least_percent) >= 0 else Verdict.FAIL


def money(cents: int | Fraction) -> Mapping[str, str]:
    """Return an amount in EUR with two decimals, by language, to stand within a sentence."""
    return _two(euros(cents))


def percent(exact: Fraction | None) -> Mapping[str, str]:
    """Return a percentage with two decimals, rounded down; a dash where there is none."""
    return {"en": "–"} if exact is None else _two(floor(exact * 100) / 100)


def _two(value: float) -> Mapping[str, str]:
    return {lang: number(value, lang, 2) for lang in LANGUAGES}


def _said(case: Text, found: Saving, asked: SavingAsked | None) -> Text:
    text = T("{case}: {percent} % ({saved} of {previous} EUR a year)", case=case,
             percent=percent(found.percent), saved=money(found.cents),
             previous=money(found.previous))  # fmt: skip
    if asked is None or found.percent is None:
        return T("{text}.", text=text)
    spare = found.to_spare(asked.least_percent)
    if spare >= 0:
        return T("{text}, {spare} EUR more than asked for.", text=text, spare=money(spare))
    return T("{text}, {spare} EUR too little.", text=text, spare=money(-spare))


def _eligible(programme: GrantProgramme, one_off: int | None) -> Judged:
    asked = programme.eligible
    assert asked is not None
    verdict, found = Verdict.OPEN, T("One-off cost is not known: --one-off says it.")
    if one_off is not None:
        enough = one_off >= whole(asked.least, CENTS_PER_EURO)
        verdict = Verdict.PASS if enough else Verdict.FAIL
        found = T("One-off cost: {cost} EUR, as far as it is eligible.", cost=money(one_off))
    title = T("Eligible cost of at least {least} EUR", least=asked.least)
    return Judged("eligible", title, verdict, (found,), asked.note, asked.source, asked.confidence)


def _new(programme: GrantProgramme, facts: Facts, c: Comparison) -> Judged:
    asked, p = programme.new, c.partnership
    assert asked is not None
    same = any(
        q.service == p.service and set(q.members) == set(p.members)
        for q in facts.instance.status_quo
    )
    today = sum(c.pooled_today)
    verdict = Verdict.OPEN if today else Verdict.PASS
    found = T("{count} of {all} members pool this service today.", count=today, all=len(c.members))
    if same:
        verdict, found = Verdict.FAIL, T("The same members pool this service today.")
    return Judged("new", T("A new cooperation"), verdict, (found,), asked.note, asked.source,
                  asked.confidence)  # fmt: skip

"""The evidence for a grant as blocks, in no language yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from koopopt.case.facts import euros
from koopopt.case.plan import Plan
from koopopt.grants.criteria import VERDICTS, Given, Judged, Verdict, money, percent
from koopopt.grants.evidence import Eligible, Evidence, evidence
from koopopt.grants.programme import GrantProgramme
from koopopt.problem import Problem
from koopopt.report.values.blocks import (
    BULLET,
    TO_DO,
    Block,
    Grid,
    Heading,
    Money,
    Sentence,
    Words,
)
from koopopt.report.values.parameters import CONFIDENCE
from koopopt.sharing.keys import Key
from koopopt.text import T, Text, listed

MARKS: Final = {Verdict.PASS: "✓", Verdict.FAIL: "✗", Verdict.OPEN: "?"}
"""Marks before a verdict."""


@dataclass(frozen=True, slots=True)
class Application:
    """A plan before a programme: what all ways to show it are made from."""

    problem: Problem
    programme: GrantProgramme
    key: Key
    found: Sequence[Evidence]

    @classmethod
    def of(
        cls, problem: Problem, plan: Plan, programme: GrantProgramme, key: Key, given: Given
    ) -> Application:
        """Return a plan's partnerships before a programme."""
        return cls(problem, programme, key, evidence(problem, plan, programme, key, given))

    def name(self, e: Evidence) -> Text:
        """Return what a partnership is called: its service and its seat."""
        facts, p = self.problem.facts, e.partnership
        title = facts.services[facts.service_index[p.service]].title
        return T("{service}, seat {seat}", service=title, seat=facts.seat_name(p.seat))

    def form(self, e: Evidence) -> Words:
        """Return the legal form of a partnership."""
        form = self.problem.facts.form(e.partnership)
        return e.partnership.legal_form if form is None else form.title

    def town(self, id_: str) -> str:
        """Return the name of a member."""
        return self.problem.facts.seat_name(id_)


def blocks(a: Application) -> Iterator[Block]:
    """Yield everything, partnership by partnership, then what holds for all of them."""
    yield Heading(a.programme.title, 1)
    yield Sentence(_case(a))
    if not a.found:
        yield Sentence(T("Nobody pools anything, so there is nothing to apply for."))
    else:
        yield _overview(a)
    for e in a.found:
        yield Heading(a.name(e), 2)
        yield Sentence(T("Legal form: {form}. Members: {names}.", form=a.form(e),
                         names=listed(map(a.town, e.comparison.members))))  # fmt: skip
        yield from _criteria(e)
        yield from _comparison(a, e)
        yield from _amounts(e)
        yield from _flow(e)
        yield from _missing(e)
    yield from to_be_known(a)


def _case(a: Application) -> Text:
    instance = a.problem.instance
    return T("{instance}, partnerships of a plan: {count}",
             instance=instance.title or instance.name, count=len(a.found))  # fmt: skip


def _overview(a: Application) -> Grid:
    """Return one row a partnership."""
    headings = (T("Partnership"), T("members"), T("saving in %"), *VERDICTS.values())
    rows: list[tuple[Words | Money, ...]] = []
    for e in a.found:
        counts = (sum(j.verdict is verdict for j in e.criteria) for verdict in VERDICTS)
        saved = percent(e.comparison.saving().percent)
        rows.append((a.name(e), str(len(e.comparison.members)), saved, *map(str, counts)))
    return Grid(headings, tuple(rows))


def _criteria(e: Evidence) -> Iterator[Block]:
    yield Heading(T("Criteria"), 3)
    yield Sentence(counted(e))
    for j in e.criteria:
        text = T("{verdict}: {title}", verdict=VERDICTS[j.verdict], title=j.title)
        below = (*j.found, *([j.note] if j.note else ()))
        yield Sentence(text, MARKS[j.verdict], below)


def counted(e: Evidence) -> Text:
    """Return how many criteria are kept, are not, or cannot be told."""
    counts = {verdict: sum(j.verdict is verdict for j in e.criteria) for verdict in Verdict}
    return T("Kept: {kept}, not kept: {broken}, cannot be told: {open}.",
             kept=counts[Verdict.PASS], broken=counts[Verdict.FAIL],
             open=counts[Verdict.OPEN])  # fmt: skip


def _comparison(a: Application, e: Evidence) -> Iterator[Block]:
    c = e.comparison
    yield Heading(T("Cost before and together (EUR a year)"), 3)
    headings = [T("Municipality"), T("before"), T("together"), T("difference")]
    if c.grant:
        headings += [T("with the grant a year"), T("difference")]
    rows = [
        _row(a.town(i), *amounts, granted=bool(c.grant))
        for i, *amounts in zip(c.members, c.previous, c.shares, c.granted_shares, strict=True)
    ]
    sums = (sum(c.previous), sum(c.shares), sum(c.granted_shares))
    yield Grid(tuple(headings), (*rows, _row(T("All members"), *sums, granted=bool(c.grant))))
    yield Sentence(
        T("What is paid together is shared {key}; {office} EUR of it are the office of the seat.",
          key=a.key.title, office=money(c.office))
    )  # fmt: skip
    if today := [a.town(i) for i, pools in zip(c.members, c.pooled_today, strict=True) if pools]:
        yield Sentence(
            T("Before is today: {names} pool this service already, and their shares of that,"
              " without grants, are shared in the same way; all others are alone.",
              names=listed(today))
        )  # fmt: skip
    else:
        yield Sentence(T("Before is today: all are alone."))
    if left := [a.town(i) for i in _left(a, e)]:
        yield Sentence(
            T("Not in the comparison: what {names} pay more, who pool this service with them today"
              " and are not members here.", names=listed(left))
        )  # fmt: skip
    if e.split:
        yield from _before_in_parts(a, e)


def _left(a: Application, e: Evidence) -> list[str]:
    """Return who pools the service today with members, and is none."""
    service, members = e.partnership.service, set(e.comparison.members)
    today = [
        set(p.members)
        for p in a.problem.instance.status_quo
        if p.service == service and members.intersection(p.members)
    ]
    others = set().union(*today) - members
    return [i for i in a.problem.facts.ids if i in others]


def _before_in_parts(a: Application, e: Evidence) -> Iterator[Block]:
    c = e.comparison
    yield Heading(T("Personnel and material cost before (EUR a year)"), 3)
    yield Grid(
        (T("Municipality"), T("personnel"), T("material"), T("other, by the model")),
        tuple(_parts(a, e, i, before) for i, before in zip(c.members, c.previous, strict=True)),
    )
    over = [a.town(i) for i, before in zip(c.members, c.previous, strict=True)
            if i in e.split and e.split[i].personnel + e.split[i].material > before]  # fmt: skip
    if over:
        yield Sentence(
            T("Personnel and material cost are more than the model's whole cost for: {names}."
              " Write what is known into alone_cost.csv and solve again.", names=listed(over))
        )  # fmt: skip


def _row(
    name: Words, before: int, together: int, granted_share: int, *, granted: bool
) -> tuple[Words | Money, ...]:
    row = (name, Money(before), Money(together), Money(together - before, signed=True))
    if not granted:
        return row
    return (*row, Money(granted_share), Money(granted_share - before, signed=True))


def _parts(a: Application, e: Evidence, id_: str, before: int) -> tuple[Words | Money, ...]:
    if id_ not in e.split:
        return (a.town(id_), Money(None), Money(None), Money(None))
    s = e.split[id_]
    rest = Money(before - s.personnel - s.material)
    return (a.town(id_), Money(s.personnel), Money(s.material), rest)


def _amounts(e: Evidence) -> Iterator[Block]:
    yield Heading(T("The most that may be granted, once"), 3)
    if not e.eligible:
        yield Sentence(T("The amounts of the programme are not known."))
    for eligible in e.eligible:
        note = eligible.amount.note
        yield Sentence(amount_said(eligible), BULLET, below=(note,) if note else ())


def amount_said(e: Eligible) -> Text:
    """Return the most that is granted in one case, in a sentence."""
    title, part = e.amount.title, e.amount.most_percent
    if e.most is None:
        return T("{title}: not known for so many members", title=title)
    if part is None:
        return T("{title}: {most} EUR", title=title, most=money(e.most))
    if e.capped is None:
        return T("{title}: {most} EUR, at most {percent} % of eligible cost", title=title,
                 most=money(e.most), percent=part)  # fmt: skip
    return T("{title}: {capped} EUR, the lesser of {most} EUR and {percent} % of one-off cost",
             title=title, capped=money(e.capped), most=money(e.most), percent=part)  # fmt: skip


def _flow(e: Evidence) -> Iterator[Block]:
    yield Heading(T("Cash flow (EUR)"), 3)
    yield Grid(
        (T("Year"), T("as before"), T("together"), T("one-off cost"), T("grant"),
         T("saved so far without the grant"), T("saved so far with the grant")),
        tuple(
            (str(y.number), Money(y.previous), Money(y.joint), Money(y.one_off), Money(y.grant),
             Money(y.balance, signed=True), Money(y.granted_balance, signed=True))
            for y in e.flow
        ),
    )  # fmt: skip
    yield Sentence(T("Grant: {origin}.", origin=e.grant_from))
    if founding := e.comparison.founding:
        yield Sentence(
            T("What founding costs once is spread over the years, as the cost model has it:"
              " {amount} EUR a year of what is paid together. --one-off replaces it.",
              amount=money(founding))
        )  # fmt: skip
    elif any(y.one_off is None for y in e.flow):
        yield Sentence(T("The one-off cost is left blank, and is not in what is saved so far."))


def _missing(e: Evidence) -> Iterator[Block]:
    yield Heading(T("Missing for an application"), 3)
    yield from (Sentence(what, TO_DO) for what in e.missing)
    yield from (Sentence(T("later: {what}", what=what), TO_DO) for what in e.later)


def to_be_known(a: Application) -> Iterator[Block]:
    """Yield what holds for all partnerships: remarks, doubts, the price, sources."""
    p = a.programme
    yield Heading(T("To be known"), 2)
    for remark in p.remark:
        yield Sentence(remark.text, BULLET)
    if p.valid_until:
        yield Sentence(T("The programme ends on {day}.", day=p.valid_until), BULLET)
    yield Sentence(
        T("A percentage is of the whole cost of the service in the model, with capital cost where"
          " the model holds it; of personnel and material cost alone it may differ."), BULLET
    )  # fmt: skip
    yield Sentence(
        T("Differences are model estimates, not promises; what was spent before is for the"
          " members' accounts to show."), BULLET
    )  # fmt: skip
    if any(e.comparison.replaced for e in a.found):
        yield Sentence(
            T("The one-off cost given here replaces what the cost model spreads over the years:"
              " no yearly figure holds it, neither of today nor of the plan."), BULLET
        )  # fmt: skip
    if p.saving is not None:
        yield Sentence(_price(a), BULLET)
    yield Sentence(
        T("Sources, looked at in {when}: {source} ({confidence})", when=p.looked_at or "–",
          source=p.source or "–", confidence=CONFIDENCE[p.confidence]), BULLET
    )  # fmt: skip


def _price(a: Application) -> Text:
    """Say how a plan is found that keeps the saving, and what it says of each partnership."""
    assert a.programme.saving is not None
    asked = a.programme.saving.least_percent
    kept = sum(e.comparison.as_ruled.to_spare(asked) >= 0 for e in a.found)
    return T(
        "The rule {rule} asks the same of every partnership while planning, against costs alone and"
        " without the office: {kept} of {all} keep it without their grant. What a plan under it"
        " costs more is the price of the requirement.",
        rule=f"min_saving = {asked / 100:g}", kept=kept, all=len(a.found),
    )  # fmt: skip


def table(a: Application, lang: str) -> dict[str, object]:
    """Return all of it as JSON has it, amounts in EUR, sentences in `lang`; null is not known."""
    return {
        "instance": a.problem.instance.name,
        "programme": a.programme.id,
        "key": a.key.name,
        "partnerships": [_object(e, lang) for e in a.found],
    }


def _object(e: Evidence, lang: str) -> dict[str, object]:
    c, p = e.comparison, e.partnership

    def by_member(cents: Sequence[int]) -> dict[str, float]:
        return {i: euros(v) for i, v in zip(c.members, cents, strict=True)}

    return {
        "service": p.service, "seat": p.seat, "legal_form": p.legal_form,
        "members": list(c.members), "verdict": e.verdict.value,
        "criteria": [_criterion(j, lang) for j in e.criteria],
        "saving": {
            "without_grant": _percent(e, granted=False, flat=False),
            "with_grant": _percent(e, granted=True, flat=False),
            "without_advantage_of_size": _percent(e, granted=False, flat=True),
        },
        "previous": by_member(c.previous), "joint": by_member(c.shares),
        "joint_with_grant": by_member(c.granted_shares), "office": euros(c.office),
        "grant_a_year": euros(c.grant), "founding_a_year": euros(c.founding),
        "founding_replaced": c.replaced,
        "personnel": {i: euros(s.personnel) for i, s in e.split.items()},
        "material": {i: euros(s.material) for i, s in e.split.items()},
        "amounts": [
            {"title": dict(x.amount.title), "most": euros(x.most), "capped": euros(x.capped)}
            for x in e.eligible
        ],
        "cash_flow": [
            {"year": y.number, "previous": euros(y.previous), "joint": euros(y.joint),
             "one_off": euros(y.one_off), "grant": euros(y.grant),
             "balance": euros(y.balance), "balance_with_grant": euros(y.granted_balance)}
            for y in e.flow
        ],
        "missing": [_said(what, lang) for what in (*e.missing, *e.later)],
    }  # fmt: skip


def _criterion(j: Judged, lang: str) -> dict[str, object]:
    return {
        "name": j.name, "title": _said(j.title, lang), "verdict": j.verdict.value,
        "found": [_said(text, lang) for text in j.found], "source": _said(j.source, lang),
    }  # fmt: skip


def _said(words: Words, lang: str) -> str:
    return Text("{words}", {"words": words}).render(lang)


def _percent(e: Evidence, *, granted: bool, flat: bool) -> float | None:
    exact = e.comparison.saving(granted=granted, flat=flat).percent
    return None if exact is None else float(exact)

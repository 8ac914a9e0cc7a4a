"""What a page says first of a plan: three sentences; what drives it; what is wrong with today.

Today is what a plan is held against wherever a state of today is known and is another than all
alone; else it is all alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from koopopt.case.library import Grant, PowerCost
from koopopt.report.values.amounts import amount, span
from koopopt.report.values.decision import Decision
from koopopt.report.values.units import in_words
from koopopt.report.words.about import About, against, ends, in_sentence
from koopopt.text import T, Text, listed

MOST_RULES = 4
"""Rules broken today that are quoted before the rest is only counted."""


def sentences(about: About) -> tuple[Text, Text, Text]:
    """Return the three sentences: what is saved, how far people go, who gains and who pays more."""
    return _money(about), _ways(about), _who(about)


def _money(about: About) -> Text:
    decision, saving = about.decision, about.saving
    today = decision.from_today
    if saving is not None and (not today or decision.today_saving is not None):
        if today and decision.today_saving is not None:
            saving = saving.against(decision.today_saving)
        said = span(-saving.high / 100, -saving.low / 100)
        if today:
            return T("This plan {span} a year, against today (in 80 of 100 cases).", span=said)
        return T("This plan {span} a year, against all alone (in 80 of 100 cases).", span=said)
    best, worst = (
        against(about.what_if, decision.today_if) if today else ends(about.what_if)
    )  # fmt: skip
    if today:
        return T("This plan {span} a year, against today.", span=span(best, worst))
    return T("This plan {span} a year, against all alone.", span=span(best, worst))


def _ways(about: About) -> Text:
    times, now = about.figures.everyone, about.decision.today_figures
    fields = {"mean": round(float(times.mean), 1), "longest": round(float(times.longest))}
    if now is None:
        return T("A trip to the seat takes {mean} minutes on average, the longest {longest}.",
                 **fields)  # fmt: skip
    return T(
        "A trip to the seat takes {mean} minutes on average (today {now}), the longest {longest}"
        " (today {far}).",
        **fields, now=round(float(now.everyone.mean), 1), far=round(float(now.everyone.longest)),
    )  # fmt: skip


def _who(about: About) -> Text:
    today = about.decision.today_figures if about.decision.from_today else None
    before = about.figures.cost_alone if today is None else today.cost["demand"]
    more = about.figures.cost["demand"].sum(axis=0) - before.sum(axis=0)
    cheaper, dearer = int((more < -0.5).sum()), np.flatnonzero(more > 0.5)
    count = {"cheaper": cheaper, "all": about.facts.n}
    if not len(dearer):
        return T("{cheaper} of {all} municipalities pay less (shared by demand), none pays more.",
                 **count)  # fmt: skip
    worst = int(np.argmax(more))
    return T(
        "{cheaper} of {all} municipalities pay less (shared by demand), {dearer} pay more: most"
        " {name}, about {most} a year.",
        **count, dearer=len(dearer), name=about.name(worst), most=amount(float(more[worst])),
    )  # fmt: skip


def drives(about: About) -> Iterator[Text]:
    """Say what in the figures makes the plan as it is; only what holds in this very plan."""
    found = list(_drives(about))
    yield from found
    if not about.plan.plan.pooled:
        yield T("Nobody pools anything, so only what each pays alone counts.")
    elif not found:
        yield T("No grant, no limit of a legal form and no bound of the advantage of size shows in"
                " this plan.")  # fmt: skip


def _drives(about: About) -> Iterator[Text]:
    yield from _grants(about)
    yield from _limits(about)
    yield from _scale(about)
    if about.facts.instance.office_cost and (seats := {p.seat for p in about.plan.plan.pooled}):
        yield T(
            "Each seat needs an office for {office} a year, which the services there share: the"
            " plan has {count} seat(s).",
            office=amount(about.facts.instance.office_cost), count=len(seats),
        )  # fmt: skip


def _grants(about: About) -> Iterator[Text]:
    """Say how many partnerships get a grant, from how many members, and what that is worth."""
    pools = about.plan.plan.pooled
    forms = [(p, about.facts.form(p)) for p in pools]
    granted = [(p, f.grant) for p, f in forms if f and f.grant and any(f.grant.amounts.values())]
    by = {case.name: case.plan for case in about.what_if}
    if not granted or "no-grants" not in by:
        return
    least = min(_least(grant) for _, grant in granted)
    count = sum(grant.a_year(len(p.members)) > 0 for p, grant in granted)
    yield T(
        "Grants are paid from {least} members on: {count} of {all} partnerships reach that. The"
        " grants are worth {grants} a year, and end.",
        least=least, count=count, all=len(pools), grants=amount(by["no-grants"] - by["modelled"]),
    )  # fmt: skip


def _least(grant: Grant) -> int:
    """Return from how many members on a grant is paid."""
    return min((int(k.rstrip("+")) for k, paid in grant.amounts.items() if paid), default=0)


def _limits(about: About) -> Iterator[Text]:
    """Say which legal forms are as large as they may be, or as small."""
    for form in about.facts.instance.legal_forms:
        sizes = [len(p.members) for p in about.plan.plan.pooled if p.legal_form == form.id]
        full = sizes.count(form.max_members or -1)
        if full:
            yield T(
                "{form} takes at most {most} members: {count} of {all} partnerships of this form"
                " are full.",
                form=form.title, most=form.max_members, count=full, all=len(sizes),
            )  # fmt: skip
        if form.min_members > 2 and (least := sizes.count(form.min_members)):
            yield T(
                "{form} needs at least {least} members: {count} of {all} partnerships of this form"
                " have just that.",
                form=form.title, least=form.min_members, count=least, all=len(sizes),
            )  # fmt: skip


def _scale(about: About) -> Iterator[Text]:
    """Say once where size brings no further advantage, and how many have reached that."""
    same: dict[tuple[object, ...], list[Mapping[str, str]]] = {}
    for s, service in enumerate(about.facts.services):
        pools = [p for p in about.plan.plan.pooled if p.service == service.id]
        cost = service.cost
        if not pools or not isinstance(cost, PowerCost) or cost.flat_above is None:
            continue
        demand = [float(about.facts.demand[s, about.facts.members(p)].sum()) for p in pools]
        reached = sum(d >= cost.flat_above for d in demand)
        fact = (round(cost.flat_above), service.demand.unit, reached, len(pools))
        same.setdefault(fact, []).append(service.title)
    for (most, unit, count, all_), titles in same.items():
        yield T(
            "{service}: size makes it cheaper up to {most} {unit} a year; {count} of {all}"
            " partnerships reach that.",
            service=listed(titles), most=most, unit=in_words(str(unit)), count=count, all=all_,
        )  # fmt: skip


def broken_today(decision: Decision) -> Text | None:
    """Say which rules of this question the state of today breaks, if there is one that does."""
    broken = decision.today.violations
    if not decision.from_today or not broken:
        return None
    quoted = in_sentence([v.text for v in broken[:MOST_RULES]])
    if len(broken) > MOST_RULES:
        return T("Today's state breaks {count} rule(s) that plans here have to keep, among them:"
                 " {rules}", count=len(broken), rules=quoted)  # fmt: skip
    return T("Today's state breaks {count} rule(s) that plans here have to keep: {rules}",
             count=len(broken), rules=quoted)  # fmt: skip

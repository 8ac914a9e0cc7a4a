"""Who goes with whom in which legal form, what if one leaves, which other plans there are."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from koopopt.criteria import criterion
from koopopt.plan import Partnership
from koopopt.report.council.about import About, fine, listed, rough, separated, signed
from koopopt.text import T, Text


def partners(about: About) -> Iterator[Text]:
    """Say who goes with whom, and what becomes of today's cooperations."""
    for s, service in enumerate(about.facts.services):
        forms: dict[str, list[Partnership]] = {}
        for p in about.plan.plan.of(service.id):
            if p.pooled:
                forms.setdefault(p.legal_form, []).append(p)
        if not forms:
            yield T("{service}: everyone alone.", service=service.title)
        for pools in forms.values():
            form = about.facts.form(pools[0])
            pools.sort(key=lambda p: about.facts.index[p.seat])
            yield T(
                "{service} – {form}: {pools} (the seat first).",
                service=service.title,
                form=form.title if form else pools[0].legal_form,
                pools=separated([_pool(about, p) for p in pools]),
            )
        alone = [about.name(int(i)) for i in np.flatnonzero(~about.figures.pooled[s])]
        if forms and alone:
            yield T("{service} – alone: {names}.", service=service.title, names=listed(alone))
    yield from _today(about)


def _pool(about: About, p: Partnership) -> Text:
    """Name a partnership, the seat first."""
    others = [about.name(town) for town in p.members if town != p.seat]
    return T("{seat} with {others}", seat=about.name(p.seat), others=listed(others))


def _today(about: About) -> Iterator[Text]:
    """Say which bodies of today stay and which change."""
    for p in about.facts.instance.status_quo:
        if not p.pooled:
            continue
        service = about.facts.services[about.facts.service_index[p.service]]
        who = listed([about.name(town) for town in p.members])
        now = {q for q in about.plan.plan.of(p.service) if set(q.members) & set(p.members)}
        if len(now) > 1:
            yield T("Today's cooperation in {service} ({names}) would be parted.",
                    service=service.title, names=who)  # fmt: skip
            continue
        (new,) = now
        if set(new.members) == set(p.members) and new.seat == p.seat:
            yield T("Today's cooperation in {service} ({names}) stays with its seat.",
                    service=service.title, names=who)  # fmt: skip
        else:
            yield T(
                "Today's cooperation in {service} ({names}) stays together, with {count}"
                " member(s) and the seat in {seat}.",
                service=service.title, names=who, count=len(new.members),
                seat=about.name(new.seat),
            )  # fmt: skip


def leaving(about: About) -> Iterator[Text]:
    """Say what happens if one partner says no."""
    gone = [(p, d) for p, found in about.departures.items() for d in found]
    if not gone:
        yield T("Nobody can leave: there are no partnerships.")
        return
    stuck = sum(bool(d.broken) for _, d in gone)
    yield T(
        "Of {count} memberships {fine} could end and the rest go on within the rules; in"
        " {stuck} cases a rule would be broken.",
        count=len(gone),
        fine=len(gone) - stuck,
        stuck=stuck,
    )
    p, worst = max(gone, key=lambda pair: pair[1].rest)
    yield T(
        "Most felt: if {town} left {service}, the others would pay about {rest} EUR a year and"
        " {town} about {own} EUR (offices apart).",
        town=about.name(worst.town),
        service=about.facts.services[about.facts.service_index[p.service]].title,
        rest=signed(rough(worst.rest)),
        own=signed(rough(worst.own)),
    )
    yield T(
        "Whether and when a partner may leave is a matter of law and statutes: see the legal"
        " forms under the sources."
    )


def rejected(about: About) -> Iterator[Text]:
    """Say which alternatives there were."""
    rules = len(about.decision.problem.plan_rules) + len(
        {rule.key for rules in about.decision.problem.partnership_rules for rule in rules}
    )
    yield from _neighbours(about)
    yield T(
        "{count} kind(s) of rules were set beforehand; plans that break one were not looked"
        " at. What a rule costs shows in a run without it.",
        count=rules,
    )


def _neighbours(about: About) -> Iterator[Text]:
    """Say what the next efficient plans cost, in the first criterion and the second."""
    decision = about.decision
    if not decision.several or len(decision.criteria) < 2:
        yield T("This run shows one plan only; `koopopt front` finds all compromises.")
        return
    yield T("{count} efficient plans were found; this is one of them.",
            count=len(decision.plans))  # fmt: skip
    first, second = (criterion(name) for name in decision.criteria[:2])
    ranked = sorted(decision.plans, key=lambda e: e.criteria[first.name])
    at = ranked.index(about.plan)
    for other, better in ((at - 1, first), (at + 1, second)):
        if not 0 <= other < len(ranked):
            continue
        worse = second if better is first else first
        gain = about.plan.criteria[better.name] - ranked[other].criteria[better.name]
        price = ranked[other].criteria[worse.name] - about.plan.criteria[worse.name]
        if gain > 0 and price > 0:
            yield T(
                "The next plan with less {better} has {gain} {better_unit} less and {price}"
                " {worse_unit} more {worse}.",
                better=better.title, gain=fine(gain), better_unit=better.unit,
                price=fine(price), worse_unit=worse.unit, worse=worse.title,
            )  # fmt: skip

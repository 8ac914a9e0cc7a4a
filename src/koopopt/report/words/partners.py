"""Who goes with whom in which legal form, what if one leaves, which other plans there are."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

import numpy as np

from koopopt.case.plan import Partnership
from koopopt.criteria import criterion
from koopopt.problem import Problem
from koopopt.report.values import edges
from koopopt.report.values.amounts import change
from koopopt.report.words import lead, rules
from koopopt.report.words.about import (
    About,
    fine,
    in_sentence,
    separated,
)
from koopopt.text import T, Text, listed


def partners(about: About) -> Iterator[Text]:
    """Say who goes with whom, and what becomes of today's cooperations."""
    for same in _alike(about):
        yield from _of_services(about, same)
    told = edges.told(about.plan)
    if told is not None:
        yield told
    yield from _forms(about)
    yield from _today(about)
    broken = lead.broken_today(about.decision)
    if broken is not None:
        yield broken


def _alike(about: About) -> Iterator[list[int]]:
    """Yield the numbers of services, together where the same municipalities pool in one form."""
    groups: dict[frozenset[Hashable], list[int]] = {}
    for s, service in enumerate(about.facts.services):
        pools = (p for p in about.plan.plan.of(service.id) if p.pooled)
        key = frozenset((frozenset(p.members), p.seat, p.legal_form) for p in pools)
        groups.setdefault(key, []).append(s)
    yield from groups.values()


def _of_services(about: About, same: list[int]) -> Iterator[Text]:
    """Say who pools services that are pooled alike, and who stays alone."""
    titles = listed([about.facts.services[s].title for s in same])
    forms: dict[str, list[Partnership]] = {}
    for p in about.plan.plan.of(about.facts.services[same[0]].id):
        if p.pooled:
            forms.setdefault(p.legal_form, []).append(p)
    if not forms:
        yield T("{service}: everyone alone.", service=titles)
    for pools in forms.values():
        form = about.facts.form(pools[0])
        pools.sort(key=lambda p: about.facts.index[p.seat])
        yield T(
            "{service} – {form}: {pools} (the seat first).",
            service=titles,
            form=form.title if form else pools[0].legal_form,
            pools=separated([_pool(about, p) for p in pools]),
        )
    alone = [about.name(int(i)) for i in np.flatnonzero(~about.figures.pooled[same[0]])]
    if forms and alone:
        yield T("{service} – alone: {names}.", service=titles, names=in_sentence(alone))


def _forms(about: About) -> Iterator[Text]:
    """Explain the legal forms that the plan uses."""
    for form in about.facts.instance.legal_forms:
        used = any(p.legal_form == form.id for p in about.plan.plan.pooled)
        if used and any(form.description.values()):
            yield Text("{title}: {description}",
                       {"title": form.title, "description": form.description})  # fmt: skip


def _pool(about: About, p: Partnership) -> Text:
    """Name a partnership, the seat first."""
    others = [about.name(town) for town in p.members if town != p.seat]
    return T("{seat} with {others}", seat=about.name(p.seat), others=in_sentence(others))


def _today(about: About) -> Iterator[Text]:
    """Say which bodies of today stay and which change; once where one pools several services."""
    told: dict[tuple[Hashable, ...], list[tuple[Text, Partnership, Partnership | None]]] = {}
    for p in about.facts.instance.status_quo:
        if not p.pooled:
            continue
        title = about.facts.services[about.facts.service_index[p.service]].title
        now = {q for q in about.plan.plan.of(p.service) if set(q.members) & set(p.members)}
        new = now.pop() if len(now) == 1 else None
        fate = None if new is None else (frozenset(new.members), new.seat, new.seat == p.seat)
        same = told.setdefault((frozenset(p.members), fate), [])
        same.append((Text("{title}", {"title": title}), p, new))
    for same in told.values():
        services = in_sentence([title for title, _, _ in same])
        _, p, new = same[0]
        who = in_sentence([about.name(town) for town in p.members])
        if new is None:
            yield T("Today's cooperation ({service}: {names}) would not stay together.",
                    service=services, names=who)  # fmt: skip
        elif set(new.members) == set(p.members) and new.seat == p.seat:
            yield T("Today's cooperation ({service}: {names}) stays as it is.",
                    service=services, names=who)  # fmt: skip
        else:
            yield T(
                "Today's cooperation ({service}: {names}) stays together, with {count}"
                " member(s) and the seat in {seat}.",
                service=services, names=who, count=len(new.members),
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
        "{fine} of {count} memberships could end without breaking a rule about partnerships;"
        " {stuck} could not.",
        count=len(gone),
        fine=len(gone) - stuck,
        stuck=stuck,
    )
    p, worst = max(gone, key=lambda pair: pair[1].rest)
    yield T(
        "Most felt: if {town} left ({service}), that {rest} a year for the others, and {own} a year"
        " for itself (offices apart).",
        town=about.name(worst.town),
        service=about.facts.services[about.facts.service_index[p.service]].title,
        rest=change(worst.rest),
        own=change(worst.own),
    )
    yield T(
        "Whether and when a partner may leave is a matter of law and of the agreement or the"
        " statutes."
    )


def rejected(about: About) -> Iterator[Text]:
    """Say which alternatives there were."""
    yield from _neighbours(about)
    named = rules.named(about.decision.problem)
    if named:
        yield T("Rules set beforehand: {rules}.", rules=separated(named))
        yield T("Plans that break one were not looked at; what a rule costs shows in a run"
                " without it.")  # fmt: skip


def _weights(problem: Problem) -> list[Text]:
    """Return the weights that are not 0."""
    return [
        Text("{title} {weight}", {"title": criterion(name).title, "weight": float(weight)})
        for name, weight in problem.weights.items()
        if weight
    ]


def _neighbours(about: About) -> Iterator[Text]:
    """Say what the next efficient plans cost, in the first criterion and the second."""
    decision = about.decision
    if not decision.several or len(decision.criteria) < 2:
        yield T("This report holds one plan only.")
        return
    names = [criterion(name).title for name in decision.criteria]
    yield T("{count} compromises were found (criteria: {names}); this is one of them.",
            count=len(decision.plans), names=in_sentence(names))  # fmt: skip
    if about.plan.objective <= min(e.objective for e in decision.plans):
        yield T("Of these it is the best by the weights that were set: {weights}.",
                weights=separated(_weights(decision.problem)))  # fmt: skip
    for name in decision.criteria[:2]:
        yield from _next(about, name)


def _next(about: About, name: str) -> Iterator[Text]:
    """Say what the nearest plan that is better in a criterion costs in the others."""
    mine = about.plan.criteria
    better = [e.criteria for e in about.decision.plans if e.criteria[name] < mine[name]]
    if not better:
        return
    other = max(better, key=lambda values: values[name])
    worse = [
        T("{gap} {unit} more in {title}", gap=fine(other[c.name] - mine[c.name]), unit=c.unit,
          title=c.title)
        for c in map(criterion, about.decision.criteria)
        if other[c.name] > mine[c.name]
    ]  # fmt: skip
    c = criterion(name)
    if worse:
        yield T(
            "The next plan lower in {better}: {gain} {unit} less, but {worse}.",
            better=c.title, gain=fine(mine[name] - other[name]), unit=c.unit,
            worse=in_sentence(worse),
        )  # fmt: skip

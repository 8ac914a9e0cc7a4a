"""Rules that the data alone make contradict each other: `koopopt check` names each pair of them.

Looked at are municipalities that must share a partnership, and such as must not stay alone, beside
every rule that forbids it by itself; `counts` looks at the numbers of partnerships. What is named
leaves no plan. Rules that only together leave none are not looked for: that is for a solve.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from koopopt.case.instance import Instance
from koopopt.errors import Fault
from koopopt.rules.case import Case, Requirement
from koopopt.rules.conflicts import Bound
from koopopt.rules.counts import count_contradictions, forms_fault, nobody
from koopopt.text import T, Text

MUNICIPALITIES_AT_ONCE = 500
"""So many municipalities have their ways computed at once."""

Reason = tuple[str, Text]
"""The key of a rule that stands against a demand (empty: the legal forms), and why."""


def contradictions(
    instance: Instance, services: Sequence[Bound], forms_file: str
) -> Iterator[Fault]:
    """Yield the contradictions of checked rules; `services` are the rules that bind each service.

    Parameters
    ----------
    instance : Instance
    services : sequence of Bound
        For each service its rules, those for the plan among them.
    forms_file : str
        Where the legal forms stand.
    """
    cases = [
        Case(instance, service, bound)
        for service, bound in zip(instance.services, services, strict=True)
    ]
    for case in cases:
        for group in case.groups:
            text = T("{towns} must share one partnership of {service} ({key}), but {why}.")
            for reason in _against_group(case, group.towns):
                yield _fault(case, group, reason, text, forms_file)
        for demand in case.poolers:
            text = T("{towns} must not stay alone with {service} ({key}), but {why}.")
            for key, why in nobody(case):
                yield _fault(case, demand, (key, why), text, forms_file)
            if demand not in case.groups:
                for towns, reason in _against_pooling(
                    case, demand.towns, "viable_alone" in demand.keys
                ):
                    some = Requirement(tuple(towns), demand.keys)
                    yield _fault(case, some, reason, text, forms_file)
    yield from count_contradictions(cases, forms_file)


def _fault(case: Case, demand: Requirement, reason: Reason, text: Text, forms_file: str) -> Fault:
    key, why = reason
    rule = Text(
        text.template,
        {
            "towns": case.names(demand.towns),
            "service": case.service.title,
            "key": ", ".join(demand.keys),
            "why": why,
        },
    )
    if not key:
        return forms_fault(case.bound, rule, demand.keys[0], forms_file)
    return case.bound.fault(rule, demand.keys[0], key)


def _against_group(case: Case, towns: tuple[int, ...]) -> Iterator[Reason]:
    """Yield the rules each of which forbids that all of these share one partnership."""
    rules, who = case.bound, set(towns)
    most = rules.get("max_members")
    if most is not None and 1 < most < len(towns):
        yield "max_members", T("max_members = {most}, and these are {count}",
                               most=most, count=len(towns))  # fmt: skip
    for room in case.capacities:
        if not room.lonely.all() and not room.holds(towns):
            yield room.key, T("together they need {count}, more than any seat has room for ({key})",
                              count=float(room.takes[list(towns)].sum()), key=room.key)  # fmt: skip
    parted = [pair for pair in case.apart if who.issuperset(pair)]
    if parted:
        yield "apart", T("{towns} must never share one (apart)", towns=case.names(parted[0]))
    if who & case.alone:
        some = case.names(sorted(who & case.alone))
        yield "alone", T("{towns} must stay alone (alone)", towns=some)
    for key, label, text in (
        ("same_county", case.county, T("they do not lie in one county (same_county)")),
        ("same_state", case.state, T("they do not lie in one state (same_state)")),
        ("contiguous", case.component, T("no chain of neighbours joins them (contiguous)")),
    ):
        if rules.get(key) and len({label[i] for i in towns}) > 1:
            yield key, text
    areas, most = len({case.area[i] for i in towns}), rules.get("max_identity_areas")
    if most is not None and areas > most:
        yield "max_identity_areas", T(
            "they belong to {count} identity areas (max_identity_areas = {most})",
            count=areas, most=most,
        )  # fmt: skip
    if rules.get("max_minutes") is not None and not case.sites and not case.near_each_other(towns):
        near = case.near(towns)[0].all(axis=0)
        yield from _too_far(case, bool(near.any()), bool((near & case.seats).any()))
    if not any(case.can_host(form, towns) for form in case.forms):
        yield _forms_key(case), T("no legal form can have them as members")


def _against_pooling(
    case: Case, towns: tuple[int, ...], viable: bool
) -> Iterator[tuple[Sequence[int], Reason]]:
    """Yield who of these has no partner at all because of one rule, and the rule."""
    rules = case.bound
    viable &= not case.too_small([None] * case.n, towns)  # else no rule on members is to blame
    found: list[tuple[list[int], Reason]] = []
    others_alone = not case.sites and case.n > 1 and len(case.alone) >= case.n - 1
    alone = [i for i in towns if i in case.alone or others_alone]
    found.append((alone, ("alone", T("they, or all others, must (alone)"))))
    for room in case.capacities:
        crowded = [] if room.lonely.all() else [i for i in towns if room.lonely[i]]
        found.append((crowded, (room.key, T("with anybody else they are too large for any seat"
                                            " ({key})", key=room.key))))  # fmt: skip
    parted: dict[int, set[int]] = {}
    for a, b in case.apart:
        parted.setdefault(a, set()).add(b)
        parted.setdefault(b, set()).add(a)
    together = not case.sites  # at a site nobody needs a partner
    lonely = [i for i in towns if case.n > 1 and len(parted.get(i, ())) == case.n - 1]
    found.append((lonely * together, ("apart", T("they are apart from all others (apart)"))))
    for key, label, text in (
        ("same_county", case.county, T("they have their county to themselves (same_county)")),
        ("same_state", case.state, T("they have their state to themselves (same_state)")),
        ("contiguous", case.component, T("they have no neighbours (contiguous)")),
        ("max_identity_areas", case.area,
         T("they have their identity area to themselves (max_identity_areas = 1)")),
    ):  # fmt: skip
        asked = rules.get(key)
        if not asked or (key == "max_identity_areas" and asked > 1):
            continue
        single = [i for i in towns if case.alike(label, i) == 1 < case.n]
        found.append((single * together, (key, text)))
        if viable:
            small = [
                i for i in case.too_small(label, towns) if case.sites or case.alike(label, i) > 1
            ]
            found.append((small, (key, T("all with whom they may share it are too few ({key})",
                                         key=key))))  # fmt: skip
    pairs = rules.get("max_members") == 2 and together
    if pairs and case.n % 2 and len(towns) == case.n:
        odd = T("max_members = {most}, and {count} municipalities make no pairs",
                most=2, count=case.n)  # fmt: skip
        found.append((list(towns), ("max_members", odd)))
    if rules.get("max_minutes") is not None and together:
        found.extend(_far(case, towns))
    homeless = [i for i in towns if not any(case.can_host(form, [i]) for form in case.forms)]
    found.append((homeless, (_forms_key(case), T("no legal form can have them as members"))))
    yield from ((who, reason) for who, reason in found if who)


def _far(case: Case, towns: tuple[int, ...]) -> list[tuple[list[int], Reason]]:
    """Return who has no seat near enough: none at all, or none that is allowed."""
    found: dict[str, tuple[list[int], Reason]] = {}
    open_ = [i for i in towns if not case.served[i]]
    for start in range(0, len(open_), MUNICIPALITIES_AT_ONCE):
        some = open_[start : start + MUNICIPALITIES_AT_ONCE]
        there, back = case.near(some)
        for i, ways, visitors in zip(some, there, back, strict=True):
            ways[i] = visitors[i] = False
            own = bool(visitors.any())  # a partner who comes here
            any_seat = own or bool(ways.any())
            allowed = (own and bool(case.seats[i])) or bool((ways & case.seats).any())
            for reason in _too_far(case, any_seat, allowed):
                found.setdefault(reason[0], ([], reason))[0].append(i)
    return list(found.values())


def _too_far(case: Case, any_seat: bool, allowed_seat: bool) -> Iterator[Reason]:
    most = case.bound.get("max_minutes")
    if not any_seat:
        yield "max_minutes", T("no seat is within {most} minutes (max_minutes)", most=most)
    elif not allowed_seat and case.seats.any():
        key = "seats" if case.bound.get("seats") is not None else "central_places"
        yield key, T("no seat that is allowed ({key}) is within {most} minutes (max_minutes)",
                     key=key, most=most)  # fmt: skip


def _forms_key(case: Case) -> str:
    return "legal_forms" if case.bound.get("legal_forms") is not None else ""

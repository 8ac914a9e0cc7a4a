"""How many partnerships there can be by single rules, and who asks for more or for fewer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import ceil
from typing import Any

import numpy as np

from koopopt.case.facts import at_most
from koopopt.errors import Fault
from koopopt.rules.case import Case
from koopopt.rules.conflicts import Bound
from koopopt.text import T, Text

Bounds = dict[str, int]
"""A bound on a number, by the key of the rule that it follows from (empty: the legal forms)."""

LEGAL_FORMS = ""


def nobody(case: Case) -> Iterator[tuple[str, Text]]:
    """Yield the rules each of which lets nobody pool the service."""
    rules, why = case.bound, T("{key} = {value} lets nobody pool it")
    for key in ("max_pooled", "max_memberships", "max_hosted", "max_partner_seats", "max_members"):
        if key == "max_hosted" and case.sites:
            continue  # a site seats as many as it can
        needed = case.least if key == "max_members" else 1
        if rules.get(key) is not None and rules.get(key) < needed:
            yield key, Text(why.template, {"key": key, "value": rules.get(key)})
    for key, most in (
        ("max_bodies", rules.get("max_bodies")),
        ("limit", rules.get("limit", {}).get("bodies")),
    ):
        here = most.get(case.service.id) if isinstance(most, Mapping) else most
        if here is not None and here < 1:
            shown = "limit.bodies" if key == "limit" else key
            yield key, Text(why.template, {"key": shown, "value": here})
    for room in case.capacities:
        if case.n > 1 and room.lonely.all():
            yield room.key, T("no seat has room for two ({key})", key=room.key)
    least = rules.get("min_members", 0)
    if least > case.n:
        yield "min_members", T(
            "min_members = {least}, and there are {count} municipalities",
            least=least, count=case.n,
        )  # fmt: skip
    least, people = rules.get("min_population", 0), float(case.population.sum())
    if not at_most(least, people):
        yield "min_population", T(
            "min_population = {least}, and there are {count} inhabitants",
            least=least, count=people,
        )  # fmt: skip


def count_contradictions(cases: Sequence[Case], forms_file: str) -> Iterator[Fault]:
    """Yield the rules on numbers of partnerships that another rule, or the data, cannot meet."""
    if not cases:
        return
    yield from _impossible_limits(cases[0])
    for key, bounds in (
        ("min_partnerships", [_most_partnerships(case) for case in cases]),
        ("min_bodies", [_most_bodies(case) for case in cases]),
    ):
        for asked, chosen, where in _asked(cases, key):
            free = sum(_free(case, key) for case in chosen)
            yield from _told(cases, chosen, bounds, key, asked, where, free, True, forms_file)
    for key, bounds in (
        ("max_partnerships", [_least_partnerships(case) for case in cases]),
        ("max_bodies", [_least_bodies(case) for case in cases]),
    ):
        for asked, chosen, where in _asked(cases, key):
            free = len(chosen) if key == "max_partnerships" else 0
            if asked == free:
                continue  # that nobody may pool, or all must together, is told elsewhere
            yield from _told(cases, chosen, bounds, key, asked, where, free, False, forms_file)
    yield from _bodies(cases)


def forms_fault(bound: Bound, rule: Text, key: str, forms_file: str) -> Fault:
    """Return the fault of a rule that the legal forms cannot meet."""
    layer = bound.layer(key)
    remedy = T("Change it or the legal forms in {file}.", file=forms_file)
    return Fault(layer.file, rule, remedy, column=layer.place(key))


def _asked(cases: Sequence[Case], key: str) -> Iterator[tuple[int, Sequence[Case], Text | str]]:
    """Yield a number that a rule asks for, of which services, in words."""
    value = cases[0].bound.get(key)
    if isinstance(value, Mapping):
        for case in cases:
            if case.service.id in value:
                yield value[case.service.id], [case], case.service.id
    elif value is not None:
        yield value, cases, T("all services together")


def _told(
    cases: Sequence[Case],
    chosen: Sequence[Case],
    bounds: Sequence[Bounds],
    key: str,
    asked: int,
    where: Text | str,
    free: int,
    more: bool,
    forms_file: str,
) -> Iterator[Fault]:
    """Yield what bounds the number too tightly: nothing but the data, or a rule.

    `free` bounds the number without any rule, `more` says whether more is asked for than there
    can be (else: fewer than there must be).
    """
    text = (
        T("{key} = {asked} ({where}), but there are at most {bound}{why}.")
        if more
        else T("{key} = {asked} ({where}), but there are at least {bound}{why}.")
    )

    def rule(bound: int, other: str) -> Text:
        why = T(
            " because of {other}", other=T("the legal forms") if other == LEGAL_FORMS else other
        )
        values = {"key": key, "asked": asked, "where": where, "bound": bound, "why": why}
        return Text(text.template, values)

    if asked > free if more else asked < free:
        alone = Text(text.template, {"key": key, "asked": asked, "where": where, "bound": free,
                                     "why": ""})  # fmt: skip
        yield chosen[0].bound.fault(alone, key, key)
        return
    mine = {case.service.id: bound for case, bound in zip(cases, bounds, strict=True)}
    for other in dict.fromkeys(k for case in chosen for k in mine[case.service.id]):
        each = [mine[case.service.id].get(other, _free(case, key)) for case in chosen]
        if asked > sum(each) if more else asked < sum(each):
            holder = next(case for case in chosen if other in mine[case.service.id])
            said = rule(sum(each), other)
            if other == LEGAL_FORMS:
                yield forms_fault(holder.bound, said, key, forms_file)
            else:
                yield holder.bound.fault(said, key, other)


def _free(case: Case, key: str) -> int:
    """Return the bound on a number of partnerships of a service without any rule."""
    return {
        "min_partnerships": case.n,
        "min_bodies": case.n // case.least,
        "max_partnerships": 1,
        "max_bodies": 0,
    }[key]


def _most_partnerships(case: Case) -> Bounds:
    bounds: Bounds = {}
    for demand in case.poolers:
        for key in demand.keys:
            if key in ("together", "keep_existing"):
                bounds[key] = bounds.get(key, case.n) - (len(demand.towns) - 1)
            else:
                bounds[key] = case.n if case.sites else case.n - (len(demand.towns) + 1) // 2
    return bounds


def _most_bodies(case: Case) -> Bounds:
    bounds: Bounds = {key: 0 for key, _ in nobody(case)}
    rules, people = case.bound, float(case.population.sum())
    if case.alone:
        bounds["alone"] = (case.n - len(case.alone)) // case.least
    if (least := rules.get("min_members")) is not None:
        bounds["min_members"] = case.n // max(case.least, least)
    if (scale := rules.get("min_population")) is not None and scale > 0:
        bounds["min_population"] = min(case.n // case.least, int(people / scale * (1 + 1e-6)))
    for key, label in _parted(case):
        bounds[key] = sum(size // case.least for size in Counter(label).values())
    for key in ("seats", "central_places"):
        if rules.get(key) is not None:
            sites = case.sites.intersection(rules.get("seats", ()))
            bounds[key] = int(case.seats.sum()) + len(sites)
    sizes = [max(case.least, form.min_members) for form in case.forms]
    bounds[LEGAL_FORMS] = case.n // min(sizes) if sizes else 0
    return bounds


def _least_partnerships(case: Case) -> Bounds:
    rules, n = case.bound, case.n
    bounds: Bounds = {key: n for key, _ in nobody(case)}
    if (most := rules.get("max_members")) is not None:
        bounds["max_members"] = -(-n // max(1, most))
    for room in case.capacities:
        # Each partnership takes a whole of the largest room at most, one that is alone too.
        shares = np.minimum(room.takes / room.largest, 1.0)
        bounds[room.key] = ceil(float(shares.sum()) - 1e-6)
    for key, label in _parted(case):
        bounds[key] = len(set(label))
    if (areas := rules.get("max_identity_areas")) is not None:
        bounds["max_identity_areas"] = -(-len(set(case.area)) // areas)
    if case.alone:
        bounds["alone"] = len(case.alone) + (len(case.alone) < n)
    ends = [form.max_members for form in case.forms]
    if not ends:
        bounds[LEGAL_FORMS] = n
    elif None not in ends:
        bounds[LEGAL_FORMS] = -(-n // max(end or 1 for end in ends))
    return bounds


def _parted(case: Case) -> Iterator[tuple[str, Sequence[object]]]:
    """Yield the rules that keep municipalities with different labels apart, and the labels."""
    for key, label in (
        ("same_county", case.county),
        ("same_state", case.state),
        ("contiguous", case.component),
    ):
        if case.bound.get(key):
            yield key, label
    if case.bound.get("max_identity_areas") == 1:
        yield "max_identity_areas", case.area


def _least_bodies(case: Case) -> Bounds:
    return {key: 1 for demand in case.poolers for key in demand.keys}


def _bodies(cases: Sequence[Case]) -> Iterator[Fault]:
    """Yield what speaks against the least number of bodies besides the rules of one service."""
    bound, n = cases[0].bound, cases[0].n
    sites = any(case.sites for case in cases)  # a body there may have a single member
    asked: Any = bound.get("min_bodies")
    if asked is None:
        return
    least = sum(asked.values()) if isinstance(asked, Mapping) else asked
    most = bound.get("max_bodies")
    parts = isinstance(most, Mapping) and all(case.service.id in most for case in cases)
    if parts and not isinstance(asked, Mapping) and sum(most.values()) < least:
        yield _pair(bound, least, sum(most.values()), "max_bodies")
    whole = None if sites else bound.get("min_partnerships")
    if isinstance(asked, Mapping) and isinstance(whole, Mapping):
        for service in asked.keys() & whole.keys():
            if asked[service] > n - whole[service]:
                yield _pair(bound, asked[service], max(n - whole[service], 0), "min_partnerships")
    elif whole is not None and not isinstance(whole, Mapping) and least > n * len(cases) - whole:
        yield _pair(bound, least, max(n * len(cases) - whole, 0), "min_partnerships")
    hosted = None if sites else bound.get("max_hosted")
    if hosted is not None and 0 < n * hosted < least:
        yield _pair(bound, least, n * hosted, "max_hosted")
    if (joined := bound.get("max_memberships")) is not None:
        most = n * joined // (1 if sites else 2)
        if 0 < most < least:
            yield _pair(bound, least, most, "max_memberships")
    if (limit := bound.get("limit", {}).get("bodies")) is not None and not at_most(least, limit):
        yield _pair(bound, least, limit, "limit")


def _pair(bound: Bound, least: int, most: float, other: str) -> Fault:
    rule = T("min_bodies = {least}, but {other} allows {most}.",
             least=least, other=other, most=most)  # fmt: skip
    return bound.fault(rule, "min_bodies", other)


def _impossible_limits(case: Case) -> Iterator[Fault]:
    """Yield limits below what a criterion can be at all."""
    forms = case.instance.legal_forms
    paid = any(
        f.grant or min(f.fixed_cost, f.cost_per_extra_member, f.cost_per_pair) < 0 for f in forms
    )
    for name, value in case.bound.get("limit", {}).items():
        if not at_most(0, value) and not (name == "cost" and paid):
            rule = T("The limit of {name} is {value}, but it is never less than 0.",
                     name=name, value=value)  # fmt: skip
            yield case.bound.fault(rule, "limit", "limit")

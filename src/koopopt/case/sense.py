"""What types cannot say of service models and legal forms, from files or made in memory."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from koopopt.case import ranges
from koopopt.case.library import ALONE_FORM, LegalForm, ServiceModel, TierCost
from koopopt.checking.schema import faults_of, validate
from koopopt.errors import Fault
from koopopt.language.hints import Names
from koopopt.text import T

ID_PATTERN = re.compile(r"\w[\w-]{0,59}")
GRANT_PATTERN = re.compile(r"[1-9]\d{0,3}\+?", re.ASCII)
"""Keys of a grant: numbers of members."""


def service_sense(id_: str, data: Mapping[str, Any], file: str, prefix: str) -> Iterator[Fault]:
    """Yield what a type cannot say of a service model."""
    if data.get("id") != id_:
        yield Fault(
            file,
            T("The id of a service is the name of its file, {id}.", id=repr(id_)),
            T("Correct the id or delete the key."),
            column=f"{prefix}id",
            value=str(data.get("id")),
        )
    if not any(faults_of(ServiceModel, data, file=file)):
        yield from ranges.faults(validate(ServiceModel, data), file, prefix)
    cost = data.get("cost")
    if not isinstance(cost, Mapping) or cost.get("kind") != "tiers":
        return
    if any(faults_of(TierCost, cost, file=file)):
        return
    ends = [tier.up_to for tier in validate(TierCost, cost).tiers]
    if ends[-1] is not None:
        yield Fault(
            file,
            T("The last tier ends, so a larger demand has no cost."),
            T("Delete its up_to, or add a tier without one."),
            column=f"{prefix}cost.tiers[{len(ends)}].up_to",
            value=str(ends[-1]),
        )
    for k, (end, following) in enumerate(pairwise(ends), start=1):
        if end is None or (following is not None and following <= end):
            yield Fault(
                file,
                T("The tiers do not follow each other."),
                T("Order them by up_to; only the last has none."),
                column=f"{prefix}cost.tiers[{k}].up_to",
            )


def form_sense(
    forms: Sequence[LegalForm], file: str, servable: Names, *, spelling: bool = True
) -> Iterator[Fault]:
    """Yield what a type cannot say of legal forms; with `spelling` also of their ids."""
    seen: set[str] = set()
    for k, form in enumerate(forms, start=1):
        place = f"legal_form[{k}]"
        if form.id == ALONE_FORM or form.id in seen:
            yield Fault(
                file,
                T("The id 'alone' is taken: it always exists.")
                if form.id == ALONE_FORM
                else T("The legal form stands twice."),
                T("Rename or delete it."),
                column=f"{place}.id",
                value=form.id,
            )
        seen.add(form.id)
        if spelling and not ID_PATTERN.fullmatch(form.id):
            yield Fault(
                file,
                T("An id has letters, digits, '-' and '_' only."),
                T("Rename it."),
                column=f"{place}.id",
                value=form.id,
            )
        if form.max_members is not None and form.max_members < form.min_members:
            yield Fault(
                file,
                T("max_members is less than min_members = {least}.", least=form.min_members),
                T("Correct one of the two."),
                column=f"{place}.max_members",
                value=str(form.max_members),
            )
        for service in () if form.services == "all" else form.services:
            if servable.known and service not in servable:
                yield Fault(
                    file,
                    T("Neither the instance nor the model library has this service."),
                    servable.remedy(service),
                    column=f"{place}.services",
                    value=service,
                )
        yield from ranges.faults(form, file, f"{place}.")
        for size in form.grant.amounts if form.grant else ():
            if not GRANT_PATTERN.fullmatch(size):
                yield Fault(
                    file,
                    T('A grant is given for a number of members: "2", "3", "4+".'),
                    T("Correct the key."),
                    column=f"{place}.grant.amounts",
                    value=size,
                )

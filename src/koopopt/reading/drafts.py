"""Partnerships as rows of a table, one line a member: the status quo, and plans."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from koopopt.case.instance import Site
from koopopt.case.library import ALONE_FORM
from koopopt.errors import Fault
from koopopt.language.hints import Names
from koopopt.reading.cells import Row, rows_of
from koopopt.reading.tables import REQUIRED_COLUMNS, Table
from koopopt.text import T

PLAN_COLUMNS: Final = REQUIRED_COLUMNS["status_quo"]
REQUIRED_PLAN_COLUMNS: Final = ("service", "municipality", "seat")


@dataclass(slots=True)
class PartnershipDraft:
    """A partnership as its rows describe it; the legal form may still be open ('')."""

    service: str
    seat: str
    legal_form: str
    row: Row
    at_site: bool = False
    members: list[str] = field(default_factory=list)


def drafts(
    table: Table,
    towns: Names | None,
    services: Names | None,
    forms: Names | None,
    faults: list[Fault],
    *,
    plan: bool,
    sites: Collection[Site] = (),
) -> list[PartnershipDraft]:
    """Return the partnerships of a table.

    Rows belong together that have the same service and partnership, or, in a plan without that
    column, the same service and seat. A plan (`plan`) may leave the legal form open.
    """
    optional = ("partnership", "legal_form")
    own = {(site.service, site.id) for site in sites}
    ids = {id_ for _, id_ in own}
    seats = Names([*towns.known, *sorted(ids)]) if towns is not None and ids else towns
    found: dict[tuple[str, str, str], PartnershipDraft] = {}
    first: dict[tuple[str, str], int] = {}
    spoiled: set[str | None] = set()  # partnerships with unreadable rows; None: it could be any
    for row in rows_of(
        table,
        faults,
        required=REQUIRED_PLAN_COLUMNS if plan else PLAN_COLUMNS,
        optional=optional if plan else (),
    ):
        service = row.known("service", services, T("service"))
        town = row.known("municipality", towns, T("municipality"))
        seat = row.known("seat", seats, T("municipality or site") if ids else T("municipality"))
        label = row.label("partnership", required=not plan) or ("" if plan else None)
        form = _form(row, forms)
        if service is None or town is None or seat is None or form is None or label is None:
            spoiled.add(label)
            continue
        if (service, town) in first:
            row.fault(
                "municipality",
                T(
                    "Row {row} has the municipality in a partnership of this service already.",
                    row=str(first[service, town]),
                ),
                T("Delete one of the two."),
            )
            continue
        first[service, town] = row.number
        key = (service, label, "" if label else seat)
        draft = found.setdefault(key, PartnershipDraft(service, seat, form, row))
        draft.members.append(town)
        if draft.seat != seat:
            _differs(row, "seat", draft.row.number)
        if draft.legal_form != form:
            _differs(row, "legal_form", draft.row.number)
    hosts: dict[tuple[str, str], int] = {}
    for (_, label, _), draft in found.items():
        if not spoiled & {label, None}:
            draft.at_site = (draft.service, draft.seat) in own
            if draft.at_site and not plan:
                _demand_one(draft, hosts)
            elif draft.seat in ids and not draft.at_site:
                draft.row.fault(
                    "seat",
                    T("The site does not serve {service}.", service=draft.service),
                    T("Add a line for it to the sites, or choose another seat."),
                )
                continue
            _check(draft, plan)
    return list(found.values())


def _demand_one(draft: PartnershipDraft, hosts: dict[tuple[str, str], int]) -> None:
    """Note where a site seats a second partnership of a service."""
    first = hosts.setdefault((draft.service, draft.seat), draft.row.number)
    if first != draft.row.number:
        draft.row.fault(
            "seat",
            T("The site seats a partnership of this service already, in row {row}.",
              row=str(first)),
            T("Make one of the two, or choose another seat."),
        )  # fmt: skip


def _form(row: Row, forms: Names | None) -> str | None:
    """Return the legal form ('' where it is open); None for an unknown one."""
    form = row.label("legal_form", required=False)
    if not form or form == ALONE_FORM or forms is None or form in forms:
        return form or ""
    row.fault("legal_form", T("There is no legal form of this name."), forms.remedy(form))
    return None


def _differs(row: Row, column: str, other: int) -> None:
    row.fault(
        column,
        T("Row {row} says otherwise of the same partnership.", row=str(other)),
        T("Write the same in all its rows, or give it another name."),
    )


def _check(draft: PartnershipDraft, plan: bool) -> None:
    """Note what keeps the rows from being a partnership."""
    row, pooled = draft.row, len(draft.members) > 1 or draft.at_site
    if draft.seat not in draft.members and not draft.at_site:
        row.fault(
            "seat",
            T("The seat is not a member of the partnership."),
            T("Add a row for it, or choose the seat among the members."),
        )
    elif pooled and draft.legal_form == ALONE_FORM:
        row.fault(
            "legal_form",
            T("A partnership of {count} cannot be 'alone'.", count=len(draft.members)),
            T("Write a legal form."),
        )
    elif pooled and not draft.legal_form and not plan:
        row.fault("legal_form", T("The legal form is missing."), T("Write a legal form."))
    elif not pooled and draft.legal_form not in ("", ALONE_FORM):
        row.fault(
            "legal_form",
            T("A partnership needs two members."),
            T("Add the other members, or write 'alone'."),
        )

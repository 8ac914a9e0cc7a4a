"""Pools of today: municipalities with the same value in a column pool each chosen service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from koopopt.case.instance import Municipality
from koopopt.case.library import LegalForm
from koopopt.case.plan import Partnership
from koopopt.errors import Fault, some
from koopopt.importing.table.opening import Grid
from koopopt.text import T, Text


def pools(
    grid: Grid,
    heading: str,
    values: Mapping[str, str],
    beyond: Sequence[str],
    towns: Sequence[Municipality],
    services: Sequence[str],
    forms: Sequence[LegalForm],
    faults: list[Fault],
) -> tuple[Partnership, ...]:
    """Return a partnership for each service and each value that several municipalities have.

    Parameters
    ----------
    grid : Grid
        Gets the notes on what is supposed.
    heading : str
    values : mapping id -> value
        Who has none is alone.
    beyond : sequence of str
        Values of rows that were left out.
    towns, services, forms : sequences
    faults : list
    """
    groups: dict[str, list[Municipality]] = {}
    for town in towns:
        if value := values.get(town.id, ""):
            groups.setdefault(value, []).append(town)
    single = [value for value, members in groups.items() if len(members) < 2]
    groups = {value: members for value, members in groups.items() if len(members) > 1}
    found: list[Partnership] = []
    used: dict[str, None] = {}
    for service in services:
        for value, members in groups.items():
            if (form := _form(members, service, forms)) is None:
                rule = T("No legal form takes these {count} members for {service}.",
                         count=len(members), service=service)  # fmt: skip
                remedy = T("Choose other legal forms, or leave --status-quo out.")
                faults.append(Fault(grid.file, rule, remedy, column=heading, value=value))
                continue
            seat = max(members, key=lambda town: town.population)
            used[form.id] = None
            found.append(Partnership(service, tuple(t.id for t in members), seat.id, form.id))
    nothing = T("There is nothing to do.")

    def note(rule: Text, remedy: Text) -> None:
        grid.notes.append(Fault(grid.file, rule, remedy, column=heading))

    if groups:
        note(
            T("{count} group(s) pool each service today. Supposed are the seat (the member with"
              " most inhabitants) and the legal form ({forms}).",
              count=len(groups), forms=", ".join(used)),
            T("Correct status_quo where you know better."),
        )  # fmt: skip
    if single:
        note(T("These stand there once and are no pool: {values}.", values=some(single)), nothing)
    if cut := [value for value in groups if value in beyond]:
        note(
            T("Groups reach beyond the municipalities that are taken: {values}.", values=some(cut)),
            T("Their pools of today are smaller here than they are."),
        )
    return tuple(found)


def _form(
    members: Sequence[Municipality], service: str, forms: Sequence[LegalForm]
) -> LegalForm | None:
    """Return the cheapest legal form that such a pool may take; votes are not asked."""
    counties = {(town.state, town.county) for town in members}
    states = {town.state for town in members}
    size = len(members)
    fitting = [
        form
        for form in forms
        if form.serves(service)
        and form.fits(size)
        and not (form.same_county and len(counties) > 1)
        and not (form.same_state and len(states) > 1)
    ]
    return min(fitting, key=lambda form: form.cost(size), default=None)

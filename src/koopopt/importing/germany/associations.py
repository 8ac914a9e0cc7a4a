"""Who pools today: associations of municipalities, as far as the register knows them.

The register has associations that run an administration together (Amt, Samtgemeinde,
Verbandsgemeinde, Verwaltungsgemeinschaft, ...). It has no Zweckverband and no agreement: who
pools water or a building yard with whom is not in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from koopopt.case.library import LegalForm
from koopopt.errors import Fault, some
from koopopt.importing.germany.register import ASSOCIATIONS, Association, Entry, Register
from koopopt.text import T

ADMINISTRATIVE: Final = ("administration", "registry-office", "public-order", "payroll", "it",
                         "procurement")  # fmt: skip
"""Services of the library that a common administration provides; ASSUMPTION: all of them."""
BY_LAW: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("07", "53"): ("water", "wastewater", "fire-equipment"),
}
"""Further services by state and kind of association: in Rheinland-Pfalz fire protection, water and
wastewater are tasks of the Verbandsgemeinde (Gemeindeordnung § 67 (1) no. 2, 5 and 6)."""
_FORMS: Final = ("administrative-association", "special-purpose-association", "association")
"""Legal forms that such an association may have, the likeliest first."""

Row = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Today:
    """Rows of `status_quo.csv`, the most members of a partnership in them, and notes."""

    rows: list[Row]
    largest: int
    notes: list[Fault]


def today(
    register: Register,
    towns: Sequence[Entry],
    services: Sequence[str],
    forms: Sequence[LegalForm],
    pooled: Sequence[str] | None = None,
) -> Today:
    """Return what the municipalities pool today.

    Parameters
    ----------
    register : Register
    towns : sequence of Entry
        Who takes part.
    services : sequence of str
        Chosen ones.
    forms : sequence of LegalForm
        Of the instance.
    pooled : sequence of str, optional
        The services that associations pool, whatever their kind; by default as it is known.
    """
    members: dict[str, list[Entry]] = {}
    for town in towns:
        members.setdefault(town.association, []).append(town)
    everyone: dict[str, int] = {}
    for town in register.municipalities.values():
        everyone[town.association] = everyone.get(town.association, 0) + 1
    rows: list[Row] = []
    notes: list[Fault] = []
    found: list[Association] = []
    cut: list[str] = []
    supposed: list[str] = []
    for key, own in members.items():
        association = register.associations.get(key)
        if association is None or association.kind not in ASSOCIATIONS or len(own) < 2:
            continue
        found.append(association)
        if len(own) < everyone[key]:
            cut.append(association.name)
        seat = seat_of(association, own)
        if seat is None:
            supposed.append(f"{association.name} ({association.seat or '?'})")
            seat = max(own, key=lambda town: town.population)
        tasks = ADMINISTRATIVE + BY_LAW.get((own[0].state, association.kind), ())
        for service in (s for s in services if s in (tasks if pooled is None else pooled)):
            form = _form(forms, service, own)
            label = f"{ASSOCIATIONS[association.kind]} {association.name}"
            rows += [(service, label, town.key, seat.key, form) for town in own]
    file = register.file
    notes += doubts(file, cut, supposed if rows else [])
    if rows and pooled is None:
        rule = T("The register does not say what associations pool; supposed is: {services}.",
                 services=", ".join(dict.fromkeys(row[0] for row in rows)))  # fmt: skip
        remedy = T("Say it with --associated NAME,NAME, or correct status_quo.csv.")
        notes.append(Fault(file, rule, remedy))
    if found and not rows:
        rule = T("{count} associations ({examples}) pool none of the chosen services as far as is"
                 " known; today counts as all alone.",
                 count=len(found), examples=some(a.name for a in found))  # fmt: skip
        remedy = T("Choose services of an administration (--services administration,...), or say"
                   " what they pool (--associated NAME,NAME).")  # fmt: skip
        notes.append(Fault(file, rule, remedy))
    largest = max((len(own) for own in members.values()), default=0) if rows else 0
    return Today(rows, largest, notes)


def doubts(file: str, cut: Sequence[str], supposed: Sequence[str]) -> list[Fault]:
    """Return notes of associations of which members are missing, or the seat is only supposed."""
    notes = []
    if cut:
        rule = T("Associations have members that do not take part, and are shown without them:"
                 " {examples}.", examples=some(cut))  # fmt: skip
        notes.append(Fault(file, rule, T("Add those municipalities, or leave it so.")))
    if supposed:
        rule = T("The seat of associations is in none of their members; the largest member stands"
                 " for it: {examples}.", examples=some(supposed))  # fmt: skip
        notes.append(Fault(file, rule, T("Correct the seat, or the place, where it matters.")))
    return notes


def seat_of(association: Association, own: Iterable[Entry]) -> Entry | None:
    """Return the member in which the association has its administration."""
    exact = [town for town in own if town.name == association.seat]
    alike = [town for town in own if _stem(town.name) == _stem(association.seat)]
    found = exact or alike
    return found[0] if association.seat and len(found) == 1 else None


def _stem(name: str) -> str:
    """Return a name without what only tells it from others of the same name.

    >>> _stem("Hermsdorf/Thür."), _stem("Burg (Dithm.)"), _stem("Hansestadt Seehausen")
    ('Hermsdorf', 'Burg', 'Seehausen')
    """
    return re.split(r"\s*[(/,]", name.removeprefix("Hansestadt "), maxsplit=1)[0]


def _form(forms: Sequence[LegalForm], service: str, own: Sequence[Entry]) -> str:
    """Return the legal form that is likeliest among those that may have so many members."""
    open_ = [form.id for form in forms if form.serves(service) and form.fits(len(own))]
    likely = [name for name in _FORMS if name in open_]
    return (likely or open_ or [forms[0].id])[0]

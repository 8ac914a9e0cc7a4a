"""The instance that is made of register and polygons: its files, and what there is to note."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from koopopt.case import resources
from koopopt.case.states import WITHOUT_A_LAW, common_legal_forms
from koopopt.errors import Fault, UsageError
from koopopt.importing.germany import words
from koopopt.importing.germany.associations import Today as Pooled
from koopopt.importing.germany.associations import today
from koopopt.importing.germany.lay import Lay, of_points, of_polygons
from koopopt.importing.germany.register import Entry, Register
from koopopt.importing.germany.selection import Selection
from koopopt.importing.germany.units import Unit, associations, doubtful, municipalities
from koopopt.importing.polygons.owned import Drawing
from koopopt.importing.start import MAX_MEMBERS, OFFICE_COST, SERVICES
from koopopt.importing.written import without_borders
from koopopt.language.hints import Names
from koopopt.linear import Floats
from koopopt.reading.drafts import PLAN_COLUMNS
from koopopt.reading.entries import MUNICIPALITY_COLUMNS
from koopopt.reading.models import demand_models, library_forms
from koopopt.text import T
from koopopt.writing.contents import Contents, Rows

RULES: Final[Mapping[str, Any]] = {
    "contiguous": True, "max_members": MAX_MEMBERS, "max_partner_seats": 3,
}  # fmt: skip
STILL_QUICK: Final = 10
"""So many members at most are allowed where associations of today have as many."""
Identity = Literal["tax-office", "county", "association", "court"]
IDENTITIES: Final[tuple[Identity, ...]] = ("tax-office", "county", "association", "court")
Today = Literal["status-quo", "rule", "none"]
TODAY: Final[tuple[Today, ...]] = ("status-quo", "rule", "none")
Units = Literal["municipalities", "associations"]
UNITS: Final[tuple[Units, ...]] = ("municipalities", "associations")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the user says besides who takes part.

    Attributes
    ----------
    name : str
        Of the instance.
    title : str or None
        By default what the selection is called.
    services : sequence of str
        Of the library.
    legal_forms : str or None
        A set of the library; by default that of the state.
    units : {"municipalities", "associations"}
        Who plans: see `koopopt.importing.germany.units`.
    identity : {"tax-office", "county", "association", "court"}
        What an identity area is.
    associations : {"status-quo", "rule", "none"}
        Whether the associations of today are the status quo, are to be kept besides, or neither.
    associated : sequence of str or None
        The services that they pool; by default as far as it is known.
    drawing : Drawing
        How the file of polygons is to be read.
    points : Path or None
        A table of places, where there are no polygons.
    lang : str
        Of the remarks in the files.
    """

    name: str
    title: str | None = None
    services: Sequence[str] = SERVICES
    legal_forms: str | None = None
    units: Units = "municipalities"
    identity: Identity = "tax-office"
    associations: Today = "status-quo"
    associated: Sequence[str] | None = None
    drawing: Drawing = field(default_factory=Drawing)
    points: Path | None = None
    lang: str = "en"


@dataclass(frozen=True, slots=True)
class Made:
    """The files of an instance, and what there is to note."""

    contents: Contents
    title: str
    notes: list[Fault]


def make(register: Register, chosen: Selection, polygons: Path | None, wishes: Wishes) -> Made:
    """Return the files of the instance of some municipalities.

    Raises
    ------
    DataError
        With what is wrong with the files.
    UsageError
        For names that cannot be meant.
    """
    _demand(wishes)
    towns = [register.municipalities[key] for key in chosen.keys]
    units = municipalities(towns)
    if wishes.units == "associations":
        units = associations(register, towns)
    lay = _lay(register, chosen.keys, units, polygons, wishes)
    notes = [*register.notes, *chosen.notes, *lay.notes]
    notes += _inhabited(register, chosen)
    if len(units) == 1:
        rule = T("There is only one who plans: nobody to pool with.")
        remedy = T("Take others besides: --counties KEY,KEY or --region TITLE FILE.")
        notes.append(Fault(register.file, rule, remedy))
    if wishes.units == "associations":
        notes += doubtful(register, units)
    forms = wishes.legal_forms or _forms_of(towns, register, notes)
    pooled = Pooled([], 0, [])
    if wishes.associations != "none" and wishes.units == "municipalities":
        pooled = today(register, towns, wishes.services, library_forms(forms), wishes.associated)
        notes += pooled.notes
    rules = _rules(wishes, pooled, bordered=lay.near is not None)
    notes += _too_many(register, pooled, rules["max_members"])
    title = wishes.title or chosen.title
    tables: dict[str, tuple[tuple[str, ...], Rows]] = {
        "municipalities": _municipalities(register, units, lay.points, wishes),
    }
    if lay.near is not None:
        tables["neighbours"] = (("a", "b", "border_km"), list(lay.near.rows()))
    if pooled.rows:
        tables["status_quo"] = (PLAN_COLUMNS, list(pooled.rows))
    settings = {
        "schema": 1, "name": wishes.name, "title": {"de": title, "en": title},
        "services": list(wishes.services), "legal_forms": forms,
        "travel": {"speed_kmh": 50.0, "detour": 1.3},
        "office": {"cost": OFFICE_COST},
        "weights": {"cost": 1.0, "travel": 10.0},
        "rules": rules,
        "sources": words.sources(register, lay, wishes.identity, bool(pooled.rows)),
    }  # fmt: skip
    if lay.near is None:
        settings["service"] = without_borders(wishes.services)
    contents = Contents(
        documents={"instance.toml": settings},
        tables=tables,
        boundaries=lay.boundaries,
        attribution=words.ATTRIBUTION if words.is_of_bkg(lay.file) else "",
        heads={"instance.toml": words.head(title, units, wishes.lang)},
        texts={"README.md": words.readme(title, notes, wishes.lang)},
    )
    return Made(contents, title, notes)


def _lay(
    register: Register,
    keys: Sequence[str],
    units: Sequence[Unit],
    polygons: Path | None,
    wishes: Wishes,
) -> Lay:
    """Return where the units lie, from polygons or from a table of points."""
    if polygons is not None:
        return of_polygons(register, keys, units, polygons, wishes.drawing)
    if wishes.points is not None:
        return of_points(units, wishes.points, wishes.drawing.system)
    raise UsageError(
        T("The register does not say where municipalities lie: give their polygons with"
          " --boundaries, or a table of their places with --points.")
    )  # fmt: skip


def _demand(wishes: Wishes) -> None:
    """Raise `UsageError` for names that the library does not have."""
    demand_models((*wishes.services, *(wishes.associated or ())), resources.services())
    for service in wishes.associated or ():
        if service not in wishes.services:
            raise UsageError(
                T("{name} is said to be pooled today, but is none of the services.",
                  name=repr(service))
            )  # fmt: skip
    if wishes.units == "associations":
        for option, said in (
            ("--associations rule", wishes.associations == "rule"),
            ("--associated", wishes.associated is not None),
        ):
            if said:
                raise UsageError(
                    T("{option} is about members of associations, which plan as one with {units}:"
                      " leave out one of the two.", option=option, units="--units associations")
                )  # fmt: skip
    sets = Names(resources.legal_forms())
    if wishes.legal_forms is not None and wishes.legal_forms not in sets:
        raise UsageError(
            T("There is no set of legal forms {name}. {remedy}",
              name=repr(wishes.legal_forms), remedy=sets.remedy(wishes.legal_forms))
        )  # fmt: skip


def _forms_of(towns: Sequence[Entry], register: Register, notes: list[Fault]) -> str:
    """Return the set of legal forms of the state; a note where there is none for all of them."""
    if (forms := common_legal_forms(town.state for town in towns)) != WITHOUT_A_LAW:
        return forms
    rule = T("The legal forms are those of no state ({name}), because the municipalities lie in"
             " several, or in one whose law the library does not have.",
             name=WITHOUT_A_LAW)  # fmt: skip
    remedy = T("--legal-forms names another set; koopopt models lists them.")
    notes.append(Fault(register.file, rule, remedy))
    return WITHOUT_A_LAW


def _municipalities(
    register: Register, units: Sequence[Unit], points: Floats, wishes: Wishes
) -> tuple[tuple[str, ...], Rows]:
    rows: Rows = [
        (
            unit.entry.key, unit.entry.name, float(unit.entry.population), round(float(lat), 6),
            round(float(lon), 6), unit.entry.county, unit.entry.state,
            _identity(register, unit.entry, wishes.identity), unit.kind, unit.entry.area_km2,
        )
        for unit, (lon, lat) in zip(units, points, strict=True)
    ]  # fmt: skip
    return (*MUNICIPALITY_COLUMNS, "kind", "area_km2"), rows


def _rules(wishes: Wishes, pooled: Pooled, *, bordered: bool = True) -> dict[str, Any]:
    """Return the rules to begin with; today is a plan under them where that can be."""
    most = RULES["max_members"]
    if most < pooled.largest <= STILL_QUICK:
        most = pooled.largest
    kept = {"keep_existing": True} if wishes.associations == "rule" else {}
    rules = {**RULES, "max_members": most, **kept}
    return rules if bordered else {k: v for k, v in rules.items() if k != "contiguous"}


def _too_many(register: Register, pooled: Pooled, most: int) -> list[Fault]:
    """Return a note where today's associations have more members than the rules allow."""
    if pooled.largest <= most:
        return []
    rule = T("Associations of today have up to {count} members, more than the rule max_members ="
             " {most} allows: today is no plan under these rules.",
             count=pooled.largest, most=most)  # fmt: skip
    remedy = T("Raise max_members, or plan with associations as units (--units associations).")
    return [Fault(register.file, rule, remedy)]


def _identity(register: Register, town: Entry, wanted: Identity) -> str:
    """Return what a municipality feels that it belongs to, as far as the register can tell."""
    county = register.counties[town.county]
    match wanted:
        case "tax-office" if town.tax_office:
            return f"Finanzamt {town.tax_office}"
        case "court" if town.court:
            return f"Amtsgericht {town.court}"
        case "association":
            found = register.associations.get(town.association)
            return found.name if found is not None else town.name
    return county


def _inhabited(register: Register, chosen: Selection) -> list[Fault]:
    """Return a note of inhabited land in the same counties that belongs to no municipality."""
    counties = {key[:5] for key in chosen.keys}
    return [
        Fault(register.file,
              T("{people} people live in {name}, which belongs to no municipality: they are left"
                " out.", people=entry.population, name=f"{entry.name} ({entry.key})"),
              T("There is nothing to do."), row=entry.row)
        for entry in register.unincorporated.values()
        if entry.population and entry.county in counties
    ]  # fmt: skip

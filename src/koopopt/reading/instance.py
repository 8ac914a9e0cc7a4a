"""Reading an instance: from a folder or a workbook, checked as a whole.

    folder | workbook → tables and documents → values → Instance

Every fault is collected before anything is said, so that one look mends the whole instance.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from koopopt.case import resources
from koopopt.case.instance import Instance, Municipality, Site
from koopopt.case.library import LegalForm
from koopopt.case.plan import Partnership
from koopopt.case.scenario import scenario_faults
from koopopt.case.sums import sum_faults
from koopopt.case.years import horizon_faults
from koopopt.checking.schema import validate
from koopopt.checking.typed import checked
from koopopt.errors import DataError, Fault, why
from koopopt.language.hints import Names
from koopopt.language.inert import on_line
from koopopt.language.notation import Mark
from koopopt.reading import entries, models
from koopopt.reading.boundaries import boundaries
from koopopt.reading.drafts import drafts
from koopopt.reading.faults import as_called, condensed, with_rows
from koopopt.reading.folder import Folder
from koopopt.reading.labels import nearly_equal
from koopopt.reading.literals import questions
from koopopt.reading.overlaps import overlaps
from koopopt.reading.settings import Settings, parted, ranges_of_weights, settings_faults
from koopopt.reading.sites import sites
from koopopt.reading.slowness import slow
from koopopt.reading.spreadsheets.kinds import ENDINGS
from koopopt.reading.tables import Document, Source, Table
from koopopt.reading.unread import tell_unread
from koopopt.reading.workbook import Workbook
from koopopt.rules import Known, Layer, active
from koopopt.rules import check as check_rules
from koopopt.rules.conflicts import Bound, form_conflicts, plan_conflicts, service_conflicts
from koopopt.rules.contradictions import contradictions
from koopopt.rules.relaxing import named, relax_faults
from koopopt.text import T

Forms = tuple[LegalForm, ...] | None
"""The legal forms, None where they could not be read."""


@checked
def read(what: str | Path) -> Instance:
    """Return an instance.

    Parameters
    ----------
    what : str or Path
        Folder, workbook (.xlsx), or name of a shipped instance.

    Raises
    ------
    DataError
        With every fault found, also where there is no such instance.
    """
    instance, faults, notes = _read(what)
    if faults or instance is None:
        raise DataError(faults, notes)
    return dataclasses.replace(instance, notes=notes)


def read_towns(what: str | Path) -> tuple[Municipality, ...]:
    """Return the municipalities of an instance alone, for whoever makes its other tables.

    Raises
    ------
    DataError
        With what is wrong with their table.
    """
    source = _source(what)
    if isinstance(source, Fault):
        raise DataError([source])
    towns = () if source.faults else _Reader(source).towns()
    if source.faults:
        raise DataError(condensed(source.faults))
    return towns


def check(what: str | Path) -> list[Fault]:
    """Return everything wrong with an instance; empty where nothing is."""
    return _read(what)[1]


@dataclasses.dataclass(frozen=True, slots=True)
class Boundaries:
    """Areas from a file of their own.

    Attributes
    ----------
    areas : mapping id -> GeoJSON geometry
    attribution : str
        Who is to be named for them: the file's `attribution`, else its name.
    notes : tuple of Fault
        What was not taken as it stands.
    """

    areas: Mapping[str, Any]
    attribution: str
    notes: tuple[Fault, ...]


def read_boundaries(path: str | Path, towns: Sequence[Municipality]) -> Boundaries:
    """Return the areas of municipalities in a GeoJSON file.

    A feature is a municipality's whose id is its own `id`, or its property `id`, `ags`, `rs` or
    `ars`. Those of other places are left out.

    Raises
    ------
    DataError
        With every fault found; one of them is that no feature is of any of the municipalities.
    """
    folder, file = Folder(Path(path).parent, links=True), Path(path).name
    collection = folder.collection(file)
    found: dict[str, Any] = {}
    if collection is not None:
        ids = [town.id for town in towns]
        found = boundaries(collection, ids, towns, folder.faults, folder.notes, elsewhere=True)
    if folder.faults or collection is None:
        raise DataError(condensed(folder.faults), folder.notes)
    return Boundaries(found, collection.attribution or file, tuple(folder.notes))


def _read(what: str | Path) -> tuple[Instance | None, list[Fault], tuple[Fault, ...]]:
    """Return the instance, None where there are faults; the faults; the notes."""
    source = _source(what)
    if isinstance(source, Fault):
        return None, [source], ()
    if source.faults:  # a workbook that cannot be opened
        return None, source.faults, ()
    reader = _Reader(source)
    instance = reader.read()
    noted = [*source.notes, *(note for table in reader.tables for note in table.notes)]
    faults, notes = (
        condensed(as_called(with_rows(told, reader.documents), reader.tables))
        for told in (source.faults, noted)
    )
    return instance, faults, tuple(notes)


def _source(what: str | Path) -> Source | Fault:
    """Return what an instance is read from, or the fault that there is none."""
    path, shipped = Path(what), resources.instances()
    try:
        if path.is_dir() and ((path / "instance.toml").exists() or str(what) not in shipped):
            return Folder(path)
        if path.is_file() and path.suffix.lower() in ENDINGS:
            return (book := Workbook(path)).foreign() or book
        if path.is_file():
            return Fault(
                str(what),
                T("An instance is a folder or an .xlsx workbook."),
                T("Give its folder, or save the workbook as .xlsx."),
            )
    except OSError as error:  # a name that no system allows, a folder that may not be entered
        reason = why(error)
        rule = T("It cannot be opened: {reason}.", reason=reason)
        return Fault(str(what), rule, T("Check the path and its permissions."))
    except ValueError:
        pass
    if str(what) in shipped:
        return Folder(shipped[str(what)])
    return Fault(
        str(what),
        T("There is no folder, no workbook and no shipped instance of this name."),
        Names(shipped).remedy(str(what)),
    )


class _Reader:
    """Reads one source; faults are noted there."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.faults = source.faults
        self.documents: list[Document] = []
        self.tables: list[Table] = []
        self.decimal: Mark | None = None

    def towns(self) -> tuple[Municipality, ...]:
        """Return the municipalities alone."""
        self._settings()
        return self._municipalities()[0]

    def _settings(self) -> tuple[Document | None, Document]:
        """Return instance.toml, None where it is missing, and what to take in its place then."""
        document = self.source.document("instance.toml")
        settings = document or Document("instance.toml", {})
        self.documents.append(settings)
        decimal = settings.data.get("decimal")
        self.decimal = decimal if decimal in (".", ",") else None
        return document, settings

    def read(self) -> Instance | None:
        """Return the instance; None where the faults forbid it."""
        document, settings = self._settings()
        towns, ids = self._municipalities()
        loaded, forms = self._models(settings)
        services = Names(service.id for service in loaded) if loaded else None
        found, site_ids = self._sites(towns, ids, services)
        central = Names(t.central_place for t in towns if t.central_place) if ids else None
        known = Known(
            towns=ids,
            seats=Names([*ids.known, *site_ids]) if ids and site_ids else None,
            services=services,
            forms=None if forms is None else Names(form.id for form in forms),
            central_places=central,
        )
        contiguous = self._rules(settings, loaded, forms, known, {s.service for s in found})
        tables = self._tables(known, towns, found, site_ids, contiguous)
        if document is not None:
            self.faults.extend(settings_faults(document))
            self.faults.extend(questions(document, document.data.get("decimal")))
        tell_unread(self.source, complete=document is not None)
        if self.faults:
            return None
        chosen = validate(Settings, parted(settings.data)[0])
        name = chosen.name or on_line(self.source.name)
        instance = Instance(
            name=name,
            title=chosen.title or {"en": name},
            municipalities=towns,
            services=tuple(service.model for service in loaded if service.model),
            legal_forms=forms or (),
            rules=dict(chosen.rules),
            weights=dict(chosen.weights),
            office_cost=chosen.office.cost,
            speed_kmh=chosen.travel.speed_kmh,
            detour=chosen.travel.detour,
            weights_range=ranges_of_weights(settings.data),
            office_cost_range=chosen.office.cost_range,
            speed_kmh_range=chosen.travel.speed_kmh_range,
            detour_range=chosen.travel.detour_range,
            horizon=chosen.horizon,
            scenarios=chosen.scenario,
            relax=dict(named(chosen.relax)),
            sources=chosen.all_sources(),
            plugins=resources.packages(chosen.services, chosen.legal_forms),
            sites=found,
            **tables,
        )
        self.faults += scenario_faults(chosen.scenario, towns, instance.services, settings.file)
        self.faults += relax_faults(named(chosen.relax), instance, settings.file)
        self.source.notes.extend(slow(instance, self.source.file("travel")))
        self.source.notes.extend(overlaps(instance, settings.file))
        shared = Layer(settings.file, "rules", instance.rules)
        bounds = [Bound((shared, *service.layers)) for service in loaded]
        forms_file = chosen.legal_forms
        if not forms_file.endswith(".toml"):
            forms_file = resources.label(forms_file, resources.legal_forms()[forms_file])
        self.faults.extend(contradictions(instance, bounds, forms_file))
        places = {
            "alone_cost": (self.source.file("alone_cost"), "cost"),
            "office_cost": (settings.file, "office.cost"),
            "sites": (self.source.file("sites"), "fixed_cost"),
            **{
                f'legal_forms["{form.id}"]': (forms_file, f"legal_form[{k}]")
                for k, form in enumerate(instance.legal_forms, start=1)
            },
        }
        for fault in (*horizon_faults(instance), *sum_faults(instance)):
            file, key = places.get(fault.column or "", (settings.file, fault.column))
            self.faults.append(dataclasses.replace(fault, file=file, column=key))
        return instance

    def _municipalities(self) -> tuple[tuple[Municipality, ...], Names | None]:
        table = self._table("municipalities", needed=True)
        if table is None:
            return (), None
        towns, ids = entries.municipalities(table, self.faults)
        for column in ("id", *entries.LABELS, "central_place"):
            labels = (label for town in towns if (label := getattr(town, column)))
            table.notes.extend(nearly_equal(table.file, column, labels))
        return towns, ids

    def _sites(
        self, towns: Sequence[Municipality], ids: Names | None, services: Names | None
    ) -> tuple[tuple[Site, ...], tuple[str, ...]]:
        table = self._table("sites")
        return ((), ()) if table is None else sites(table, towns, ids, services, self.faults)

    def _tables(
        self,
        known: Known,
        placed: Sequence[Municipality],
        found_sites: Sequence[Site],
        site_ids: Sequence[str],
        contiguous: bool,
    ) -> dict[str, Any]:
        """Return what the other tables hold, by attribute of the instance."""
        towns, services, faults = known.towns, known.services, self.faults
        found: dict[str, Any] = {}
        if (table := self._table("neighbours", needed=contiguous)) is not None:
            found["neighbours"] = entries.neighbours(table, towns, faults)
        if (table := self._table("travel")) is not None:
            found["travel"] = entries.travel(table, towns, faults, site_ids)
        for stem, column in (("demand", "demand"), ("alone_cost", "cost")):
            if (table := self._table(stem)) is not None:
                found[stem] = entries.amounts(table, column, towns, services, faults)
        if (table := self._table("status_quo")) is not None:
            today = drafts(
                table, towns, services, known.forms, faults, plan=False, sites=found_sites
            )
            found["status_quo"] = tuple(
                Partnership(d.service, tuple(d.members), d.seat, d.legal_form)
                for d in today
                if len(d.members) > 1 or d.at_site  # who is in no partnership is alone anyway
            )
        shapes = self.source.collection()
        if shapes is not None and towns is not None:
            ids = towns.known
            found["boundaries"] = boundaries(shapes, ids, placed, faults, self.source.notes)
        return found

    def _table(self, stem: str, *, needed: bool = False) -> Table | None:
        if needed and not self.source.has(stem):
            self.faults.append(
                Fault(
                    self.source.file(stem),
                    T("The table of neighbours is missing, but the rule 'contiguous' needs it.")
                    if stem == "neighbours"
                    else T("The table is missing."),
                    T("Add it to the instance."),
                )
            )
        table = self.source.table(stem)
        if table is not None:
            table = dataclasses.replace(table, decimal=self.decimal)
            self.tables.append(table)
        return table

    def _models(self, settings: Document) -> tuple[list[models.Loaded], Forms]:
        """Return services and legal forms; what is no list of names is told by the schema."""
        given = settings.data.get("services")
        wanted = [n for n in given if isinstance(n, str)] if isinstance(given, list) else []
        overrides = _table_of(settings.data, "service") if wanted else {}
        loaded = models.services(wanted, overrides, settings, self.source)
        form_set = settings.data.get("legal_forms")
        forms: Forms = None
        if isinstance(form_set, str) and form_set:
            ids = Names(service.id for service in loaded)
            forms = models.legal_forms(form_set, ids, settings, self.source)
        for service in loaded if forms else ():
            if not any(form.serves(service.id) for form in forms or ()):
                self.faults.append(
                    Fault(
                        settings.file,
                        T("No legal form is open to this service, so nobody could pool it."),
                        T("Open a legal form to it, or leave the service out."),
                        column="services",
                        value=service.id,
                    )
                )
        return loaded, forms

    def _rules(
        self,
        settings: Document,
        loaded: list[models.Loaded],
        forms: Forms,
        known: Known,
        sited: Collection[str],
    ) -> bool:
        """Check the rules; return whether some service asks for contiguous members.

        `sited` are the services that have sites.
        """
        shared = Layer(settings.file, "rules", _table_of(settings.data, "rules"))
        wrong = list(check_rules(shared, [service.layers for service in loaded], known))
        self.faults.extend(wrong)
        contiguous = [
            active(shared.table, *(layer.table for layer in service.layers)).get("contiguous")
            for service in loaded
        ]
        if not wrong:
            self.faults.extend(plan_conflicts(Bound((shared,))))
            for service in loaded:
                bound = Bound((shared, *service.layers))
                self.faults.extend(service_conflicts(bound))
                if forms is not None:
                    least = 1 if service.id in sited else 2
                    self.faults.extend(form_conflicts(bound, service.id, forms, least))
        return any(flag is True for flag in contiguous)


def _table_of(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = data.get(key)
    return value if isinstance(value, Mapping) else {}

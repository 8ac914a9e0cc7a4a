"""Reading an instance: from a folder or a workbook, checked as a whole.

    folder | workbook → tables and documents → values → Instance

Every fault is collected before anything is said, so that one look mends the whole instance.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from koopopt import resources
from koopopt.criteria import CRITERIA
from koopopt.errors import DataError, Fault
from koopopt.hints import Names
from koopopt.instance import entries, models
from koopopt.instance.boundaries import boundaries
from koopopt.instance.drafts import drafts
from koopopt.instance.fingerprint import signed
from koopopt.instance.folder import Folder
from koopopt.instance.settings import Settings
from koopopt.instance.tables import TABLES, Document, Source, Table
from koopopt.instance.values import Instance, Municipality
from koopopt.instance.workbook import Workbook
from koopopt.library import ALONE
from koopopt.plan import Partnership
from koopopt.rules import Known, Layer, active
from koopopt.rules import check as check_rules
from koopopt.rules.conflicts import Bound, plan_conflicts, service_conflicts
from koopopt.schema import faults_of, validate
from koopopt.text import T

NAME = re.compile(r"[\w(][\w .,()&'+-]{0,99}")
"""Names of instances: they become names of files and folders."""
_MOST_ALIKE = 20
"""So many faults of one kind in one column are told one by one."""


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
    UsageError
        For a workbook, where the extra ``xlsx`` is not installed.
    """
    instance, faults = _read(what)
    if faults or instance is None:
        raise DataError(faults)
    return instance


def check(what: str | Path) -> list[Fault]:
    """Return everything wrong with an instance; empty where nothing is."""
    return _read(what)[1]


def _read(what: str | Path) -> tuple[Instance | None, list[Fault]]:
    source = _source(what)
    if isinstance(source, Fault):
        return None, [source]
    if source.faults:  # a workbook that cannot be opened
        return None, source.faults
    instance, documents = _Reader(source).read()
    faults = _condensed(_with_rows(source.faults, documents))
    return (None if faults else instance), faults


def _source(what: str | Path) -> Source | Fault:
    """Return what an instance is read from, or the fault that there is none."""
    path, shipped = Path(what), resources.instances()
    try:
        if path.is_dir() and ((path / "instance.toml").exists() or str(what) not in shipped):
            return Folder(path)
        if path.is_file() and path.suffix.lower() in (".xlsx", ".xlsm"):
            return Workbook(path)
        if path.is_file():
            return Fault(
                str(what),
                T("An instance is a folder or an .xlsx workbook."),
                T("Give its folder, or save the workbook as .xlsx."),
            )
    except (OSError, ValueError):  # a name that no system allows
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

    def read(self) -> tuple[Instance | None, list[Document]]:
        """Return the instance (None where the faults forbid it) and its documents."""
        source, faults = self.source, self.faults
        self._strays()
        settings = source.document("instance.toml")
        data: Mapping[str, Any] = settings.data if settings else {}
        towns: tuple[Municipality, ...] = ()
        ids: Names | None = None
        if (table := self._table("municipalities", needed=True)) is not None:
            towns, ids = entries.municipalities(table, faults)
        settings = settings or Document("instance.toml", {})
        loaded, forms = self._models(settings)
        names = Names(service.id for service in loaded) if loaded else None
        form_names = None if forms is None else Names(form.id for form in forms)
        places = Names(town.central_place for town in towns if town.central_place)
        contiguous = self._rules(
            settings, loaded, forms, Known(ids, names, form_names, places if ids else None)
        )
        neighbours = travel = today = None
        if (table := self._table("neighbours", needed=contiguous)) is not None:
            neighbours = entries.neighbours(table, ids, faults)
        if (table := self._table("travel")) is not None:
            travel = entries.travel(table, ids, faults)
        given = {}
        for stem, column in (("demand", "demand"), ("alone_cost", "cost")):
            table = self._table(stem)
            given[stem] = entries.amounts(table, column, ids, names, faults) if table else {}
        if (table := self._table("status_quo")) is not None:
            today = drafts(table, ids, names, form_names, faults, plan=False)
        shapes = source.geometries()
        polygons = boundaries(*shapes, ids, faults) if shapes else {}
        if data:
            self._settings(settings)
        if faults:
            return None, self.documents
        chosen = validate(Settings, data)
        name = chosen.name or source.name
        instance = Instance(
            name=name,
            title=chosen.title or {"en": name},
            municipalities=towns,
            services=tuple(service.model for service in loaded if service.model),
            legal_forms=forms or (),
            neighbours=neighbours or (),
            travel=travel or {},
            demand=given["demand"],
            alone_cost=given["alone_cost"],
            status_quo=tuple(
                Partnership(d.service, tuple(d.members), d.seat, d.legal_form)
                for d in today or ()
                if d.legal_form not in ("", ALONE)
            ),
            rules=dict(chosen.rules),
            weights=dict(chosen.weights),
            office_cost=chosen.office.cost,
            speed_kmh=chosen.travel.speed_kmh,
            detour=chosen.travel.detour,
            sources=(*chosen.sources, *_sources(chosen)),
            boundaries=polygons,
        )
        return signed(instance), self.documents

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
        return self.source.table(stem)

    def _models(self, settings: Document) -> tuple[list[models.Loaded], Any]:
        """Return services and legal forms; what is no list of names is told by the schema."""
        self.documents.append(settings)
        given = settings.data.get("services")
        wanted = [n for n in given if isinstance(n, str)] if isinstance(given, list) else []
        overrides = _table_of(settings.data, "service") if wanted else {}
        loaded = models.services(wanted, overrides, settings, self.source)
        form_set = settings.data.get("legal_forms")
        forms = None
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
        self, settings: Document, loaded: list[models.Loaded], forms: Any, known: Known
    ) -> bool:
        """Check the rules; return whether some service asks for contiguous members."""
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
                self.faults.extend(service_conflicts(bound, service.id, forms))
        return any(flag is True for flag in contiguous)

    def _settings(self, settings: Document) -> None:
        self.faults.extend(faults_of(Settings, settings.data, file=settings.file))
        name = settings.data.get("name")
        if isinstance(name, str) and name and not NAME.fullmatch(name):
            self.faults.append(
                Fault(
                    settings.file,
                    T("The name serves as a file name: letters, digits and blanks, at most 100."),
                    T("Put anything else into the title."),
                    column="name",
                    value=name,
                )
            )
        weights = _table_of(settings.data, "weights")
        known = Names(CRITERIA)
        for key in weights:
            if key not in known:
                self.faults.append(
                    Fault(
                        settings.file,
                        T("There is no criterion of this name."),
                        known.remedy(key),
                        column=f"weights.{key}",
                    )
                )
        if "weights" in settings.data and not any(weights.values()):
            self.faults.append(
                Fault(
                    settings.file,
                    T("All weights are 0, so every plan would be best."),
                    T("Give one criterion a weight, or delete the table."),
                    column="weights",
                )
            )

    def _strays(self) -> None:
        """Note tables whose name is nearly right: nobody would see that they are not read."""
        for name in self.source.strays():
            stem = name[:-4] if name.lower().endswith(".csv") else name
            if stem in TABLES and name == self.source.file(stem):
                continue
            near = Names(TABLES).near(stem, cutoff=0.8)
            near = stem if stem in TABLES else near
            if near is not None and not self.source.has(near):
                self.faults.append(
                    Fault(
                        name,
                        T("Nothing of this name is read."),
                        T("Did you mean {near}?", near=repr(self.source.file(near))),
                    )
                )


def _table_of(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = data.get(key)
    return value if isinstance(value, Mapping) else {}


def _sources(settings: Settings) -> list[dict[str, Any]]:
    """Return where the numbers of [travel] and [office] come from, as further sources."""
    return [
        {"what": what, "from": table.source, "confidence": table.confidence}
        for what, table in (("[travel]", settings.travel), ("[office]", settings.office))
        if table.source
    ]


def _with_rows(faults: list[Fault], documents: list[Document]) -> list[Fault]:
    """Add the row to faults in a sheet of keys and values."""
    rows = {document.file: document.rows for document in documents}
    result = []
    for fault in faults:
        row, key = fault.row, fault.column
        while row is None and key:
            row = rows.get(fault.file, {}).get(key)
            key = key.rpartition(".")[0] if not key.endswith("]") else key.rpartition("[")[0]
        result.append(Fault(fault.file, fault.rule, fault.remedy, row, fault.column, fault.value))
    return result


def _condensed(faults: list[Fault]) -> list[Fault]:
    """Leave out repetitions, and more of one kind than anyone reads."""
    result: list[Fault] = []
    seen: set[str] = set()
    alike: dict[tuple[str, str | None, str], int] = {}
    for fault in faults:
        kind = (fault.file, fault.column, fault.rule.template)
        if alike.get(kind, 0) >= _MOST_ALIKE:
            alike[kind] += 1
            continue
        if (shown := fault.render()) in seen:
            continue
        seen.add(shown)
        alike[kind] = alike.get(kind, 0) + 1
        result.append(fault)
    for (file, column, _), count in alike.items():
        if count > _MOST_ALIKE:
            result.append(
                Fault(
                    file,
                    T("{count} more faults of this kind.", count=count - _MOST_ALIKE),
                    T("Mend the first ones and check again."),
                    column=column,
                )
            )
    return result

"""Service models and legal forms of an instance: from the library or its own files, overridden."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, ClassVar

from annotated_types import MinLen
from pydantic import ConfigDict

from koopopt import resources
from koopopt.errors import Fault
from koopopt.hints import Names
from koopopt.instance.documents import parse_toml
from koopopt.instance.literals import questions
from koopopt.instance.tables import Document, Source
from koopopt.library import ALONE, STRICT, LegalForm, ServiceModel, Sourced, TierCost
from koopopt.rules import Layer
from koopopt.schema import faults_of, validate
from koopopt.text import T

_ID = re.compile(r"\w[\w-]{0,59}")
_GRANT = re.compile(r"[1-9]\d{0,3}\+?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A service as far as it could be read: its id, its model, and its layers of rules."""

    id: str
    model: ServiceModel | None
    layers: tuple[Layer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _FormSet(Sourced):
    """A file of legal forms."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    legal_form: Annotated[tuple[LegalForm, ...], MinLen(1)]


def services(
    names: Sequence[str], overrides: Mapping[str, Any], settings: Document, source: Source
) -> list[Loaded]:
    """Return the services that the instance names, its overrides applied."""
    loaded: list[Loaded] = []
    for k, name in enumerate(names):
        place = f"services[{k + 1}]"
        id_ = name_of(name)
        if not _ID.fullmatch(id_):
            source.faults.append(
                Fault(
                    settings.file,
                    T("The name of a service has letters, digits, '-' and '_' only."),
                    T("Rename its file."),
                    column=place,
                    value=name,
                )
            )
            continue
        if id_.casefold() in {service.id.casefold() for service in loaded}:
            source.faults.append(
                Fault(
                    settings.file,
                    T("The service stands twice."),
                    T("Delete one of the two."),
                    column=place,
                    value=name,
                )
            )
            continue
        document = _find(name, resources.services(), "services", settings, source, place=place)
        override = overrides.get(id_)
        override = override if isinstance(override, Mapping) else {}
        loaded.append(_service(id_, document, override, settings.file, source.faults))
    known = Names(service.id for service in loaded)
    complete = len(loaded) == len(names) and all(service.model for service in loaded)
    for id_ in overrides if complete else ():
        if id_ not in known:
            source.faults.append(
                Fault(
                    settings.file,
                    T("The instance has no service of this name."),
                    known.remedy(id_),
                    column=f"service.{id_}",
                )
            )
    return loaded


def legal_forms(
    name: str, known_services: Names, settings: Document, source: Source
) -> tuple[LegalForm, ...] | None:
    """Return the set of legal forms of this name; None where it cannot be read."""
    library = resources.legal_forms()
    document = _find(name, library, "legal_forms", settings, source, place="legal_forms")
    if document is None:
        return None
    faults = list(faults_of(_FormSet, document.data, file=document.file))
    source.faults.extend(faults)
    if faults:
        return None
    forms = validate(_FormSet, document.data).legal_form
    servable = Names((*known_services.known, *resources.services()) if known_services.known else ())
    source.faults.extend(_form_faults(forms, document.file, servable))
    return forms


def name_of(entry: str) -> str:
    """Return the id of an entry of `services`: the name itself, or of the file."""
    return PurePosixPath(entry.replace("\\", "/")).stem if entry.endswith(".toml") else entry


def merged(base: Mapping[str, Any], override: Mapping[str, Any]) -> dict[str, Any]:
    """Return `base` with the keys of `override` in it, table by table.

    Source and confidence speak of the numbers beside them, so they are not inherited by a table
    in which a number is overridden; neither is anything from a table of another `kind`.
    """
    result = dict(base)
    for key, value in override.items():
        old = base.get(key)
        if isinstance(value, Mapping) and isinstance(old, Mapping):
            same_kind = value.get("kind", old.get("kind")) == old.get("kind")
            kept = {k: v for k, v in old.items() if k not in ("source", "confidence")}
            result[key] = merged(kept if same_kind else {}, value)
        else:
            result[key] = value
    return result


def _find(
    name: str,
    library: Mapping[str, Path],
    folder: str,
    settings: Document,
    source: Source,
    *,
    place: str,
) -> Document | None:
    """Return the document of this name, from the instance (`x.toml`) or from the library."""
    if name.endswith(".toml"):
        document = source.document(name)
        if document is not None:
            source.faults.extend(questions(document, settings.data.get("decimal")))
        return document
    if name in library:
        text = library[name].read_text("utf-8")
        return parse_toml(text, f"models/{folder}/{name}.toml", source.faults)
    source.faults.append(
        Fault(
            settings.file,
            T("The model library holds nothing of this name."),
            T("Write {better} for the instance's own file.", better=repr(f"{name}.toml"))
            if source.has_document(f"{name}.toml")
            else Names(library).remedy(name),
            column=place,
            value=name,
        )
    )
    return None


def _service(
    id_: str,
    document: Document | None,
    override: Mapping[str, Any],
    settings_file: str,
    faults: list[Fault],
) -> Loaded:
    over = Layer(settings_file, f"service.{id_}.rules", _table(override, "rules"))
    if document is None:
        return Loaded(id_, None, (over,))
    base = {"id": id_, **document.data}
    layers = (Layer(document.file, "rules", _table(base, "rules")), over)
    own = list(faults_of(ServiceModel, base, file=document.file))
    own += _service_faults(id_, base, document.file, "")
    told = {(fault.column, fault.rule.template) for fault in own}
    prefix = f"service.{id_}"
    whole = merged(base, override)
    changed = [
        fault
        for fault in (
            *faults_of(ServiceModel, whole, file=settings_file, prefix=prefix),
            *_service_faults(id_, whole, settings_file, f"{prefix}."),
        )
        if ((fault.column or "").removeprefix(f"{prefix}."), fault.rule.template) not in told
    ]
    faults.extend((*own, *changed))
    model = None if own or changed else validate(ServiceModel, whole)
    return Loaded(id_, model, layers)


def _table(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = data.get(key)
    return value if isinstance(value, Mapping) else {}


def _service_faults(id_: str, data: Mapping[str, Any], file: str, prefix: str) -> Iterator[Fault]:
    """Yield what a type cannot say of a service model."""
    if data.get("id") != id_:
        yield Fault(
            file,
            T("The id of a service is the name of its file, {id}.", id=repr(id_)),
            T("Correct the id or delete the key."),
            column=f"{prefix}id",
            value=str(data.get("id")),
        )
    cost = _table(data, "cost")
    if cost.get("kind") != "tiers" or any(faults_of(TierCost, cost, file=file)):
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


def _form_faults(forms: Sequence[LegalForm], file: str, servable: Names) -> Iterator[Fault]:
    """Yield what a type cannot say of legal forms."""
    seen: set[str] = set()
    for k, form in enumerate(forms, start=1):
        place = f"legal_form[{k}]"
        if form.id == ALONE or form.id in seen:
            yield Fault(
                file,
                T("The id 'alone' is taken: it always exists.")
                if form.id == ALONE
                else T("The legal form stands twice."),
                T("Rename or delete it."),
                column=f"{place}.id",
                value=form.id,
            )
        seen.add(form.id)
        if not _ID.fullmatch(form.id):
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
        for size in form.grant.amounts if form.grant else ():
            if not _GRANT.fullmatch(size):
                yield Fault(
                    file,
                    T('A grant is given for a number of members: "2", "3", "4+".'),
                    T("Correct the key."),
                    column=f"{place}.grant.amounts",
                    value=size,
                )

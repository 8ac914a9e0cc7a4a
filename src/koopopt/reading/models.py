"""Service models and legal forms of an instance: from the library or its own files, overridden."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, ClassVar

from annotated_types import MinLen
from pydantic import ConfigDict

from koopopt.case import resources
from koopopt.case.library import (
    STRICT,
    LegalForm,
    ServiceModel,
    Sourced,
)
from koopopt.case.sense import ID_PATTERN, form_sense, service_sense
from koopopt.checking.schema import faults_of, validate
from koopopt.checking.unranged import RANGE
from koopopt.errors import DataError, Fault, UsageError
from koopopt.language.hints import Names
from koopopt.reading.documents import parse_toml
from koopopt.reading.faults import condensed
from koopopt.reading.literals import questions
from koopopt.reading.tables import Document, Source
from koopopt.rules import Layer
from koopopt.text import T


@dataclass(frozen=True, slots=True)
class Loaded:
    """A service as far as it could be read: its id, its model, and its layers of rules."""

    id: str
    model: ServiceModel | None
    layers: tuple[Layer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSet(Sourced):
    """A file of legal forms."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    legal_form: Annotated[tuple[LegalForm, ...], MinLen(1)]
    """The legal forms, one table `[[legal_form]]` each."""


def services(
    names: Sequence[str], overrides: Mapping[str, Any], settings: Document, source: Source
) -> list[Loaded]:
    """Return the services that the instance names, its overrides applied."""
    loaded: list[Loaded] = []
    for k, name in enumerate(names):
        place = f"services[{k + 1}]"
        id_ = name_of(name)
        if not ID_PATTERN.fullmatch(id_):
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
        document = _find(name, resources.services(), settings, source, place=place)
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
    document = _find(name, library, settings, source, place="legal_forms")
    servable = Names((*known_services.known, *resources.services()) if known_services.known else ())
    return None if document is None else _forms(document, servable, source.faults)


def library_service(name: str) -> ServiceModel:
    """Return a service model of the library or of a plug-in as it is, without an instance.

    Raises
    ------
    DataError
        With every fault of its file.
    """
    faults: list[Fault] = []
    document = _in_library(name, resources.services(), faults)
    model = None if document is None else _service(name, document, {}, document.file, faults).model
    if model is None or faults:
        raise DataError(condensed(faults))
    return model


def library_forms(name: str) -> tuple[LegalForm, ...]:
    """Return a set of legal forms of the library or of a plug-in as it is.

    Raises
    ------
    DataError
        With every fault of its file.
    """
    faults: list[Fault] = []
    document = _in_library(name, resources.legal_forms(), faults)
    forms = None if document is None else _forms(document, Names(()), faults)
    if forms is None or faults:
        raise DataError(condensed(faults))
    return forms


def demand_models(names: Iterable[str], library: Iterable[str]) -> None:
    """Raise `UsageError` for the first of these names that a library of models does not have."""
    known = Names(library)
    for name in names:
        if name not in known:
            raise UsageError(
                T("There is no model {name}. {remedy}",
                  name=repr(name), remedy=known.remedy(name))
            )  # fmt: skip


def name_of(entry: str) -> str:
    """Return the id of an entry of `services`: the name itself, or of the file."""
    return PurePosixPath(entry.replace("\\", "/")).stem if entry.endswith(".toml") else entry


def merged(base: Mapping[str, Any], override: Mapping[str, Any]) -> dict[str, Any]:
    """Return `base` with the keys of `override` in it, table by table.

    Source and confidence speak of the numbers beside them, so they are not inherited by a table
    in which a number is overridden; neither is the range of a number that is, nor anything from a
    table of another `kind`.
    """
    result = {k: v for k, v in base.items() if k.removesuffix(RANGE) == k
              or k.removesuffix(RANGE) not in override}  # fmt: skip
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
        return _in_library(name, library, source.faults)
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


def _in_library(name: str, library: Mapping[str, Path], faults: list[Fault]) -> Document | None:
    text = library[name].read_text("utf-8")
    return parse_toml(text, resources.label(name, library[name]), faults)


def _forms(
    document: Document, servable: Names, faults: list[Fault]
) -> tuple[LegalForm, ...] | None:
    """Return the legal forms in a document; None where they do not even have the right keys."""
    wrong = list(faults_of(FormSet, document.data, file=document.file))
    faults.extend(wrong)
    if wrong:
        return None
    forms = validate(FormSet, document.data).legal_form
    faults.extend(form_sense(forms, document.file, servable))
    return forms


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
    own += service_sense(id_, base, document.file, "")
    told = {(fault.column, fault.rule.template) for fault in own}
    prefix = f"service.{id_}"
    whole = merged(base, override)
    changed = [
        fault
        for fault in (
            *faults_of(ServiceModel, whole, file=settings_file, prefix=prefix),
            *service_sense(id_, whole, settings_file, f"{prefix}."),
        )
        if ((fault.column or "").removeprefix(f"{prefix}."), fault.rule.template) not in told
    ]
    faults.extend((*own, *changed))
    model = None if own or changed else validate(ServiceModel, whole)
    return Loaded(id_, model, layers)


def _table(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = data.get(key)
    return value if isinstance(value, Mapping) else {}

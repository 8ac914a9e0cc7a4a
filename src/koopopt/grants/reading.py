"""A grant programme from the library or from a file of one's own; all faults told at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from koopopt.case import resources
from koopopt.checking.schema import faults_of, validate
from koopopt.errors import DataError, Fault
from koopopt.grants.programme import GrantProgramme, sense
from koopopt.reading.documents import parse_toml
from koopopt.reading.faults import condensed
from koopopt.reading.folder import Folder
from koopopt.reading.literals import questions
from koopopt.reading.models import demand_models
from koopopt.reading.tables import Document
from koopopt.text import T


def library_programme(name: str) -> GrantProgramme:
    """Return a programme of the library.

    Raises
    ------
    UsageError
        Where there is none of this name.
    DataError
        With every fault of its file.
    """
    library = resources.grant_programmes()
    demand_models([name], library)
    faults: list[Fault] = []
    file = f"models/grant_programmes/{name}.toml"
    document = parse_toml(library[name].read_text("utf-8"), file, faults)
    return _programme(name, document, faults)


def own_programme(path: str | Path) -> GrantProgramme:
    """Return the programme in a file of one's own.

    Raises
    ------
    DataError
        With every fault of the file.
    """
    folder, name = Folder.holding(path)
    text = folder.text(name)
    document = None if text is None else parse_toml(text, name, folder.faults)
    if document is not None:
        folder.faults.extend(map(_asked, questions(document, None)))
    return _programme(Path(name).stem, document, folder.faults)


def _asked(fault: Fault) -> Fault:
    """Return a question about a number without the remedy that only an instance has."""
    values = fault.remedy.values
    remedy = T("Write {comma} or {point}.", comma=values["comma"], point=values["point"])
    return replace(fault, remedy=remedy)


def _programme(id_: str, document: Document | None, faults: list[Fault]) -> GrantProgramme:
    if document is None:
        raise DataError(condensed(faults))
    table = {"id": id_, **document.data}
    faults.extend(faults_of(GrantProgramme, table, file=document.file))
    if not faults:
        programme = validate(GrantProgramme, table)
        faults.extend(sense(programme, id_, document.file))
    if faults:
        raise DataError(condensed(faults))
    return programme

"""An imported instance on its way to disk: read once by the ordinary reader before it is there."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from koopopt.case.instance import Instance
from koopopt.reading.instance import read
from koopopt.reading.models import library_service
from koopopt.reading.settings import demand_name
from koopopt.system.beside import beside
from koopopt.writing.contents import (
    Contents,
    cannot_write,
    demand_folder,
    refuse_existing,
    write_folder,
)
from koopopt.writing.starter.book import write_filled
from koopopt.writing.workbook import openpyxl

WORKBOOK: Final = ".xlsx"


def name_of(target: Path) -> str:
    """Return the name of the instance that will be written there.

    Raises
    ------
    UsageError
        If it cannot be the name of one, something is there already, or a workbook is asked for and
        the package that writes it is not installed.
    """
    book = target.suffix.lower() == WORKBOOK
    name = target.stem if book else target.name
    demand_name(name)
    if book:
        openpyxl()
        refuse_existing(target)
    else:
        demand_folder(target)
        refuse_existing(target / "instance.toml")
    return name


def written(contents: Contents, target: Path, lang: str = "en") -> Instance:
    """Write an instance as a folder, or as a workbook where the name says so; return it as read.

    A workbook has sheets, headings and explanations in the language, and the notes as a sheet.

    Raises
    ------
    DataError
        If it has faults: then nothing is written.
    UsageError
        If it cannot be written, or something is there already.
    """
    book = target.suffix.lower() == WORKBOOK
    write = partial(write_filled, lang=lang) if book else write_folder
    folder = next(parent for parent in target.absolute().parents if parent.exists())
    try:
        with beside(folder) as there:
            write(contents, there / target.name)
            instance = read(there / target.name)
            if os.path.lexists(target):  # a folder with other files, or what came meanwhile
                write(contents, target)
            else:  # as a whole: whoever stops it leaves no half folder
                target.parent.mkdir(parents=True, exist_ok=True)
                os.replace(there / target.name, target)
    except OSError as error:
        raise cannot_write(target, error) from None
    return instance


def without_borders(services: Sequence[str]) -> dict[str, Any]:
    """Return changes to services of the library that lift their rule on common borders.

    For an instance in which it is not known who borders on whom.
    """
    return {
        name: {"rules": {"contiguous": False}}
        for name in services
        if library_service(name).rules.get("contiguous")
    }

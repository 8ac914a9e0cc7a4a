"""Which municipalities take part: of counties, of a state, of a list in a file, or all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from koopopt.errors import DataError, Fault, UsageError, some
from koopopt.importing.files import content, decoded
from koopopt.importing.germany.register import Register, eight_digits
from koopopt.language.hints import Names
from koopopt.text import T

_RURAL: Final = "Landkreis"


@dataclass(frozen=True, slots=True)
class Selection:
    """Keys of municipalities, in the register's order, what they are together, what to note."""

    title: str
    keys: tuple[str, ...]
    notes: tuple[Fault, ...] = ()


def counties(register: Register, named: Sequence[str]) -> Selection:
    """Return the municipalities of counties, each named by its key of five digits or its name.

    Raises
    ------
    UsageError
        Where there is no such county, or several can be meant.
    """
    keys = [_key(name, register.counties, "counties") for name in named]
    title = ", ".join(_titled(register.counties[key]) for key in dict.fromkeys(keys))
    return _chosen(register, title, keys)


def state(register: Register, named: str) -> Selection:
    """Return the municipalities of a state, named by its key of two digits or its name."""
    key = _key(named, register.states, "states")
    return _chosen(register, register.states[key], [key])


def everything(register: Register) -> Selection:
    """Return all municipalities."""
    return Selection("Deutschland", tuple(register.municipalities))


def region(register: Register, title: str, path: Path) -> Selection:
    """Return the municipalities that a file lists, one key of a municipality or county a line.

    The key is the first cell; what stands behind it (a name, a remark) is not read. Lines that are
    empty or begin with # count for nothing, nor does a first line without a digit: a heading.

    Raises
    ------
    DataError
        With every line that names nobody.
    """
    text, _ = decoded(path.name, content(path))
    faults: list[Fault] = []
    chosen: dict[str, None] = {}
    restored: list[str] = []
    for row, line in enumerate(text.splitlines(), start=1):
        cell = _first_cell(line)
        if not cell or cell.startswith("#") or (row == 1 and not re.search(r"\d", cell)):
            continue
        found, whole = _listed(register, cell)
        if whole != cell:
            restored.append(f"{cell} → {whole}")
        if not found:
            rule = T("The register has no municipality and no county of this key.")
            names = Names([*register.municipalities, *register.counties])
            faults.append(Fault(path.name, rule, names.remedy(cell), row=row, value=cell))
        chosen |= dict.fromkeys(found)
    if not chosen and not faults:
        rule = T("There is no key in it.")
        remedy = T("Write the key of a municipality (8 digits) or a county (5) in each line.")
        faults.append(Fault(path.name, rule, remedy))
    if faults:
        raise DataError(faults)
    notes = []
    if restored:
        rule = T("{count} keys were read as those that they stand for: {examples}.",
                 count=len(restored), examples=some(restored))  # fmt: skip
        notes.append(Fault(path.name, rule, T("There is nothing to do.")))
    keys = tuple(key for key in register.municipalities if key in chosen)
    return Selection(title, keys, tuple(notes))


def _first_cell(line: str) -> str:
    return re.split(r"[,;\t]", line, maxsplit=1)[0].strip().strip("\"'").strip()


def _listed(register: Register, cell: str) -> tuple[Iterable[str], str]:
    """Return who is meant, and the key as the register has it; nobody, and the cell as it is."""
    key = re.sub(r"\s", "", cell)
    for whole in dict.fromkeys((key, f"0{key}", eight_digits(key))):  # spreadsheets drop zeros
        if whole in register.municipalities:
            return [whole], whole
        if whole in register.counties:
            return [k for k in register.municipalities if k.startswith(whole)], whole
    return [], cell


def _key(named: str, known: Mapping[str, str], what: str) -> str:
    """Return the key of what is named by its key or name, ``Kreis`` and ``Landkreis`` apart."""
    for key in (named, f"0{named}"):
        if key in known:
            return key
    by_name: dict[str, list[str]] = {}
    for key, name in known.items():
        for form in {_plain(name), _plain(_titled(name))}:
            by_name.setdefault(form, []).append(key)
    found = by_name.get(_plain(named), [])
    if len(found) == 1:
        return found[0]
    if found:
        both = ", ".join(f"{key} ({known[key]})" for key in found)
        raise UsageError(T("{name} can mean {several}. Give the key.", name=repr(named),
                           several=both))  # fmt: skip
    kind = T("There is no county {name} in the register.", name=repr(named))
    if what == "states":
        kind = T("There is no state {name} in the register.", name=repr(named))
    names = Names([*known.values(), *known])
    raise UsageError(T("{rule} {remedy}", rule=kind, remedy=names.remedy(named)))


def _plain(name: str) -> str:
    words = re.sub(r"\b(landkreis|kreis|lk)\b", " ", name.casefold())
    return " ".join(re.sub(r"[^\w]", " ", words).split())


def _titled(name: str) -> str:
    """Return a county as it is called: the register leaves ``Landkreis`` out."""
    known = re.search(r"kreis|region|, .*stadt|verband", name, re.IGNORECASE)
    return name if known else f"{_RURAL} {name}"


def _chosen(register: Register, title: str, starts: Sequence[str]) -> Selection:
    begin = tuple(starts)
    keys = tuple(key for key in register.municipalities if key.startswith(begin))
    return Selection(title, keys)

"""The sheet of settings: a row for each key that there is, those without a value left empty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from koopopt.case import resources
from koopopt.criteria import CRITERIA
from koopopt.errors import DataError
from koopopt.reading.models import library_service
from koopopt.rules import PARTNERSHIP_RULES, PLAN_RULES
from koopopt.text import T, Text, in_language
from koopopt.writing import explained
from koopopt.writing.contents import CellValue
from koopopt.writing.example import RULE_SAMPLES
from koopopt.writing.toml import sheet_rows
from koopopt.writing.workbook import number_or_text

SERVICE_ROWS: Final = 6
"""Rows for services at least; more can be added."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A row of the sheet.

    Attributes
    ----------
    key : str
    value : cell value
        None where nothing is set.
    about : Text
    choices : str
        What its value is picked from (see `choices`); empty where it is typed.
    """

    key: str
    value: CellValue
    about: Text
    choices: str = ""


def settings(data: Mapping[str, Any], lang: str) -> Iterator[Setting]:
    """Yield the rows: what the instance holds, and everything else that it could."""
    given: dict[str, CellValue] = {k: number_or_text(v) for k, v in sheet_rows(_by_row(data))}
    for key, about in explained.SETTINGS.items():
        if key == "legal_forms":
            yield from _services(given, lang)
            yield Setting(key, given.pop(key, None), about, "form_sets")
            continue
        yield Setting(key, given.pop(key, None), about, "marks" if key == "decimal" else "")
        if key == "weights.travel":
            yield from _weights(given)
    flags = _flags()
    for rule, meaning in explained.rules():
        key, about = f"rules.{rule}", meaning
        below = [name for name in given if name.startswith(f"{key}.")]
        for name in below:  # by service, by seat, by criterion
            yield Setting(name, given.pop(name), about)
        if not below:
            sample, other = RULE_SAMPLES.get(rule, ("", ""))
            if rule not in flags and sample:
                about = T("{text} For example: {sample}", text=meaning, sample=other or sample)
            yield Setting(key, given.pop(key, None), about, "flags" if rule in flags else "")
    for key, value in given.items():
        yield Setting(key, value, T("Set in this instance."))


def _by_row(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings with one key for each service, as the sheet has a row for each."""
    return {key: value for key, value in data.items() if key != "services"} | {
        f"services[{k}]": name for k, name in enumerate(data.get("services", ()), 1)
    }


def _services(given: dict[str, CellValue], lang: str) -> Iterator[Setting]:
    named = [given.pop(key) for key in list(given) if key.strip('"').startswith("services[")]
    known = ", ".join(_titled(name, lang) for name in resources.services())
    for k in range(max(SERVICE_ROWS, len(named) + 1)):
        about = explained.MORE_SERVICES
        if k == 0:
            about = Text(explained.SERVICE.template, {"known": known})
        value = named[k] if k < len(named) else None
        yield Setting(f"services[{k + 1}]", value, about, "services")


def _titled(name: str, lang: str) -> str:
    """Return a service of the library with its title, where it can be read."""
    try:
        return f"{name} ({in_language(library_service(name).title, lang)})"
    except DataError:  # a plug-in's; reading says so once it is used
        return name


def _weights(given: dict[str, CellValue]) -> Iterator[Setting]:
    """Yield the rows of further weights, in the order of the criteria."""
    for name, criterion in CRITERIA.items():
        if (key := f"weights.{name}") not in explained.SETTINGS:
            about = Text(explained.WEIGHT.template, {"unit": criterion.unit})
            yield Setting(key, given.pop(key, None), about)


def _flags() -> set[str]:
    """Return the rules that are true or false."""
    kinds = (*PARTNERSHIP_RULES, *PLAN_RULES)
    return {
        key for kind in kinds for key in kind.keys() if kind.__annotations__.get(key) == "bool"  # noqa: SIM118
    } | {"forbid_alone"}  # fmt: skip

"""What was computed is read again: the JSON object in a file, its plans, what they are plans of.

Fronts (`storage.front_reading`) and single runs (`storage.run_reading`) are read alike: parsed,
checked against a schema of their own, set against the instance. Every defect is told with its
place.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final, Protocol, TypeVar

from annotated_types import Ge, Le, MinLen
from pydantic import ConfigDict

from koopopt.case.instance import Instance
from koopopt.case.library import ALONE_FORM, STRICT
from koopopt.case.plan import Partnership, Plan
from koopopt.errors import DataError, Fault, why
from koopopt.language.hints import Names
from koopopt.packages import installed
from koopopt.problem import Problem
from koopopt.reading.instance import read as read_instance
from koopopt.reading.tables import MAX_BYTES, too_large
from koopopt.reading.whereabouts import path_of
from koopopt.system.readable import ends
from koopopt.text import T, Text

S = TypeVar("S")

COMPUTE_ANEW: Final = T("Take an undamaged copy, or compute it anew.")
NAME_ITS_DATA: Final = T("Give the instance or model it was computed for, or compute it anew.")

Number = Annotated[float, Ge(-1e300), Le(1e300)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A partnership as files hold it."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    service: str
    """Id of the service."""
    members: Annotated[tuple[str, ...], MinLen(1)]
    """Ids of the municipalities."""
    seat: str
    """Id of the municipality or site that is its seat."""
    legal_form: str
    """Id of the legal form, `"alone"` for who stays alone."""
    cost: Number | None
    """EUR a year."""


class Noting(Protocol):
    """Makes a fault of the file."""

    def __call__(
        self, rule: Text, remedy: Text, column: str | None = None, value: str | None = None
    ) -> Fault:
        """Make it."""


def noting(file: str) -> Noting:
    """Return what makes faults of a file of this name."""

    def fault(
        rule: Text, remedy: Text, column: str | None = None, value: str | None = None
    ) -> Fault:
        return Fault(file, rule, remedy, column=column, value=value)

    return fault


def parsed(path: Path) -> dict[str, Any]:
    """Return the JSON object in a file; an empty one where there is something else.

    Raises
    ------
    DataError
        Where it cannot be read, is no JSON, or a key stands twice.
    """

    def wrong(rule: Text, remedy: Text = COMPUTE_ANEW, row: int | None = None) -> DataError:
        return DataError([Fault(path.name, rule, remedy, row=row)])

    try:
        if not ends(path):
            raise wrong(T("This is no file."), T("Check the path."))
        if path.stat().st_size > MAX_BYTES:
            raise DataError([too_large(path.name)])
        table = json.loads(path.read_bytes(), object_pairs_hook=_once)
    except FileNotFoundError:
        raise wrong(T("The file is missing."), T("Check the path.")) from None
    except OSError as error:
        rule = T("The file cannot be read: {reason}.", reason=why(error))
        raise wrong(rule, T("Check the path and the file.")) from None
    except RecursionError:
        raise wrong(T("The values are nested far too deeply.")) from None
    except _TwiceError:
        raise wrong(T("A key stands twice in one object.")) from None
    except ValueError as error:
        row = error.lineno if isinstance(error, json.JSONDecodeError) else None
        raise wrong(T("This is no valid JSON."), row=row) from None
    return table if isinstance(table, dict) else {}


class _TwiceError(Exception):
    """A key stands twice."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(table := dict(pairs)) < len(pairs):
        raise _TwiceError
    return table


def opened(what: Any, read: Callable[[Any], S], option: str, fault: Noting) -> S:
    """Read what a file was computed for, or say how to give it: with an option.

    Parameters
    ----------
    what : str, Path, a value that `read` understands, or None
        None where the file does not say it.
    read : callable
    option : str
        Of the command line.
    fault : callable
        Makes a fault of the file.
    """
    if what is None:
        rule = T("The file does not say where its instance or model is.")
        raise DataError([fault(rule, T("Give it with {option}.", option=option), "source")])
    try:
        return read(path_of(what) if isinstance(what, str) else what)
    except DataError as error:
        rule = T("What it was computed for cannot be read.")
        remedy = T("Mend it or put it back, or give it with {option}.", option=option)
        raise DataError([fault(rule, remedy, "source", str(what)), *error.faults]) from None


def same(found: str, said: str, fault: Noting) -> None:
    """Raise `DataError` where the fingerprints of data and file differ."""
    if found != said:
        rule = T("It was computed for other data: they have changed since.")
        raise DataError([fault(rule, NAME_ITS_DATA, "fingerprint", said)])


def check_format(name: str, found: object, *known: int) -> None:
    """Raise `DataError` where a file has a format that is not known here."""
    if type(found) is int and found in known:  # true and 2.0 equal whole numbers
        return
    rule = T("The file has another format; this version reads format {known}.", known=known[-1])
    remedy = T("Read it with the version of koopopt that wrote it, or compute it anew.")
    raise DataError([Fault(name, rule, remedy, column="format", value=str(found))])


def at_hand(plugins: Mapping[str, str], fault: Noting) -> None:
    """Raise `DataError` where a package is missing that a file was made with."""
    faults = [
        fault(
            T("It was made with a plug-in of the package {package} {version}, which is not"
              " installed here.", package=package, version=version),
            T("Install {package}.", package=package), "plugins", package,
        )
        for package, version in plugins.items()
        if not installed(package)
    ]  # fmt: skip
    if faults:
        raise DataError(faults)


def slack(value: float) -> float:
    """Return by how much a figure may differ from what it was written from."""
    return 1e-9 * max(1.0, abs(value))


def close(said: float | None, value: float) -> bool:
    """Whether two figures differ by no more than rounding."""
    return said is not None and abs(said - value) <= slack(value)


def problem(
    what: Instance | str | Path, limits: Mapping[str, float] | None = None, **asked: Any
) -> Problem:
    """Return a problem whose limits, the instance's own among them, are as in a file."""
    instance = what if isinstance(what, Instance) else read_instance(what)
    plain = Problem.of(instance, **asked)
    own = plain.limits
    more = {name: v for name, v in (limits or {}).items() if own.get(name) != v}
    return Problem.of(instance, limits=more, **asked) if more else plain


def plan(parts: Sequence[Part]) -> Plan:
    """Return the plan with these partnerships."""
    return Plan(Partnership(p.service, p.members, p.seat, p.legal_form) for p in parts)


def plan_faults(
    problem: Problem, parts: Sequence[Part], place: str, fault: Noting
) -> Iterator[Fault]:
    """Yield what keeps a plan from being one: unknown names, members missing or twice.

    `place` is the dotted place of the partnerships in the file.
    """
    facts = problem.facts
    services, towns = Names(facts.service_index), Names(facts.ids)
    forms = Names([ALONE_FORM, *(f.id for f in facts.instance.legal_forms)])
    seen: set[tuple[str, str]] = set()
    for k, part in enumerate(parts, 1):
        here = f"{place}[{k}]"
        named = [(services, "service", part.service), (forms, "legal_form", part.legal_form)]
        named += [(towns, "members", town) for town in part.members]
        for known, column, value in named:
            if value not in known:
                rule, remedy = T("The instance has none of this name."), known.remedy(value)
                yield fault(rule, remedy, f"{here}.{column}", value)
        for town in part.members:
            if (part.service, town) in seen:
                rule = T("The municipality has two partnerships in this service.")
                yield fault(rule, COMPUTE_ANEW, f"{here}.members", town)
            seen.add((part.service, town))
        at_site = part.service in facts.service_index and (
            (facts.service_index[part.service], facts.index.get(part.seat, -1)) in facts.sites
        )
        if part.seat not in part.members and not at_site:
            yield fault(T("The seat is not a member."), COMPUTE_ANEW, f"{here}.seat", part.seat)
        pooled = len(part.members) > 1 or at_site
        if pooled == (part.legal_form == ALONE_FORM):
            rule = T("The legal form 'alone' is for a single member, and for no other.")
            yield fault(rule, COMPUTE_ANEW, f"{here}.legal_form", part.legal_form)
    for service in facts.service_index:
        for town in facts.ids:
            if (service, town) not in seen:
                rule = T("{town} has no partnership in {service}.", town=town, service=service)
                yield fault(rule, COMPUTE_ANEW, place)

"""Instances made in memory: checked like files, before anything computes with them.

Every fault names the object and its field: ``municipalities["06636003"].population``.
"""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from numbers import Integral, Number, Real
from typing import Any, Final

from koopopt.case import resources
from koopopt.case.instance import Instance, Site
from koopopt.case.library import ALONE_FORM, LegalForm, ServiceModel
from koopopt.case.ranges import fault
from koopopt.case.scenario import Scenario, scenario_faults
from koopopt.case.sense import form_sense, service_sense
from koopopt.case.years import Horizon, horizon_faults
from koopopt.checking.request import WEIGHT_RANGE, shown
from koopopt.checking.schema import absurd, faults_of
from koopopt.checking.typed import Misfit, misfits
from koopopt.checking.unranged import RANGE
from koopopt.errors import Fault
from koopopt.language.hints import Names
from koopopt.language.notation import shortened
from koopopt.text import T, Text

MAX_PEOPLE: Final = 50e6
"""More than in any municipality of the world."""
MAX_MINUTES: Final = 10_080.0
"""A week: islands and mountains are farther than a day, seconds given as minutes are told apart."""
MAX_UNITS: Final = 1e12
MAX_KM: Final = 1000.0
"""Longer than any border of two municipalities."""
MAX_KM2: Final = 1e6

WHERE: Final = "Instance"


def instance_faults(instance: Instance) -> Iterator[Fault]:
    """Yield everything wrong with an instance, but for its rules and the names of weights."""
    if wrong := [*map(_misfit, misfits(Instance, instance))] or [*_rules(instance)]:
        yield from wrong
        return  # nothing else can be asked of values of other types
    ids = Names(_ids(instance.municipalities))
    services = Names(_ids(instance.services))
    forms = Names(_ids(instance.legal_forms))
    if not ids.known:
        yield _fault("municipalities", T("There are no municipalities."), T("Add a row for each."))
    if not services.known:
        yield _fault("services", T("There are no services."), T("Name one at least."))
    for kind in ("municipalities", "services", "legal_forms"):
        for id_, count in Counter(_ids(getattr(instance, kind))).items():
            if count > 1:
                yield _fault(f'{kind}["{id_}"].id', T("The id stands twice."), T("Rename one."))
    yield from _numbers(instance)
    yield from _sites(instance, ids, services)
    places = Names([*ids.known, *(site.id for site in instance.sites)])
    yield from _pairs(instance, ids, places)
    yield from _drawn(instance, ids)
    yield from _given(instance, ids, services)
    yield from _today(instance, ids, services, forms)
    yield from _models(instance, services)
    yield from horizon_faults(instance)
    yield from _scenarios(instance)


def _ids(values: Any) -> list[str]:
    return [value.id for value in values]


def _fault(place: str, rule: Text, remedy: Text, value: object = None) -> Fault:
    if isinstance(value, int):
        value = shortened(value)
    return Fault(WHERE, rule, remedy, column=place, value=None if value is None else str(value))


def _misfit(wrong: Misfit) -> Fault:
    rule = T("A key must be {what}.") if wrong.key else T("This must be {what}.")
    rule = Text(rule.template, {"what": wrong.wanted})
    value = shown(wrong.value)
    if isinstance(wrong.value, Number):  # between quotes, as values are told, 1 looks like text
        value = f"{value} ({type(wrong.value).__name__})"
    return _fault(wrong.place, rule, T("Correct the value."), value)


def _rules(instance: Instance) -> Iterator[Fault]:
    yield from _keys("rules", instance.rules)
    for service in instance.services:
        yield from _keys(f'services["{service.id}"].rules', service.rules)


def _keys(place: str, value: Any) -> Iterator[Fault]:
    """Yield the keys in tables within tables that no file could hold."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            if isinstance(key, str):
                yield from _keys(f"{place}.{key}", part)
            else:
                yield _misfit(Misfit(place, key, T("text"), key=True))
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _keys(place, part)


def _number(
    place: str, value: float, low: float, high: float, *, above: bool = False
) -> Iterator[Fault]:
    """Yield the fault of what is no number in [low, high], or in (low, high] with `above`."""
    remedy = T("Correct the value.")
    if not abs(value) < math.inf:
        yield _fault(place, T("The number is not finite."), remedy, value)
    elif value < low or not value <= high or (above and value == low):
        text = (
            T("The number must be greater than {low} and at most {high}.", low=low, high=high)
            if above
            else T("The number must be between {low} and {high}.", low=low, high=high)
        )
        yield _fault(place, text, remedy, value)


def _unknown(place: str, name: str, names: Names, what: Text) -> Iterator[Fault]:
    if name not in names:
        rule = T("There is no {what} of this name in the instance.", what=what)
        yield _fault(place, rule, names.remedy(name), name)


def _numbers(instance: Instance) -> Iterator[Fault]:
    for town in instance.municipalities:
        place = f'municipalities["{town.id}"]'
        if not town.id:
            yield _fault(f"{place}.id", T("An id is a text that is not empty."), T("Correct it."))
        yield from _number(f"{place}.population", town.population, 0, MAX_PEOPLE)
        yield from _number(f"{place}.lat", town.lat, -90, 90)
        yield from _number(f"{place}.lon", town.lon, -180, 180)
        if town.area_km2 is not None:
            yield from _number(f"{place}.area_km2", town.area_km2, 0, MAX_KM2, above=True)
        for year, people in town.population_by_year.items():
            yield from _number(f"{place}.population_by_year[{year}]", people, 0, MAX_PEOPLE)
    yield from _number("office_cost", instance.office_cost, 0, MAX_UNITS)
    yield from _number("speed_kmh", instance.speed_kmh, 0, 300, above=True)
    yield from _number("detour", instance.detour, 1, 10)
    for name, weight in instance.weights.items():
        yield from _number(f"weights.{name}", weight, 0, WEIGHT_RANGE[1])
    yield from _ranges(instance)


def _ranges(instance: Instance) -> Iterator[Fault]:
    """Yield what is wrong with the ranges of the numbers that the instance has itself."""
    limits = {"office_cost": (0, MAX_UNITS), "speed_kmh": (0, 300), "detour": (1, 10)}
    found = [
        (f"{key}{RANGE}", key, getattr(instance, key), getattr(instance, f"{key}{RANGE}"), ends)
        for key, ends in limits.items()
    ]
    for name, ends in instance.weights_range.items():
        limit = (0, WEIGHT_RANGE[1])
        found.append((f"weights{RANGE}.{name}", name, instance.weights.get(name), ends, limit))
    for place, key, number, ends, (low, high) in found:
        if ends is None:
            continue
        if len(ends) != 2:
            rule = T("A range has two values, the least and the largest.")
            yield _fault(place, rule, T("Correct the value."), ends)
            continue
        above = key == "speed_kmh"
        wrong = [f for end in ends for f in _number(place, end, low, high, above=above)]
        yield from wrong or fault(WHERE, place, key, number, ends)


def _sites(instance: Instance, ids: Names, services: Names) -> Iterator[Fault]:
    first: dict[str, Site] = {}
    seen: set[tuple[str, str]] = set()
    for site in instance.sites:
        place = f'sites["{site.id}", "{site.service}"]'
        if not site.id or site.id in ids:
            rule = (
                T("A municipality has this id, too.")
                if site.id
                else T("An id is a text that is not empty.")
            )
            yield _fault(f"{place}.id", rule, T("Correct it."), site.id or None)
        if (site.id, site.service) in seen:
            rule = T("The site stands twice with this service.")
            yield _fault(place, rule, T("Delete one of the two."))
        seen.add((site.id, site.service))
        if first.setdefault(site.id, site).place != site.place:
            rule = T("The same site has another name or lies elsewhere in another line.")
            yield _fault(place, rule, T("Write the same in all its lines."))
        yield from _unknown(f"{place}.service", site.service, services, T("service"))
        yield from _number(f"{place}.lat", site.lat, -90, 90)
        yield from _number(f"{place}.lon", site.lon, -180, 180)
        yield from _number(f"{place}.fixed_cost", site.fixed_cost, 0, MAX_UNITS)
        if site.capacity is not None:
            yield from _number(f"{place}.capacity", site.capacity, 0, MAX_UNITS, above=True)


def _pairs(instance: Instance, ids: Names, places: Names) -> Iterator[Fault]:
    what = T("municipality")
    seen: set[frozenset[str]] = set()
    for k, pair in enumerate(instance.neighbours):
        place, both = f"neighbours[{k}]", frozenset((pair.a, pair.b))
        yield from _unknown(f"{place}.a", pair.a, ids, what)
        yield from _unknown(f"{place}.b", pair.b, ids, what)
        if len(both) < 2:
            rule = T("A municipality is its own neighbour.")
            yield _fault(place, rule, T("Delete the pair or correct it."), pair.a)
        elif both in seen:
            rule = T("The pair stands twice, in either order.")
            yield _fault(place, rule, T("Delete one of the two."), f"{pair.a}, {pair.b}")
        seen.add(both)
        if pair.border_km is not None:
            yield from _number(f"{place}.border_km", pair.border_km, 0, MAX_KM)
    for way, minutes in instance.travel.items():
        a, b = way
        place = f'travel["{a}", "{b}"]'
        yield from _unknown(place, a, ids, what)
        yield from _unknown(place, b, places, what)
        yield from _number(place, minutes, 0, MAX_MINUTES)
        if b not in ids:
            continue  # to a site: nobody comes from there
        if a == b and minutes:
            rule = T("The way to oneself takes no minutes.")
            yield _fault(place, rule, T("Write 0 or delete it."), minutes)
        elif (b, a) not in instance.travel:
            rule = T("There are no minutes for the way back from {b} to {a}.", a=a, b=b)
            yield _fault(place, rule, T("Add them."))


def _drawn(instance: Instance, ids: Names) -> Iterator[Fault]:
    for id_ in instance.boundaries:
        yield from _unknown("boundaries", id_, ids, T("municipality"))


def _given(instance: Instance, ids: Names, services: Names) -> Iterator[Fault]:
    for field in ("demand", "alone_cost"):
        for (town, service), value in getattr(instance, field).items():
            place = f'{field}["{town}", "{service}"]'
            yield from _unknown(place, town, ids, T("municipality"))
            yield from _unknown(place, service, services, T("service"))
            yield from _number(place, value, 0, MAX_UNITS)


def _today(instance: Instance, ids: Names, services: Names, forms: Names) -> Iterator[Fault]:
    seen: set[tuple[str, str]] = set()
    seats: set[tuple[str, str]] = set()
    for k, p in enumerate(instance.status_quo):
        place = f"status_quo[{k}]"
        yield from _unknown(f"{place}.service", p.service, services, T("service"))
        for town in p.members:
            yield from _unknown(f"{place}.members", town, ids, T("municipality"))
            if (p.service, town) in seen:
                rule = T("The municipality is in two partnerships of this service.")
                yield _fault(f"{place}.members", rule, T("Delete one of the two."), town)
            seen.add((p.service, town))
        at_site = any((site.id, site.service) == (p.seat, p.service) for site in instance.sites)
        if p.seat not in p.members and not at_site:
            rule = T("The seat is not a member of the partnership.")
            yield _fault(f"{place}.seat", rule, T("Choose it among the members."), p.seat)
        if at_site and (p.service, p.seat) in seats:
            rule = T("The site seats two partnerships of this service.")
            yield _fault(f"{place}.seat", rule, T("Delete one of the two."), p.seat)
        seats.add((p.service, p.seat))
        if len(p.members) > 1 or at_site:
            yield from _unknown(f"{place}.legal_form", p.legal_form, forms, T("legal form"))
        elif p.legal_form != ALONE_FORM:
            rule = T("A partnership needs two members.")
            remedy = T("Add the other members, or write 'alone'.")
            yield _fault(f"{place}.legal_form", rule, remedy, p.legal_form)


def _models(instance: Instance, services: Names) -> Iterator[Fault]:
    for service in instance.services:
        table = {**_table(service), "rules": {}}  # rules are checked with those of the instance
        place = f'services["{service.id}"]'
        wrong = _checked(ServiceModel, table, place)
        yield from wrong or service_sense(service.id, table, WHERE, f"{place}.")
    wrong = []
    for form in instance.legal_forms:
        place = f'legal_forms["{form.id}"]'
        wrong += _checked(LegalForm, _table(form), place)
    if instance.horizon is not None:
        yield from _checked(Horizon, _table(instance.horizon), "horizon")
    known = Names((*services.known, *resources.services()))
    yield from wrong or form_sense(instance.legal_forms, WHERE, known, spelling=False)


def _scenarios(instance: Instance) -> Iterator[Fault]:
    wrong: list[Fault] = []
    for k, scenario in enumerate(instance.scenarios, start=1):
        wrong += _checked(Scenario, _table(scenario), f"scenarios[{k}]")
    yield from wrong or scenario_faults(
        instance.scenarios, instance.municipalities, instance.services, WHERE
    )


def _checked(kind: type[object], table: Mapping[str, Any], place: str) -> list[Fault]:
    beyond = list(absurd(table, file=WHERE, prefix=place))
    return beyond or list(faults_of(kind, table, file=WHERE, prefix=place))


def _table(value: Any) -> Any:
    """Return a model as the tables and numbers that a file would hold."""
    if dataclasses.is_dataclass(value):
        return {f.name: _table(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _table(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_table(part) for part in value]
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()  # no file could hold half a character
    if isinstance(value, bool) or not isinstance(value, Real):
        return value
    return int(value) if isinstance(value, Integral) else float(value)

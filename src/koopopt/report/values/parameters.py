"""The figures of the model library in words: name, value, unit, where it comes from, how sure.

The terminal's `models show`, and the count of assumptions beside every saving, are made of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from koopopt.case.instance import Instance
from koopopt.case.library import (
    LegalForm,
    PowerCost,
    Said,
    ServiceModel,
    Sourced,
    TierCost,
)
from koopopt.grants.programme import GrantProgramme
from koopopt.report.values.units import in_words
from koopopt.text import T, Text, listed

EUR_A_YEAR = T("EUR a year")
SETTINGS = ("[office]", "[travel]")
"""What the sources of an instance call the tables of its settings."""
CONFIDENCE = {
    "high": T("well documented"),
    "medium": T("partly documented"),
    "assumption": T("assumption"),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One figure.

    Attributes
    ----------
    name : Text
    unit : Text or str
        A service's own demand unit is a str.
    value : float, int, str or Text
    source : str or mapping
        In the words of the model file, by language where it has several; empty where it says
        nothing.
    confidence : str
        ``high``, ``medium`` or ``assumption``; `CONFIDENCE` has it in words.
    """

    name: Text
    value: object
    unit: Text | str
    source: Said
    confidence: str


def of_service(service: ServiceModel) -> tuple[Parameter, ...]:
    """Return the figures of a service model."""
    unit = in_words(service.demand.unit)
    each = T("{unit} per inhabitant and year", unit=unit)
    trips = T("per inhabitant and year")
    return (
        _figure(service.demand, T("Demand"), service.demand.per_inhabitant, each),
        *_cost(service.cost, unit),
        _figure(service.travel, T("Trips to the seat"), service.travel.trips_per_inhabitant, trips),
        _figure(service.identity, T("Weight of local identity"), service.identity.weight, ""),
        *_once(service, Sourced()),
    )


def _once(model: ServiceModel | LegalForm, sourced: Sourced) -> Iterator[Parameter]:
    """Yield what founding a partnership costs once, where it costs anything."""
    if model.one_off:
        yield _figure(sourced, T("Founding a partnership, once"), model.one_off, T("EUR"))
    if model.one_off_per_member:
        name = T("Founding, once for each member")
        yield _figure(sourced, name, model.one_off_per_member, T("EUR"))


def _cost(cost: PowerCost | TierCost, unit: Text | str) -> Iterator[Parameter]:
    if isinstance(cost, PowerCost):
        yield _figure(cost, T("Cost of one unit of demand (scale)"), cost.scale, EUR_A_YEAR)
        yield _figure(
            cost, T("Elasticity of cost (below 1: larger is cheaper)"), cost.elasticity, ""
        )
        if cost.flat_above is not None:
            yield _figure(cost, T("No further advantage of size above"), cost.flat_above, unit)
        return
    for number, tier in enumerate(cost.tiers, 1):
        yield _figure(cost, T("Size {number}: fixed cost", number=number), tier.fixed, EUR_A_YEAR)
        yield _figure(
            cost, T("Size {number}: cost per unit", number=number), tier.per_unit,
            T("EUR per unit ({unit})", unit=unit),
        )  # fmt: skip
        if tier.up_to is not None:
            yield _figure(cost, T("Size {number}: up to", number=number), tier.up_to, unit)


def of_form(form: LegalForm) -> tuple[Parameter, ...]:
    """Return the figures of a legal form; limits that do not hold are left out."""
    return tuple(_of_form(form))


def _of_form(form: LegalForm) -> Iterator[Parameter]:
    members = T("members")
    yield _figure(form, T("Fixed cost"), form.fixed_cost, EUR_A_YEAR)
    yield _figure(form, T("Cost of each further member"), form.cost_per_extra_member, EUR_A_YEAR)
    if form.cost_per_pair:
        yield _figure(form, T("Cost of each pair of members"), form.cost_per_pair, EUR_A_YEAR)
    yield from _once(form, form)
    yield _figure(form, T("At least"), form.min_members, members)
    if form.max_members is not None:
        yield _figure(form, T("At most"), form.max_members, members)
    if form.votes is not None:
        votes = form.votes
        yield _figure(votes, T("Votes of each member"), votes.base, T("votes"))
        yield _figure(
            votes, T("One more vote for every"), votes.inhabitants_per_vote, T("inhabitants")
        )
        yield _figure(
            votes, T("No member has more than"), 100 * votes.max_share, T("per cent of all votes")
        )
    if form.grant is not None:
        for size, amount in form.grant.amounts.items():
            name = T("Grant with {size} members, once", size=size)
            yield _figure(form.grant, name, amount, T("EUR"))
        yield _figure(form.grant, T("Grant spread over"), form.grant.years, T("years"))


def of_programme(programme: GrantProgramme) -> tuple[Parameter, ...]:
    """Return the figures of a grant programme; what it does not say is left out."""
    return tuple(_of_programme(programme))


def _of_programme(p: GrantProgramme) -> Iterator[Parameter]:
    members, percent = T("members"), T("per cent")
    if p.members is not None:
        yield _figure(p.members, T("At least"), p.members.least, members)
        if p.members.perhaps is not None:
            yield _figure(p.members, T("By exception from"), p.members.perhaps, members)
    if p.years is not None:
        yield _figure(p.years, T("Life, at least"), p.years.least, T("years"))
    if p.saving is not None:
        yield _figure(p.saving, T("Saving a year, at least"), p.saving.least_percent, percent)
    if p.eligible is not None:
        yield _figure(p.eligible, T("Eligible cost, at least"), p.eligible.least, T("EUR"))
    for amount in p.amount:
        for size, most in amount.by_members.items():
            name = T("{title}: with {size} members, once", title=amount.title, size=size)
            yield _figure(amount, name, most, T("EUR"))
        if amount.each_further:
            name = T("{title}: for each further member", title=amount.title)
            yield _figure(amount, name, amount.each_further, T("EUR"))
        if amount.most_percent is not None:
            name = T("{title}: of eligible cost, at most", title=amount.title)
            yield _figure(amount, name, amount.most_percent, percent)


def of_instance(instance: Instance) -> tuple[Parameter, ...]:
    """Return every figure that a plan of this instance rests on, besides its tables.

    What an instance sets for itself without a word on the source counts as an assumption.
    """
    figures = [p for service in instance.services for p in of_service(service)]
    figures += [p for form in instance.legal_forms for p in of_form(form)]
    return (*figures, *of_travel_and_office(instance))


def of_travel_and_office(instance: Instance) -> tuple[Parameter, ...]:
    """Return the figures that an instance sets for all services."""
    office, travel = (_said(instance, table) for table in SETTINGS)
    figures = [_figure(office, T("Office of a seat"), instance.office_cost, EUR_A_YEAR)]
    if (horizon := instance.horizon) is not None:
        figures.append(
            _figure(horizon, T("One-off costs are spread over"), horizon.years, T("years"))
        )
        figures.append(
            _figure(horizon, T("Rate of interest"), 100 * horizon.discount, T("per cent a year"))
        )
    if estimated_minutes(instance):
        figures.append(_figure(travel, T("Speed"), instance.speed_kmh, T("km/h")))
        figures.append(_figure(travel, T("Detour of roads"), instance.detour, ""))
    return tuple(figures)


def _said(instance: Instance, table: str) -> Sourced:
    """Return what an instance says on the source of one of its tables of settings."""
    for source in instance.sources:
        if source.get("what") == table and source.get("confidence") in CONFIDENCE:
            return Sourced(source=_words(source.get("from", "")), confidence=source["confidence"])
    return Sourced()


@dataclass(frozen=True, slots=True)
class DataSource:
    """Where data come from, as an instance says it; what it does not say is empty."""

    what: Said
    origin: Said
    year: Said
    licence: Said

    @property
    def line(self) -> Text:
        """Origin, year and licence in one line: what licences ask to be shown."""
        return listed([part for part in (self.origin, self.year, self.licence) if part])


def data_sources(instance: Instance) -> tuple[DataSource, ...]:
    """Return the sources of an instance's data, each once, whatever values stand in its file.

    Those of its settings are left out: they stand with the figures (`of_travel_and_office`).
    """
    keys = ("what", "from", "year", "licence")
    found: list[DataSource] = []
    for source in instance.sources:
        if source.get("what") in SETTINGS:
            continue
        one = DataSource(*(_words(source[key]) if key in source else "" for key in keys))
        if one not in found:
            found.append(one)
    return tuple(found)


def _words(value: Any) -> Said:
    """Return a value of a source as text, by language where it stands so."""
    if isinstance(value, Mapping) and value:
        return {str(lang): str(text) for lang, text in value.items()}
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def estimated_minutes(instance: Instance) -> bool:
    """Whether minutes of some pairs are estimated from distances."""
    towns, sites = len(instance.municipalities), len({site.id for site in instance.sites})
    everyone = towns * (towns + sites - 1)
    return len(instance.travel) < everyone


def assumptions(figures: Iterable[Parameter]) -> tuple[int, int]:
    """Return how many figures are assumptions, and how many there are."""
    all_ = [p.confidence for p in figures]
    return all_.count("assumption"), len(all_)


def _figure(table: Sourced, name: Text, value: object, unit: Text | str) -> Parameter:
    return Parameter(name, value, unit, table.source, table.confidence)

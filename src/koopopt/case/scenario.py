"""Scenarios: other futures of a case, in which the same plan is judged.

A scenario changes numbers and nothing else: how many people there are, what a service costs, how
long ways take, how much size helps. `Scenario.changed` makes the instance of one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, ClassVar, Final, Literal

from annotated_types import Gt, Le, MinLen
from pydantic import ConfigDict

from koopopt.case.library import (
    STRICT,
    NonNegative,
    PowerCost,
    ServiceModel,
    Sourced,
    TierCost,
)
from koopopt.errors import Fault
from koopopt.exact import fraction
from koopopt.language.hints import Names
from koopopt.text import T

if TYPE_CHECKING:
    from koopopt.case.instance import Instance, Municipality

Factor = Annotated[float, Gt(0), Le(100)]
Elasticity = Annotated[float, Gt(0), Le(2)]

POPULATION: Final = "population_"
"""How the columns of municipalities.csv begin that a scenario may take its population from."""
MEASURES: Final = ("expected", "worst", "regret")
"""What can be minimised over all scenarios; no scenario has one of these names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario(Sourced):
    """What is other than in the base case; what is not named is as there."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: Annotated[str, MinLen(1)]
    """Name of the scenario, as on the command line."""
    title: Mapping[str, str] = field(default_factory=dict)
    """Title by language: `de`, `en`."""
    weight: NonNegative = 1.0
    """How much it counts in the mean, against the others; all count alike unless said."""
    population: str | Factor = 1.0
    """A column of municipalities.csv, `population_2040`, or a factor on all populations. What
    demand.csv gives goes with the population of its municipality, costs alone do not."""
    cost: Factor | Mapping[str, Factor] = 1.0
    """Factor on what services cost (their cost curves and alone_cost.csv), or factors by service;
    legal forms, grants, offices and sites cost the same."""
    travel: Factor = 1.0
    """Factor on all minutes."""
    elasticity: Mapping[str, Elasticity] = field(default_factory=dict)
    """Elasticities of cost curves by service, in place of the model's; `scale` stays."""
    rules: Literal["base", "every"] = "base"
    """Where partnership-level rules are judged: `every` asks that they hold in this one, too."""

    def shown(self, lang: str) -> str:
        """Return its title in a language, else in any, else its name."""
        return self.title.get(lang) or next(iter(self.title.values()), self.id)

    def factor(self, service: str) -> float:
        """Return the factor on the cost of a service."""
        return self.cost.get(service, 1.0) if isinstance(self.cost, Mapping) else self.cost

    def changed(self, instance: Instance) -> Instance:
        """Return the instance in this scenario; itself where nothing is other.

        Demand that the instance gives follows the population of its municipality, as demand by
        inhabitants does; where nobody lives it stays. Costs alone that it gives stay where people
        change: nobody knows which part of them goes with demand.
        """
        towns = tuple(self._peopled(town) for town in instance.municipalities)
        grown = {
            now.id: fraction(then.population) / fraction(now.population)
            for now, then in zip(instance.municipalities, towns, strict=True)
            if now.population and now.population != then.population
        }
        demand = {
            (town, service): float(fraction(value) * grown[town]) if town in grown else value
            for (town, service), value in instance.demand.items()
        }
        services = tuple(self._costed(service) for service in instance.services)
        alone = {
            (town, service): times(value, self.factor(service))
            for (town, service), value in instance.alone_cost.items()
        }
        made = replace(
            instance,
            municipalities=towns,
            services=services,
            demand=demand,
            alone_cost=alone,
            travel={way: times(value, self.travel) for way, value in instance.travel.items()},
            # Estimates are km · detour / speed; a detour below 1 no instance may have.
            speed_kmh=instance.speed_kmh / self.travel,
        )
        return instance if made == instance else made

    def _peopled(self, town: Municipality) -> Municipality:
        if isinstance(self.population, str):
            year = int(self.population.removeprefix(POPULATION))
            return replace(town, population=town.population_by_year[year])
        return replace(town, population=times(town.population, self.population))

    def _costed(self, service: ServiceModel) -> ServiceModel:
        factor, cost = self.factor(service.id), service.cost
        if isinstance(cost, PowerCost):
            elasticity = self.elasticity.get(service.id, cost.elasticity)
            made: PowerCost | TierCost = replace(
                cost, scale=times(cost.scale, factor), elasticity=elasticity
            )
        else:
            tiers = tuple(
                replace(
                    tier, fixed=times(tier.fixed, factor), per_unit=times(tier.per_unit, factor)
                )
                for tier in cost.tiers
            )
            made = replace(cost, tiers=tiers)
        return replace(service, cost=made)


def times(value: float, factor: float) -> float:
    """Return a product of two numbers as they were written: 0.1 · 3 is 0.3."""
    return value if factor == 1.0 else float(fraction(float(value)) * fraction(float(factor)))


def scenario_faults(
    scenarios: Sequence[Scenario],
    towns: Sequence[Municipality],
    services: Sequence[ServiceModel],
    file: str,
) -> Iterator[Fault]:
    """Yield what types cannot say of scenarios: names, columns and services that there are not."""
    seen: set[str] = set()
    known = Names(service.id for service in services)
    for k, scenario in enumerate(scenarios, start=1):
        place = f"scenario[{k}]"
        if scenario.id in (*MEASURES, *seen):
            rule = (
                T("Another scenario has this id.")
                if scenario.id in seen
                else T("This word says what is minimised over all scenarios.")
            )
            yield Fault(file, rule, T("Choose another id."), column=f"{place}.id",
                        value=scenario.id)  # fmt: skip
        seen.add(scenario.id)
        if isinstance(scenario.population, str):
            yield from _column_faults(scenario.population, towns, file, f"{place}.population")
        tables = {"elasticity": scenario.elasticity}
        if isinstance(scenario.cost, Mapping):
            tables["cost"] = scenario.cost
        for key, table in tables.items():
            for name in (name for name in table if name not in known):
                rule = T("There is no {what} of this name in the instance.", what=T("service"))
                yield Fault(file, rule, known.remedy(name), column=f"{place}.{key}", value=name)
        for service in services:
            if service.id in scenario.elasticity and not isinstance(service.cost, PowerCost):
                yield Fault(
                    file, T("The cost of this service is given by tiers: it has no elasticity."),
                    T("Use `cost` to change it by a factor, or delete the entry."),
                    column=f"{place}.elasticity", value=service.id,
                )  # fmt: skip
    if scenarios and not any(scenario.weight for scenario in scenarios):
        yield Fault(file, T("All scenarios have the weight 0."), T("Give one a weight."),
                    column="scenario.weight")  # fmt: skip


def _column_faults(
    column: str, towns: Sequence[Municipality], file: str, place: str
) -> Iterator[Fault]:
    there = sorted({year for town in towns for year in town.population_by_year})
    names = Names(f"{POPULATION}{year}" for year in there)
    if column not in names:
        rule = T("municipalities.csv has no column of this name with numbers of inhabitants.")
        remedy = names.remedy(column) if there else T("Add the column, or give a factor.")
        yield Fault(file, rule, remedy, column=place, value=column)
        return
    year = int(column.removeprefix(POPULATION))
    missing = [town.id for town in towns if year not in town.population_by_year]
    if missing:
        rule = T("{count} municipalities have no number in the column {column}, the first is {id}.",
                 count=len(missing), column=column, id=missing[0])  # fmt: skip
        yield Fault("municipalities.csv", rule, T("Fill the cells, or give a factor."),
                    column=column)  # fmt: skip
